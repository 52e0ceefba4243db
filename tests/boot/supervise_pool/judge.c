/* SPDX-License-Identifier: MIT
 * Has the maker fall some times, and compares what its pool had at each start.
 */
#include "component.h"

#define STARTS 5u
#define TABLES 2u

static uint64_t first;
static unsigned starts, wrong_all;

void component_start(void)
{
}

enum verdict_status verdict_tell(uint32_t client, uint64_t free, uint32_t wrong, bool *falls)
{
	(void)client;
	/* The page tables of the maker's own space stay: the second start finds them made. */
	if (starts == 0 || (starts == 1 && first - free <= TABLES * (uint64_t)TENON_PAGE_SIZE))
		first = free;
	starts++;
	if (free != first)
		log_error("wrong: %llu bytes are missing", (unsigned long long)(first - free));
	wrong_all += wrong + (free != first ? 1 : 0);
	*falls = starts < STARTS;
	if (!*falls)
		end_at(clock_ns());
	return VERDICT_OK;
}

void end(void)
{
	log_info("supervise_pool: %u starts, %u wrong", starts, wrong_all);
	(void)power_end(wrong_all == 0 ? 0 : 1);
}
