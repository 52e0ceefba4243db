/* SPDX-License-Identifier: MIT
 * Calls and answers whose words never leave the message registers. The entry assembly jumps here for CALL and
 * REPLY_RECEIVE, on the empty kernel stack, with all of the context saved but the words; nobody returns. Either the words
 * go to user mode with the other thread (straight_leave), whose context waits in a system call; or nothing has changed, and
 * they are saved and the system call goes through core_syscall() as any other does (straight_refuse).
 */
#include <arch_straight.h>
#include <core/straight.h>

STRAIGHT void core_straight_call(STRAIGHT_WORDS);
STRAIGHT void core_straight_reply(STRAIGHT_WORDS);

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

STRAIGHT void core_straight_call(STRAIGHT_WORDS)
{
	struct cpu *cpu = arch_cpu();
	struct thread *thread = cpu->current;
	uint64_t tag = arch_control(&thread->context, 1);
	struct thread *server = NULL;
	if (likely((uint32_t)tag <= TENON_MESSAGE_REGISTER_BYTES))
		server = straight_call(cpu, thread, arch_control(&thread->context, 0), STRAIGHT_REGISTERS);
	if (unlikely(server == NULL))
		STRAIGHT_JUMP("straight_refuse", &thread->context);
	leave(schedule_switch(cpu, thread, server), (uint32_t)tag, w0, w1, w2, w3, w4, w5, w6, w7);
}

STRAIGHT void core_straight_reply(STRAIGHT_WORDS)
{
	struct cpu *cpu = arch_cpu();
	struct thread *thread = cpu->current;
	uint64_t tag = arch_control(&thread->context, 1);
	struct thread *caller = NULL;
	if (straight_known(thread, arch_control(&thread->context, 0)) &&
	    likely((uint32_t)tag <= TENON_MESSAGE_REGISTER_BYTES))
		caller = straight_reply(cpu, thread, thread->receive_reply, STRAIGHT_REGISTERS);
	if (unlikely(caller == NULL))
		STRAIGHT_JUMP("straight_refuse", &thread->context);
	leave(schedule_switch(cpu, thread, caller), (uint32_t)tag, w0, w1, w2, w3, w4, w5, w6, w7);
}
