/* SPDX-License-Identifier: MIT
 * Writes 256 MiB and reads them back, over and over, while the disk's driver is killed. It ends after a round in which the last
 * kill was.
 */
#include "jobs.h"

#define KILLS   600u
#define KILL_NS UINT64_C(100000000)

const struct phase phases[] = {
    {"write", STORAGE_KIND_WRITE, 0, JOBS_SECTORS, 128, 1, STORAGE_OUTCOME_OK, true},
    {"flush", STORAGE_KIND_FLUSH, 0, 1, 0, 0, STORAGE_OUTCOME_OK, true},
    {"read", STORAGE_KIND_READ, 0, JOBS_SECTORS, 128, 1, STORAGE_OUTCOME_OK, true},
    {"write anew", STORAGE_KIND_WRITE, 0, JOBS_SECTORS, 128, 2, STORAGE_OUTCOME_OK, true},
    {"flush", STORAGE_KIND_FLUSH, 0, 1, 0, 0, STORAGE_OUTCOME_OK, true},
    {"read anew", STORAGE_KIND_READ, 0, JOBS_SECTORS, 128, 2, STORAGE_OUTCOME_OK, true},
};
const uint32_t phase_count = sizeof phases / sizeof *phases;

static uint32_t kills, rounds;

void component_start(void)
{
	look_at(clock_ns() + KILL_NS);
}

void look(void)
{
	if (kills < KILLS) {
		CHECK(supervisor_restart("disk") == SUPERVISOR_OK);
		kills++;
		look_at(clock_ns() + KILL_NS);
	}
}

void jobs_begun(const struct phase *phase)
{
	(void)phase;
}

bool jobs_ended(uint32_t wrong)
{
	rounds++;
	if (kills < KILLS && wrong == 0) {
		return true;
	}
	jobs_say();
	log_info("%u kills, %s", kills, rounds > 1 ? "several rounds" : "one round");
	(void)power_end(wrong == 0 ? 0 : 1); /* does not come back when it succeeds */
	return false;
}
