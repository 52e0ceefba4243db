/* SPDX-License-Identifier: MIT
 * Sleeps of several lengths: none ends early, and one that is given up leaves
 * nothing behind.
 */
#include "component.h"

static unsigned early, wrong;

static void sleep_ns(uint64_t delay_ns)
{
	uint64_t start = clock_ns();

	wrong += timer_sleep(delay_ns) != TIMER_OK;
	early += clock_ns() - start < delay_ns;
}

void timer_expired(void)
{
	wrong++; /* it set no timer */
}

void component_start(void)
{
	uint64_t start = clock_ns();

	wrong += timer_sleep_until(start + 5000000, 1000000000) != TIMER_TIMED_OUT;
	early += clock_ns() - start < 5000000;
	sleep_ns(0);
	sleep_ns(1);
	sleep_ns(1000000);
	sleep_ns(30000000);
	wrong += timer_sleep_until(clock_ns() + 5000000, UINT64_MAX) != TIMER_TIMED_OUT;
	log_info("sleeper: %u early, %u wrong", early, wrong);
}
