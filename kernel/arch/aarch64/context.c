/*
 * SPDX-License-Identifier: MIT
 *
 * User contexts, and FP, SIMD and SVE.
 *
 * These registers are switched lazily. A CPU's `vector_owner` is the context
 * whose values they hold; for any other they are closed in CPACR_EL1, and its
 * first such instruction traps and moves the ownership. SVE opens only for a
 * thread that used it, so that others move 128 bits of each register. A thread
 * that goes to another CPU leaves its values in memory first. SME stays closed.
 *
 * The counters open in the same way, for a thread that may read them.
 */
#include "aarch64.h"

#define CPACR_FPEN       (UINT64_C(3) << 20)
#define CPACR_ZEN        (UINT64_C(3) << 16)
#define ZCR_EL1          s3_0_c1_c2_0
#define VECTOR_BYTES_MAX 256
#define ZCR_LENGTH       15 /* as long as the CPU has them */

static uint64_t vector_bytes; /* of an SVE register; 0: there are none; the same on every CPU */

_Static_assert(offsetof(struct arch_context, sp) == CONTEXT_SP, "entry assembly");
_Static_assert(offsetof(struct arch_context, pc) == CONTEXT_PC, "entry assembly");
_Static_assert(offsetof(struct arch_context, pstate) == CONTEXT_PSTATE, "entry assembly");
_Static_assert(offsetof(struct arch_context, tls) == CONTEXT_TLS, "entry assembly");
_Static_assert(offsetof(struct arch_cpu, stack) == CPU_STACK, "entry assembly");

size_t arch_context_state_bytes(void)
{
	uint64_t bytes = vector_bytes != 0 ? 32 * vector_bytes + 17 * (vector_bytes / 8) : 512;

	return (VECTOR_REGISTERS + bytes + 63) & ~(size_t)63;
}

void arch_context_attach(struct arch_context *context, void *state)
{
	context->vector = state;
}

void arch_context_init(struct arch_context *context, uint64_t entry, uint64_t stack_top, uint64_t argument)
{
	/* pstate 0: EL0, interrupts open. */
	*context = (struct arch_context){.x = {argument},
					 .sp = stack_top,
					 .pc = entry,
					 .vector = context->vector,
					 .counters = context->counters};
}

void arch_context_counters(struct arch_context *context)
{
	context->counters = 1;
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

/* By an SVE register, which is the user's and is put back. Short ones are no gain over pairs of words. */
size_t arch_copy_vectors(void *to, const void *from, size_t bytes)
{
	char kept[VECTOR_BYTES_MAX];
	uint64_t open;

	if (vector_bytes < 64)
		return 0;
	bytes -= bytes % vector_bytes;
	open = READ_REGISTER(cpacr_el1);
	WRITE_REGISTER(cpacr_el1, CPACR_FPEN | CPACR_ZEN);
	ISB();
	sve_copy(to, from, bytes, kept);
	WRITE_REGISTER(cpacr_el1, open); /* in time for user code: returning to it synchronises */
	return bytes;
}

static void cpacr_write(uint64_t value)
{
	WRITE_REGISTER(cpacr_el1, value);
	ISB();
}

void vector_init_cpu(void)
{
	if (ID_FIELD(id_aa64pfr0_el1, 32) == 0)
		return;
	cpacr_write(CPACR_FPEN | CPACR_ZEN);
	WRITE_REGISTER(ZCR_EL1, vector_bytes != 0 ? vector_bytes / 16 - 1 : ZCR_LENGTH);
	ISB();
	vector_bytes = sve_bytes();
	cpacr_write(0);
}

/* Nothing of a context is open any more. */
static void special_settle(struct arch_cpu *cpu)
{
	/* Another CPU may be in asid_share(). */
	__atomic_store_n(&cpu->special, cpu->vector_owner != NULL || cpu->counter_user != NULL,
			 __ATOMIC_SEQ_CST);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (__atomic_load_n(&cpu->sharing, __ATOMIC_SEQ_CST) != 0)
		cpu->special = 1;
}

static void vector_disown(struct arch_cpu *cpu)
{
	cpu->vector_owner = NULL;
	special_settle(cpu);
	WRITE_REGISTER(cpacr_el1, 0);
}

static void counters_close(struct arch_cpu *cpu, const struct arch_context *context)
{
	if (cpu->counter_user != context)
		return;
	cpu->counter_user = NULL;
	special_settle(cpu);
	WRITE_REGISTER(cntkctl_el1, 0);
}

bool counters_trap(struct arch_cpu *cpu, struct arch_context *context)
{
	if (!context->counters || cpu->counter_user == context)
		return false;
	cpu->counter_user = context;
	cpu->special = 1;
	WRITE_REGISTER(cntkctl_el1, ARCH_COUNTERS_OPEN);
	return true;
}

/* All is open. */
static void vector_save(const struct arch_context *context)
{
	if (context->vector_use == VECTOR_SVE)
		sve_save(context->vector);
	else
		simd_save(context->vector);
}

static void vector_load(const struct arch_context *context)
{
	if (context->vector_use == VECTOR_SVE)
		sve_load(context->vector);
	else if (context->vector_use == VECTOR_SIMD)
		simd_load(context->vector);
	else
		simd_clear();
}

void arch_context_fini(struct arch_context *context)
{
	struct arch_cpu *cpu = (struct arch_cpu *)arch_cpu();

	counters_close(cpu, context);
	if (cpu->vector_owner == context)
		vector_disown(cpu);
}

void arch_context_release(struct cpu *cpu, struct arch_context *context)
{
	struct arch_cpu *arch = (struct arch_cpu *)cpu;

	counters_close(arch, context);
	if (arch->vector_owner != context)
		return;
	cpacr_write(CPACR_FPEN | CPACR_ZEN);
	vector_save(context);
	vector_disown(arch);
}

bool vector_trap(struct arch_cpu *cpu, struct arch_context *context, enum vector_use wanted)
{
	if (wanted == VECTOR_SVE && vector_bytes == 0)
		return false;
	cpacr_write(CPACR_FPEN | CPACR_ZEN);
	if (cpu->vector_owner != context) {
		if (cpu->vector_owner != NULL)
			vector_save(cpu->vector_owner);
		vector_load(context);
		cpu->vector_owner = context;
		cpu->special = 1;
	}
	/* Until now a thread of SIMD alone; the registers' upper parts were cleared when the lower were loaded. */
	if (wanted == VECTOR_SVE && context->vector_use != VECTOR_SVE)
		sve_predicates_clear();
	if (context->vector_use < wanted)
		context->vector_use = wanted;
	cpu->vector_open = context->vector_use == VECTOR_SVE ? CPACR_FPEN | CPACR_ZEN : CPACR_FPEN;
	WRITE_REGISTER(cpacr_el1, cpu->vector_open);
	return true;
}
