/* SPDX-License-Identifier: MIT
 * The driver of QEMU's edu device: bytes go from memory into its buffer and back.
 */
#include "component.h"

#include <tenon/string.h>

/* docs/specs/edu.rst of QEMU. */
enum {
	LIVENESS = 0x04,
	RAISED = 0x24,
	ACKNOWLEDGE = 0x64,
	SOURCE = 0x80,
	DESTINATION = 0x88,
	COUNT = 0x90,
	COMMAND = 0x98
};
#define BUFFER      0x40000u
#define START       1u
#define TO_MEMORY   2u
#define THEN_SIGNAL 4u
#define BYTES       64u

static struct lesson_copy_token asked;
static struct lesson_into_token asked_into;
static bool copying, on_the_way_back, writing_into;
static uint64_t not_for_the_device = 0x5a5a5a5a5a5a5a5a;

static uint8_t *memory(void)
{
	return device_dma();
}

static void write64(uint32_t offset, uint64_t value)
{
	*(volatile uint64_t *)((volatile uint8_t *)device_registers(0) + offset) = value;
}

static void transfer(uint64_t from, uint64_t to, uint64_t how)
{
	write64(SOURCE, from);
	write64(DESTINATION, to);
	write64(COUNT, BYTES);
	write64(COMMAND, START | how);
}

void component_start(void)
{
	device_write32(0, LIVENESS, 0x12345678);
	CHECK(device_read32(0, LIVENESS) == ~0x12345678u);
	CHECK(device_identity()->vendor == 0x1234);
	CHECK(bus_message(0, 0) == BUS_OK);
	CHECK(bus_master(true) == BUS_OK);
	log_info("teacher: started, its device finds 0x%llx at 0x%llx",
		 (unsigned long long)(uintptr_t)memory(), (unsigned long long)device_address(memory()));
}

void lessons_copy(uint32_t client, struct lesson_copy_token token)
{
	(void)client;
	asked = token;
	copying = true;
	on_the_way_back = false;
	for (unsigned i = 0; i < BYTES; i++)
		memory()[i] = (uint8_t)(i * 7 + 1);
	transfer(device_address(memory()), BUFFER, THEN_SIGNAL);
}

void lessons_into(uint32_t client, struct lesson_into_token token, uint32_t pool, uint64_t offset)
{
	uint64_t there;

	if (!lessons_passed(client, pool, offset, BYTES, &there)) {
		(void)lesson_into_finish(token, LESSON_WRONG);
		return;
	}
	asked_into = token;
	writing_into = true;
	transfer(BUFFER, there, TO_MEMORY | THEN_SIGNAL);
}

void lessons_into_cancelled(uint32_t client, struct lesson_into_token token)
{
	(void)client;
	(void)token;
	writing_into = false;
}

/* Back to the second page, so that a device that translates nothing, or wrongly, is found out. */
void device_interrupt(uint32_t index)
{
	(void)index;
	device_write32(0, ACKNOWLEDGE, device_read32(0, RAISED));
	if (writing_into) {
		writing_into = false;
		(void)lesson_into_finish(asked_into, LESSON_OK);
	}
	if (!copying)
		return;
	if (!on_the_way_back) {
		on_the_way_back = true;
		transfer(BUFFER, device_address(memory() + DEVICE_DMA_SIZE / 2), TO_MEMORY | THEN_SIGNAL);
		return;
	}
	copying = false;
	bool same = memcmp(memory(), memory() + DEVICE_DMA_SIZE / 2, BYTES) == 0;
	(void)lesson_copy_finish(asked, same ? LESSON_OK : LESSON_WRONG);
}

void lessons_copy_cancelled(uint32_t client, struct lesson_copy_token token)
{
	(void)client;
	(void)token;
	copying = false;
}

enum lesson_status lessons_write(uint32_t client, uint64_t address)
{
	(void)client;
	transfer(BUFFER, address, TO_MEMORY);
	return LESSON_OK;
}

enum lesson_status lessons_mine(uint32_t client, uint64_t *address)
{
	(void)client;
	CHECK(not_for_the_device == 0x5a5a5a5a5a5a5a5a);
	*address = (uint64_t)(uintptr_t)&not_for_the_device;
	return LESSON_OK;
}
