/* SPDX-License-Identifier: MIT
 * The other side: yields for so long, then answers each kick with one.
 */
#include "component.h"
#include "rounds.h"

void other_kick(void)
{
}

void component_start(void)
{
	for (unsigned i = 0; i < LEFT_YIELDS + RIGHT_MORE; i++) {
		tenon_yield();
	}
	for (;;) {
		struct tenon_ipc ipc;

		CHECK(tenon_receive(SLOT_RECEIVE_SET, 0, TENON_NEVER, &ipc) == TENON_OK);
		CHECK(tenon_signal(SLOT_MINE_KICK_0) == TENON_OK);
	}
}
