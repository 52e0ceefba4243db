/* SPDX-License-Identifier: MIT
 * Greets, and counts how often.
 */
#include "component.h"

#include <tenon/print.h>

static uint32_t greetings;

void component_start(void)
{
}

enum greeter_status port_greet(uint32_t client, const char *name, char greeting[65], uint32_t *before)
{
	(void)client;
	if (name[0] == 0) {
		return GREETER_NAMELESS;
	}
	(void)tenon_print(greeting, 65, "%s, %s!", PARAMETER_WORD, name);
	*before = greetings++;
	return GREETER_OK;
}
