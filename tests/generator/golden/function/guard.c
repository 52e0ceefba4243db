/* SPDX-License-Identifier: MIT
 * A client of the disk, which also supervises.
 */
#include "component.h"
#include <tenon/supervision.h>

void supervisor_fault(uint32_t index, const struct supervision_fault *fault)
{
	(void)index;
	(void)fault;
}

void supervisor_heartbeat(uint32_t index)
{
	(void)index;
}

void data_session(bool open)
{
	(void)open;
}

void data_answers(void)
{
}

void data_requests_room(void)
{
}
