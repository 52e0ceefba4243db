/* SPDX-License-Identifier: MIT
 * A client of a disk's driver, while the driver is restarted again and again.
 */
#include "jobs.h"

#define RESTARTS   12u
#define RESTART_NS UINT64_C(7000000)

const struct phase phases[] = {
    {"what the host wrote", STORAGE_KIND_READ, 0, 8192, 128, 0, STORAGE_OUTCOME_OK, false},
    {"write", STORAGE_KIND_WRITE, 2048, 6144, 8, 1, STORAGE_OUTCOME_OK, true},
    {"flush", STORAGE_KIND_FLUSH, 0, 1, 0, 0, STORAGE_OUTCOME_OK, false},
    {"read", STORAGE_KIND_READ, 2048, 6144, 8, 1, STORAGE_OUTCOME_OK, true},
    {"zeroes", STORAGE_KIND_WRITE_ZEROES, 6144, 6656, 64, 0, STORAGE_OUTCOME_OK, false},
    {"read zeroes", STORAGE_KIND_READ, 6144, 6656, 64, JOBS_ZEROES, STORAGE_OUTCOME_OK, false},
    {"discard", STORAGE_KIND_DISCARD, 6656, 7168, 128, 0, STORAGE_OUTCOME_OK, false},
    {"past the end", STORAGE_KIND_READ, 8185, 8200, 8, 0, STORAGE_OUTCOME_OUT_OF_RANGE, false},
    {"far past the end", STORAGE_KIND_WRITE, UINT32_MAX - 8, UINT32_MAX, 8, 0, STORAGE_OUTCOME_OUT_OF_RANGE,
     false},
    {"too long", STORAGE_KIND_WRITE_ZEROES, 0, 1, UINT32_MAX, 0, STORAGE_OUTCOME_MALFORMED, false},
    {"of nothing", STORAGE_KIND_DISCARD, 0, 1, 0, 0, STORAGE_OUTCOME_MALFORMED, false},
};
const uint32_t phase_count = sizeof phases / sizeof *phases;

static uint32_t restarts;

void jobs_begun(const struct phase *phase)
{
	look_cancel();
	if (phase->is_disturbed) {
		look_at(clock_ns() + RESTART_NS);
	}
}

/* The driver is restarted in the middle of its work. */
void look(void)
{
	if (restarts < RESTARTS) {
		restarts++;
		CHECK(supervisor_restart("disk") == SUPERVISOR_OK);
		look_at(clock_ns() + RESTART_NS);
	}
}

bool jobs_ended(uint32_t wrong)
{
	jobs_say();
	(void)power_end(wrong); /* does not come back when it succeeds */
	return false;
}
