/* SPDX-License-Identifier: MIT
 * Prints what both measured, and ends the run.
 */
#include "component.h"

static unsigned ended, wrong;

static void print(const char *name, enum measured_status status, uint32_t jobs, uint32_t late,
		  uint64_t longest_ns, uint64_t computed_ns)
{
	wrong += status != MEASURED_OK || late != 0;
	log_info("%s: %u jobs, %u late, %u us of %u us", name, jobs, late, (unsigned)(longest_ns / 1000),
		 (unsigned)(computed_ns / 1000));
}

static void finish(void)
{
	uint32_t jobs = 0, late = 0;
	uint64_t longest_ns = 0, computed_ns = 0;
	enum measured_status status;

	if (++ended < 2) {
		return;
	}
	status = fast_result(&jobs, &late, &longest_ns, &computed_ns);
	print("fast", status, jobs, late, longest_ns, computed_ns);
	status = slow_result(&jobs, &late, &longest_ns, &computed_ns);
	print("slow", status, jobs, late, longest_ns, computed_ns);
	(void)power_end(wrong == 0 ? 0 : 1); /* does not come back when it succeeds */
}

void fast_done(void)
{
	finish();
}

void slow_done(void)
{
	finish();
}
