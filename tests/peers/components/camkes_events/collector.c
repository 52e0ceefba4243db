/* SPDX-License-Identifier: MIT
 * Is called when events have come, however many. Nothing has to be registered, and none is lost before it starts.
 */
#include "component.h"

static uint32_t calls;

void component_start(void)
{
	log_info("waiting for an event");
}

void happenings_happened(void)
{
	calls++;
	if (calls == 1 || calls % 10000 == 0)
		log_info("called for events %u times", calls);
}
