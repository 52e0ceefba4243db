/* SPDX-License-Identifier: MIT
 * Where a device finds its driver's memory: the glue's table of what both reach, and the difference of each entry, which is
 * 0 where an IOMMU translates for the device.
 */
#ifndef TENON_DEVICE_H
#define TENON_DEVICE_H

#include <tenon/component.h>
#include <tenon/object.h>
#if __has_include(<tenon/registers.h>)
#include <tenon/registers.h> /* runtime/arch; a program of the host has none */
#else
#define TENON_DEVICE_ORDER ""
#endif

struct tenon_device_memory {
	uint64_t address, bytes; /* in the driver's space */
	uint64_t more;           /* the device's address is so much more, modulo 2^64 */
};

/* Asks the I/O space (READ); anew whenever its device was attached. */
static inline void tenon_device_memory_init(tenon_handle_t space, struct tenon_device_memory *memory,
					    uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint64_t there = 0;

		CHECK(tenon_device_address(space, memory[i].address, &there) == TENON_OK);
		memory[i].more = there - memory[i].address;
	}
}

/* What was written to memory before is there for a device that a register tells of it from now on. */
static inline void tenon_device_order(void)
{
	__asm__ volatile(TENON_DEVICE_ORDER ::: "memory");
}

/* The device's address of `address`; panics where it lies in none of them. */
static inline uint64_t tenon_device_find(const struct tenon_device_memory *memory, uint32_t count,
					 uint64_t address)
{
	for (uint32_t i = 0; i < count; i++)
		if (address - memory[i].address < memory[i].bytes)
			return address + memory[i].more;
	tenon_panic(__FILE__, __LINE__, "the device does not reach this memory");
}

/* ---- pools that are passed on ---- */

struct tenon_passed {
	uint32_t client, number;
	uint64_t address, bytes; /* as the I/O space, or where there is none the own one, has it */
	uint64_t more;           /* as above */
};

/* As tenon_device_memory_init(). */
static inline void tenon_passed_init(tenon_handle_t space, struct tenon_passed *passed, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		uint64_t there = 0;

		CHECK(tenon_device_address(space, passed[i].address, &there) == TENON_OK);
		passed[i].more = there - passed[i].address;
	}
}

/* The address of `offset` in pool `number` of a client; false, and nothing is written, where that does not have `bytes` there.
 * They are sorted by client and then by number, which counts from 1. */
static inline bool tenon_passed_find(const struct tenon_passed *passed, uint32_t count, uint32_t client,
				     uint32_t number, uint64_t offset, uint64_t bytes, uint64_t *address)
{
	uint32_t i = 0;

	while (i < count && passed[i].client < client)
		i++;
	if (number == 0 || count - i < number || passed[i + number - 1].client != client)
		return false;
	passed += i + number - 1;
	if (offset > passed->bytes || bytes > passed->bytes - offset)
		return false;
	*address = passed->address + passed->more + offset;
	return true;
}

#endif
