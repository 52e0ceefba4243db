/* SPDX-License-Identifier: MIT
 * A supervisor.
 */
#include "component.h"

void component_start(void)
{
	(void)port_put('w');
}

void supervisor_fault(uint32_t member, const struct supervision_fault *fault)
{
	(void)fault;
	(void)tenon_signal(supervision_member(member)->heartbeat);
}

void supervisor_heartbeat(uint32_t member)
{
	(void)member;
}
