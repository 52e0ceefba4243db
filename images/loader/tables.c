/* SPDX-License-Identifier: MIT
 * Page tables for the kernel's first instruction. All three machines have tables of 512 entries at 9 bits a level above
 * 4 KiB pages, so one walk serves them; only the bits of an entry differ (arch/).
 *
 * Tables, the boot information and the copy of the DTB come from one arena, so that one range of RAM is kept for them.
 */
#include "loader.h"

#include <string.h>

static struct {
	uint64_t base, size, used;
} arena;

void arena_init(uint64_t base, uint64_t size)
{
	arena.base = base;
	arena.size = size;
	arena.used = 0;
}

void *arena_take(uint64_t size)
{
	void *taken = (void *)(uintptr_t)(arena.base + arena.used);

	size = page_up(size);
	if (size > arena.size - arena.used)
		refuse("own error: the arena for page tables is too small");
	arena.used += size;
	return memset(taken, 0, size);
}

uint64_t arena_base(void)
{
	return arena.base;
}

uint64_t arena_used(void)
{
	return arena.used;
}

static unsigned level_shift(unsigned level)
{
	return 12 + 9 * level;
}

static void map(uint64_t root, uint64_t virtual, uint64_t physical, uint64_t size, unsigned rights)
{
	const bool kernel = virtual >> 63 != 0;
	unsigned largest = arch_largest_level();

	while (size > 0) {
		unsigned leaf = largest, level = TABLE_LEVELS - 1;
		uint64_t *table = (uint64_t *)(uintptr_t)root, *entry;

		while (((virtual | physical) & ((UINT64_C(1) << level_shift(leaf)) - 1)) != 0 ||
		       size >> level_shift(leaf) == 0)
			leaf--;
		for (;; level--) {
			entry = &table[(virtual >> level_shift(level)) & 511];
			if (level == leaf)
				break;
			if (*entry == 0)
				*entry = arch_table_entry((uint64_t)(uintptr_t)arena_take(PAGE));
			table = (uint64_t *)(uintptr_t)arch_table_address(*entry);
		}
		if (*entry != 0)
			refuse("own error: %x is mapped twice", virtual);
		*entry = arch_leaf_entry(physical, rights, level, kernel);
		virtual += UINT64_C(1) << level_shift(leaf);
		physical += UINT64_C(1) << level_shift(leaf);
		size -= UINT64_C(1) << level_shift(leaf);
	}
}

/* May the direct map write this page? And how far from it on is the answer the same? */
static bool direct_writable(const struct image *image, uint64_t physical, uint64_t *same)
{
	uint64_t offset = physical - image->physical;

	if (physical < image->physical) {
		*same = image->physical - physical;
		return true;
	}
	if (offset >= image->size) {
		*same = UINT64_MAX;
		return true;
	}
	*same = image->size - offset;
	for (unsigned i = 0; i < image->segments; i++) {
		uint64_t start = image->segment[i].address - TENON_KERNEL_BASE;

		if (offset < start) {
			*same = start - offset;
			return false; /* a gap between segments */
		}
		if (offset - start < image->segment[i].size) {
			*same = image->segment[i].size - (offset - start);
			return (image->segment[i].rights & RIGHT_WRITE) != 0;
		}
	}
	return false;
}

static void map_direct(const struct tables *tables, const struct image *image)
{
	for (unsigned i = 0; i < memory.count; i++) {
		uint64_t at = memory.range[i].base, left = memory.range[i].size;

		while (left > 0) {
			uint64_t same;
			bool writable = direct_writable(image, at, &same);
			uint64_t size = same < left ? same : left;

			map(tables->upper, TENON_DIRECT_BASE + at, at, size,
			    RIGHT_READ | (writable ? RIGHT_WRITE : 0));
			at += size;
			left -= size;
		}
	}
}

uint64_t tables_room(const struct image *image)
{
	/* Each piece of the direct map can break two tables of each level; the kernel's own pages need one table for each
	 * 2 MiB, twice; the low half and the roots a few. */
	uint64_t pieces = memory.count + 2 * (uint64_t)image->segments + 2;

	return PAGE * (pieces * 2 * (TABLE_LEVELS - 1) + 2 * (image->size / (2 * MIB) + 2) + 24);
}

void tables_build(struct tables *tables, const struct image *image, uint64_t handover, uint64_t low_page)
{
	tables->upper = (uint64_t)(uintptr_t)arena_take(PAGE);
	tables->lower = arch_one_root() ? tables->upper : (uint64_t)(uintptr_t)arena_take(PAGE);
	map_direct(tables, image);
	for (unsigned i = 0; i < image->segments; i++)
		map(tables->upper, image->segment[i].address,
		    image->physical + (image->segment[i].address - TENON_KERNEL_BASE), image->segment[i].size,
		    image->segment[i].rights);
	map(tables->lower, handover, handover, PAGE, RIGHT_READ | RIGHT_EXECUTE);
	if (image->trampoline_size != 0) {
		uint64_t physical = image->physical + (image->trampoline - TENON_KERNEL_BASE);

		map(tables->lower, physical, physical, page_up(image->trampoline_size),
		    RIGHT_READ | RIGHT_EXECUTE);
	}
	if (low_page != 0)
		map(tables->lower, low_page, low_page, PAGE, RIGHT_READ | RIGHT_EXECUTE);
}
