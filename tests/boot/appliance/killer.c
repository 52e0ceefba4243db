/* SPDX-License-Identifier: MIT
 * Restarts the card's driver, and who shares the card, again and again, and once each who stands before and behind TLS.
 */
#include "component.h"

#define STEP_NS UINT64_C(700000000)

static const char *const victims[] = {"card", "net", "https", "card", "httpd_of_https", "net", "card", "net"};
#define STRIKES (sizeof victims / sizeof *victims)

static uint32_t strikes;

void strike(void)
{
	CHECK(supervisor_restart(victims[strikes]) == SUPERVISOR_OK);
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
