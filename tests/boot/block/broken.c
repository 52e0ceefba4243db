/* SPDX-License-Identifier: MIT
 * Has a partition some sectors of which cannot be read, or written (partitions.py), and hears of those alone.
 */
#include "jobs.h"

const struct phase phases[] = {
    {"before", STORAGE_KIND_READ, 0, 8, 8, 0, STORAGE_OUTCOME_OK, true},
    {"a sector that cannot be read", STORAGE_KIND_READ, 8, 16, 8, 0, STORAGE_OUTCOME_FAILED, true},
    {"its neighbour", STORAGE_KIND_READ, 13, 16, 1, 0, STORAGE_OUTCOME_OK, true},
    {"a sector that cannot be written", STORAGE_KIND_WRITE, 16, 24, 8, 0, STORAGE_OUTCOME_FAILED, true},
    {"flush", STORAGE_KIND_FLUSH, 0, 1, 0, 0, STORAGE_OUTCOME_OK, true},
    {"behind", STORAGE_KIND_WRITE, 32, PARAMETER_SECTORS, 32, 0, STORAGE_OUTCOME_OK, true},
    {"what was written", STORAGE_KIND_READ, 32, PARAMETER_SECTORS, 8, 0, STORAGE_OUTCOME_OK, true},
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
