/* SPDX-License-Identifier: MIT
 * Calls and answers whose words never leave the message registers. The entry assembly jumps here for CALL and
 * REPLY_RECEIVE, on the empty kernel stack, with all of the context saved but the words; nobody returns. Either the words
 * go to user mode with the other thread (straight_leave), whose context waits in a system call; or nothing has changed, and
 * they are saved and the system call goes through core_syscall() as any other does (straight_refuse).
 */
#include <arch_straight.h>
#include <core/straight.h>

_Static_assert(TENON_OP_CALL == 1 && TENON_OP_REPLY_RECEIVE == 3 && TENON_OPERATION_BITS == 8,
	       "as in the entry assembly");

STRAIGHT void core_straight_call(STRAIGHT_ARGUMENTS);
STRAIGHT void core_straight_reply(STRAIGHT_ARGUMENTS);

/* Words at and past `bytes` become zero. */
static inline noreturn __attribute__((always_inline)) void leave(struct arch_context *to, uint32_t bytes,
								 uint64_t w0, uint64_t w1, uint64_t w2,
								 uint64_t w3, uint64_t w4, uint64_t w5,
								 uint64_t w6, uint64_t w7)
{
	if (likely(bytes > 56))
		STRAIGHT_JUMP("straight_leave", to);
	w7 = 0;
	if (likely(bytes == 0)) {
		w0 = w1 = w2 = w3 = w4 = w5 = w6 = 0;
		STRAIGHT_JUMP("straight_leave", to);
	}
	w6 = bytes > 48 ? w6 : 0;
	w5 = bytes > 40 ? w5 : 0;
	w4 = bytes > 32 ? w4 : 0;
	w3 = bytes > 24 ? w3 : 0;
	w2 = bytes > 16 ? w2 : 0;
	w1 = bytes > 8 ? w1 : 0;
	STRAIGHT_JUMP("straight_leave", to);
}

/* Of the message that has just arrived. */
static inline uint32_t length_of(const struct thread *to)
{
	return (uint32_t)arch_control(&to->context, 1);
}

STRAIGHT void core_straight_call(STRAIGHT_ARGUMENTS)
{
	STRAIGHT_ENTER
	struct thread *thread = cpu->current;
	struct thread *server = NULL;
	if (likely((uint32_t)tag <= TENON_MESSAGE_REGISTER_BYTES))
		server = straight_call(cpu, thread, control0, STRAIGHT_REGISTERS);
	if (unlikely(server == NULL))
		STRAIGHT_JUMP("straight_refuse", &thread->context);
	leave(schedule_switch(cpu, thread, server), length_of(server), w0, w1, w2, w3, w4, w5, w6, w7);
}

STRAIGHT void core_straight_reply(STRAIGHT_ARGUMENTS)
{
	STRAIGHT_ENTER
	struct thread *thread = cpu->current;
	struct thread *caller = NULL;
	if (straight_known(thread, control0) && likely((uint32_t)tag <= TENON_MESSAGE_REGISTER_BYTES))
		caller = straight_reply(cpu, thread, thread->receive_reply, STRAIGHT_REGISTERS);
	if (unlikely(caller == NULL))
		STRAIGHT_JUMP("straight_refuse", &thread->context);
	leave(schedule_switch(cpu, thread, caller), length_of(caller), w0, w1, w2, w3, w4, w5, w6, w7);
}
