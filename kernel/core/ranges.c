/* SPDX-License-Identifier: MIT
 * What lies where in the physical address space: the firmware's ranges, as the loader hands them over, and the pools.
 */
#include <core/core.h>

static const struct tenon_boot_info *machine;

BOOT void memory_init(const struct tenon_boot_info *info)
{
	machine = info;
}

enum tenon_memory_kind memory_kind(uint32_t node)
{
	for (uint32_t i = 0; i < machine->cpu_count; i++) {
		if (machine->cpu[i].node == node)
			return TENON_MEMORY_RAM;
	}
	return TENON_MEMORY_SLOW;
}

static const struct tenon_boot_range *range_of(physical_t physical)
{
	for (uint32_t i = 0; i < machine->range_count; i++) {
		if (physical.value - machine->range[i].base < machine->range[i].size)
			return &machine->range[i];
	}
	return NULL;
}

bool memory_is_ram(physical_t physical)
{
	return range_of(physical) != NULL;
}

uint32_t memory_node(physical_t physical)
{
	const struct tenon_boot_range *range = range_of(physical);
	return range != NULL ? range->node : 0;
}

bool memory_is_pooled(physical_t physical)
{
	uint64_t page = physical.value / TENON_PAGE_SIZE;
	for (uint32_t i = 0; i < core.tables->pools; i++) {
		if (page - core.pools[i]->base_page < core.pools[i]->page_count)
			return true;
	}
	return false;
}
