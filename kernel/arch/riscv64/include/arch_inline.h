/* SPDX-License-Identifier: MIT
 * The functions of arch.h that are marked [inline]; their documentation stands there.
 */
#ifndef RISCV64_ARCH_INLINE_H
#define RISCV64_ARCH_INLINE_H

#include <arch/arch.h>
#include <arch_boot.h>
#include <csr.h>
#include <tenon/boot.h>

static inline uint64_t arch_control(const struct arch_context *context, unsigned n)
{
	return context->control[n];
}

static inline void arch_control_set(struct arch_context *context, unsigned n, uint64_t value)
{
	context->control[n] = value;
}

static inline uint64_t arch_word(const struct arch_context *context, unsigned n)
{
	return context->restore == 0 ? 0 : context->word[n];
}

static inline void arch_word_set(struct arch_context *context, unsigned n, uint64_t value)
{
	if (context->restore == 0) {
#pragma clang loop unroll(full)
		for (unsigned i = 0; i < TENON_MESSAGE_WORDS; ++i)
			context->word[i] = 0;
		context->restore = 1;
	}
	context->word[n] = value;
}

static inline void arch_words_move(struct arch_context *to, const struct arch_context *from, unsigned bytes)
{
	to->restore = bytes;
	if (bytes == 0)
		return;
#pragma clang loop unroll(full)
	for (unsigned i = 0; i < TENON_MESSAGE_WORDS; ++i)
		to->word[i] = from->word[i];
	switch ((bytes + 7) / 8) {
	case 1:
		to->word[1] = 0;
		__attribute__((fallthrough));
	case 2:
		to->word[2] = 0;
		__attribute__((fallthrough));
	case 3:
		to->word[3] = 0;
		__attribute__((fallthrough));
	case 4:
		to->word[4] = 0;
		__attribute__((fallthrough));
	case 5:
		to->word[5] = 0;
		__attribute__((fallthrough));
	case 6:
		to->word[6] = 0;
		__attribute__((fallthrough));
	case 7:
		to->word[7] = 0;
		break;
	default:
		break;
	}
}

/* Here the way back is the same for every thread. */
static inline struct arch_context *arch_context_undisturbed(struct arch_context *context)
{
	return context;
}

#define ARCH_COUNTERS_OPEN 7u /* scounteren: CY, TM, IR */

/*
 * FPU and vectors are open to user mode exactly while their owner is the context to which this CPU returns, the counters
 * while it is who used them last.
 */
static inline void arch_context_switch(struct cpu *cpu, struct arch_context *to)
{
	const struct arch_cpu *arch = (const struct arch_cpu *)cpu;

	if (__builtin_expect(arch->special != 0, 0)) {
		csr_write(scounteren, arch->counter_user == to ? ARCH_COUNTERS_OPEN : 0);
		if (arch->vector_owner == to)
			csr_set(sstatus, SSTATUS_STATE);
		else
			csr_clear(sstatus, SSTATUS_STATE);
	}
}

static inline void arch_space_switch(struct arch_space *space)
{
	uint64_t satp = space->satp;

	if (__builtin_expect((int64_t)satp < 0, 1)) {
		csr_write(satp, satp);
		return;
	}
	csr_write(satp, satp | SATP_SV39);
	__asm__ volatile("sfence.vma zero, %0" ::"r"(UINT64_C(0)) : "memory"); /* of ASID 0 */
}

static inline void *arch_direct(physical_t physical)
{
	return (void *)(TENON_DIRECT_BASE + physical.value);
}

static inline physical_t arch_physical(const void *direct)
{
	return (physical_t){(uint64_t)direct - TENON_DIRECT_BASE};
}

extern uint64_t
    arch_zero_block; /* bytes that cbo.zero clears, at most a page; 0: the machine lacks it (Zicboz) */

size_t arch_copy_blocks(void *to, const void *from, size_t bytes); /* context.c: with vector registers */

static inline void arch_clear_pages(void *direct, size_t bytes)
{
	char *at = direct, *end = at + bytes;
	uint64_t block = arch_zero_block;

	if (block == 0) {
		for (; at < end; at += 64)
#pragma clang loop unroll(full)
			for (unsigned i = 0; i < 8; ++i)
				((uint64_t *)(void *)at)[i] = 0;
		return;
	}
	/* Eight blocks and their addresses without a compare in between. The last one may reach past the end, in the page. */
	for (; (uint64_t)(end - at) >= 8 * block && at < end;)
#pragma clang loop unroll(full)
		for (unsigned i = 0; i < 8; ++i, at += block)
			__asm__ volatile(".insn i 0x0f, 2, x0, %0, 4 # cbo.zero" ::"r"(at) : "memory");
	for (; at < end; at += block)
		__asm__ volatile(".insn i 0x0f, 2, x0, %0, 4 # cbo.zero" ::"r"(at) : "memory");
}

static inline uint64_t arch_ticks(void)
{
	return csr_read(time);
}

static inline struct cpu *arch_cpu(void)
{
	struct cpu *cpu;

	__asm__("mv %0, tp" : "=r"(cpu));
	return cpu;
}

static inline void arch_relax(void)
{
	__asm__ volatile("pause" ::: "memory");
}

#endif
