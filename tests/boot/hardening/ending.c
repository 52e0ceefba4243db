/* SPDX-License-Identifier: MIT
 * Ends the run when the others have done what they are there for.
 */
#include "component.h"

#include "../support/quiet.h"

#define READING_NS UINT64_C(2000000000) /* the readers have their reads behind them */
#define LOOK_NS    UINT64_C(20000000)

void finish(void)
{
	if (!all_quiet()) {
		finish_at(clock_ns() + LOOK_NS);
		return;
	}
	(void)power_end(0); /* does not come back when it succeeds */
}

void component_start(void)
{
	finish_at(clock_ns() + READING_NS);
}
