/* SPDX-License-Identifier: MIT
 * A driver on I/O ports.
 */
#include "component.h"

void component_start(void)
{
	device_write8(0, 1, device_read8(0, 5));
}

void device_interrupt(uint32_t index)
{
	CHECK(index == 0);
}

enum serial_status port_put(uint32_t client, uint8_t byte)
{
	(void)client;
	device_write8(0, 0, byte);
	return SERIAL_OK;
}
