/*
 * SPDX-License-Identifier: MIT
 *
 * Where interrupts and exceptions go. Three exceptions are answered here, unseen by
 * the generic kernel: the first floating-point instruction since another
 * thread's, and the first use of the segment base instructions and of the time stamp counter by a
 * thread that may read it.
 */
#include "x86.h"
#include "interrupt.h"

#define VECTOR_UNDEFINED  6
#define VECTOR_NO_FPU     7
#define VECTOR_PROTECTION 13

/*
 * #UD of a thread that has not used its segment bases yet: perhaps that was its first use. It gets them and tries again;
 * any other undefined instruction comes back.
 */
static bool bases_open(struct arch_cpu *arch)
{
	struct arch_context *context = arch->context;

	if (!feature_has_bases() || (context->special & ARCH_SPECIAL_BASES))
		return false;
	cr4_write(cr4_read() | CR4_FSGSBASE);
	context->special |= ARCH_SPECIAL_BASES;
	arch->special |= ARCH_SPECIAL_BASES;
	return true;
}

struct arch_context *trap_user(struct arch_cpu *arch, uint64_t vector, uint64_t error)
{
	if (vector >= VECTOR_LEGACY) {
		interrupt_take(arch, (unsigned)vector);
		return core_resume(arch->self);
	}
	if (vector == VECTOR_NO_FPU) {
		fpu_take(arch, arch->context);
		return arch->context;
	}
	if (vector == VECTOR_UNDEFINED && bases_open(arch))
		return arch->context;
	if (vector == VECTOR_PROTECTION && counters_take(arch, arch->context))
		return arch->context;
	return fault_deliver(arch, vector, error);
}

/* `context` was to be resumed at an address that is none. */
struct arch_context *trap_return(struct arch_cpu *arch, struct arch_context *context)
{
	struct core_fault fault = {.kind = TENON_FAULT_EXECUTE, .address = context->rip};

	return core_fault(arch->self, &fault);
}

void trap_kernel(struct arch_cpu *arch, struct trap_frame *frame)
{
	if (frame->vector < VECTOR_LEGACY)
		fault_panic(frame);
	interrupt_take(arch, (unsigned)frame->vector);
}
