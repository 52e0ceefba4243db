/* SPDX-License-Identifier: MIT
 * What glue says of a pool and of free slots.
 */
#include "component.h"

void component_start(void)
{
	(void)tenon_operate(TENON_OP_POOL_MAKE, SLOT_POOL, TENON_TYPE_SPACE, SLOT_FREE, 0, 0);
	(void)tenon_operate(TENON_OP_POOL_MAKE, SLOT_POOL, TENON_TYPE_TABLE, SLOT_FREE + SLOTS_FREE - 1, 16, 0);
	(void)tenon_operate(TENON_OP_SPACE_QUERY, SLOT_SPACE, 0x200000, 0, 0, 0);
	(void)tenon_operate(TENON_OP_TABLE_GROW, SLOT_TABLE, SLOT_POOL, 0, 0, 0);
}
