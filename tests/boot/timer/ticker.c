/* SPDX-License-Identifier: MIT
 * Three timers at once, of which one is stopped; then what is refused. Ends
 * the run.
 */
#include "component.h"

#define PERIOD_NS UINT64_C(10000000)
#define ENOUGH    40u

static uint32_t total[8];
static uint64_t started_ns;
static unsigned wrong;

static void check_refusals(void)
{
	wrong += timer_start(8, 0, 0) != TIMER_BAD_TIMER;
	wrong += timer_start(UINT32_MAX, 0, 0) != TIMER_BAD_TIMER;
	wrong += timer_stop(8) != TIMER_BAD_TIMER;
	wrong += timer_start(0, 0, 99999) != TIMER_TOO_SHORT;
	wrong += timer_start(0, 0, 1) != TIMER_TOO_SHORT;
}

void component_start(void)
{
	uint64_t now_ns = 0;

	check_refusals();
	wrong += timer_now(&now_ns) != TIMER_OK || now_ns > clock_ns();
	started_ns = clock_ns();
	wrong += timer_start(0, PERIOD_NS, PERIOD_NS) != TIMER_OK;
	wrong += timer_start(3, 2 * PERIOD_NS, 0) != TIMER_OK;
	wrong += timer_start(5, PERIOD_NS / 2, PERIOD_NS) != TIMER_OK;
	wrong += timer_start(7, UINT64_MAX, 0) != TIMER_OK; /* never */
	wrong += timer_stop(5) != TIMER_OK;
	wrong += timer_stop(6) != TIMER_OK; /* does not run */
}

/* Timer 0 has not fired more often than periods have passed; how much later all this runs is the machine's affair. */
static void finish(void)
{
	uint64_t periods = (clock_ns() - started_ns) / PERIOD_NS;

	wrong += total[0] > periods;
	wrong += total[3] != 1;
	for (uint32_t number = 1; number < 8; number++) {
		wrong += number != 3 && total[number] != 0;
	}
	log_info("ticker: %u wrong", wrong);
	(void)power_end(wrong == 0 ? 0 : 1); /* does not come back when it succeeds */
}

void timer_expired(void)
{
	uint32_t count[8];

	wrong += timer_take_expired(count) != TIMER_OK;
	for (uint32_t number = 0; number < 8; number++) {
		total[number] += count[number];
	}
	if (total[0] >= ENOUGH) {
		finish();
	}
}
