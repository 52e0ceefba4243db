/* SPDX-License-Identifier: MIT
 * Calls once, and hears of the others' calls too.
 */
#include "component.h"

void component_start(void)
{
	uint32_t before = 0;
	enum echo_status status = echo_echo(&before);

	log_info("%s, %u before: %s", echo_status_name(status), before, (const char *)echo_text());
}

void echo_echoed(void)
{
	log_info("echoed");
}
