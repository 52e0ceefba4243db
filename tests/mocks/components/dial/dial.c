/* SPDX-License-Identifier: MIT
 * Range 0 commands, range 1 counts, range 2 a memory of words. Interrupt `i` raises count `i`.
 */
#include "component.h"

#define PAST_THE_END 0xffffu /* misbehaves */

enum { COMMAND, COUNTS, WORDS };

void component_start(void)
{
	device_write32(COMMAND, 0, 1);
}

void device_interrupt(uint32_t index)
{
	device_write32(COUNTS, 4 * index, device_read32(COUNTS, 4 * index) + 1);
}

enum dial_status port_store(uint32_t client, uint16_t number, uint16_t *stored)
{
	(void)client;
	device_write16(WORDS, number == PAST_THE_END ? 0x10000 : 0xfffe, number);
	*stored = device_read16(WORDS, 0xfffe);
	return DIAL_OK;
}
