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
	const struct core_value values[] = {
	    {" fault of a thread without a supervisor, pc", arch_context_pc(&thread->context)},
	    {", address", thread->fault.address},
	    {", syndrome", thread->fault.syndrome},
	};
	core_panic_values(thread->name, 0, fault_names[thread->fault.kind], values, COUNT_OF(values));
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
