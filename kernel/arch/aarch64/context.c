/*
 * SPDX-License-Identifier: MIT
 *
 * User contexts and the FPU.
 *
 * FP and SIMD registers are switched lazily. A CPU's `fpu_owner` is the context
 * whose values the registers hold; for any other the FPU is closed in CPACR_EL1,
 * and its first FP instruction traps and moves the ownership. A thread stays on
 * its home CPU, so no other CPU asks for the registers. SVE and SME stay closed.
 */
#include "aarch64.h"

_Static_assert(offsetof(struct arch_context, sp) == CONTEXT_SP, "entry assembly");
_Static_assert(offsetof(struct arch_context, pc) == CONTEXT_PC, "entry assembly");
_Static_assert(offsetof(struct arch_context, pstate) == CONTEXT_PSTATE, "entry assembly");
_Static_assert(offsetof(struct arch_context, tls) == CONTEXT_TLS, "entry assembly");
_Static_assert(offsetof(struct arch_context, vector) == CONTEXT_VECTOR, "entry assembly");
_Static_assert(offsetof(struct arch_context, fpcr) == CONTEXT_FPCR, "entry assembly");
_Static_assert(offsetof(struct arch_cpu, stack) == CPU_STACK, "entry assembly");

void arch_context_init(struct arch_context *context, uint64_t entry, uint64_t stack_top, uint64_t argument)
{
	/* pstate 0: EL0, interrupts open. */
	*context = (struct arch_context){.x = {argument}, .sp = stack_top, .pc = entry};
}

void arch_context_restart(struct arch_context *context)
{
	context->pc -= 4; /* svc */
}

uint64_t arch_context_pc(const struct arch_context *context)
{
	return context->pc;
}

uint64_t arch_context_sp(const struct arch_context *context)
{
	return context->sp;
}

uint64_t arch_context_frame(const struct arch_context *context)
{
	return context->x[29];
}

uint64_t arch_context_return(const struct arch_context *context)
{
	return context->x[30];
}

void arch_context_fini(struct arch_context *context)
{
	struct arch_cpu *cpu = (struct arch_cpu *)arch_cpu();

	if (cpu->fpu_owner != context)
		return;
	cpu->fpu_owner = NULL;
	/* Another CPU may be in asid_share(). */
	__atomic_store_n(&cpu->special, 0, __ATOMIC_SEQ_CST);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (__atomic_load_n(&cpu->sharing, __ATOMIC_SEQ_CST) != 0)
		cpu->special = 1;
	WRITE_REGISTER(cpacr_el1, 0);
}

void fpu_trap(struct arch_cpu *cpu, struct arch_context *context)
{
	WRITE_REGISTER(cpacr_el1, ARCH_CPACR_FPU);
	ISB();
	if (cpu->fpu_owner == context)
		return;
	if (cpu->fpu_owner != NULL)
		fpu_save(cpu->fpu_owner);
	fpu_load(context);
	cpu->fpu_owner = context;
	cpu->special = 1;
}
