/* SPDX-License-Identifier: MIT
 * Answers what the client measures: of an array its first and its last word, by which the client sees that all arrived.
 */
#include "component.h"

#include "../support/measure.h"

void component_start(void)
{
}

enum bench_status bench_nothing(uint32_t client)
{
	(void)client;
	return BENCH_OK;
}

enum bench_status bench_words(uint32_t client, const uint64_t values[8], uint64_t same[8])
{
	(void)client;
	same[0] = values[0];
	same[7] = values[7];
	return BENCH_OK;
}

enum bench_status bench_block(uint32_t client, const uint64_t values[120], uint64_t same[120])
{
	(void)client;
	same[0] = values[0];
	same[119] = values[119];
	return BENCH_OK;
}

enum bench_status bench_signal_often(uint32_t client, uint32_t times, uint64_t *took_ns)
{
	uint64_t start = clock_ns();

	for (uint32_t i = 0; i < times; i++) {
		bench_signal_ping(client);
	}
	*took_ns = clock_ns() - start;
	MEASURE_MARKED(5, bench_signal_ping(client));
	return BENCH_OK;
}
