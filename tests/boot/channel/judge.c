/* SPDX-License-Identifier: MIT
 * Counts the lives of the senders, and ends the run when both receivers and both stackers have told what they saw.
 */
#include "component.h"

#define REPORTERS 4u

static uint32_t reports, wrong_total, life[JUDGE_CLIENTS];

enum judge_status judge_begin(uint32_t client, uint32_t *number)
{
	*number = ++life[client];
	return JUDGE_OK;
}

enum judge_status judge_report(uint32_t client, uint32_t wrong, uint32_t sessions, uint32_t opened,
			       uint64_t entries)
{
	log_info("%s: %u of %u sessions, %llu entries, %u wrong", judge_client_name(client), sessions, opened,
		 (unsigned long long)entries, wrong);
	wrong_total += wrong;
	if (++reports == REPORTERS)
		(void)power_end(wrong_total == 0 ? 0 : 1);
	return JUDGE_OK;
}
