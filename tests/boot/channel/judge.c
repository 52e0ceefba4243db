/* SPDX-License-Identifier: MIT
 * Counts the lives of the senders, and ends the run when both receivers and both stackers have told what they saw, and both
 * senders that they are done: a receiver may have the last entry before its sender has said a word of it.
 */
#include "component.h"

#define REPORTERS 6u

static uint32_t reports, wrong_total, life[JUDGE_CLIENTS];

static void count_report(void)
{
	if (++reports == REPORTERS)
		(void)power_end(wrong_total == 0 ? 0 : 1);
}

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
	count_report();
	return JUDGE_OK;
}

enum judge_status judge_finish(uint32_t client)
{
	(void)client;
	count_report();
	return JUDGE_OK;
}
