/* SPDX-License-Identifier: MIT
 * Barriers do nothing here: one thread writes the tables, and no machine walks them.
 */
#include <aarch64.h>

bool arch_has_tags; /* none: tagged memory is refused */
#undef DSB
#define DSB(domain)          ((void)0)
#define SPACE_OF(root)       ((struct arch_space){.ttbr = (root) | UINT64_C(77) << ARCH_ASID_SHIFT})
#define EXACT_RIGHTS(rights) ((rights) & TENON_RIGHT_WRITE ? (rights) | TENON_RIGHT_READ : (rights))
#define HAS_TYPE(leaf, cache)                                                                                \
	(((leaf) >> 2 & 7) == ((cache) == TENON_CACHE_NORMAL   ? TENON_MAIR_UNTAGGED                         \
			       : (cache) == TENON_CACHE_DEVICE ? TENON_MAIR_DEVICE                           \
							       : TENON_MAIR_UNCACHED))
/* VMSAv8-64 stage 1 leaf of EL0: valid, accessed, not global, never executed by the kernel. */
#define IS_USER_LEAF(leaf, level)                                                                            \
	(((leaf) & (UINT64_C(1) << 53 | 1 << 11 | 1 << 10 | 1)) ==                                           \
	     (UINT64_C(1) << 53 | 1 << 11 | 1 << 10 | 1) &&                                                  \
	 ((leaf) >> 1 & 1) == ((level) == 0))
