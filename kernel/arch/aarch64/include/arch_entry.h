/* SPDX-License-Identifier: MIT
 * AArch64: entries of page tables (VMSAv8-64 descriptors, 4 KiB granule), for common/page_tables.c. Three levels: the
 * architecture's 1, 2 and 3 are our 2, 1 and 0.
 */
#ifndef ARCH_ENTRY_H
#define ARCH_ENTRY_H

#include "aarch64.h"
#include <tenon/tables.h>

#define ENTRY_ROOT_LEVEL     2u
#define ENTRY_ROOT_USER      256u /* entries of the root in the user half */
#define ENTRY_PHYSICAL_LIMIT (UINT64_C(1) << 48)
#define ENTRY_ADDRESS        UINT64_C(0x0000fffffffff000)

#define ENTRY_VALID    (UINT64_C(1) << 0)
#define ENTRY_TABLE    (UINT64_C(1) << 1) /* table in levels 2 and 1, page in level 0 */
#define ENTRY_ATTR(n)  ((uint64_t)(n) << 2)
#define ENTRY_USER     (UINT64_C(1) << 6)
#define ENTRY_READONLY (UINT64_C(1) << 7)
#define ENTRY_INNER    (UINT64_C(3) << 8)
#define ENTRY_ACCESSED (UINT64_C(1) << 10)
#define ENTRY_NOGLOBAL (UINT64_C(1) << 11)
#define ENTRY_GUARDED                                                                                        \
	(UINT64_C(1) << 50) /* indirect branches arrive at BTI only; ignored by a CPU without it */
#define ENTRY_PXN (UINT64_C(1) << 53)
#define ENTRY_UXN (UINT64_C(1) << 54)

static inline uint64_t *space_root(const struct arch_space *space)
{
	return arch_direct((physical_t){space->ttbr & ENTRY_ADDRESS});
}

static inline unsigned space_identifier(const struct arch_space *space)
{
	return (unsigned)(space->ttbr >> ARCH_ASID_SHIFT);
}

/* Leaves stand in level 0 and in so many above it. */
static inline unsigned entry_leaf_levels(void)
{
	return 2;
}

static inline bool entry_is_table(uint64_t entry, unsigned level)
{
	return level > 0 && (entry & ENTRY_TABLE) != 0;
}

static inline physical_t entry_physical(uint64_t entry)
{
	return (physical_t){entry & ENTRY_ADDRESS};
}

static inline uint64_t entry_table(physical_t page, uint64_t attributes)
{
	(void)attributes;
	return page.value | ENTRY_VALID | ENTRY_TABLE;
}

static inline uint64_t entry_leaf(uint64_t physical, uint64_t attributes, unsigned level)
{
	return physical | attributes | ENTRY_VALID | (level == 0 ? ENTRY_TABLE : 0);
}

static inline uint64_t entry_cache(unsigned cache)
{
	switch (cache) {
	case TENON_CACHE_NORMAL:
		return ENTRY_ATTR(TENON_MAIR_UNTAGGED) | ENTRY_INNER;
	case TENON_CACHE_TAGGED:
		return ENTRY_ATTR(TENON_MAIR_NORMAL) | ENTRY_INNER;
	case TENON_CACHE_UNCACHED:
		return ENTRY_ATTR(TENON_MAIR_UNCACHED) | ENTRY_INNER;
	default:
		return ENTRY_ATTR(TENON_MAIR_DEVICE);
	}
}

/* Execute alone: no user bit, which with UXN clear lets user code fetch but not read. All user code is guarded by BTI. */
static inline uint64_t entry_of_rights(unsigned rights)
{
	return ((rights & (TENON_RIGHT_READ | TENON_RIGHT_WRITE)) != 0 ? ENTRY_USER : 0) |
	       ((rights & TENON_RIGHT_WRITE) == 0 ? ENTRY_READONLY : 0) |
	       ((rights & TENON_RIGHT_EXECUTE) == 0 ? ENTRY_UXN : ENTRY_GUARDED);
}

static inline bool entry_has_tags(void)
{
	return arch_has_tags;
}

/* Attributes of a leaf in a user half. */
static inline uint64_t entry_user(unsigned cache, unsigned rights)
{
	return entry_cache(cache) | entry_of_rights(rights) | ENTRY_ACCESSED | ENTRY_NOGLOBAL | ENTRY_PXN;
}

static inline uint64_t entry_change(uint64_t leaf, unsigned rights)
{
	return (leaf & ~(ENTRY_USER | ENTRY_READONLY | ENTRY_UXN | ENTRY_GUARDED)) | entry_of_rights(rights);
}

static inline unsigned entry_rights(uint64_t leaf)
{
	unsigned rights = (leaf & ENTRY_UXN) == 0 ? TENON_RIGHT_EXECUTE : 0;

	if ((leaf & ENTRY_USER) != 0)
		rights |= TENON_RIGHT_READ | ((leaf & ENTRY_READONLY) == 0 ? TENON_RIGHT_WRITE : 0);
	return rights;
}

/* What was written is seen by walks from here on. An entry becomes valid: no TLB has it as it was. */
static inline void entries_written(void)
{
	DSB(ishst);
}

#endif
