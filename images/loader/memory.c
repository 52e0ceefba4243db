/* SPDX-License-Identifier: MIT
 * The list of RAM: ascending, not overlapping, neighbours of one kind merged. memory_read() makes it anew from the
 * firmware's map; parts that the loader keeps are marked afterwards.
 */
#include "loader.h"

struct memory memory;

static void insert(unsigned at, struct tenon_boot_range range)
{
	if (memory.count == 2 * TENON_BOOT_RANGES)
		refuse("the firmware's memory map has more than %u runs of RAM",
		       (uint64_t)(2 * TENON_BOOT_RANGES));
	for (unsigned i = memory.count; i > at; i--)
		memory.range[i] = memory.range[i - 1];
	memory.range[at] = range;
	memory.count++;
}

static bool joins(const struct tenon_boot_range *a, const struct tenon_boot_range *b)
{
	return a->kind == b->kind && a->node == b->node && b->base - a->base == a->size;
}

static void merge(void)
{
	unsigned kept = 0;

	for (unsigned i = 1; i < memory.count; i++) {
		if (joins(&memory.range[kept], &memory.range[i]))
			memory.range[kept].size += memory.range[i].size;
		else
			memory.range[++kept] = memory.range[i];
	}
	if (memory.count > 0)
		memory.count = kept + 1;
}

void memory_read(void)
{
	memory.count = 0;
	firmware_memory();
	merge();
}

void memory_add(uint64_t base, uint64_t size, uint32_t kind)
{
	unsigned at = 0;

	while (at < memory.count && memory.range[at].base < base)
		at++;
	insert(at, (struct tenon_boot_range){.base = base, .size = size, .kind = kind});
	if (memory.count > TENON_BOOT_RANGES)
		merge();
}

void memory_mark(uint64_t base, uint64_t size, uint32_t kind)
{
	for (unsigned i = 0; i < memory.count; i++) {
		struct tenon_boot_range *range = &memory.range[i], rest = *range;

		if (base < range->base || base - range->base >= range->size)
			continue;
		if (base != range->base) {
			range->size = base - range->base;
			rest.base = base;
			rest.size -= range->size;
			insert(i + 1, rest);
			continue;
		}
		if (size < range->size) {
			rest.base = base + size;
			rest.size = range->size - size;
			range->size = size;
			insert(i + 1, rest);
		}
		range->kind = kind;
		base += range->size;
		size -= range->size;
		if (size == 0)
			break;
	}
	merge();
}

void memory_write(struct tenon_boot_info *info)
{
	info->range_count = memory.count < TENON_BOOT_RANGES ? memory.count : TENON_BOOT_RANGES;
	for (unsigned i = 0; i < info->range_count; i++)
		info->range[i] = memory.range[i];
}
