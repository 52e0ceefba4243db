/* SPDX-License-Identifier: MIT
 * PLIC. A source is masked by its priority 0 and stays enabled at its context:
 * a completion of a source that is not enabled would be ignored.
 */
#include <arch/arch.h>
#include <arch_inline.h>
#include <dev/plic.h>

#define PRIORITY       0x000000u /* a word per source */
#define ENABLE         0x002000u /* bits, 0x80 bytes per context */
#define ENABLE_STRIDE  0x80u
#define CONTEXT        0x200000u /* threshold, claim */
#define CONTEXT_STRIDE 0x1000u
#define SOURCES_MAX    1024u

static volatile uint32_t *priority, *enable, *context_registers;

BOOT void plic_init(physical_t base, uint32_t sources, uint32_t contexts)
{
	priority = arch_device_map(base, SOURCES_MAX * 4);
	enable = arch_device_map((physical_t){base.value + ENABLE}, (uint64_t)contexts * ENABLE_STRIDE);
	context_registers =
	    arch_device_map((physical_t){base.value + CONTEXT}, (uint64_t)contexts * CONTEXT_STRIDE);
	if (base.value == 0 || sources >= SOURCES_MAX || priority == NULL || enable == NULL ||
	    context_registers == NULL)
		core_panic("plic.c", __LINE__, "no usable interrupt controller");
	for (uint32_t source = 1; source <= sources; ++source)
		priority[source] = 0;
}

void plic_init_cpu(uint32_t context)
{
	context_registers[context * (CONTEXT_STRIDE / 4)] = 0; /* threshold: every priority above 0 */
}

/* Registers of many sources each, written by several CPUs: with a lock of their own. */
static void enable_write(uint32_t source, uint32_t context, bool on)
{
	volatile uint32_t *word = &enable[context * (ENABLE_STRIDE / 4) + source / 32];
	static bool locked;

	while (__atomic_test_and_set(&locked, __ATOMIC_ACQUIRE))
		arch_relax();
	*word = on ? *word | 1u << source % 32 : *word & ~(1u << source % 32);
	__atomic_clear(&locked, __ATOMIC_RELEASE);
}

void plic_enable(uint32_t source, uint32_t context)
{
	enable_write(source, context, true);
	plic_unmask(source);
}

void plic_route(uint32_t source, uint32_t from, uint32_t to)
{
	enable_write(source, from, false);
	enable_write(source, to, true);
}

void plic_mask(uint32_t source)
{
	priority[source] = 0;
}

void plic_unmask(uint32_t source)
{
	priority[source] = 1;
}

uint32_t plic_claim(uint32_t context)
{
	return context_registers[context * (CONTEXT_STRIDE / 4) + 1];
}

void plic_complete(uint32_t context, uint32_t source)
{
	context_registers[context * (CONTEXT_STRIDE / 4) + 1] = source;
}
