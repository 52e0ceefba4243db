/*
 * SPDX-License-Identifier: MIT
 *
 * AArch64: the functions of arch/arch.h that are marked [inline].
 */
#ifndef ARCH_INLINE_H
#define ARCH_INLINE_H

#include <arch/arch.h>
#include <arch_boot.h>
#include <tenon/boot.h>

/* Message words are x0..x7, control words x8..x11. */
static inline uint64_t arch_control(const struct arch_context *context, unsigned n)
{
	return context->x[8 + n];
}

static inline void arch_control_set(struct arch_context *context, unsigned n, uint64_t value)
{
	context->x[8 + n] = value;
}

static inline uint64_t arch_word(const struct arch_context *context, unsigned n)
{
	return context->x[n];
}

static inline void arch_word_set(struct arch_context *context, unsigned n, uint64_t value)
{
	context->x[n] = value;
}

/*
 * Nothing and everything are straight lines. Nothing is kept from the compiler, which would share its last stores with
 * another branch. `to` and `from` are the same only with no bytes.
 */
static inline void arch_words_move(struct arch_context *to, const struct arch_context *from, unsigned bytes)
{
	if (bytes == 0) {
		__asm__("stp xzr, xzr, [%1]\n\tstp xzr, xzr, [%1, #16]\n\t"
			"stp xzr, xzr, [%1, #32]\n\tstp xzr, xzr, [%1, #48]"
			: "=m"(*(uint64_t(*)[TENON_MESSAGE_WORDS])to->x)
			: "r"(to->x));
	} else if (bytes > 56) {
		const uint64_t *x = from->x;
		uint64_t x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3], x4 = x[4], x5 = x[5], x6 = x[6],
			 x7 = x[7];

		to->x[0] = x0;
		to->x[1] = x1;
		to->x[2] = x2;
		to->x[3] = x3;
		to->x[4] = x4;
		to->x[5] = x5;
		to->x[6] = x6;
		to->x[7] = x7;
	} else {
#pragma clang loop unroll(disable)
		for (unsigned n = 0; n < TENON_MESSAGE_WORDS; n++)
			to->x[n] = bytes > 8 * n ? from->x[n] : 0;
	}
}

#define ARCH_COUNTERS_OPEN UINT64_C(3) /* CNTKCTL_EL1: EL0PCTEN, EL0VCTEN */

#define ARCH_ASID_SHIFT 48
#define ARCH_ASID_MASK  (UINT64_C(0xffff) << ARCH_ASID_SHIFT)

/*
 * FP, SIMD and SVE are open for the thread whose state is in the registers, the counters for who used them last. With a shared ASID what another space left in
 * the TLB goes, once no walk through the old root can add to it. Else no barrier: the exception return is one.
 */
static inline void arch_context_switch(struct cpu *cpu, struct arch_context *to)
{
	const struct arch_cpu *arch = (const struct arch_cpu *)cpu;
	uint64_t ttbr;

	if (__builtin_expect(arch->special == 0, 1))
		return;
	__asm__ volatile("msr cpacr_el1, %0" : : "r"(arch->vector_owner == to ? arch->vector_open : 0));
	__asm__ volatile("msr cntkctl_el1, %0" : : "r"(arch->counter_user == to ? ARCH_COUNTERS_OPEN : 0));
	__asm__ volatile("mrs %0, ttbr0_el1" : "=r"(ttbr));
	if (ttbr >> ARCH_ASID_SHIFT == 0)
		__asm__ volatile("isb\n\ttlbi aside1, xzr\n\tdsb nsh");
}

/* A context is aligned: bit 0 tells the entry assembly. */
static inline struct arch_context *arch_context_undisturbed(struct arch_context *context)
{
	return (struct arch_context *)((uintptr_t)context | 1);
}

/*
 * No barrier: the kernel never touches user addresses, and the exception return synchronises. A context of this space is
 * switched to next: arch_context_switch() sees to a shared ASID.
 */
static inline void arch_space_switch(struct arch_space *space)
{
	__asm__ volatile("msr ttbr0_el1, %0" : : "r"(space->ttbr));
}

static inline void *arch_direct(physical_t physical)
{
	return (void *)(uintptr_t)(physical.value + TENON_DIRECT_BASE);
}

static inline physical_t arch_physical(const void *direct)
{
	return (physical_t){(uint64_t)(uintptr_t)direct - TENON_DIRECT_BASE};
}

size_t arch_copy_vectors(void *to, const void *from, size_t bytes);

static inline size_t arch_copy_blocks(void *to, const void *from, size_t bytes)
{
	return bytes >= 512 ? arch_copy_vectors(to, from, bytes) : 0;
}

extern bool arch_has_tags; /* memory tags (MTE2) */

/* In cache.c: longer than a call. */
void arch_clear_pages(void *direct, size_t bytes);

/* Without a barrier: a value read a few instructions early is as good as one read late. */
static inline uint64_t arch_ticks(void)
{
	uint64_t ticks;

	__asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
	return ticks;
}

static inline struct cpu *arch_cpu(void)
{
	struct cpu *cpu;

	__asm__("mrs %0, tpidr_el1" : "=r"(cpu));
	return cpu;
}

static inline void arch_relax(void)
{
	__asm__ volatile("yield" : : : "memory");
}

#endif
