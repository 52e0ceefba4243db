/*
 * SPDX-License-Identifier: MIT
 *
 * The inline half of the contract in arch/arch.h: what the system-call path
 * uses, where each instruction counts.
 */
#ifndef ARCH_INLINE_H
#define ARCH_INLINE_H

#include <stddef.h>
#include <stdint.h>
#include <tenon/boot.h>
#include <arch_boot.h>
#include <arch_types.h>
#include <arch_layout.h>

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
	return context->full == FULL_ZERO ? 0 : context->word[n];
}

static inline void arch_words_zero(struct arch_context *context)
{
#pragma clang loop unroll(full)
	for (unsigned i = 0; i < 8; i++)
		context->word[i] = 0;
}

static inline void arch_word_set(struct arch_context *context, unsigned n, uint64_t value)
{
	if (context->full == FULL_ZERO) {
		arch_words_zero(context);
		context->full = FULL_NONE;
	}
	context->word[n] = value;
}

/* Nothing and everything are straight lines. `to` and `from` are the same only with no bytes. */
static inline void arch_words_move(struct arch_context *to, const struct arch_context *from, unsigned bytes)
{
	if (bytes == 0) {
		to->full = FULL_ZERO;
		return;
	}
	to->full = FULL_NONE;
	if (__builtin_expect(bytes > 56, 1)) {
#pragma clang loop unroll(full)
		for (unsigned i = 0; i < 8; i++)
			to->word[i] = from->word[i];
	} else {
		arch_words_zero(to);
#pragma clang loop unroll(disable)
		for (unsigned i = 0; i * 8 < bytes; i++)
			to->word[i] = from->word[i];
	}
}

static inline struct cpu *arch_cpu(void)
{
	struct cpu *cpu;

	__asm__("movq %%gs:%c1, %0" : "=r"(cpu) : "i"(CPU_SELF));
	return cpu;
}

/* Keeps the registers of its caller, which on the straight path then has none to save. */
__attribute__((preserve_most)) void arch_context_switch_special(struct arch_cpu *cpu,
								struct arch_context *to);

/* Here the way back is the same for every thread. */
static inline struct arch_context *arch_context_undisturbed(struct arch_context *context)
{
	return context;
}

static inline void arch_context_switch(struct cpu *cpu, struct arch_context *to)
{
	struct arch_cpu *arch = (struct arch_cpu *)cpu;

	if (__builtin_expect((arch->special | to->special) != 0, 0))
		arch_context_switch_special(arch, to);
	arch->context = to;
}

/* The kernel's own pages are global and stay in the TLB; those of a space with an identifier of its own do too. */
static inline void arch_space_switch(struct arch_space *space)
{
	__asm__ volatile("movq %0, %%cr3" ::"r"(space->cr3) : "memory");
}

static inline void *arch_direct(physical_t physical)
{
	return (void *)(TENON_DIRECT_BASE + physical.value);
}

static inline physical_t arch_physical(const void *direct)
{
	return (physical_t){(uint64_t)direct - TENON_DIRECT_BASE};
}

/* Where strings are fast (ERMS, FSRM) words are as fast as bytes, and elsewhere faster. */
static inline size_t arch_copy_blocks(void *to, const void *from, size_t bytes)
{
	size_t words = bytes / 8;

	/* Starting it costs more than a short copy. */
	if (bytes < 256)
		return 0;
	__asm__ volatile("rep movsq" : "+D"(to), "+S"(from), "+c"(words) : : "memory");
	return bytes & ~(size_t)7;
}

static inline void arch_clear_pages(void *direct, size_t bytes)
{
	size_t words = bytes / 8;

	__asm__ volatile("rep stosq" : "+D"(direct), "+c"(words) : "a"(UINT64_C(0)) : "memory");
}

static inline uint64_t arch_ticks(void)
{
	uint64_t low, high; /* RDTSC clears the upper halves */

	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
	return high << 32 | low;
}

static inline void arch_relax(void)
{
	__asm__ volatile("pause");
}

#endif
