/* SPDX-License-Identifier: MIT
 * Calls servers that fall and hang, and looks at what comes back. Ends the run.
 */
#include "component.h"

static unsigned wrong;

/* The call is repeated by its stub until the restarts are used up. */
static void fell_fragile(void)
{
	char greeting[65];
	uint32_t before = 77;

	wrong += greeter_greet("judge", greeting, &before) != GREETER_OK || before != 0;
	wrong += greeter_greet("judge", greeting, &before) != GREETER_OK || before != 1;
	wrong += greeter_greet("fall", greeting, &before) != GREETER_GONE;
	wrong += greeter_greet("judge", greeting, &before) != GREETER_GONE;
	log_info("judge: fragile: %u wrong", wrong);
}

static void hang_stuck(void)
{
	wrong += crasher_fault(CRASHER_KIND_HANG) != CRASHER_RESTARTED;
	wrong += crasher_fault(CRASHER_KIND_READ_NULL) != CRASHER_RESTARTED; /* the call in its hands */
	wrong += crasher_fault(CRASHER_KIND_READ_NULL) != CRASHER_GONE; /* it is restarted on a hang only */
	log_info("judge: stuck: %u wrong", wrong);
}

void component_start(void)
{
	fell_fragile();
	hang_stuck();
	(void)power_end(wrong == 0 ? 0 : 1); /* does not come back when it succeeds */
}
