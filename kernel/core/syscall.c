/* SPDX-License-Identifier: MIT
 * Where system calls come in, message words in the context. Call and reply-and-receive go straight from here to the other
 * thread; what these paths do not take, and all other operations, is a function in its object's file. The functions here
 * are kept out of line, so that what one needs of registers and stack costs the others nothing.
 */
#include <core/straight.h>

struct core core;

static inline struct arch_context *switch_to(struct cpu *cpu, struct thread *from, struct thread *to)
{
	if (unlikely(to->timed))
		return schedule_switch_timed(cpu, from, to);
	return schedule_switch(cpu, from, to);
}

/* Of any length. Loans are taken before it is known which way the call goes: until it is blocked nobody looks at them. */
static __attribute__((noinline)) struct arch_context *call(struct cpu *cpu, struct thread *thread,
							   uint64_t control0)
{
	uint64_t tag = arch_control(&thread->context, 1);
	struct thread *server = NULL;
	uint32_t beside = (uint32_t)tag & ~(uint32_t)(TENON_TAG_LENGTH_MASK | TENON_TAG_LOANS_MASK);
	bool lends = (tag & TENON_TAG_LOANS_MASK) != 0;
	if (likely(beside == 0 && (!lends || loan_take(thread, tag) == TENON_OK)))
		server = straight_call(cpu, thread, control0, STRAIGHT_ANY);
	if (unlikely(server == NULL))
		return call_slow(cpu, thread);
	return switch_to(cpu, thread, server);
}

static __attribute__((noinline)) struct arch_context *reply_long(struct cpu *cpu, struct thread *thread,
								 struct reply *reply)
{
	struct thread *caller = straight_reply(cpu, thread, reply, STRAIGHT_BUFFER);
	if (unlikely(caller == NULL))
		return reply_receive_slow(cpu, thread);
	return switch_to(cpu, thread, caller);
}

static inline __attribute__((always_inline)) struct arch_context *reply_short(struct cpu *cpu,
									      struct thread *thread,
									      struct reply *reply)
{
	if (unlikely((uint32_t)arch_control(&thread->context, 1) > TENON_MESSAGE_REGISTER_BYTES))
		return reply_long(cpu, thread, reply);
	struct thread *caller = straight_reply(cpu, thread, reply, STRAIGHT_CONTEXT);
	if (unlikely(caller == NULL))
		return reply_receive_slow(cpu, thread);
	return switch_to(cpu, thread, caller);
}

/*
 * A server receives with the same two handles again and again. Those of static slots mean the same for ever, so that what
 * they were found to be is kept in the thread, as long as it answers the last call that it received, on what that lent.
 */
static __attribute__((noinline)) struct arch_context *reply_receive_find(struct cpu *cpu,
									 struct thread *thread,
									 uint64_t control0)
{
	uint64_t set_handle = control0 >> TENON_OPERATION_BITS;
	uint64_t reply_handle = arch_control(&thread->context, 3);
	const struct slot *slot = captable_find(thread->slots, thread->slot_mask, set_handle,
						TENON_TYPE_RECEIVE_SET, TENON_RIGHT_RECEIVE);
	const struct slot *reply_slot =
	    captable_find(thread->slots, thread->slot_mask, reply_handle, TENON_TYPE_REPLY, 0);
	thread->receive_control = 0;
	const struct slot *dynamic = &thread->slots[thread->table->static_slots];
	if (slot == NULL || reply_slot == NULL)
		return reply_receive_slow(cpu, thread);
	const struct receive_set *set = slot->object;
	struct reply *reply = reply_slot->object;
	const struct thread *caller = __atomic_load_n(&reply->caller, __ATOMIC_RELAXED);
	if (set->server != thread || reply->set != set || reply->lender != cpu->slice ||
	    reply->lender_serial != cpu->slice->serial || caller == NULL || caller->unusual != 0)
		return reply_receive_slow(cpu, thread);
	if (slot < dynamic && reply_slot < dynamic) {
		thread->receive_control = control0;
		thread->receive_handle = reply_handle;
		thread->receive_reply = reply;
	}
	return reply_short(cpu, thread, reply);
}

static __attribute__((noinline)) struct arch_context *reply_receive(struct cpu *cpu, struct thread *thread,
								    uint64_t control0)
{
	if (unlikely(!straight_known(thread, control0)))
		return reply_receive_find(cpu, thread, control0);
	return reply_short(cpu, thread, thread->receive_reply);
}

/* All operations but YIELD, each by its function. */
static __attribute__((noinline)) struct arch_context *general(struct cpu *cpu, struct thread *thread,
							      uint64_t control0)
{
	static syscall_function *const operation[TENON_OPERATION_COUNT] = {
	    [TENON_OP_RECEIVE] = syscall_receive,
	    [TENON_OP_REPLY] = syscall_reply,
	    [TENON_OP_SIGNAL] = syscall_signal,
	    [TENON_OP_CAP_COPY] = syscall_cap_copy,
	    [TENON_OP_CAP_DELETE] = syscall_cap_delete,
	    [TENON_OP_INTERRUPT_ACK] = syscall_interrupt_ack,
	    [TENON_OP_CLOCK_READ] = syscall_clock_read,
	    [TENON_OP_PLATFORM_POWER] = syscall_platform_power,
	    [TENON_OP_PLATFORM_CPU] = syscall_platform_cpu,
	    [TENON_OP_PORT_READ] = syscall_port_read,
	    [TENON_OP_PORT_WRITE] = syscall_port_write,
	    [TENON_OP_THREAD_START] = syscall_thread_start,
	    [TENON_OP_THREAD_STOP] = syscall_thread_stop,
	    [TENON_OP_THREAD_READ] = syscall_thread_read,
	    [TENON_OP_THREAD_BUFFER] = syscall_thread_buffer,
	    [TENON_OP_ENDPOINT_STATE] = syscall_endpoint_state,
	    [TENON_OP_INSPECT] = syscall_inspect,
	    [TENON_OP_SEND] = syscall_send,
	    [TENON_OP_LOAN_READ] = syscall_loan_read,
	    [TENON_OP_LOAN_WRITE] = syscall_loan_write,
	    [TENON_OP_THREAD_SCHEDULE] = syscall_thread_schedule,
	    [TENON_OP_SCHEDULING_SET] = syscall_scheduling_set,
	    [TENON_OP_SCHEDULING_READ] = syscall_scheduling_read,
	    [TENON_OP_CAP_MOVE] = syscall_cap_move,
	    [TENON_OP_CAP_REVOKE] = syscall_cap_revoke,
	    [TENON_OP_CAP_READ] = syscall_cap_read,
	    [TENON_OP_CAP_ACCEPT] = syscall_cap_accept,
	    [TENON_OP_POOL_MAKE] = syscall_pool_make,
	    [TENON_OP_POOL_READ] = syscall_pool_read,
	    [TENON_OP_SET_MAKE] = syscall_set_make,
	    [TENON_OP_FRAME_MAP] = syscall_frame_map,
	    [TENON_OP_FRAME_UNMAP] = syscall_frame_unmap,
	    [TENON_OP_FRAME_PROTECT] = syscall_frame_protect,
	    [TENON_OP_DEVICE_ATTACH] = syscall_device_attach,
	    [TENON_OP_INTERRUPT_MESSAGE] = syscall_interrupt_message,
	    [TENON_OP_SPACE_QUERY] = syscall_space_query,
	    [TENON_OP_TABLE_GROW] = syscall_table_grow,
	    [TENON_OP_TABLE_RESET] = syscall_table_reset,
	    [TENON_OP_THREAD_BIND] = syscall_thread_bind,
	};
	uint8_t number = (uint8_t)control0;
	if (number >= TENON_OPERATION_COUNT) {
		thread_answer(thread, TENON_BAD_OPERATION);
	} else if (operation[number] != NULL) {
		operation[number](cpu, thread, control0);
	} else {
		thread_answer(thread, TENON_UNSUPPORTED);
	}
	/* What was not answered is made again: its pc has changed. */
	if (cpu->current == thread && (int32_t)thread->priority > cpu->ready_highest &&
	    arch_control(&thread->context, 0) != control0)
		return arch_context_undisturbed(&thread->context);
	return schedule(cpu);
}

/*
 * Signals. The straight path: to a notification that nobody ends, whose server waits on this CPU without a deadline, or
 * does not wait. Whoever waits has nothing ready, so that all bits are new.
 */
static __attribute__((noinline)) struct arch_context *signal(struct cpu *cpu, struct thread *thread,
							     uint64_t control0)
{
	const struct slot *slot =
	    captable_find(thread->slots, thread->slot_mask, control0 >> TENON_OPERATION_BITS,
			  TENON_TYPE_NOTIFICATION, TENON_RIGHT_INVOKE);
	if (unlikely(slot == NULL))
		return general(cpu, thread, control0);
	struct notification *notification = slot->object;
	uint64_t bits = slot->badge;
	struct held held = set_lock(notification->set);
	struct thread *server = held.set->waiter;
	if (unlikely(notification->dead || bits == 0 ||
		     (server != NULL && (server->home != cpu || server->timed)))) {
		set_unlock(held);
		return general(cpu, thread, control0);
	}
	if (server == NULL) {
		notification->bits |= bits;
		if (!list_linked(&notification->ready.link)) {
			list_append(&held.set->ready, &notification->ready.link);
			held.set->pending++;
		}
		set_unlock(held);
		thread_answer(thread, TENON_OK);
		return arch_context_undisturbed(&thread->context);
	}
	held.set->waiter = NULL;
	held.set->armed = NULL;
	server->state = THREAD_WAKING;
	thread_answer(server, TENON_OK);
	arch_control_set(&server->context, 2, notification->source);
	arch_control_set(&server->context, 3, TENON_SOURCE_SIGNAL);
	arch_word_set(&server->context, 0, bits);
	set_unlock(held);
	server->deadline_follows = false;
	thread_answer(thread, TENON_OK);
	return schedule_wake(cpu, thread, server);
}

/* Receives. The straight path: signals only, without a deadline, and there is nothing: on to the next thread. */
static __attribute__((noinline)) struct arch_context *receive(struct cpu *cpu, struct thread *thread,
							      uint64_t control0)
{
	const struct slot *slot =
	    captable_find(thread->slots, thread->slot_mask, control0 >> TENON_OPERATION_BITS,
			  TENON_TYPE_RECEIVE_SET, TENON_RIGHT_RECEIVE);
	if (unlikely(slot == NULL || arch_control(&thread->context, 3) != 0 ||
		     arch_control(&thread->context, 2) != TENON_NEVER))
		return general(cpu, thread, control0);
	struct receive_set *set = slot->object;
	struct held held = set_lock(set);
	if (unlikely(set->server != thread || set->pending != 0)) {
		set_unlock(held);
		return general(cpu, thread, control0);
	}
	set->took_ready = false;
	set->waiter = thread;
	set->armed = NULL;
	thread->receive_control = 0;
	thread->state = TENON_THREAD_RECEIVING;
	thread->blocked_on = set;
	set_unlock(held);
	return schedule_block(cpu, thread);
}

static __attribute__((noinline)) struct arch_context *other(struct cpu *cpu, struct thread *thread,
							    uint64_t control0)
{
	uint8_t number = (uint8_t)control0;
	if (number == TENON_OP_YIELD) {
		thread_answer(thread, TENON_OK);
		return schedule_yield(cpu, thread);
	}
	if (number == TENON_OP_SIGNAL)
		return signal(cpu, thread, control0);
	if (number == TENON_OP_RECEIVE)
		return receive(cpu, thread, control0);
	return general(cpu, thread, control0);
}

struct arch_context *core_syscall(struct cpu *cpu)
{
	struct thread *thread = cpu->current;
	uint64_t control0 = arch_control(&thread->context, 0);
	uint8_t number = (uint8_t)control0;
	_Static_assert(TENON_OPERATION_BITS == 8, "the operation is the lowest byte");
	if (number == TENON_OP_NULL) {
		thread_answer(thread, TENON_OK);
		return arch_context_undisturbed(&thread->context);
	}
	if (likely(number == TENON_OP_CALL))
		return call(cpu, thread, control0);
	if (likely(number == TENON_OP_REPLY_RECEIVE))
		return reply_receive(cpu, thread, control0);
	return other(cpu, thread, control0);
}
