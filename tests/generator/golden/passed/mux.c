/* SPDX-License-Identifier: MIT
 * Passes on what its clients have.
 */
#include "component.h"

void volume_session(uint32_t client, bool open)
{
	(void)client;
	(void)open;
}

void disks_session(uint32_t server, bool open)
{
	(void)server;
	(void)open;
}

void disks_requests_room(uint32_t server)
{
	(void)server;
}

void volume_requests(uint32_t client)
{
	struct sectors_request request;

	while (volume_requests_receive(client, &request)) {
		request.pool = volume_data_at_disks(client, request.pool);
		request.data.index = TENON_BUFFER_NONE;
		for (uint32_t i = 0; i < DISKS_COUNT; i++)
			(void)disks_requests_send(i, &request);
	}
}
