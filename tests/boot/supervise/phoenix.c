/* SPDX-License-Identifier: MIT
 * A client of the vault that fells it, and falls itself with a box in its hands: in its next life it may take one again.
 */
#include "component.h"

#include <tenon/string.h>

static void fall(void)
{
	*(volatile uint32_t *)(uintptr_t)8 = 0;
}

enum greeter_status nest_greet(uint32_t client, const char *name, char greeting[65], uint32_t *before)
{
	(void)client;
	greeting[0] = '\0';
	*before = (uint32_t)vault_unlock(2, "phoenix");
	if (*before != VAULT_OK) {
		return GREETER_OK;
	}
	if (strcmp(name, "vault") == 0) {
		*before = (uint32_t)vault_fall();
		return GREETER_OK;
	}
	*before = (uint32_t)vault_take();
	if (tenon_restarts == 0) {
		fall();
	}
	return GREETER_OK;
}
