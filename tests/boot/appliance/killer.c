/* SPDX-License-Identifier: MIT
 * Restarts the card's driver, and who shares the card, again and again, and once each who stands before and behind TLS.
 */
#include "component.h"

#define NS_OF_MS UINT64_C(1000000)

/* The last two die while a client of the host's is known to ask them. */
static const struct {
	const char *name;
	uint32_t after_ms;
} victims[] = {{"card", 700}, {"net", 700}, {"card", 700},    {"net", 700},
	       {"card", 700}, {"net", 700}, {"https", 12000}, {"httpd_of_https", 4000}};
#define STRIKES (sizeof victims / sizeof *victims)

static uint32_t strikes;

static void plan(void)
{
	strike_at(clock_ns() + victims[strikes].after_ms * NS_OF_MS);
}

void strike(void)
{
	CHECK(supervisor_restart(victims[strikes].name) == SUPERVISOR_OK);
	if (++strikes < STRIKES) {
		plan();
	} else {
		log_info("%u times", strikes);
	}
}

void component_start(void)
{
	plan();
}
