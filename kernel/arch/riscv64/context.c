/* SPDX-License-Identifier: MIT
 * A thread's user registers, and the FPU, which follows its user lazily: the
 * first FPU instruction of a thread traps, and fp_take() brings its state in.
 * The state stays in the registers, closed by sstatus.FS, until another thread
 * of this CPU asks. A thread has one home CPU, so no other CPU ever looks.
 */
#include <arch/arch.h>
#include <arch_inline.h>
#include <arch_offsets.h>
#include "riscv64.h"

_Static_assert(offsetof(struct arch_context, word) == CONTEXT_WORD, "CONTEXT_WORD");
_Static_assert(offsetof(struct arch_context, control) == CONTEXT_CONTROL, "CONTEXT_CONTROL");
_Static_assert(offsetof(struct arch_context, pc) == CONTEXT_PC, "CONTEXT_PC");
_Static_assert(offsetof(struct arch_context, restore) == CONTEXT_RESTORE, "CONTEXT_RESTORE");
_Static_assert(offsetof(struct arch_context, ra) == CONTEXT_RA, "CONTEXT_RA");
_Static_assert(offsetof(struct arch_context, sp) == CONTEXT_SP, "CONTEXT_SP");
_Static_assert(offsetof(struct arch_context, tp) == CONTEXT_TP, "CONTEXT_TP");
_Static_assert(offsetof(struct arch_context, s0) == CONTEXT_S0, "CONTEXT_S0");
_Static_assert(offsetof(struct arch_context, cpu) == CONTEXT_CPU, "CONTEXT_CPU");
_Static_assert(offsetof(struct arch_context, gp) == CONTEXT_GP, "CONTEXT_GP");
_Static_assert(offsetof(struct arch_context, saved) == CONTEXT_SAVED, "CONTEXT_SAVED");
_Static_assert(offsetof(struct arch_context, scratch) == CONTEXT_SCRATCH, "CONTEXT_SCRATCH");
_Static_assert(offsetof(struct arch_context, fp) == CONTEXT_FP, "CONTEXT_FP");
_Static_assert(sizeof(struct arch_context) == CONTEXT_SIZE, "CONTEXT_SIZE");
_Static_assert(offsetof(struct arch_cpu, kernel) == 0, "sscratch in kernel mode");
_Static_assert(offsetof(struct arch_cpu, stack_top) == CPU_STACK_TOP, "CPU_STACK_TOP");
_Static_assert(offsetof(struct arch_cpu, entered) == CPU_ENTERED, "CPU_ENTERED");

void arch_context_init(struct arch_context *context, uint64_t entry, uint64_t stack_top, uint64_t argument)
{
	struct arch_cpu *last = (struct arch_cpu *)context->cpu;

	/* Its former life may still have registers in a CPU that idles since: they go to that CPU's own. */
	if (last != NULL && __atomic_load_n(&last->entered, __ATOMIC_RELAXED) == context)
		__atomic_store_n(&last->entered, &last->kernel, __ATOMIC_RELAXED);
	*context = (struct arch_context){.pc = entry, .restore = -1, .sp = stack_top, .word = {argument}};
}

void arch_context_restart(struct arch_context *context)
{
	context->pc -= 4; /* ecall */
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
	return context->s0;
}

uint64_t arch_context_return(const struct arch_context *context)
{
	return context->ra;
}

void arch_context_fini(struct arch_context *context)
{
	struct arch_cpu *cpu = (struct arch_cpu *)arch_cpu();

	if (cpu->fp_owner == context) {
		cpu->fp_owner = NULL;
		csr_clear(sstatus, SSTATUS_FS);
	}
}

bool fp_take(struct arch_cpu *cpu, struct arch_context *context)
{
	if (cpu->fp_owner == context)
		return false;
	csr_set(sstatus, SSTATUS_FS);
	if (cpu->fp_owner != NULL)
		fp_save(cpu->fp_owner);
	fp_load(context);
	cpu->fp_owner = context;
	return true;
}
