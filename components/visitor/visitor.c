/* SPDX-License-Identifier: MIT
 * Asks for one greeting at its start.
 */
#include "component.h"

void component_start(void)
{
	char greeting[65];
	uint32_t before;
	enum greeter_status status = greeter_greet(PARAMETER_NAME, greeting, &before);

	if (status == GREETER_OK) {
		log_info("%s (%u before)", greeting, before);
	} else {
		log_warning("no greeting: %s", greeter_status_name(status));
	}
}
