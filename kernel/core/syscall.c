/* SPDX-License-Identifier: MIT
 * Where system calls come in. Call and reply-and-receive go first and straight; the rest through a switch. Each operation
 * is a function in its object's file.
 */
#include <core/core.h>

struct core core;

static struct arch_context *other(struct cpu *cpu, struct thread *thread, uint64_t control0)
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
	    [TENON_OP_PORT_READ] = syscall_port_read,
	    [TENON_OP_PORT_WRITE] = syscall_port_write,
	    [TENON_OP_THREAD_START] = syscall_thread_start,
	    [TENON_OP_THREAD_STOP] = syscall_thread_stop,
	    [TENON_OP_THREAD_READ] = syscall_thread_read,
	    [TENON_OP_THREAD_BUFFER] = syscall_thread_buffer,
	    [TENON_OP_ENDPOINT_STATE] = syscall_endpoint_state,
	    [TENON_OP_INSPECT] = syscall_inspect,
	};
	uint8_t number = (uint8_t)control0;
	if (number >= TENON_OPERATION_COUNT) {
		thread_answer(thread, TENON_BAD_OPERATION);
	} else if (operation[number] != NULL) {
		operation[number](cpu, thread, control0);
	} else {
		CHECK(number == TENON_OP_YIELD);
		thread_answer(thread, TENON_OK);
		schedule_yield(cpu);
	}
	return schedule(cpu);
}

struct arch_context *core_syscall(struct cpu *cpu)
{
	struct thread *thread = cpu->current;
	uint64_t control0 = arch_control(&thread->context, 0);
	uint8_t number = (uint8_t)control0;
	_Static_assert(TENON_OPERATION_BITS == 8, "the operation is the lowest byte");
	if (likely(number == TENON_OP_CALL))
		return syscall_call(cpu, thread, control0);
	if (likely(number == TENON_OP_REPLY_RECEIVE))
		return syscall_reply_receive(cpu, thread, control0);
	if (number != TENON_OP_NULL)
		return other(cpu, thread, control0);
	thread_answer(thread, TENON_OK);
	return &thread->context;
}
