/* SPDX-License-Identifier: MIT
 * Passes greetings on; stands between leaf and trunk.
 */
#include "component.h"

void component_start(void)
{
}

enum greeter_status leaf_greet(uint32_t client, const char *name, char greeting[65], uint32_t *before)
{
	(void)client;
	return greeter_greet(name, greeting, before);
}
