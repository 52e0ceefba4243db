/* SPDX-License-Identifier: MIT
 * Has a partition to itself, and sees nothing else of the disk.
 */
#include "jobs.h"

#define END PARAMETER_SECTORS

const struct phase phases[] = {
    {"what the host wrote", STORAGE_KIND_READ, 0, END, 128, 0, STORAGE_OUTCOME_OK, true},
    {"write", STORAGE_KIND_WRITE, 0, END, 8, PARAMETER_VERSION, STORAGE_OUTCOME_OK, true},
    {"flush", STORAGE_KIND_FLUSH, 0, 1, 0, 0, STORAGE_OUTCOME_OK, true},
    {"read", STORAGE_KIND_READ, 0, END, 16, PARAMETER_VERSION, STORAGE_OUTCOME_OK, true},
    {"zeroes", STORAGE_KIND_WRITE_ZEROES, 0, 64, 32, 0, STORAGE_OUTCOME_OK, true},
    {"read zeroes", STORAGE_KIND_READ, 0, 64, 8, JOBS_ZEROES, STORAGE_OUTCOME_OK, true},
    {"discard", STORAGE_KIND_DISCARD, 64, 128, 64, 0, STORAGE_OUTCOME_OK, true},
    {"past the end", STORAGE_KIND_READ, END - 7, END, 8, 0, STORAGE_OUTCOME_OUT_OF_RANGE, true},
    {"behind the end", STORAGE_KIND_WRITE, END, END + 8, 8, 9, STORAGE_OUTCOME_OUT_OF_RANGE, true},
    {"round about to the first sector of the disk", STORAGE_KIND_WRITE, UINT64_MAX - PARAMETER_ORIGIN + 1,
     UINT64_MAX, UINT16_MAX / 512, 9, STORAGE_OUTCOME_OUT_OF_RANGE, true},
    {"zeroes behind the end", STORAGE_KIND_WRITE_ZEROES, END, END + 8, 8, 0, STORAGE_OUTCOME_OUT_OF_RANGE,
     true},
};
const uint32_t phase_count = sizeof phases / sizeof *phases;

void jobs_begun(const struct phase *phase)
{
	(void)phase;
}

bool jobs_ended(uint32_t wrong)
{
	jobs_say();
	(void)judge_report(wrong);
	return false;
}
