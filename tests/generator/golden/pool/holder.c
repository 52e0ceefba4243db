/* SPDX-License-Identifier: MIT
 * Free slots without a pool: for what messages bring.
 */
#include "component.h"

void component_start(void)
{
	(void)tenon_operate(TENON_OP_CAP_ACCEPT, 0, SLOT_FREE, 0, 0, 0);
}
