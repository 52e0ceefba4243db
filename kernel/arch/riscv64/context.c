/* SPDX-License-Identifier: MIT
 * A thread's user registers, and FPU and vector registers, which follow their
 * user lazily: the first such instruction of a thread traps, and vector_take()
 * brings its state in. The state stays in the registers, closed by sstatus.FS
 * and VS, until another thread of this CPU asks or its thread goes to another
 * CPU. All CPUs have vectors of the same length, or none.
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
_Static_assert(sizeof(struct arch_context) == CONTEXT_SIZE, "CONTEXT_SIZE");
_Static_assert(offsetof(struct arch_cpu, kernel) == 0, "sscratch in kernel mode");
_Static_assert(offsetof(struct arch_cpu, stack_top) == CPU_STACK_TOP, "CPU_STACK_TOP");
_Static_assert(offsetof(struct arch_cpu, entered) == CPU_ENTERED, "CPU_ENTERED");

static uint64_t vector_bytes; /* of a vector register; 0: there are none */

void vector_init(void)
{
	csr_set(sstatus, SSTATUS_VS);
	if ((csr_read(sstatus) & SSTATUS_VS) != 0)
		vector_bytes = csr_read(CSR_VLENB);
	csr_clear(sstatus, SSTATUS_VS);
}

#define COPY_VECTOR_BYTES 64u /* longer vector registers would ask for much stack */

/* Eight vector registers at a time. They are the user's: vector_copy() puts them back. */
size_t arch_copy_blocks(void *to, const void *from, size_t bytes)
{
	uint8_t kept[8 * COPY_VECTOR_BYTES];
	size_t block = 8 * vector_bytes;

	if (vector_bytes == 0 || vector_bytes > COPY_VECTOR_BYTES || bytes < 4 * block)
		return 0;
	bytes &= ~(block - 1);
	vector_copy(to, from, bytes, kept);
	return bytes;
}

size_t arch_context_state_bytes(void)
{
	return (VECTOR_REGISTERS + 32 * vector_bytes + 63) & ~(size_t)63;
}

void arch_context_attach(struct arch_context *context, void *state)
{
	context->vector = state;
}

void arch_context_init(struct arch_context *context, uint64_t entry, uint64_t stack_top, uint64_t argument)
{
	*context = (struct arch_context){.pc = entry,
					 .restore = -1,
					 .sp = stack_top,
					 .word = {argument},
					 .vector = context->vector,
					 .counters = context->counters};
}

void arch_context_counters(struct arch_context *context)
{
	context->counters = 1;
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

/* This CPU has none of its registers, should it come again. */
static void disown(struct arch_cpu *cpu, const struct arch_context *context)
{
	if (cpu->entered == context)
		cpu->entered = &cpu->kernel;
	if (cpu->vector_owner == context) {
		cpu->vector_owner = NULL;
		csr_clear(sstatus, SSTATUS_STATE);
	}
	if (cpu->counter_user == context) {
		cpu->counter_user = NULL;
		csr_write(scounteren, 0);
	}
	cpu->special = cpu->vector_owner != NULL || cpu->counter_user != NULL;
}

static void state_save(const struct arch_context *context)
{
	fp_save(context->vector);
	if (vector_bytes != 0)
		vector_save(context->vector);
}

static void state_load(const struct arch_context *context)
{
	if (context->vector_used)
		fp_load(context->vector);
	else
		fp_clear();
	if (vector_bytes == 0)
		return;
	if (context->vector_used)
		vector_load(context->vector);
	else
		vector_clear();
}

void arch_context_fini(struct arch_context *context)
{
	disown((struct arch_cpu *)arch_cpu(), context);
}

void arch_context_release(struct cpu *cpu, struct arch_context *context)
{
	struct arch_cpu *arch = (struct arch_cpu *)cpu;

	if (arch->vector_owner == context) {
		csr_set(sstatus, SSTATUS_STATE);
		state_save(context);
	}
	disown(arch, context);
}

bool vector_take(struct arch_cpu *cpu, struct arch_context *context)
{
	if (cpu->vector_owner == context)
		return false;
	csr_set(sstatus, SSTATUS_STATE);
	if (cpu->vector_owner != NULL)
		state_save(cpu->vector_owner);
	state_load(context);
	context->vector_used = true;
	cpu->vector_owner = context;
	cpu->special = 1;
	return true;
}

bool counters_take(struct arch_cpu *cpu, struct arch_context *context)
{
	if (!context->counters || cpu->counter_user == context)
		return false;
	csr_write(scounteren, ARCH_COUNTERS_OPEN);
	cpu->counter_user = context;
	cpu->special = 1;
	return true;
}
