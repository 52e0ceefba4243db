/* SPDX-License-Identifier: MIT
 * A disk in memory, which has what is passed on itself.
 */
#include "component.h"

void port_session(uint32_t client, bool open)
{
	(void)client;
	(void)open;
}

void port_requests(uint32_t client)
{
	struct sectors_request request;
	uint64_t address;

	while (port_requests_receive(client, &request))
		if (port_passed(client, request.pool, request.offset, request.length, &address))
			*(volatile uint8_t *)(uintptr_t)address = 0;
}
