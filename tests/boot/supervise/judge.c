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
	uint64_t restarts;

	return vault_look(&key, &length, &restarts) == VAULT_OK && key == 77 && length == 70;
}

/* What phoenix did is told by the number in its greeting. */
static uint32_t phoenix(const char *what)
{
	char greeting[65];
	uint32_t status = UINT32_MAX;

	return nest_greet(what, greeting, &status) == GREETER_OK ? status : UINT32_MAX;
}

/* It starts anew between two calls of ours. */
static void fell_vault(void)
{
	wrong += phoenix("vault") != VAULT_RESTARTED;
}

static void open_vault(void)
{
	static const char name[] = "0123456789012345678901234567890123456789012345678901234567890123456789";

	wrong += vault_unlock(77, name) != VAULT_OK || !is_open();
	wrong += vault_fall() != VAULT_RESTARTED || !is_open();
	fell_vault();
	wrong += !is_open();
	wrong += phoenix("itself") != VAULT_OK || !is_open();
	log_info("judge: vault: %u wrong", wrong);
}

/* The pilgrim calls all the time; each time that it is back in, the vault falls again. */
static void fell_under_load(void)
{
	for (uint32_t i = 0; i < 3; i++) {
		uint32_t guests = 0;

		while (guests < 2) { /* the pilgrim and this one */
			wrong += vault_guests(&guests) != VAULT_OK;
		}
		fell_vault();
	}
	wrong += !is_open();
	log_info("judge: load: %u wrong", wrong);
}

static void lose_bell(void)
{
	uint32_t number = 9;

	wrong += bell_ring(5) != BELL_OK || bell_last(&number) != BELL_OK || number != 5;
	fell_vault();
	wrong += bell_last(&number) != BELL_OK || number != 0;
	wrong += bell_ring(6) != BELL_RESTARTED;
	wrong += bell_ring(6) != BELL_OK || bell_last(&number) != BELL_OK || number != 6;
	log_info("judge: bell: %u wrong", wrong);
}

void component_start(void)
{
	open_vault();
	fell_under_load();
	lose_bell();
	fell_fragile();
	hang_stuck();
	(void)power_end(wrong == 0 ? 0 : 1); /* does not come back when it succeeds */
}
