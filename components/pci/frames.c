/* SPDX-License-Identifier: MIT
 * A frame stands in the table from mapping to unmapping: deleting it unmaps
 * it. Who it was made for is remembered by slot.
 */
#include "frames.h"

#include "component.h"

#include <tenon/bus.h>

#define LARGE_FRAME UINT64_C(0x200000)

static struct {
	tenon_handle_t handle; /* 0: the slot is free */
	uint32_t owner;
} frames[SLOTS_FREE];

static uint32_t find_free(void)
{
	uint32_t slot = 0;

	while (slot < SLOTS_FREE && frames[slot].handle != 0) {
		slot++;
	}
	return slot;
}

/* The range that passes all of it on; NULL: none does. */
static const struct bus_range *find_range(uint64_t from, uint64_t bytes)
{
	for (uint32_t i = 0; i < BUS_RANGES; i++) {
		const struct bus_range *range = &bus_range[i];

		if (range->kind != BUS_PORTS && from >= range->base && from - range->base < range->bytes &&
		    bytes <= range->bytes - (from - range->base)) {
			return range;
		}
	}
	return NULL;
}

static bool map_one(uint32_t owner, const struct bus_range *range, uint64_t from, uint64_t bytes,
		    tenon_handle_t space, uint64_t address)
{
	const uint32_t slot = find_free();
	tenon_handle_t frame;

	if (slot == SLOTS_FREE || tenon_frame_of_registers(range->pool, SLOT_FREE + slot, bytes,
							   from - range->base, &frame) != TENON_OK) {
		return false;
	}
	if (tenon_frame_map(frame, space, address, TENON_RIGHT_READ | TENON_RIGHT_WRITE,
			    TENON_CACHE_DEVICE) != TENON_OK) {
		CHECK(tenon_cap_delete(frame) == TENON_OK);
		return false;
	}
	frames[slot].handle = frame;
	frames[slot].owner = owner;
	return true;
}

bool frames_map(uint32_t owner, uint64_t from, uint64_t bytes, tenon_handle_t space, uint64_t address)
{
	const struct bus_range *range = find_range(from, bytes);
	const uint64_t step =
	    ((from | bytes | address) & (LARGE_FRAME - 1)) == 0 ? LARGE_FRAME : TENON_PAGE_SIZE;

	if (range == NULL) {
		return false;
	}
	for (uint64_t at = 0; at < bytes; at += step) {
		if (!map_one(owner, range, from + at, step, space, address + at)) {
			return false;
		}
	}
	return true;
}

void frames_unmap(uint32_t owner)
{
	for (uint32_t slot = 0; slot < SLOTS_FREE; slot++) {
		if (frames[slot].handle != 0 && frames[slot].owner == owner) {
			CHECK(tenon_cap_delete(frames[slot].handle) == TENON_OK);
			frames[slot].handle = 0;
		}
	}
}
