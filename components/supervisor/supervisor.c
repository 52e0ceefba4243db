/* SPDX-License-Identifier: MIT
 * The supervisor: what comes in, faults, heartbeats, time and requests, is
 * handed to the members; what is to be said about it is gathered first and
 * printed when the member has been dealt with.
 */
#include "component.h"
#include "member.h"
#include "report.h"

static void wait_for_next(void)
{
	uint64_t next = members_next();

	if (next == TENON_NEVER) {
		look_cancel();
	} else {
		look_at(next);
	}
}

void component_start(void)
{
	members_init(clock_ns());
	wait_for_next();
}

void supervisor_fault(uint32_t index, const struct supervision_fault *fault)
{
	member_get(index)->last_fault = (uint32_t)fault->kind;
	report_fault(index, fault);
	member_failed(index, SUPERVISION_ON_FAULT);
	report_print();
	wait_for_next();
}

void supervisor_heartbeat(uint32_t index)
{
	member_beat(index, clock_ns());
	wait_for_next();
}

void look(void)
{
	members_look(clock_ns());
	wait_for_next();
}

enum supervisor_status supervisor_status(uint32_t client, const char *instance, enum supervisor_state *state,
					 uint32_t *restarts, uint32_t *fault)
{
	static const enum supervisor_state shown[] = {
	    [MEMBER_RUNNING] = SUPERVISOR_STATE_RUNNING,
	    [MEMBER_WAITING] = SUPERVISOR_STATE_WAITING,
	    [MEMBER_HALTED] = SUPERVISOR_STATE_HALTED,
	};
	uint32_t index = member_find(instance);

	(void)client;
	if (index == members_count()) {
		return SUPERVISOR_UNKNOWN_INSTANCE;
	}
	*state = shown[member_get(index)->state];
	*restarts = member_get(index)->restarts;
	*fault = member_get(index)->last_fault;
	return SUPERVISOR_OK;
}

enum supervisor_status supervisor_restart(uint32_t client, const char *instance)
{
	uint32_t index = member_find(instance);

	(void)client;
	if (index == members_count()) {
		return SUPERVISOR_UNKNOWN_INSTANCE;
	}
	if (!member_restartable(index)) {
		return SUPERVISOR_NOT_RESTARTABLE;
	}
	member_restart(index);
	wait_for_next();
	return SUPERVISOR_OK;
}

/* Input on the serial line is the console's affair. */
void serial_received(void)
{
}
