/* SPDX-License-Identifier: MIT
 * RISC-V: entries of page tables (Sv39), for common/page_tables.c. A and D are set at once: a CPU without hardware update
 * would fault.
 */
#ifndef ARCH_ENTRY_H
#define ARCH_ENTRY_H

#include <arch_inline.h>
#include <tenon/tables.h>

#define ENTRY_ROOT_LEVEL     2u
#define ENTRY_ROOT_USER      256u /* entries of the root in the user half */
#define ENTRY_PHYSICAL_LIMIT (UINT64_C(1) << 56)

#define ENTRY_VALID    (UINT64_C(1) << 0)
#define ENTRY_READ     (UINT64_C(1) << 1)
#define ENTRY_WRITE    (UINT64_C(1) << 2)
#define ENTRY_EXECUTE  (UINT64_C(1) << 3)
#define ENTRY_USER     (UINT64_C(1) << 4)
#define ENTRY_GLOBAL   (UINT64_C(1) << 5)
#define ENTRY_ACCESSED (UINT64_C(1) << 6)
#define ENTRY_DIRTY    (UINT64_C(1) << 7)
#define ENTRY_RIGHTS   (ENTRY_READ | ENTRY_WRITE | ENTRY_EXECUTE) /* none: a table */
#define ENTRY_PBMT_NC  (UINT64_C(1) << 61)                        /* Svpbmt */
#define ENTRY_PBMT_IO  (UINT64_C(2) << 61)
#define ENTRY_PPN      ((UINT64_C(1) << 54) - (UINT64_C(1) << 10))

extern bool entry_has_types; /* space.c: the machine has Svpbmt */

static inline uint64_t *space_root(const struct arch_space *space)
{
	return arch_direct((physical_t){(space->satp & SATP_PPN_MASK) << 12});
}

static inline unsigned space_identifier(const struct arch_space *space)
{
	return (unsigned)(space->satp >> SATP_ASID_SHIFT & SATP_ASID_MASK);
}

/* Leaves stand in level 0 and in so many above it. */
static inline unsigned entry_leaf_levels(void)
{
	return 2;
}

static inline bool entry_is_table(uint64_t entry, unsigned level)
{
	(void)level; /* level 0 has none */
	return (entry & (ENTRY_RIGHTS | ENTRY_VALID)) == ENTRY_VALID;
}

static inline physical_t entry_physical(uint64_t entry)
{
	return (physical_t){(entry & ENTRY_PPN) << 2};
}

static inline uint64_t entry_table(physical_t page, uint64_t attributes)
{
	(void)attributes;
	return page.value >> 2 | ENTRY_VALID;
}

static inline uint64_t entry_leaf(uint64_t physical, uint64_t attributes, unsigned level)
{
	(void)level; /* a leaf is told by its rights */
	return physical >> 2 | attributes | ENTRY_VALID;
}

static inline uint64_t entry_cache(unsigned cache)
{
	if (__builtin_expect(cache == TENON_CACHE_NORMAL, 1) || !entry_has_types)
		return 0; /* the platform's memory attributes decide */
	return cache == TENON_CACHE_DEVICE ? ENTRY_PBMT_IO : ENTRY_PBMT_NC;
}

/* There is no page that is written and not read. */
static inline uint64_t entry_of_rights(unsigned rights)
{
	return ((rights & (TENON_RIGHT_READ | TENON_RIGHT_WRITE)) != 0 ? ENTRY_READ : 0) |
	       ((rights & TENON_RIGHT_WRITE) != 0 ? ENTRY_WRITE | ENTRY_DIRTY : 0) |
	       ((rights & TENON_RIGHT_EXECUTE) != 0 ? ENTRY_EXECUTE : 0);
}

static inline bool entry_has_tags(void)
{
	return false;
}

/* Attributes of a leaf in a user half. */
static inline uint64_t entry_user(unsigned cache, unsigned rights)
{
	return entry_cache(cache) | entry_of_rights(rights) | ENTRY_USER | ENTRY_ACCESSED;
}

static inline uint64_t entry_change(uint64_t leaf, unsigned rights)
{
	return (leaf & ~(ENTRY_RIGHTS | ENTRY_DIRTY)) | entry_of_rights(rights);
}

static inline unsigned entry_rights(uint64_t leaf)
{
	return (leaf & ENTRY_READ ? TENON_RIGHT_READ : 0) | (leaf & ENTRY_WRITE ? TENON_RIGHT_WRITE : 0) |
	       (leaf & ENTRY_EXECUTE ? TENON_RIGHT_EXECUTE : 0);
}

/* A CPU may go on with what it knows of an entry that was invalid: the fault is answered by trap.c. */
static inline void entries_written(void)
{
}

#endif
