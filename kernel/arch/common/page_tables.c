/* SPDX-License-Identifier: MIT
 * See page_tables.h.
 */
#include <arch/arch.h>
#include <arch_entry.h>
#include <core/check.h>
#include "identifiers.h"
#include "page_tables.h"

/* What looking through a whole table costs, counted in pages given back. */
#define SCAN_COST 8u

static uint64_t *table_of(uint64_t entry)
{
	return arch_direct(entry_physical(entry));
}

/* The level of the largest leaf that fits at the start of the run. */
static unsigned leaf_level(const struct page_run *run)
{
	unsigned level = 0;

	while (level < entry_leaf_levels()) {
		uint64_t size = UINT64_C(1) << level_shift(level + 1);

		if (run->size < size || ((run->address | run->physical) & (size - 1)) != 0)
			break;
		level++;
	}
	return level;
}

/* Writes the run's first leaf and advances the run past it; OK too if that needs a table first: then *hole is its place. */
static enum tenon_status leaf_map(uint64_t *table, struct page_run *run, uint64_t **hole)
{
	unsigned leaf = leaf_level(run);
	uint64_t address = run->address, size = UINT64_C(1) << level_shift(leaf);
	uint64_t *entry = entry_at(table, ENTRY_ROOT_LEVEL, address);

	for (unsigned level = ENTRY_ROOT_LEVEL; level > leaf; level--) {
		if (__builtin_expect(!entry_is_table(*entry, level), 0)) {
			*hole = entry;
			return *entry == 0 ? TENON_OK : TENON_BAD_ADDRESS;
		}
		entry = entry_at(table_of(*entry), level - 1, address);
	}
	if (*entry != 0)
		return TENON_BAD_ADDRESS;
	*entry = entry_leaf(run->physical, run->attributes, leaf);
	run->address = address + size;
	run->physical += size;
	run->size -= size;
	return TENON_OK;
}

/* Apart from the straight path, which then has no registers to save for take_page(). */
static __attribute__((noinline)) enum tenon_status table_make(uint64_t *hole, struct page_run *run)
{
	physical_t page = run->take_page(run->argument);

	if (page.value == 0)
		return TENON_NO_MEMORY;
	/* Released: a walk that finds the table finds it empty. */
	__atomic_store_n(hole, entry_table(page, run->attributes), __ATOMIC_RELEASE);
	return TENON_OK;
}

enum tenon_status page_tables_map(uint64_t *root, struct page_run *run)
{
	enum tenon_status status = TENON_OK;

	while (run->size != 0 && status == TENON_OK) {
		uint64_t *hole = NULL;

		status = leaf_map(root, run, &hole);
		if (__builtin_expect(hole != NULL, 0) && status == TENON_OK)
			status = table_make(hole, run);
	}
	entries_written();
	return status;
}

/* Few of the 256: copying them all would be most of what a new space costs. */
static const uint64_t *kernel_half;
static uint16_t kernel_at[TABLE_ENTRIES / 2];
static unsigned kernel_count;

BOOT void kernel_half_keep(const uint64_t *kernel_root)
{
	kernel_half = kernel_root;
	for (unsigned n = TABLE_ENTRIES / 2; n < TABLE_ENTRIES; n++)
		if (kernel_root[n] != 0)
			kernel_at[kernel_count++] = (uint16_t)n;
}

void kernel_half_copy(uint64_t *root)
{
	for (unsigned n = 0; n < kernel_count; n++)
		root[kernel_at[n]] = kernel_half[kernel_at[n]];
}

/* No page is written and executed, and none without a right is there at all. */
static bool rights_fit(unsigned rights)
{
	return (rights & (TENON_RIGHT_READ | TENON_RIGHT_WRITE | TENON_RIGHT_EXECUTE)) != 0 &&
	       (~rights & (TENON_RIGHT_WRITE | TENON_RIGHT_EXECUTE)) != 0;
}

enum tenon_status arch_space_map(struct arch_space *space, uint64_t address, physical_t physical,
				 uint64_t size, unsigned rights, unsigned cache,
				 physical_t (*take_page)(void *), void *argument)
{
	struct page_run run = {address, physical.value, size, 0, take_page, argument};

	if (((address | physical.value | size) & (TENON_PAGE_SIZE - 1)) != 0 || address >= USER_LIMIT ||
	    size > USER_LIMIT - address || physical.value >= ENTRY_PHYSICAL_LIMIT ||
	    size > ENTRY_PHYSICAL_LIMIT - physical.value)
		return TENON_BAD_ADDRESS;
	if (!rights_fit(rights))
		return TENON_BAD_ARGUMENT;
	/* Device registers are not for fetching instructions: a CPU may do that ahead of time. */
	if (cache != TENON_CACHE_NORMAL && (rights & TENON_RIGHT_EXECUTE) != 0)
		return TENON_BAD_ARGUMENT;
	if (cache == TENON_CACHE_TAGGED && !entry_has_tags())
		return TENON_UNSUPPORTED;
	run.attributes = entry_user(cache, rights);
	return page_tables_map(space_root(space), &run);
}

/* The entry behind a user address and its level; the entry is 0 or a leaf. */
static uint64_t entry_find(const struct arch_space *space, uint64_t address, unsigned *level)
{
	uint64_t *table = space_root(space);
	unsigned at = ENTRY_ROOT_LEVEL;
	uint64_t entry;

	if (address >= USER_LIMIT)
		return 0;
	while (entry_is_table(entry = *entry_at(table, at, address), at)) {
		table = table_of(entry);
		at--;
	}
	*level = at;
	return entry;
}

COLD bool arch_space_lookup(const struct arch_space *space, uint64_t address, physical_t *physical,
			    unsigned *rights)
{
	unsigned level = 0;
	uint64_t entry = entry_find(space, address, &level);
	uint64_t inside = (UINT64_C(1) << level_shift(level)) - 1;

	if (entry == 0)
		return false;
	physical->value = (entry_physical(entry).value & ~inside) | (address & inside);
	*rights = entry_rights(entry);
	return true;
}

uint64_t arch_space_leaf_limit(void)
{
	return UINT64_C(1) << level_shift(entry_leaf_levels());
}

COLD uint64_t arch_space_leaf(const struct arch_space *space, uint64_t address)
{
	unsigned level = 0;

	return entry_find(space, address, &level) == 0 ? 0 : UINT64_C(1) << level_shift(level);
}

__attribute__((noinline)) bool arch_space_change(struct arch_space *space, uint64_t address,
						 physical_t physical, uint64_t size, unsigned rights)
{
	uint64_t *table = space_root(space);
	uint64_t *entry;
	unsigned level = ENTRY_ROOT_LEVEL;

	if (address >= USER_LIMIT || (address & (size - 1)) != 0 || (rights != 0 && !rights_fit(rights)))
		return false;
	while (entry_is_table(*(entry = entry_at(table, level, address)), level)) {
		table = table_of(*entry);
		level--;
	}
	if (*entry == 0 || UINT64_C(1) << level_shift(level) != size ||
	    entry_physical(*entry).value != physical.value)
		return false;
	*entry = rights == 0 ? 0 : entry_change(*entry, rights);
	return true;
}

unsigned table_next(const uint64_t *table, unsigned level, unsigned from, unsigned entries)
{
	for (; from < entries; from++) {
		const uint64_t *e = &table[from];

		if (from % 8 == 0 && (e[0] | e[1] | e[2] | e[3] | e[4] | e[5] | e[6] | e[7]) == 0)
			from += 7;
		else if (entry_is_table(*e, level))
			break;
	}
	return from;
}

/*
 * From the root down to the first table that has no tables below it, which goes back; then from the root again, since
 * nothing is kept between calls. Tables of level 0 need no look.
 */
COLD bool arch_space_fini(struct arch_space *space, unsigned budget, void (*give_page)(void *, physical_t),
			  void *argument)
{
	uint64_t *root = space_root(space), *table = root, *parent = NULL;
	unsigned level = ENTRY_ROOT_LEVEL, at = 0;

	for (unsigned spent = 0; spent < budget;) {
		unsigned entries = table == root ? ENTRY_ROOT_USER : TABLE_ENTRIES;

		at = table_next(table, level, at, entries);
		if (at < entries && level > 1) {
			parent = &table[at];
			table = table_of(*parent);
			level--;
			at = 0;
		} else if (at < entries) {
			physical_t page = entry_physical(table[at]);

			table[at] = 0;
			give_page(argument, page);
			spent++;
		} else if (table != root) {
			*parent = 0;
			give_page(argument, arch_physical(table));
			spent += SCAN_COST;
			table = root;
			level = ENTRY_ROOT_LEVEL;
			at = 0;
		} else {
			identifier_give(space_identifier(space));
			give_page(argument, arch_physical(root));
			return true;
		}
	}
	return false;
}
