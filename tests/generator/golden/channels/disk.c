/* SPDX-License-Identifier: MIT
 * Does what it is asked, and keeps an entry back while there is no room for its answer.
 */
#include "component.h"

static struct disk_completion waiting[PORT_CLIENTS];
static bool waits[PORT_CLIENTS];

void component_start(void)
{
	for (uint32_t i = 0; i < PORT_CLIENTS; i++)
		port_signal_changed(i);
}

enum disk_status port_sectors(uint32_t client, uint64_t *count)
{
	(void)client;
	*count = 8;
	return DISK_OK;
}

void port_session(uint32_t client, bool open)
{
	(void)open;
	waits[client] = false;
}

void port_completions_room(uint32_t client)
{
	if (waits[client])
		waits[client] = !port_completions_send(client, &waiting[client]);
	if (!waits[client])
		port_requests(client);
}

void port_requests(uint32_t client)
{
	struct disk_request request;

	while (!waits[client] && port_requests_receive(client, &request)) {
		uint8_t *data = port_data_write(client, &request.data);

		if (data && request.data.length != 0)
			data[0] = request.share;
		waiting[client] = (struct disk_completion){.data = request.data};
		waits[client] = !port_completions_send(client, &waiting[client]);
	}
}

void port_ticks_room(uint32_t client)
{
	const struct disk_tick tick = {1, 2};
	struct tenon_buffer buffer;

	if (port_spare_allocate(client, &buffer)) {
		const uint8_t *first = port_spare_read(client, &buffer);

		(void)port_ticks_send(client, &tick);
		if (first && *first == 0)
			port_spare_release(client, &buffer);
	}
}

/* Nobody is connected to the other port. */
enum disk_status other_sectors(uint32_t client, uint64_t *count)
{
	struct disk_request request;
	struct tenon_buffer buffer = {0};

	*count = other_requests_receive(client, &request) || other_spare_allocate(client, &buffer) ||
		 other_data_read(client, &buffer) != NULL;
	return DISK_OK;
}

void other_session(uint32_t client, bool open)
{
	(void)client;
	(void)open;
}

void other_requests(uint32_t client)
{
	(void)client;
}

void other_completions_room(uint32_t client)
{
	(void)client;
}

void other_ticks_room(uint32_t client)
{
	(void)client;
}
