/* SPDX-License-Identifier: MIT
 * Maps the registers of its device through frames, beside the mapping that the description gave it, and compares.
 */
#include "component.h"
#include <tenon/object.h>

#define HERE  UINT64_C(0x3000000000)
#define FRAME SLOT_FREE
#define OTHER (SLOT_FREE + 1)

static unsigned checks, wrong;

static void check(bool holds, const char *what)
{
	checks++;
	if (holds)
		return;
	wrong++;
	log_error("wrong: %s", what);
}

/* Where the constant part of a clock's registers is: the part's number of a PL031, capabilities of an HPET; a goldfish RTC
 * has none, and what it says of its alarm is zero. */
static uint32_t constant(uint64_t base)
{
#if defined(__aarch64__)
	return *(volatile uint32_t *)(base + 0xfe0);
#elif defined(__x86_64__)
	return *(volatile uint32_t *)base;
#else
	return *(volatile uint32_t *)(base + 0x18);
#endif
}

static enum tenon_status map(tenon_handle_t frame, uint32_t rights, enum tenon_cache cache)
{
	return tenon_frame_map(frame, SLOT_SPACE, HERE, rights, cache);
}

static void refusals(tenon_handle_t frame, uint64_t bytes)
{
	tenon_handle_t other;

	check(map(frame, TENON_RIGHT_READ, TENON_CACHE_NORMAL) == TENON_BAD_ARGUMENT,
	      "registers in the caches");
	check(map(frame, TENON_RIGHT_READ, TENON_CACHE_TAGGED) == TENON_BAD_ARGUMENT, "registers with tags");
	check(map(frame, TENON_RIGHT_READ | TENON_RIGHT_EXECUTE, TENON_CACHE_DEVICE) == TENON_BAD_ARGUMENT,
	      "registers as code");
	check(tenon_frame_of_registers(SLOT_REGISTERS_0, OTHER, TENON_PAGE_SIZE, bytes, &other) ==
		  TENON_BAD_ARGUMENT,
	      "registers past the device");
	check(tenon_frame_of_registers(SLOT_REGISTERS_0, OTHER, TENON_PAGE_SIZE, UINT64_MAX - 4095, &other) ==
		  TENON_BAD_ARGUMENT,
	      "registers before the device");
	check(tenon_pool_make(SLOT_REGISTERS_0, TENON_TYPE_SPACE, OTHER, 0, &other) == TENON_NO_MEMORY,
	      "a space in registers");
	check(tenon_pool_make(SLOT_REGISTERS_0, TENON_TYPE_POOL, OTHER, 65536, &other) == TENON_NO_MEMORY,
	      "a pool in registers");
}

static bool is_mapped(void)
{
	uint32_t rights = 0;

	return tenon_space_query(SLOT_SPACE, HERE, &rights, NULL) == TENON_OK && rights != 0;
}

static void frames(uint64_t given, uint64_t bytes)
{
	tenon_handle_t frame, other;
	struct tenon_ipc query;

	check(tenon_frame_of_registers(SLOT_REGISTERS_0, FRAME, TENON_PAGE_SIZE, 0, &frame) == TENON_OK,
	      "frame");
	refusals(frame, bytes);
	check(map(frame, TENON_RIGHT_READ | TENON_RIGHT_WRITE, TENON_CACHE_DEVICE) == TENON_OK, "map");
	query = tenon_operate(TENON_OP_SPACE_QUERY, SLOT_SPACE, HERE, 0, 0, 0);
	check(query.word[3] == TENON_MEMORY_DEVICE, "kind of what is mapped");
	check(constant(HERE) == constant(given), "the same register read twice");
	log_info("constant 0x%x", (unsigned)constant(HERE));
	check(tenon_frame_unmap(frame) == TENON_OK && !is_mapped(), "unmap");
	check(map(frame, TENON_RIGHT_READ, TENON_CACHE_UNCACHED) == TENON_OK && is_mapped(), "map again");
	check(tenon_frame_of_registers(SLOT_REGISTERS_0, OTHER, TENON_PAGE_SIZE, 0, &other) == TENON_OK,
	      "a second frame");
	check(tenon_cap_revoke(SLOT_REGISTERS_0) == TENON_OK && !is_mapped(), "revoke");
	check(tenon_cap_delete(other) == TENON_BAD_HANDLE, "gone with the revocation");
	check(constant(given) == constant(given), "what the description gave stays");
}

void component_start(void)
{
	struct tenon_pool_view before, after, registers;

	check(tenon_pool_read(SLOT_POOL, &before) == TENON_OK, "pool");
	check(tenon_pool_read(SLOT_REGISTERS_0, &registers) == TENON_OK, "pool of registers");
	check(registers.kind == TENON_MEMORY_DEVICE && registers.bytes >= TENON_PAGE_SIZE &&
		  registers.free == 0,
	      "kind of the pool");
	frames((uint64_t)device_registers(0), registers.bytes);
	check(tenon_pool_read(SLOT_POOL, &after) == TENON_OK &&
		  before.free - after.free <= 3 * TENON_PAGE_SIZE,
	      "page tables alone were paid for");
	log_info("registers: %u checks, %u wrong", checks, wrong);
	(void)power_end(wrong == 0 ? 0 : 1); /* does not come back when it succeeds */
}
