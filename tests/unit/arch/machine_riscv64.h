/* SPDX-License-Identifier: MIT
 * A machine with page types of its own (Svpbmt).
 */
#include <arch_entry.h>
bool entry_has_types = true;
#define SPACE_OF(root)       ((struct arch_space){.satp = (root) >> 12 | UINT64_C(8) << 60 | UINT64_C(77) << 44})
#define EXACT_RIGHTS(rights) ((rights) & TENON_RIGHT_WRITE ? (rights) | TENON_RIGHT_READ : (rights))
#define HAS_TYPE(leaf, cache)                                                                                \
	((leaf) >> 61 == ((cache) == TENON_CACHE_NORMAL ? 0u : (cache) == TENON_CACHE_DEVICE ? 2u : 1u))
/* Sv39 leaf: valid, user, accessed; dirty where it is writable. */
#define IS_USER_LEAF(leaf, level) (((leaf) & 0x51) == 0x51 && ((leaf) >> 2 & 1) == ((leaf) >> 7 & 1))
