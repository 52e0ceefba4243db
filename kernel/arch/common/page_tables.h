/* SPDX-License-Identifier: MIT
 * Page tables of 512 entries, the form that all three machines share.
 *
 * page_tables.c implements the functions of arch/arch.h that map, change, look up and take apart; it is compiled for each
 * machine with its arch_entry.h, which says what an entry looks like. Level 0 has leaves of 4 KiB, level 1 of 2 MiB,
 * level 2 of 1 GiB. Whoever calls holds the space's lock; walkers of other CPUs look on. A table that was made stays until
 * the space goes: so no walk ever ends in a page that is something else by now.
 */
#ifndef ARCH_PAGE_TABLES_H
#define ARCH_PAGE_TABLES_H

#include <arch/arch.h>

#define TABLE_ENTRIES 512u
#define USER_BITS     38u
#define USER_LIMIT    (UINT64_C(1) << USER_BITS)

/* What is left to map. */
struct page_run {
	uint64_t address, physical, size;
	uint64_t attributes; /* of each leaf */
	physical_t (*take_page)(void *);
	void *argument;
};

static inline unsigned level_shift(unsigned level)
{
	return 12 + 9 * level;
}

static inline uint64_t *entry_at(uint64_t *table, unsigned level, uint64_t address)
{
	return &table[address >> level_shift(level) & (TABLE_ENTRIES - 1)];
}

/* Maps the run, with the largest leaves that fit, as arch_space_map() does. The root may be the kernel's own. */
enum tenon_status page_tables_map(uint64_t *root, struct page_run *run);

/* The index of the first entry from `from` on that points to a table, or at least `entries` (a multiple of 8, or 1). */
unsigned table_next(const uint64_t *table, unsigned level, unsigned from, unsigned entries);

/* arch_boot_forget(), in the kernel's own tables. */
uint64_t page_tables_forget_boot(uint64_t *root);

/* Where one table translates both halves: the kernel's entries of its own root, all made by now, are those of each root. */
void kernel_half_keep(const uint64_t *kernel_root);
/* Into a zeroed root. */
void kernel_half_copy(uint64_t *root);

#endif
