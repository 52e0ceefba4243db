/* SPDX-License-Identifier: MIT
 * Reply objects: each holds at most one caller whose call was received. The set's lock guards them.
 *
 *   free -> armed (the server waits with it) -> holds a caller -> free          answered
 *                                                              -> cancelled -> free   caller gone, server told
 */
#include <core/core.h>

void reply_init(struct reply *reply, struct receive_set *set)
{
	*reply = (struct reply){
	    .set = set, .next = set->replies, .link = &set->replies, .cancelled.kind = READY_CANCELLED};
	if (set->replies != NULL)
		set->replies->link = &reply->next;
	set->replies = reply;
}

void reply_leave(struct reply *reply)
{
	*reply->link = reply->next;
	if (reply->next != NULL)
		reply->next->link = reply->link;
}

void reply_end(struct cpu *cpu, struct reply *reply)
{
	struct held held = set_lock(reply->set);
	reply->dead = true;
	if (list_linked(&reply->cancelled.link)) {
		list_remove(&reply->cancelled.link);
		held.set->pending--;
	}
	/* Its server goes on waiting for signals. */
	if (held.set->armed == reply)
		held.set->armed = NULL;
	if (reply->caller != NULL)
		reply_abandon(cpu, held, reply);
	held.set->parts[1]--;
	reply_leave(reply);
	set_unlock(held);
}

void caller_release(struct cpu *cpu, struct thread *caller, enum tenon_status status)
{
	if (caller->faulted) {
		caller->state = TENON_THREAD_FAULTED;
		caller->blocked_on = NULL;
		return;
	}
	caller->state = THREAD_WAKING;
	thread_tell(caller, status);
	thread_wake(cpu, caller);
}

void reply_abandon(struct cpu *cpu, struct held held, struct reply *reply)
{
	struct thread *caller = reply->caller;
	(void)held;
	schedule_return(cpu, caller, reply->set->server, reply);
	reply->caller = NULL;
	caller_release(cpu, caller, TENON_RESTARTED);
}

void reply_answer(struct cpu *cpu, struct held held, struct reply *reply, struct thread *server, uint64_t tag)
{
	struct thread *caller = reply->caller;
	(void)held;
	schedule_return(cpu, caller, server, reply);
	reply->caller = NULL;
	if (caller->faulted) {
		if (tenon_tag_label(tag) != 0) {
			caller->state = TENON_THREAD_FAULTED;
			caller->blocked_on = NULL;
			return;
		}
		/* It goes on at its pc with the registers it had. */
		caller->faulted = false;
		caller->state = THREAD_WAKING;
		thread_wake(cpu, caller);
		return;
	}
	unsigned bytes = tenon_tag_length(tag);
	enum tenon_status status = TENON_OK;
	if (bytes > TENON_MESSAGE_REGISTER_BYTES && caller->buffer == NULL) {
		bytes = TENON_MESSAGE_REGISTER_BYTES;
		tag = tenon_tag(tenon_tag_label(tag), bytes);
		status = TENON_TRUNCATED;
	}
	if (unlikely((uint32_t)tag > TENON_MESSAGE_MAX_BYTES))
		tag = transfer(cpu, server, caller, tag, (reply->rights & TENON_RIGHT_RECEIVE) != 0);
	caller->state = THREAD_WAKING;
	thread_answer(caller, status);
	arch_control_set(&caller->context, 1, tag);
	message_move(caller, server, bytes);
	thread_wake(cpu, caller);
}

void syscall_reply(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *slot = syscall_object(thread, control0, TENON_TYPE_REPLY, 0);
	if (slot == NULL)
		return;
	struct reply *reply = slot->object;
	uint64_t tag = arch_control(&thread->context, 1);
	enum tenon_status status = message_check(thread, tag);
	if (status != TENON_OK) {
		thread_tell(thread, status);
		return;
	}
	struct held held = set_lock(reply->set);
	if (reply->caller != NULL) {
		reply_answer(cpu, held, reply, thread, tag);
	} else {
		status = TENON_CANCELLED;
		if (list_linked(&reply->cancelled.link)) {
			list_remove(&reply->cancelled.link);
			held.set->pending--;
		}
	}
	set_unlock(held);
	thread_answer(thread, status);
}
