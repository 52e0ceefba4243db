/* SPDX-License-Identifier: MIT
 * Faults of threads: a call to the thread's fault endpoint, with the fault record as its message. A thread without one
 * takes the machine with it.
 */
#include <core/core.h>

static const char *const fault_names[TENON_FAULT_COUNT] = {
#define FAULT(name, text, doc) text,
#include <tenon/names.def>
};

static noreturn void fault_fatal(const struct thread *thread)
{
	char text[160];
	const char *end = text + sizeof(text);
	char *at = text_append(text, end, fault_names[thread->fault.kind]);
	at = text_append(at, end, " fault of a thread without a supervisor, pc 0x");
	at = text_number(at, end, arch_context_pc(&thread->context), 16);
	at = text_append(at, end, ", address 0x");
	at = text_number(at, end, thread->fault.address, 16);
	at = text_append(at, end, ", syndrome 0x");
	text_number(at, end, thread->fault.syndrome, 16);
	core_panic(thread->name, 0, text);
}

void thread_fault(struct cpu *cpu, struct thread *thread, const struct core_fault *fault)
{
	CHECK(fault->kind > TENON_FAULT_NONE && fault->kind < TENON_FAULT_COUNT);
	thread->fault = *fault;
	if (thread->fault_endpoint == NULL && thread->pool == NULL)
		fault_fatal(thread);
	thread->faulted = true;
	if (thread->fault_endpoint == NULL) {
		/* Made at run time: whoever holds it finds it so. */
		thread->state = TENON_THREAD_FAULTED;
		thread->blocked_on = NULL;
		if (cpu->current == thread)
			schedule_leave(cpu);
		return;
	}
	endpoint_call(cpu, thread, thread->fault_endpoint, thread->fault_badge, TENON_NEVER);
}

struct arch_context *core_fault(struct cpu *cpu, const struct core_fault *fault)
{
	thread_fault(cpu, cpu->current, fault);
	return schedule(cpu);
}
