/* SPDX-License-Identifier: MIT
 * Says to each line what suits how the system says that it is fed.
 */
#include "component.h"

void component_start(void)
{
	for (uint32_t i = 0; i < LINES_COUNT; i++) {
		(void)lines_put(i, lines_parameters[i].mode == LINES_MODE_FAST ? 2 : 1);
		(void)lines_flush_until(i, TENON_NEVER, lines_server_name(i));
	}
}

void lines_ready(uint32_t server)
{
	(void)lines_put(server, *(const uint8_t *)lines_state(server));
}
