/* SPDX-License-Identifier: MIT
 * Emits one event, and then many as fast as it can.
 */
#include "component.h"

#define EVENTS 30000u

void component_start(void)
{
	for (uint32_t emitted = 1; emitted <= EVENTS; emitted++) {
		happenings_signal_happened(0);
		if (emitted % 10000 == 0)
			log_info("emitted %u", emitted);
	}
}
