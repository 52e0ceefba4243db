/* SPDX-License-Identifier: MIT
 * Sees the whole disk, and may change nothing of it.
 */
#include "jobs.h"

#define REST 14336u /* behind the partitions of others */
#define END  (PARAMETER_SECTORS - 64u)

const struct phase phases[] = {
    {"behind the partitions", STORAGE_KIND_READ, REST, END, 64, 0, STORAGE_OUTCOME_OK, true},
    {"write", STORAGE_KIND_WRITE, REST, REST + 64, 8, 9, STORAGE_OUTCOME_READ_ONLY, true},
    {"zeroes", STORAGE_KIND_WRITE_ZEROES, REST, REST + 64, 8, 9, STORAGE_OUTCOME_READ_ONLY, true},
    {"discard", STORAGE_KIND_DISCARD, REST, REST + 64, 8, 9, STORAGE_OUTCOME_READ_ONLY, true},
    {"behind the partitions, again", STORAGE_KIND_READ, REST, END, 8, 0, STORAGE_OUTCOME_OK, true},
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
