/* SPDX-License-Identifier: MIT
 * Passes on what its clients have.
 */
#include "component.h"

void files_session(uint32_t client, bool open)
{
	(void)client;
	(void)open;
}

void volume_session(bool open)
{
	(void)open;
}

void volume_requests_room(void)
{
}

void files_requests(uint32_t client)
{
	struct sectors_request request;

	while (files_requests_receive(client, &request)) {
		request.pool = files_data_at_volume(client, request.pool);
		(void)volume_requests_send(&request);
	}
}
