/* SPDX-License-Identifier: MIT
 * Restarts the card's driver, and who shares the card, again and again.
 */
#include "component.h"

#define STRIKES 8u
#define STEP_NS UINT64_C(700000000)

static uint32_t strikes;

void strike(void)
{
	CHECK(supervisor_restart(strikes % 2 == 0 ? "card" : "net") == SUPERVISOR_OK);
	if (++strikes < STRIKES) {
		strike_at(clock_ns() + STEP_NS);
	} else {
		log_info("%u times", strikes);
	}
}

void component_start(void)
{
	strike_at(clock_ns() + STEP_NS);
}
