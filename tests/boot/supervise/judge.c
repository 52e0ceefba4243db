/* SPDX-License-Identifier: MIT
 * Calls servers that fall and hang, and looks at what comes back; has a session open meanwhile. Ends the run.
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

static bool is_open(void)
{
	uint32_t key = 0, length = 0;

	return vault_look(&key, &length) == VAULT_OK && key == 77 && length == 70;
}

/* What phoenix did is told by the number in its greeting. */
static uint32_t phoenix(const char *what)
{
	char greeting[65];
	uint32_t status = UINT32_MAX;

	return nest_greet(what, greeting, &status) == GREETER_OK ? status : UINT32_MAX;
}

static uint32_t restarts_seen;

void vault_restarted(void)
{
	restarts_seen++;
}

static void open_vault(void)
{
	static const char name[] = "0123456789012345678901234567890123456789012345678901234567890123456789";

	wrong += vault_unlock(77, name) != VAULT_OK || !is_open();
	wrong += vault_fall() != VAULT_RESTARTED || !is_open() || restarts_seen != 1;
	wrong += phoenix("vault") != VAULT_RESTARTED; /* it starts anew between two calls of ours */
	wrong += !is_open() || restarts_seen != 2;
	wrong += phoenix("itself") != VAULT_OK || !is_open() || restarts_seen != 2;
	log_info("judge: vault: %u wrong", wrong);
}

void component_start(void)
{
	open_vault();
	fell_fragile();
	hang_stuck();
	(void)power_end(wrong == 0 ? 0 : 1); /* does not come back when it succeeds */
}
