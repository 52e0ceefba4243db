/* SPDX-License-Identifier: MIT
 * A job in each period: some work of its own, one call of the server that others use too. It takes the time from the
 * moment when it was due to the end, and says when all jobs are done.
 */
#include "component.h"

#define JOBS      (UINT64_C(4000000000) / SCHEDULE_PERIOD_NS)
#define TURN_NS   UINT64_C(96) /* of the loop, at most: six instructions */
#define MIXING_NS UINT64_C(2000000)
#define OWN_TURNS ((SCHEDULE_BUDGET_NS - MIXING_NS) / TURN_NS)

static uint64_t due_ns, longest_ns;
static uint32_t jobs, late;

void component_start(void)
{
	due_ns = clock_ns() + 2 * SCHEDULE_PERIOD_NS;
	due_at(due_ns);
}

void due(void)
{
	for (volatile uint32_t turn = 0; turn < OWN_TURNS; turn++) {
	}
	if (mixer_mix() != MIXING_OK) {
		late++;
	}
	uint64_t took_ns = clock_ns() - due_ns;
	longest_ns = took_ns > longest_ns ? took_ns : longest_ns;
	late += took_ns > SCHEDULE_RESPONSE_NS;
	due_ns += SCHEDULE_PERIOD_NS;
	if (++jobs < JOBS) {
		due_at(due_ns);
	} else {
		port_signal_done(0);
	}
}

enum measured_status port_result(uint32_t client, uint32_t *done, uint32_t *too_late, uint64_t *longest,
				 uint64_t *computed)
{
	(void)client;
	*done = jobs;
	*too_late = late;
	*longest = longest_ns;
	*computed = SCHEDULE_RESPONSE_NS;
	return MEASURED_OK;
}
