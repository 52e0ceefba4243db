/* SPDX-License-Identifier: MIT
 * Answers what the client measures.
 */
#include "component.h"

#include <tenon/string.h>

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
	memcpy(same, values, 8 * sizeof *values);
	return BENCH_OK;
}

enum bench_status bench_block(uint32_t client, const uint64_t values[120], uint64_t same[120])
{
	(void)client;
	memcpy(same, values, 120 * sizeof *values);
	return BENCH_OK;
}

enum bench_status bench_signal_often(uint32_t client, uint32_t times, uint64_t *took_ns)
{
	uint64_t start = clock_ns();

	for (uint32_t i = 0; i < times; i++) {
		bench_signal_ping(client);
	}
	*took_ns = clock_ns() - start;
	return BENCH_OK;
}
