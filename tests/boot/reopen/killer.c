/* SPDX-License-Identifier: MIT
 * Kills the file systems and the drivers below them in turns, whatever they are at.
 */
#include "component.h"

#define KILLS   120u
#define KILL_NS UINT64_C(37000000)

static const char *const victims[] = {"ext4", "fat", "ext4", "disk_of_ext4", "ext4", "fat", "disk"};
static uint32_t kills;

void component_start(void)
{
	kill_at(clock_ns() + 10 * KILL_NS);
}

void kill(void)
{
	const enum supervisor_status status =
	    supervisor_restart(victims[kills % (sizeof victims / sizeof *victims)]);

	CHECK(status == SUPERVISOR_OK);
	kills++;
	if (kills < KILLS) {
		kill_at(clock_ns() + KILL_NS + kills % 5 * 7000000);
	} else {
		log_info("%u kills", kills);
	}
}
