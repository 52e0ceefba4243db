/* SPDX-License-Identifier: MIT
 * The list of RAM: ascending, not overlapping, neighbours of one kind and node merged. memory_read() makes it anew from
 * the firmware's map; parts that the loader keeps, and the nodes, are marked afterwards.
 */
#include "loader.h"

#define NODE_RUNS 64

struct memory memory;

static struct {
	uint64_t base, size;
	uint32_t node;
} node_run[NODE_RUNS];
static unsigned node_runs;

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
	for (unsigned i = 1; i < memory.count; i++)
		if (memory.range[i].base - memory.range[i - 1].base < memory.range[i - 1].size)
			refuse("the firmware's memory map has the RAM at %x twice", memory.range[i].base);
}

void memory_add(uint64_t base, uint64_t size, uint32_t kind)
{
	unsigned at = 0;

	if (size == 0)
		return;
	while (at < memory.count && memory.range[at].base < base)
		at++;
	insert(at, (struct tenon_boot_range){.base = base, .size = size, .kind = kind});
	if (memory.count > TENON_BOOT_RANGES)
		merge();
}

/* Makes `address` the border of two ranges, where it is inside one. */
static void split(uint64_t address)
{
	for (unsigned i = 0; i < memory.count; i++) {
		struct tenon_boot_range *range = &memory.range[i], rest = *range;

		if (address <= range->base || address - range->base >= range->size)
			continue;
		range->size = address - range->base;
		rest.base = address;
		rest.size -= range->size;
		insert(i + 1, rest);
		return;
	}
}

static bool inside(const struct tenon_boot_range *range, uint64_t base, uint64_t size)
{
	return range->base >= base && range->base - base < size;
}

void memory_mark(uint64_t base, uint64_t size, uint32_t kind)
{
	split(base);
	split(base + size);
	for (unsigned i = 0; i < memory.count; i++)
		if (inside(&memory.range[i], base, size))
			memory.range[i].kind = kind;
	merge();
}

void memory_node(uint64_t base, uint64_t size, uint32_t node)
{
	if (node == 0)
		return; /* what ranges are without a word */
	if (node_runs == NODE_RUNS)
		refuse("this machine has more than %u runs of RAM with a NUMA node", (uint64_t)NODE_RUNS);
	node_run[node_runs].base = base;
	node_run[node_runs].size = size;
	node_run[node_runs++].node = node;
}

static void mark_nodes(void)
{
	for (unsigned n = 0; n < node_runs; n++) {
		split(node_run[n].base);
		split(node_run[n].base + node_run[n].size);
		for (unsigned i = 0; i < memory.count; i++)
			if (inside(&memory.range[i], node_run[n].base, node_run[n].size))
				memory.range[i].node = node_run[n].node;
	}
	merge();
}

void memory_write(struct tenon_boot_info *info)
{
	mark_nodes();
	/* More ranges than fit: the last ones stay unused. */
	info->range_count = memory.count < TENON_BOOT_RANGES ? memory.count : TENON_BOOT_RANGES;
	for (unsigned i = 0; i < info->range_count; i++)
		info->range[i] = memory.range[i];
}
