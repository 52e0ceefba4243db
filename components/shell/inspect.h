/* SPDX-License-Identifier: MIT
 * The inspector's answers, for commands.
 */
#ifndef INSPECT_H
#define INSPECT_H

#include "component.h"
#include <tenon/string.h>

static inline bool inspect(enum tenon_inspect what, uint64_t index, uint64_t second, struct tenon_ipc *answer)
{
	*answer = tenon_operate(TENON_OP_INSPECT, SLOT_INSPECTOR, (uint64_t)what, index, second, 0);
	return answer->status == TENON_OK;
}

/* The name of an instance; "-" for none. */
static inline void inspect_name(uint64_t thread, char name[65])
{
	struct tenon_ipc answer;

	(void)tenon_copy_text(name, 65, "-");
	if (inspect(TENON_INSPECT_THREAD_NAME, thread, 0, &answer)) {
		memcpy(name, answer.word, 64);
		name[64] = 0;
	}
}

#endif
