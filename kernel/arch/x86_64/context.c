/*
 * SPDX-License-Identifier: MIT
 *
 * struct arch_context: a thread's user registers. The hot part is written by
 * entry.S; here is what happens rarely: a new thread, and a switch that involves
 * a thread with live floating-point state or segment bases of its own.
 */
#include "x86.h"

#define HAS_OFFSET(type, field, offset)                                                                      \
	_Static_assert(offsetof(struct type, field) == (offset), "arch_layout.h: " #field)

HAS_OFFSET(arch_context, control, CONTEXT_CONTROL);
HAS_OFFSET(arch_context, rbp, CONTEXT_RBP);
HAS_OFFSET(arch_context, rip, CONTEXT_RIP);
HAS_OFFSET(arch_context, rsp, CONTEXT_RSP);
HAS_OFFSET(arch_context, rflags, CONTEXT_RFLAGS);
HAS_OFFSET(arch_context, full, CONTEXT_FULL);
HAS_OFFSET(arch_context, word, CONTEXT_WORD);
HAS_OFFSET(arch_context, rcx, CONTEXT_RCX);
HAS_OFFSET(arch_context, r11, CONTEXT_R11);
HAS_OFFSET(arch_cpu, self, CPU_SELF);
HAS_OFFSET(arch_cpu, context, CPU_CONTEXT);
HAS_OFFSET(arch_cpu, stack, CPU_STACK);
HAS_OFFSET(arch_cpu, root, CPU_ROOT);

void arch_context_init(struct arch_context *context, uint64_t entry, uint64_t stack_top, uint64_t argument)
{
	*context = (struct arch_context){
	    .fpu = context->fpu,
	    .counters = context->counters,
	    .rip = entry,
	    .rsp = stack_top,
	    .rflags = RFLAGS_FIXED | RFLAGS_IF,
	    .full = FULL_ALL, /* IRET: `entry` comes from outside and may be anything */
	    .word = {argument},
	};
	fpu_context_init(context);
}

void arch_context_restart(struct arch_context *context)
{
	context->rip -= 2; /* syscall */
}

uint64_t arch_context_pc(const struct arch_context *context)
{
	return context->rip;
}

uint64_t arch_context_sp(const struct arch_context *context)
{
	return context->rsp;
}

uint64_t arch_context_frame(const struct arch_context *context)
{
	return context->rbp;
}

/* It stands on the user's stack, which the kernel does not read; a backtrace finds it beside the frame pointer. */
uint64_t arch_context_return(const struct arch_context *context)
{
	(void)context;
	return 0;
}

void arch_context_attach(struct arch_context *context, void *state)
{
	context->fpu = state;
}

void arch_context_counters(struct arch_context *context)
{
	context->counters = 1;
}

static uint64_t user_gs_base(void)
{
	uint64_t base;

	__asm__ volatile("swapgs; rdgsbase %0; swapgs" : "=r"(base));
	return base;
}

static void user_bases_set(uint64_t fs_base, uint64_t gs_base)
{
	__asm__ volatile("wrfsbase %0; swapgs; wrgsbase %1; swapgs" ::"r"(fs_base), "r"(gs_base));
}

/* CR4.FSGSBASE is set exactly while a context with ARCH_SPECIAL_BASES runs; for all others both bases are zero. */
static void bases_switch(struct arch_cpu *arch, struct arch_context *from, const struct arch_context *to)
{
	if (arch->special & ARCH_SPECIAL_BASES) {
		__asm__ volatile("rdfsbase %0" : "=r"(from->fs_base));
		from->gs_base = user_gs_base();
	}
	if (to->special & ARCH_SPECIAL_BASES) {
		if (!(arch->special & ARCH_SPECIAL_BASES))
			cr4_write(cr4_read() | CR4_FSGSBASE);
		user_bases_set(to->fs_base, to->gs_base);
		arch->special |= ARCH_SPECIAL_BASES;
	} else if (arch->special & ARCH_SPECIAL_BASES) {
		user_bases_set(0, 0);
		cr4_write(cr4_read() & ~(uint64_t)CR4_FSGSBASE);
		arch->special &= (uint8_t)~ARCH_SPECIAL_BASES;
	}
}

/* CR4.TSD is clear exactly while a context with ARCH_SPECIAL_TIME runs. */
static void counters_switch(struct arch_cpu *arch, const struct arch_context *to)
{
	uint8_t wanted = to->special & ARCH_SPECIAL_TIME;

	if ((arch->special & ARCH_SPECIAL_TIME) == wanted)
		return;
	cr4_write(cr4_read() ^ CR4_TSD);
	arch->special ^= ARCH_SPECIAL_TIME;
}

bool counters_take(struct arch_cpu *arch, struct arch_context *context)
{
	if (!context->counters || (context->special & ARCH_SPECIAL_TIME))
		return false;
	context->special |= ARCH_SPECIAL_TIME;
	counters_switch(arch, context);
	return true;
}

/* Of the context that this CPU left last, the bases are still in the registers: they go to memory. */
static void bases_leave(struct arch_cpu *arch, struct arch_context *context)
{
	static const struct arch_context none;

	if (arch->context != context)
		return;
	bases_switch(arch, context, &none);
	counters_switch(arch, &none);
}

void arch_context_fini(struct arch_context *context)
{
	struct arch_cpu *arch = cpu_arch(arch_cpu());

	fpu_forget(arch, context);
	bases_leave(arch, context);
	context->special = 0;
}

void arch_context_release(struct cpu *cpu, struct arch_context *context)
{
	struct arch_cpu *arch = cpu_arch(cpu);

	fpu_release(arch, context);
	bases_leave(arch, context);
}

/* CR0.TS is clear exactly while the owner of the floating-point registers runs. */
static void fpu_switch(struct arch_cpu *arch, const struct arch_context *to)
{
	if (to == arch->fpu_owner && !(arch->special & ARCH_SPECIAL_FPU)) {
		__asm__ volatile("clts");
		arch->special |= ARCH_SPECIAL_FPU;
	} else if (to != arch->fpu_owner && (arch->special & ARCH_SPECIAL_FPU)) {
		cr0_write(cr0_read() | CR0_TS);
		arch->special &= (uint8_t)~ARCH_SPECIAL_FPU;
	}
}

__attribute__((preserve_most)) void arch_context_switch_special(struct arch_cpu *arch,
								struct arch_context *to)
{
	bases_switch(arch, arch->context, to);
	fpu_switch(arch, to);
	counters_switch(arch, to);
}
