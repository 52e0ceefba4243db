/* SPDX-License-Identifier: MIT
 * A driver whose device reaches what is passed on.
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
	uint64_t there = 0;

	while (port_requests_receive(client, &request))
		if (request.pool == 0)
			there = device_address(port_data_read(client, &request.data));
		else
			CHECK(port_passed(client, request.pool, request.offset, request.length, &there));
	CHECK(there != 1);
}
