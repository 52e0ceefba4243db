/* SPDX-License-Identifier: MIT
 * The clock of the host's kernel, which the test moves. State: what it shows.
 */
#include "host.h"

#define START_NS UINT64_C(1000000000)

static uint64_t now_ns;

void time_reset(void)
{
	now_ns = START_NS;
}

uint64_t test_now_ns(void)
{
	return now_ns;
}

void test_advance_ns(uint64_t by_ns)
{
	const uint64_t target = now_ns + by_ns;

	component_ensure();
	for (settle(); component_deadline() <= target; settle()) {
		if (component_deadline() > now_ns)
			now_ns = component_deadline();
	}
	now_ns = target;
	settle();
}

void test_advance_ms(uint64_t by_ms)
{
	test_advance_ns(by_ms * 1000000);
}
