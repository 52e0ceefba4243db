/* SPDX-License-Identifier: MIT
 * Computes without end, in the time-sharing band.
 */
#include "component.h"
#include <tenon/object.h>

#define PRIORITY 20u

void component_start(void)
{
	volatile uint64_t count = 0;

	(void)tenon_thread_schedule(SLOT_THREAD, PRIORITY, TENON_BAND_TIME_SHARING, 1, 0);
	for (;;)
		count++;
}
