/* SPDX-License-Identifier: MIT
 * Measures: yields, signals there and back, and how late a deadline reaches the component that waits for it. It takes its
 * signals itself.
 */
#include "component.h"
#include "rounds.h"

#include "../support/measure.h"

#define DEADLINES 64u

static void there_and_back(void)
{
	struct tenon_ipc ipc;

	CHECK(tenon_signal(SLOT_MINE_KICK_0) == TENON_OK);
	CHECK(tenon_receive(SLOT_RECEIVE_SET, 0, TENON_NEVER, &ipc) == TENON_OK);
}

static void yields(void)
{
	for (unsigned i = 0; i < 16; i++) {
		tenon_yield();
	}
	MEASURE("yield_round_trip", 1, TIMES, tenon_yield());
}

static void switches(void)
{
	MEASURE("context_switch", 1, 2 * TIMES, {
		tenon_yield();
		measure_i++;
	});
}

/* From the moment when the timer interrupts an idle CPU, to the first instruction of who waits. */
static void deadlines(void)
{
	uint64_t late_ns = 0;

	for (unsigned i = 0; i < DEADLINES; i++) {
		struct tenon_ipc ipc;
		const uint64_t deadline_ns = clock_ns() + 100000 + i * 37;

		CHECK(tenon_receive(SLOT_RECEIVE_SET, 0, deadline_ns, &ipc) == TENON_TIMED_OUT);
		late_ns += clock_ns() - deadline_ns;
	}
	measure_say("interrupt_to_user", late_ns / DEADLINES, "instructions");
}

void other_kick(void)
{
}

void component_start(void)
{
	measure_begin(clock_ns);
	yields();
	switches();
	for (unsigned i = 0; i < 16; i++) {
		there_and_back();
	}
	MEASURE("signal_wait_round_trip", 2, TIMES, there_and_back());
	deadlines();
	(void)power_end(0); /* does not come back when it succeeds */
}
