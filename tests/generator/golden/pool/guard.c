/* SPDX-License-Identifier: MIT
 * A supervisor that resets the table of whom it may restart.
 */
#include "component.h"

void component_start(void)
{
}

void supervisor_fault(uint32_t index, const struct supervision_fault *fault)
{
	(void)index;
	(void)fault;
	(void)tenon_operate(TENON_OP_TABLE_RESET, SLOT_MEMBER_TABLE_MAKER, 0, 0, 0, 0);
}
