/* SPDX-License-Identifier: MIT
 * A receive set: the one place where a server waits for calls and signals. The owner of the state is whoever holds the
 * set's lock. Signals and cancelled calls go before callers, in turns while both wait.
 */
#include <core/core.h>

void receive_set_init(struct receive_set *set, struct thread *server)
{
	*set = (struct receive_set){.server = server};
	list_init(&set->callers);
	list_init(&set->ready);
	if (server != NULL) {
		set->next = server->sets;
		server->sets = set;
	}
}

void receive_set_end(struct receive_set *set)
{
	struct held held = set_lock(set);
	set->dead = true;
	set->pending++; /* for good: nothing takes the straight path any more */
	set_unlock(held);
}

void receive_set_leave(struct cpu *cpu, struct receive_set *set)
{
	struct held held = set_lock(set);
	struct thread *server = set->server;
	struct receive_set **link = &server->sets;
	if (set->waiter == server) {
		receive_set_unblock(cpu, held, server);
		thread_tell(server, TENON_GONE);
		thread_wake(cpu, server);
	}
	/* The calls in its hands wait for whoever holds the reply objects; what they lent goes back now. */
	for (struct reply *reply = set->replies; reply != NULL; reply = reply->next) {
		if (reply->caller != NULL)
			schedule_return(cpu, reply->caller, server, reply);
	}
	while (*link != set)
		link = &(*link)->next;
	*link = set->next;
	set->server = NULL;
	set_unlock(held);
}

/* The first thread that receives in a set made at run time is its server from then on. */
static enum tenon_status receive_set_join(struct thread *thread, struct slot *slot, uint64_t handle)
{
	struct receive_set *set = slot->object;
	struct slot *embedded = &thread->embedded[EMBEDDED_SET];
	enum tenon_status status = TENON_BAD_RIGHTS;
	struct held held = set_lock(set);
	if (set->dead) {
		status = TENON_GONE;
	} else if (set->server == NULL && slot_type(embedded) == TENON_TYPE_NONE) {
		status = TENON_BAD_HANDLE;
		if (slot_lock(slot, handle)) {
			struct capability capability = slot_capability(slot, TENON_RIGHTS_ALL);
			slot_fill(embedded, 0, &capability, slot);
			family_unlock(capability.family);
			set->server = thread;
			set->next = thread->sets;
			thread->sets = set;
			status = TENON_OK;
		}
	}
	set_unlock(held);
	return status;
}

/* Tells `server` about a ready item, which leaves the list. */
static void ready_take(struct held held, struct thread *server, struct ready *ready)
{
	list_remove(&ready->link);
	held.set->pending--;
	thread_answer(server, TENON_OK);
	if (ready->kind == READY_NOTIFICATION) {
		struct notification *notification = container_of(ready, struct notification, ready);
		arch_control_set(&server->context, 2, notification->source);
		arch_control_set(&server->context, 3, TENON_SOURCE_SIGNAL);
		arch_word_set(&server->context, 0, notification->bits);
		notification->bits = 0;
	} else {
		struct reply *reply = container_of(ready, struct reply, cancelled);
		arch_control_set(&server->context, 2, reply->badge);
		arch_control_set(&server->context, 3, TENON_SOURCE_CANCELLED);
		arch_word_set(&server->context, 0, reply->slot);
	}
}

/* Makes an item ready; a server that waits hears of it at once. */
static void ready_post(struct cpu *cpu, struct held held, struct ready *ready)
{
	struct thread *server = held.set->waiter;
	list_append(&held.set->ready, &ready->link);
	held.set->pending++;
	if (server == NULL)
		return;
	held.set->waiter = NULL;
	held.set->armed = NULL;
	server->state = THREAD_WAKING;
	ready_take(held, server, ready);
	thread_wake(cpu, server);
}

void reply_cancel(struct cpu *cpu, struct held held, struct reply *reply)
{
	reply->caller = NULL;
	ready_post(cpu, held, &reply->cancelled);
}

void notification_init(struct notification *notification, struct receive_set *set, uint64_t source)
{
	*notification = (struct notification){.set = set, .source = source, .ready.kind = READY_NOTIFICATION};
}

void notification_signal(struct cpu *cpu, struct notification *notification, uint64_t bits)
{
	struct held held = set_lock(notification->set);
	notification->bits |= bits;
	if (notification->bits != 0 && !list_linked(&notification->ready.link) && !notification->dead)
		ready_post(cpu, held, &notification->ready);
	set_unlock(held);
}

void notification_end(struct notification *notification)
{
	struct held held = set_lock(notification->set);
	notification->dead = true;
	if (list_linked(&notification->ready.link)) {
		list_remove(&notification->ready.link);
		held.set->pending--;
	}
	set_unlock(held);
}

/* The next queued caller whose message the server can take goes into `reply`; the others are answered. */
static bool take_caller(struct cpu *cpu, struct held held, struct thread *server, struct reply *reply)
{
	while (!list_empty(&held.set->callers)) {
		struct thread *caller = container_of(held.set->callers.next, struct thread, link);
		list_remove(&caller->link);
		held.set->pending--;
		if (endpoint_deliver(cpu, held, caller, server, reply)) {
			schedule_lend(cpu, caller, server, reply);
			return true;
		}
		caller->state = THREAD_WAKING;
		thread_tell(caller, TENON_TRUNCATED);
		thread_wake(cpu, caller);
	}
	return false;
}

static void reopen(struct held held)
{
	for (struct endpoint *endpoint = held.set->endpoints; endpoint != NULL; endpoint = endpoint->next) {
		if (endpoint->state == TENON_ENDPOINT_DOWN) {
			endpoint->state = TENON_ENDPOINT_OPEN;
			held.set->pending--;
		}
	}
}

void receive_set_receive(struct cpu *cpu, struct thread *server, struct held held, struct reply *reply,
			 uint64_t deadline)
{
	struct receive_set *set = held.set;
	if (reply != NULL)
		reopen(held);
	/* Signals go first, but not twice while a caller waits: nobody can shut the others out by signalling. */
	bool caller_first = set->took_ready && reply != NULL && !list_linked(&reply->cancelled.link);
	set->took_ready = false;
	if (caller_first && take_caller(cpu, held, server, reply)) {
		/* The message stands in the server's context. */
	} else if (!list_empty(&set->ready)) {
		ready_take(held, server, container_of(set->ready.next, struct ready, link));
		set->took_ready = true;
	} else if (!caller_first && reply != NULL && take_caller(cpu, held, server, reply)) {
		/* The same. */
	} else if (deadline == TENON_NOW) {
		thread_answer(server, TENON_WOULD_BLOCK);
	} else {
		set->waiter = server;
		set->armed = reply;
		server->state = TENON_THREAD_RECEIVING;
		server->blocked_on = set;
		schedule_leave(cpu);
		schedule_release(server);
		timer_insert(cpu, server, clock_deadline(deadline));
	}
	set_unlock(held);
}

void receive_set_unblock(struct cpu *cpu, struct held held, struct thread *thread)
{
	switch (thread->state) {
	case TENON_THREAD_CALLING:
		list_remove(&thread->link);
		held.set->pending--;
		break;
	case TENON_THREAD_AWAITING_REPLY:
		schedule_return(cpu, thread, held.set->server, thread->reply);
		reply_cancel(cpu, held, thread->reply);
		break;
	case TENON_THREAD_RECEIVING:
		held.set->waiter = NULL;
		held.set->armed = NULL;
		break;
	default:
		CHECK(thread->state == TENON_THREAD_FAULTED);
		break;
	}
	thread->state = THREAD_WAKING;
}

bool receive_set_down(struct cpu *cpu, struct receive_set *set)
{
	unsigned told = 0;
	struct held held = set_lock(set);
	for (struct endpoint *endpoint = set->endpoints; endpoint != NULL; endpoint = endpoint->next) {
		if (endpoint->state == TENON_ENDPOINT_OPEN) {
			endpoint->state = TENON_ENDPOINT_DOWN;
			set->pending++;
		}
	}
	for (struct reply *reply = set->replies; reply != NULL; reply = reply->next) {
		if (list_linked(&reply->cancelled.link)) {
			list_remove(&reply->cancelled.link);
			set->pending--;
		}
		if (reply->caller != NULL && told++ < SET_STEP)
			reply_abandon(cpu, held, reply);
	}
	set_unlock(held);
	return told <= SET_STEP;
}

/* Decodes control 3: a free reply object of the set. */
static enum tenon_status find_reply(struct thread *thread, const struct receive_set *set, uint64_t handle,
				    struct reply **reply)
{
	struct slot *slot;
	enum tenon_status status = captable_get(thread->table, handle, TENON_TYPE_REPLY, 0, &slot);
	if (status != TENON_OK)
		return status;
	*reply = slot->object;
	return (*reply)->set == set ? TENON_OK : TENON_BAD_ARGUMENT;
}

void syscall_receive(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *slot = syscall_object(thread, control0, TENON_TYPE_RECEIVE_SET, TENON_RIGHT_RECEIVE);
	if (slot == NULL)
		return;
	struct receive_set *set = slot->object;
	uint64_t handle = arch_control(&thread->context, 3);
	struct reply *reply = NULL;
	enum tenon_status status = TENON_OK;
	thread->receive_control = 0; /* its next answer may be to another call than the last one received */
	if (set->server != thread)
		status = receive_set_join(thread, slot, control0 >> TENON_OPERATION_BITS);
	if (status == TENON_OK && handle != 0)
		status = find_reply(thread, set, handle, &reply);
	if (status != TENON_OK) {
		thread_tell(thread, status);
		return;
	}
	struct held held = set_lock(set);
	if (set->dead || (reply != NULL && (reply->dead || reply->caller != NULL))) {
		status = set->dead || reply->dead ? TENON_GONE : TENON_BUSY;
		set_unlock(held);
		thread_tell(thread, status);
		return;
	}
	if (reply != NULL)
		reply->slot = tenon_handle_index(handle);
	receive_set_receive(cpu, thread, held, reply, arch_control(&thread->context, 2));
}

static void reply_receive(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *slot = syscall_object(thread, control0, TENON_TYPE_RECEIVE_SET, TENON_RIGHT_RECEIVE);
	if (slot == NULL)
		return;
	struct receive_set *set = slot->object;
	uint64_t handle = arch_control(&thread->context, 3), tag = arch_control(&thread->context, 1);
	struct reply *reply = NULL;
	enum tenon_status status = TENON_OK;
	if (set->server != thread)
		status = receive_set_join(thread, slot, control0 >> TENON_OPERATION_BITS);
	if (status == TENON_OK)
		status = find_reply(thread, set, handle, &reply);
	if (status == TENON_OK)
		status = message_check(thread, tag);
	if (status != TENON_OK) {
		thread_tell(thread, status);
		return;
	}
	CHECK(reply != NULL); /* find_reply() said OK */
	struct held held = set_lock(set);
	if (set->dead || reply->dead) {
		set_unlock(held);
		thread_tell(thread, TENON_GONE);
		return;
	}
	reply->slot = tenon_handle_index(handle);
	if (reply->caller != NULL) {
		reply_answer(cpu, held, reply, thread, tag);
	} else if (list_linked(&reply->cancelled.link)) {
		/* The caller went away meanwhile: this answer is for nobody, and there is nothing to report. */
		list_remove(&reply->cancelled.link);
		set->pending--;
	}
	receive_set_receive(cpu, thread, held, reply, arch_control(&thread->context, 2));
}

struct arch_context *reply_receive_slow(struct cpu *cpu, struct thread *thread)
{
	reply_receive(cpu, thread, arch_control(&thread->context, 0));
	return schedule(cpu);
}
