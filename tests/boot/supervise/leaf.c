/* SPDX-License-Identifier: MIT
 * Fells the trunk some levels below it, and is halted with it.
 */
#include "component.h"

void component_start(void)
{
	look_at(clock_ns() + 20000000);
}

void look(void)
{
	char greeting[65];
	uint32_t before;
	enum greeter_status status = greeter_greet("fall", greeting, &before);

	log_error("leaf goes on: %s", greeter_status_name(status));
}
