/* SPDX-License-Identifier: MIT
 * Answers each client in the memory that it shares with that client alone, and tells all of them.
 */
#include "component.h"

#include <tenon/print.h>

static uint32_t calls;

void component_start(void)
{
	log_info("%u clients", PORT_CLIENTS);
}

enum echo_status port_echo(uint32_t client, uint32_t *before)
{
	(void)tenon_print(port_text(client), PORT_TEXT_SIZE, "this is for %s", port_client_name(client));
	for (uint32_t other = 0; other < PORT_CLIENTS; other++)
		port_signal_echoed(other);
	*before = calls++;
	return ECHO_OK;
}
