/* SPDX-License-Identifier: MIT
 * When a test is over: when nobody has anything to do any more, however long that took on this machine. For an instance
 * that `needs: [inspector]`.
 */
#ifndef QUIET_H
#define QUIET_H

#include <tenon/ipc.h>

/* Whether all threads but the caller's wait for something or have faulted. A thread that a timer will wake waits, too. */
static inline bool all_quiet(void)
{
	const struct tenon_ipc counts =
	    tenon_operate(TENON_OP_INSPECT, SLOT_INSPECTOR, TENON_INSPECT_COUNTS, 0, 0, 0);
	unsigned busy = 0;

	for (uint64_t i = 0; i < counts.word[0]; i++) {
		const uint64_t state =
		    tenon_operate(TENON_OP_INSPECT, SLOT_INSPECTOR, TENON_INSPECT_THREAD, i, 0, 0).word[0];

		busy += state == TENON_THREAD_READY || state == TENON_THREAD_RUNNING ||
			state == TENON_THREAD_CALLING;
	}
	return busy == 1;
}

#endif
