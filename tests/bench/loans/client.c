/* SPDX-License-Identifier: MIT
 * Lends 1 MiB with one call, and ends the run when it is answered.
 */
#include "component.h"

#include <tenon/loan.h>

static uint8_t lent[1 << 20];

void component_start(void)
{
	struct tenon_ipc ipc;

	for (size_t i = 0; i < sizeof lent; i += 4096) {
		lent[i] = (uint8_t)(i >> 12);
	}
	tenon_lend(0, lent, sizeof lent, TENON_RIGHT_READ);
	ipc.tag = tenon_tag_lending(tenon_tag(1, 0), 1);
	CHECK(tenon_call(SLOT_LENDING, TENON_NEVER, &ipc) == TENON_OK);
	(void)power_end(tenon_tag_label(ipc.tag)); /* does not come back when it succeeds */
}
