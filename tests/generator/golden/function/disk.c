/* SPDX-License-Identifier: MIT
 * A driver of a function that reaches memory.
 */
#include "component.h"

void component_start(void)
{
	uint32_t *ring = device_dma();

	CHECK(device_identity()->vendor == 0x1af4);
	ring[0] = 0;
	*(volatile uint64_t *)device_registers(0) = device_address(ring);
}

void device_interrupt(uint32_t index)
{
	CHECK(index < 2);
}

void port_session(uint32_t client, bool open)
{
	(void)client;
	(void)open;
}

void port_requests(uint32_t client)
{
	struct sectors_request request;

	while (port_requests_receive(client, &request))
		*(volatile uint64_t *)device_registers(0) = device_address(port_data_read(client, &request.data));
}

void port_answers_room(uint32_t client)
{
	(void)client;
}

enum sectors_status port_size(uint32_t client, uint64_t *sectors)
{
	(void)client;
	*sectors = DEVICE_DMA_SIZE;
	return SECTORS_OK;
}
