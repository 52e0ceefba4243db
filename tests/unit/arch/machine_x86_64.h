/* SPDX-License-Identifier: MIT
 * A machine with pages of 1 GiB.
 */
#include <x86.h>
bool feature_has_huge_pages(void)
{
	return true;
}
#define SPACE_OF(root)       ((struct arch_space){.cr3 = (root) | CR3_NOFLUSH | 77})
#define EXACT_RIGHTS(rights) ((rights) | TENON_RIGHT_READ)
/* PCD and PWT: entries 0, 3 and 1 of the PAT. */
#define HAS_TYPE(leaf, cache)                                                                                \
	(((leaf) >> 3 & 3) == ((cache) == TENON_CACHE_NORMAL ? 0u : (cache) == TENON_CACHE_DEVICE ? 3u : 1u))
/* Present, user, accessed, dirty; PS above the last level. */
#define IS_USER_LEAF(leaf, level) (((leaf) & 0x65) == 0x65 && ((leaf) >> 7 & 1) == ((level) > 0))
