/* SPDX-License-Identifier: MIT
 * Physical memory at boot: the firmware's free ranges, consumed from their beginnings: those of the preferred NUMA node
 * first, then those of other nodes with CPUs, then slower memory, which is what a node without CPUs has.
 */
#include <boot.h>

#pragma clang section text = ".boot"

/* Firmware tables and start-up code of other CPUs live in the first MiB. */
#define LOW_BYTES UINT64_C(0x100000)

#define FARTHEST 2u /* distance of a node */

static struct boot_range {
	uint64_t next, end;
	uint32_t node;
	bool slow;
} ranges[TENON_BOOT_RANGES + 1]; /* one more: the retained page parts a range */
static uint32_t range_count;

static uint32_t preferred; /* node */

static const struct tenon_boot_info *boot_info_at;

const struct tenon_boot_info *boot_memory_info(void)
{
	return boot_info_at;
}

void boot_memory_init(const struct tenon_boot_info *info)
{
	CHECK(info->magic == TENON_BOOT_MAGIC && info->size == sizeof(*info));
	CHECK(info->range_count <= TENON_BOOT_RANGES);
	boot_info_at = info;
	memory_init(info);
	preferred = info->cpu[info->boot_cpu].node;
	range_count = 0;
	core.ram_bytes = core.free_bytes = core.object_bytes = core.component_bytes = 0;
	core.image_bytes = info->kernel_size;
	for (uint32_t i = 0; i < info->range_count; i++) {
		const struct tenon_boot_range *range = &info->range[i];
		uint64_t base = range->base, end = base + range->size;
		CHECK(base % TENON_PAGE_SIZE == 0 && range->size % TENON_PAGE_SIZE == 0 && end >= base);
		core.ram_bytes += range->size;
		if (base < LOW_BYTES)
			base = LOW_BYTES;
		if (range->kind != TENON_RANGE_FREE || base >= end)
			continue;
		ranges[range_count++] = (struct boot_range){base, end, range->node,
							    memory_kind(range->node) == TENON_MEMORY_SLOW};
		core.free_bytes += end - base;
	}
}

void boot_memory_prefer(uint32_t node)
{
	preferred = node;
}

static bool range_take(struct boot_range *range, uint64_t bytes, uint64_t align, physical_t *taken)
{
	uint64_t left = range->end - range->next;
	uint64_t skip = (align - range->next % align) % align;
	if (left < skip || left - skip < bytes)
		return false;
	taken->value = range->next + skip;
	range->next += skip + bytes;
	core.free_bytes -= skip + bytes;
	return true;
}

static unsigned range_distance(const struct boot_range *range)
{
	if (range->node == preferred)
		return 0;
	return range->slow ? FARTHEST : 1;
}

bool boot_memory_find(uint64_t bytes, uint64_t align, uint32_t node, unsigned kinds, physical_t *taken)
{
	for (unsigned distance = 0; distance <= FARTHEST; distance++) {
		for (uint32_t i = 0; i < range_count; i++) {
			struct boot_range *range = &ranges[i];
			unsigned kind = TENON_KIND_BIT(range->slow ? TENON_MEMORY_SLOW : TENON_MEMORY_RAM);
			if (range_distance(range) == distance &&
			    (node == TENON_NONE || range->node == node) &&
			    (kinds == 0 || (kinds & kind) != 0) && range_take(range, bytes, align, taken))
				return true;
		}
	}
	return false;
}

physical_t boot_memory_take(uint64_t bytes, uint64_t align)
{
	physical_t taken;
	if (boot_memory_find(bytes, align, TENON_NONE, 0, &taken))
		return taken;
	core_panic("boot", 0, "no memory left for what the system describes");
}

physical_t boot_memory_reserve_middle(uint64_t align)
{
	struct boot_range *largest = NULL;
	for (uint32_t i = 0; i < range_count; i++) {
		if (largest == NULL || ranges[i].end - ranges[i].next > largest->end - largest->next)
			largest = &ranges[i];
	}
	if (largest == NULL)
		return (physical_t){0};
	uint64_t middle = largest->next + (largest->end - largest->next) / 2;
	middle -= middle % align;
	if (middle <= largest->next || largest->end - middle < TENON_PAGE_SIZE)
		return (physical_t){0};
	ranges[range_count] = *largest;
	ranges[range_count++].next = middle + TENON_PAGE_SIZE;
	largest->end = middle;
	core.free_bytes -= TENON_PAGE_SIZE;
	core.object_bytes += TENON_PAGE_SIZE;
	return (physical_t){middle};
}

void *boot_objects(size_t count, size_t bytes)
{
	uint64_t size = ((uint64_t)count * bytes + 63u) & ~UINT64_C(63);
	void *objects = arch_direct(boot_memory_take(size, 64));
	core.object_bytes += size;
	memset(objects, 0, size);
	return objects;
}

physical_t boot_page(void)
{
	physical_t page = boot_memory_take(TENON_PAGE_SIZE, TENON_PAGE_SIZE);
	core.object_bytes += TENON_PAGE_SIZE;
	arch_clear_pages(arch_direct(page), TENON_PAGE_SIZE);
	return page;
}
