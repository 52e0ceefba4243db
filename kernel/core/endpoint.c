/* SPDX-License-Identifier: MIT
 * Endpoints: where callers knock. The set's lock guards the state; the queue of callers belongs to the set.
 */
#include <core/core.h>

void endpoint_init(struct endpoint *endpoint, struct receive_set *set)
{
	*endpoint = (struct endpoint){
	    .set = set, .state = TENON_ENDPOINT_OPEN, .next = set->endpoints, .link = &set->endpoints};
	if (set->endpoints != NULL)
		set->endpoints->link = &endpoint->next;
	set->endpoints = endpoint;
}

void endpoint_leave(struct endpoint *endpoint)
{
	*endpoint->link = endpoint->next;
	if (endpoint->next != NULL)
		endpoint->next->link = endpoint->link;
}

enum tenon_status message_check(const struct thread *sender, uint64_t tag)
{
	uint64_t beside = (uint32_t)tag & ~TENON_TAG_LENGTH_MASK, both = TENON_TAG_COPY | TENON_TAG_MOVE;
	if (tenon_tag_length(tag) > TENON_MESSAGE_MAX_BYTES || (beside & ~both) != 0 || beside == both)
		return TENON_BAD_ARGUMENT;
	if ((uint32_t)tag > TENON_MESSAGE_REGISTER_BYTES && sender->buffer == NULL)
		return TENON_TRUNCATED;
	return TENON_OK;
}

void message_move(struct thread *to, const struct thread *from, unsigned bytes)
{
	uint8_t *in = __atomic_load_n(&from->buffer, __ATOMIC_RELAXED),
		*out = __atomic_load_n(&to->buffer, __ATOMIC_RELAXED);
	arch_words_move(&to->context, &from->context, bytes);
	/* Another CPU may be taking a buffer away: then the rest has nowhere to go. */
	if (bytes > TENON_MESSAGE_REGISTER_BYTES && in != NULL && out != NULL)
		memcpy(out + TENON_MESSAGE_REGISTER_BYTES, in + TENON_MESSAGE_REGISTER_BYTES,
		       bytes - TENON_MESSAGE_REGISTER_BYTES);
}

/* The message of a thread that faulted. */
static void fault_deliver(struct thread *server, const struct thread *caller)
{
	const uint64_t words[TENON_MESSAGE_WORDS] = {
	    (uint64_t)caller->fault.kind,
	    arch_context_pc(&caller->context),
	    caller->fault.address,
	    arch_context_sp(&caller->context),
	    arch_context_frame(&caller->context),
	    arch_context_return(&caller->context),
	    caller->fault.syndrome,
	};
	arch_control_set(&server->context, 1, tenon_tag(TENON_LABEL_FAULT, 7 * sizeof(uint64_t)));
	for (unsigned i = 0; i < TENON_MESSAGE_WORDS; i++)
		arch_word_set(&server->context, i, words[i]);
}

/* Does it go on once its message is taken? Its system call stands in its context until it is answered. */
static bool sends(const struct thread *caller)
{
	return !caller->faulted && (uint8_t)arch_control(&caller->context, 0) == TENON_OP_SEND;
}

/* The message of a sender was taken. Who is in its call still, and was never blocked, has its answer at once. */
static void sent(struct cpu *cpu, struct thread *sender)
{
	thread_answer(sender, TENON_OK);
	if (sender->state == TENON_THREAD_RUNNING)
		return;
	sender->state = THREAD_WAKING;
	thread_wake(cpu, sender);
}

bool endpoint_deliver(struct cpu *cpu, struct held held, struct thread *caller, struct thread *server,
		      struct reply *reply)
{
	if (caller->faulted) {
		fault_deliver(server, caller);
	} else {
		uint64_t tag = arch_control(&caller->context, 1);
		unsigned bytes = tenon_tag_length(tag);
		if (bytes > TENON_MESSAGE_REGISTER_BYTES && server->buffer == NULL)
			return false;
		message_move(server, caller, bytes);
		if (unlikely((tag & (TENON_TAG_COPY | TENON_TAG_MOVE)) != 0))
			tag = transfer(cpu, caller, server, tag,
				       (caller->called_with & TENON_RIGHT_GRANT) != 0);
		arch_control_set(&server->context, 1, tag);
	}
	(void)held;
	arch_control_set(&server->context, 0, TENON_OK);
	arch_control_set(&server->context, 2, caller->badge);
	if (sends(caller)) {
		arch_control_set(&server->context, 3, TENON_SOURCE_SEND);
		sent(cpu, caller);
		return true;
	}
	arch_control_set(&server->context, 3, TENON_SOURCE_CALL);
	if (loan_lends(caller))
		reply->serial++;
	reply->caller = caller;
	reply->badge = caller->badge;
	reply->rights = caller->called_with;
	caller->reply = reply;
	caller->state = TENON_THREAD_AWAITING_REPLY;
	return true;
}

/* The caller gets no answer of the server. A thread that faulted stays where it is. */
static void refuse(struct thread *caller, enum tenon_status status)
{
	if (caller->faulted) {
		caller->state = TENON_THREAD_FAULTED;
		caller->blocked_on = NULL;
	} else {
		thread_tell(caller, status);
	}
}

/* A server that waits with a free reply object, behind an open door. */
static bool server_waits(const struct endpoint *endpoint)
{
	return endpoint->state == TENON_ENDPOINT_OPEN && endpoint->set->waiter != NULL &&
	       endpoint->set->armed != NULL;
}

/* Hands the message of `caller`, already blocked, to the server that waits. */
static bool hand_over(struct cpu *cpu, struct held held, struct thread *caller)
{
	struct receive_set *set = held.set;
	struct thread *server = set->waiter;
	if (!endpoint_deliver(cpu, held, caller, server, set->armed))
		return false;
	schedule_lend(cpu, caller, server, set->armed);
	set->waiter = NULL;
	set->armed = NULL;
	server->state = THREAD_WAKING;
	thread_wake(cpu, server);
	return true;
}

void endpoint_call(struct cpu *cpu, struct thread *caller, struct endpoint *endpoint, uint64_t badge,
		   uint64_t deadline)
{
	struct held held = set_lock(endpoint->set);
	caller->blocked_on = held.set;
	caller->badge = badge;
	caller->endpoint = endpoint;
	if (endpoint->state == TENON_ENDPOINT_CLOSED) {
		refuse(caller, TENON_GONE);
	} else if (server_waits(endpoint)) {
		if (!hand_over(cpu, held, caller))
			refuse(caller, TENON_TRUNCATED);
	} else if (deadline == TENON_NOW) {
		refuse(caller, TENON_WOULD_BLOCK);
	} else {
		caller->state = TENON_THREAD_CALLING;
		list_append(&held.set->callers, &caller->link);
		held.set->pending++;
	}
	if (caller->state != TENON_THREAD_RUNNING) {
		if (caller == cpu->current)
			schedule_leave(cpu);
		/* With NOW the server took it at once; the answer has all the time it needs. */
		if (deadline != TENON_NOW)
			timer_insert(cpu, caller, clock_deadline(deadline));
	}
	set_unlock(held);
}

/*
 * Takes the callers of one endpoint out of the queue of its set, a few at a time: those of others go behind, so that after
 * one round all are in their order again. False: not all were looked at.
 */
static bool turn_away(struct cpu *cpu, struct held held, struct endpoint *endpoint)
{
	unsigned told = 0;
	for (unsigned n = 0; n < 8 * SET_STEP && told < SET_STEP; n++) {
		if (endpoint->unseen == 0 || list_empty(&held.set->callers)) {
			endpoint->unseen = 0;
			return true;
		}
		struct thread *caller = container_of(held.set->callers.next, struct thread, link);
		endpoint->unseen--;
		list_remove(&caller->link);
		if (caller->endpoint != endpoint) {
			list_append(&held.set->callers, &caller->link);
			continue;
		}
		told++;
		held.set->pending--;
		caller_release(cpu, caller, TENON_GONE);
	}
	return false;
}

/* Under the lock. */
static void state_change(struct held held, struct endpoint *endpoint, enum tenon_endpoint_state state)
{
	if (endpoint->state == TENON_ENDPOINT_DOWN)
		held.set->pending--;
	if (state == TENON_ENDPOINT_CLOSED && endpoint->state != TENON_ENDPOINT_CLOSED)
		endpoint->unseen = held.set->pending; /* at least as many as call */
	endpoint->state = state;
	if (state == TENON_ENDPOINT_DOWN)
		held.set->pending++;
}

bool endpoint_set_state(struct cpu *cpu, struct endpoint *endpoint, enum tenon_endpoint_state state)
{
	struct held held = set_lock(endpoint->set);
	struct receive_set *set = held.set;
	bool done = true;
	if (endpoint->dead)
		state = TENON_ENDPOINT_CLOSED;
	state_change(held, endpoint, state);
	if (state == TENON_ENDPOINT_CLOSED)
		done = turn_away(cpu, held, endpoint);
	/* Calls may have queued before a waiting server while the door was not open. */
	unsigned tried = 0;
	while (state == TENON_ENDPOINT_OPEN && server_waits(endpoint) && !list_empty(&set->callers)) {
		struct thread *caller = container_of(set->callers.next, struct thread, link);
		if (tried++ == SET_STEP) {
			done = false;
			break;
		}
		list_remove(&caller->link);
		set->pending--;
		if (!hand_over(cpu, held, caller))
			caller_release(cpu, caller, TENON_TRUNCATED);
	}
	set_unlock(held);
	return done;
}

bool endpoint_close(struct cpu *cpu, struct endpoint *endpoint)
{
	struct held held = set_lock(endpoint->set);
	endpoint->dead = true;
	state_change(held, endpoint, TENON_ENDPOINT_CLOSED);
	bool done = turn_away(cpu, held, endpoint);
	set_unlock(held);
	return done;
}

void endpoint_end(struct endpoint *endpoint)
{
	struct held held = set_lock(endpoint->set);
	held.set->parts[0]--;
	endpoint_leave(endpoint);
	set_unlock(held);
}

void syscall_endpoint_state(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *slot = syscall_object(thread, control0, TENON_TYPE_ENDPOINT, TENON_RIGHT_MANAGE);
	if (slot == NULL)
		return;
	uint64_t state = arch_word(&thread->context, 0);
	if (state > TENON_ENDPOINT_CLOSED) {
		thread_tell(thread, TENON_BAD_ARGUMENT);
		return;
	}
	if (endpoint_set_state(cpu, slot->object, (enum tenon_endpoint_state)state))
		thread_tell(thread, TENON_OK);
	else
		arch_context_restart(&thread->context);
}

/* CALL and SEND: they differ in what the message may bring, and in what delivery does. */
static void call(struct cpu *cpu, struct thread *thread, uint64_t control0, uint64_t loans_mask)
{
	const struct slot *slot = syscall_object(thread, control0, TENON_TYPE_ENDPOINT, TENON_RIGHT_INVOKE);
	if (slot == NULL)
		return;
	uint64_t tag = arch_control(&thread->context, 1);
	thread->called_with = slot->rights;
	enum tenon_status status = message_check(thread, tag & ~loans_mask);
	if (status == TENON_OK && (tag & loans_mask) != 0)
		status = loan_take(thread, tag);
	if (status != TENON_OK)
		thread_tell(thread, status);
	else
		endpoint_call(cpu, thread, slot->object, slot->badge, arch_control(&thread->context, 2));
}

struct arch_context *call_slow(struct cpu *cpu, struct thread *thread)
{
	call(cpu, thread, arch_control(&thread->context, 0), TENON_TAG_LOANS_MASK);
	return schedule(cpu);
}

void syscall_send(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	call(cpu, thread, control0, 0);
}
