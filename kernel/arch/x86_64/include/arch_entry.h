/* SPDX-License-Identifier: MIT
 * x86_64: entries of page tables (four levels), for common/page_tables.c.
 */
#ifndef ARCH_ENTRY_H
#define ARCH_ENTRY_H

#include "x86.h"

#define ENTRY_ROOT_LEVEL     3u
#define ENTRY_ROOT_USER      1u /* entries of the root in the user half */
#define ENTRY_PHYSICAL_LIMIT (UINT64_C(1) << 52)
#define ENTRY_ADDRESS        UINT64_C(0x000ffffffffff000)

#define ENTRY_PRESENT  UINT64_C(0x001)
#define ENTRY_WRITE    UINT64_C(0x002)
#define ENTRY_USER     UINT64_C(0x004)
#define ENTRY_COMBINED UINT64_C(0x008) /* PAT entry 1: not cached, writes may be combined */
#define ENTRY_UNCACHED UINT64_C(0x018) /* PAT entry 3 */
#define ENTRY_USED     UINT64_C(0x060) /* accessed and dirty: the CPU need not write them */
#define ENTRY_LEAF     UINT64_C(0x080)
#define ENTRY_GLOBAL   UINT64_C(0x100)
#define ENTRY_NX       (UINT64_C(1) << 63)

static inline uint64_t *space_root(const struct arch_space *space)
{
	return arch_direct((physical_t){space->cr3 & ENTRY_ADDRESS});
}

static inline unsigned space_identifier(const struct arch_space *space)
{
	return (unsigned)(space->cr3 & CR3_PCID);
}

/* Leaves stand in level 0 and in so many above it. */
static inline unsigned entry_leaf_levels(void)
{
	return feature_has_huge_pages() ? 2 : 1;
}

static inline bool entry_is_table(uint64_t entry, unsigned level)
{
	return level > 0 && (entry & (ENTRY_PRESENT | ENTRY_LEAF)) == ENTRY_PRESENT;
}

static inline physical_t entry_physical(uint64_t entry)
{
	return (physical_t){entry & ENTRY_ADDRESS};
}

static inline uint64_t entry_table(physical_t page, uint64_t attributes)
{
	return page.value | ENTRY_PRESENT | ENTRY_WRITE | ENTRY_USED | (attributes & ENTRY_USER);
}

static inline uint64_t entry_leaf(uint64_t physical, uint64_t attributes, unsigned level)
{
	return physical | attributes | (level > 0 ? ENTRY_LEAF : 0);
}

static inline uint64_t entry_of_rights(unsigned rights)
{
	return ((rights & TENON_RIGHT_WRITE) != 0 ? ENTRY_WRITE : 0) |
	       ((rights & TENON_RIGHT_EXECUTE) == 0 ? ENTRY_NX : 0);
}

static inline bool entry_has_tags(void)
{
	return false;
}

/* Attributes of a leaf in a user half. What is executed can be read. */
static inline uint64_t entry_user(unsigned cache, unsigned rights)
{
	uint64_t type = cache == TENON_CACHE_UNCACHED ? ENTRY_COMBINED : ENTRY_UNCACHED;

	return (cache == TENON_CACHE_NORMAL ? 0 : type) | entry_of_rights(rights) | ENTRY_PRESENT |
	       ENTRY_USER | ENTRY_USED;
}

static inline uint64_t entry_change(uint64_t leaf, unsigned rights)
{
	return (leaf & ~(ENTRY_WRITE | ENTRY_NX)) | entry_of_rights(rights);
}

static inline unsigned entry_rights(uint64_t leaf)
{
	return TENON_RIGHT_READ | (leaf & ENTRY_WRITE ? TENON_RIGHT_WRITE : 0u) |
	       (leaf & ENTRY_NX ? 0u : TENON_RIGHT_EXECUTE);
}

/* Stores are seen in order, and an entry that becomes present was in no TLB. */
static inline void entries_written(void)
{
	__asm__ volatile("" ::: "memory");
}

#endif
