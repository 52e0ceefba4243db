/* SPDX-License-Identifier: MIT
 * Works without anybody.
 */
#include "component.h"

void component_start(void)
{
	char again[33];

	_Static_assert(LINES_COUNT == 0, "nobody is connected");
	if (lines_say(0, "", again) == ECHO_GONE)
		(void)lines_server_name(0);
}
