/* SPDX-License-Identifier: MIT
 * The inline part of the architecture contract, on the host.
 */
#ifndef ARCH_INLINE_H
#define ARCH_INLINE_H

#include <arch/arch.h>
#include <string.h>

/* State of the fake machine, in machine.c. */
extern uint64_t host_ticks;
extern uint8_t *host_ram;
extern uint64_t host_ram_base, host_ram_size;
struct cpu *host_cpu(void);

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
	return context->word[n];
}

static inline void arch_word_set(struct arch_context *context, unsigned n, uint64_t value)
{
	context->word[n] = value;
}

static inline void arch_words_move(struct arch_context *to, const struct arch_context *from, unsigned bytes)
{
	for (unsigned i = 0; i < TENON_MESSAGE_WORDS; i++)
		to->word[i] = i * sizeof(uint64_t) < bytes ? from->word[i] : 0;
}

/* Here the way back is the same for every thread. */
static inline struct arch_context *arch_context_undisturbed(struct arch_context *context)
{
	return context;
}

static inline void arch_context_switch(struct cpu *cpu, struct arch_context *to)
{
	((struct arch_cpu *)(void *)cpu)->context = to;
}

static inline void arch_space_switch(struct arch_space *space)
{
	((struct arch_cpu *)(void *)host_cpu())->space = space;
}

static inline void *arch_direct(physical_t physical)
{
	return host_ram + (physical.value - host_ram_base);
}

static inline physical_t arch_physical(const void *direct)
{
	return (physical_t){(uint64_t)((const uint8_t *)direct - host_ram) + host_ram_base};
}

static inline size_t arch_copy_blocks(void *to, const void *from, size_t bytes)
{
	(void)to;
	(void)from;
	(void)bytes;
	return 0;
}

void host_sweep(size_t bytes); /* counts what the kernel goes through at once */

static inline void arch_clear_pages(void *direct, size_t bytes)
{
	memset(direct, 0, bytes);
	host_sweep(bytes);
}

static inline uint64_t arch_ticks(void)
{
	return host_ticks;
}

static inline struct cpu *arch_cpu(void)
{
	return host_cpu();
}

void arch_relax(void);

#endif
