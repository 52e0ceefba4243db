/* SPDX-License-Identifier: MIT
 * The side that serves: answers each request with its number, at times only when it is signalled again.
 */
#define tenon_trap            disk_trap
#define tenon_component       disk_component
#define tenon_component_main  disk_main
#define tenon_host_region     region
#define component_start       disk_component_start
#define wait_for_signal_until disk_wait_for_signal_until
#include "disk.glue.c"

#include <stdnoreturn.h>

#include "channels.h"

static struct disk_completion waiting;
static bool waits;

void disk_trap(struct tenon_ipc *ipc)
{
	const uint64_t operation = ipc->control & ((1u << TENON_OPERATION_BITS) - 1);

	if (operation == TENON_OP_RECEIVE)
		leave();
	if (operation == TENON_OP_SIGNAL && ipc->control >> TENON_OPERATION_BITS == SLOT_PORT_WAKE_0)
		signal_other(true);
	ipc->status = TENON_OK;
}

void disk_component_start(void)
{
}

void disk_start(void)
{
	waits = false;
	disk_main();
}

void disk_signal(struct tenon_ipc *ipc)
{
	glue_take(ipc);
	while (glue_more)
		glue_look_again();
}

static void serve(void)
{
	struct disk_request request;

	if (waits && !port_completions_send(0, &waiting))
		return;
	waits = false;
	while (port_requests_receive(0, &request)) {
		uint8_t *data = port_data_write(0, &request.data);

		CHECK(data != NULL && data[0] == (uint8_t)request.first && request.share == 7);
		data[1] = 1;
		waiting = (struct disk_completion){.data = request.data, .status = (uint32_t)request.first};
		waits = !port_completions_send(0, &waiting);
		if (waits)
			return;
	}
}

void port_requests(uint32_t client)
{
	if (client == 0)
		serve();
}

void port_completions_room(uint32_t client)
{
	port_requests(client);
}

void port_session(uint32_t client, bool open)
{
	if (client == 0 && open)
		waits = false;
}

void port_ticks_room(uint32_t client)
{
	(void)client;
}

enum disk_status port_sectors(uint32_t client, uint64_t *count)
{
	*count = client;
	return DISK_OK;
}

/* Nobody is connected to the other port. */
enum disk_status other_sectors(uint32_t client, uint64_t *count)
{
	*count = client;
	return DISK_OK;
}

void other_session(uint32_t client, bool open)
{
	CHECK(!open || client != 0);
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
