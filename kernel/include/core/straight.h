/* SPDX-License-Identifier: MIT
 * The straight path: a message without a deadline between two threads of this CPU, with nothing else to look at. It decides
 * everything before the first change. Its two users differ in where the message words are: core/syscall.c has them in the
 * contexts; core/straight.c, where the machine has registers enough, never takes them out of those.
 */
#ifndef CORE_STRAIGHT_H
#define CORE_STRAIGHT_H

#include <core/core.h>

/* A constant in each use of the two functions below. */
enum straight {
	STRAIGHT_REGISTERS, /* words stay where they are, and the other thread's deadline is not its queue's affair */
	STRAIGHT_CONTEXT,
	STRAIGHT_BUFFER, /* and the rest of a long message in the buffers */
	STRAIGHT_ANY,    /* of any length, and perhaps with loans that were taken before; a call only */
};

static inline unsigned straight_length(uint64_t tag, enum straight how)
{
	return how == STRAIGHT_ANY ? tenon_tag_length(tag) : (uint32_t)tag;
}

/* Is this message, at most as long as `how` takes, one that can go? */
static inline bool straight_message(const struct thread *from, const struct thread *to, uint64_t tag,
				    enum straight how)
{
	if (how == STRAIGHT_REGISTERS)
		return likely(!to->timed);
	if (how == STRAIGHT_CONTEXT ||
	    (how == STRAIGHT_ANY && likely(straight_length(tag, how) <= TENON_MESSAGE_REGISTER_BYTES)))
		return true;
	return straight_length(tag, how) <= TENON_MESSAGE_MAX_BYTES && from->buffer != NULL &&
	       to->buffer != NULL;
}

static inline void straight_move(struct thread *to, const struct thread *from, uint64_t tag,
				 enum straight how)
{
	unsigned length = straight_length(tag, how);
	if (how != STRAIGHT_REGISTERS)
		arch_words_move(&to->context, &from->context, length);
	if (how < STRAIGHT_BUFFER || length <= TENON_MESSAGE_REGISTER_BYTES)
		return;
	/* Buffers are aligned: most of it goes without a look at that. */
	uint8_t *out = to->buffer + TENON_MESSAGE_REGISTER_BYTES;
	const uint8_t *in = from->buffer + TENON_MESSAGE_REGISTER_BYTES;
	size_t bytes = length - TENON_MESSAGE_REGISTER_BYTES;
	size_t copied = arch_copy_blocks(out, in, bytes);
	if (copied != bytes)
		memcpy(out + copied, in + copied, bytes - copied);
}

/*
 * Calls a server that waits and is at least as urgent as its caller. The server, to which the CPU then has to be switched;
 * NULL, with nothing done: the call is not for this path. The length was compared with what `how` takes.
 */
static inline __attribute__((always_inline)) struct thread *straight_call(struct cpu *cpu,
									  struct thread *thread,
									  uint64_t control0,
									  enum straight how)
{
	struct arch_context *context = &thread->context;
	const struct slot *slot =
	    captable_find(thread->slots, thread->slot_mask, control0 >> TENON_OPERATION_BITS,
			  TENON_TYPE_ENDPOINT, TENON_RIGHT_INVOKE);
	if (unlikely(slot == NULL || arch_control(context, 2) != TENON_NEVER))
		return NULL;
	const struct endpoint *endpoint = slot->object;
	uint64_t badge = slot->badge;
	uint8_t rights = slot->rights;

	struct held held = set_lock(endpoint->set);
	struct receive_set *set = held.set;
	if (__builtin_expect_with_probability(endpoint->state != TENON_ENDPOINT_OPEN, 0, 1.0)) {
		set_unlock(held);
		return NULL;
	}
	/* Who waits with a free reply object; which one is read again below, for x86_64 has seven registers beside the words. */
	struct thread *server = set->waiter;
	if (unlikely(set->armed == NULL || server->home != cpu || server->priority < thread->priority ||
		     !straight_message(thread, server, arch_control(context, 1), how))) {
		set_unlock(held);
		return NULL;
	}
	__atomic_signal_fence(__ATOMIC_ACQUIRE);
	struct reply *reply = set->armed;
	set->waiter = NULL;
	set->armed = NULL;
	reply->rights = rights;
	reply->caller = thread;
	reply->badge = badge;
	reply->lender = cpu->slice;
	reply->lender_serial = cpu->slice->serial;
	if (how == STRAIGHT_ANY)
		reply->serial++;
	thread->reply = reply;
	thread->blocked_on = set;
	thread->state = TENON_THREAD_AWAITING_REPLY;
	uint64_t tag = arch_control(context, 1);
	arch_control_set(&server->context, 0, TENON_OK);
	arch_control_set(&server->context, 1, tag);
	arch_control_set(&server->context, 2, badge);
	arch_control_set(&server->context, 3, TENON_SOURCE_CALL);
	straight_move(server, thread, tag, how);
	set_unlock(held);
	return server;
}

/* Does the server receive with the two handles that were looked up before? Then its reply object is `receive_reply`. */
static inline bool straight_known(const struct thread *thread, uint64_t control0)
{
	return control0 == thread->receive_control &&
	       arch_control(&thread->context, 3) == thread->receive_handle;
}

/*
 * Answers a waiting caller that is more urgent than anything ready, with nothing else to receive, and waits. The caller, to
 * which the CPU then has to be switched; NULL as above.
 */
static inline __attribute__((always_inline)) struct thread *straight_reply(struct cpu *cpu,
									   struct thread *thread,
									   struct reply *reply,
									   enum straight how)
{
	struct arch_context *context = &thread->context;
	if (unlikely(arch_control(context, 2) != TENON_NEVER))
		return NULL;
	struct receive_set *set = reply->set;

	struct held held = set_lock(set);
	struct thread *caller = reply->caller;
	if (unlikely(caller == NULL || set->pending != 0 || caller->home != cpu || caller->unusual != 0 ||
		     (int32_t)caller->priority <= cpu->ready_highest ||
		     !straight_message(thread, caller, arch_control(context, 1), how))) {
		set_unlock(held);
		return NULL;
	}
	reply->caller = NULL;
	reply->slot = tenon_handle_index(arch_control(context, 3));
	set->waiter = thread;
	set->armed = reply;
	thread->state = TENON_THREAD_RECEIVING;
	thread->blocked_on = set;
	uint64_t tag = arch_control(context, 1);
	arch_control_set(&caller->context, 0, TENON_OK);
	arch_control_set(&caller->context, 1, tag);
	arch_control_set(&caller->context, 2, 0);
	arch_control_set(&caller->context, 3, 0);
	straight_move(caller, thread, tag, how);
	set_unlock(held);
	return caller;
}

#endif
