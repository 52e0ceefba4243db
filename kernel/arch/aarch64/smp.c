/*
 * SPDX-License-Identifier: MIT
 *
 * Starting CPUs. A started CPU begins at secondary_start (entry.S) with its MMU
 * off and finds what it needs in a start block at the top of its own stack; it
 * takes over the translation registers as the loader left them on the boot CPU,
 * and TTBR0_EL1 with them, whose tables map the trampoline one to one.
 */
#include "aarch64.h"

#define STACK_PAGES 2

struct start_block {
	uint64_t mair, tcr, ttbr0, ttbr1, sctlr;
	uint64_t entry; /* virtual */
	uint64_t stack; /* virtual; the block is above it */
	struct cpu *cpu;
};

_Static_assert(offsetof(struct start_block, mair) == START_MAIR, "entry assembly");
_Static_assert(offsetof(struct start_block, ttbr0) == START_TTBR0, "entry assembly");
_Static_assert(offsetof(struct start_block, sctlr) == START_SCTLR, "entry assembly");
_Static_assert(offsetof(struct start_block, entry) == START_ENTRY, "entry assembly");
_Static_assert(offsetof(struct start_block, stack) == START_STACK, "entry assembly");
_Static_assert(offsetof(struct start_block, cpu) == START_CPU, "entry assembly");

static struct start_block common;

BOOT void smp_init(const struct tenon_boot_info *info)
{
	common = (struct start_block){.mair = READ_REGISTER(mair_el1),
				      .tcr = READ_REGISTER(tcr_el1),
				      .ttbr0 = READ_REGISTER(ttbr0_el1),
				      .ttbr1 = READ_REGISTER(ttbr1_el1),
				      .sctlr = READ_REGISTER(sctlr_el1),
				      .entry = (uint64_t)(uintptr_t)secondary_entry};
	for (unsigned n = 0; n < info->cpu_count; n++)
		((struct arch_cpu *)core_cpu(n))->affinity = info->cpu[n].id & MPIDR_AFFINITY;
}

/* Its stack; a CPU that comes back finds it again. */
BOOT void arch_cpu_prepare(unsigned index, struct cpu *cpu)
{
	struct arch_cpu *arch = (struct arch_cpu *)cpu;
	physical_t page[STACK_PAGES];

	(void)index;
	for (unsigned n = 0; n < STACK_PAGES; n++)
		page[n] = boot_page();
	arch->stack = kernel_stack_map(page, STACK_PAGES);
	arch->start =
	    (char *)arch_direct(page[STACK_PAGES - 1]) + TENON_PAGE_SIZE - sizeof(struct start_block);
}

bool arch_cpu_start(unsigned index, struct cpu *cpu)
{
	struct arch_cpu *arch = (struct arch_cpu *)cpu;
	struct start_block *block;

	(void)index; /* smp_init() kept the affinity */
	block = arch->start;
	*block = common;
	block->stack = arch->stack - sizeof *block;
	block->cpu = cpu;
	cache_clean_to_memory(block, sizeof *block);
	cache_clean_to_memory(trampoline_begin, (size_t)(trampoline_end - trampoline_begin));
	return psci_cpu_on(arch->affinity, arch_image_physical(secondary_start), arch_physical(block));
}

struct arch_context *arch_boot_secondary(struct cpu *cpu)
{
	struct arch_cpu *arch = (struct arch_cpu *)cpu;

	WRITE_REGISTER(tpidr_el1, (uintptr_t)cpu);
	arch->vector_owner = NULL;
	arch->counter_user = NULL;
	kernel_space_empty_user();
	vector_init_cpu();
	return core_boot_secondary(cpu);
}

bool arch_cpu_is_off(struct cpu *cpu)
{
	return psci_cpu_is_off(((const struct arch_cpu *)cpu)->affinity);
}

void arch_cpu_off(struct cpu *cpu)
{
	while (interrupts_handle(cpu)) {
	}
	interrupts_fini_cpu(cpu);
	psci_cpu_off();
	core_panic(__FILE__, __LINE__, "the firmware does not switch this CPU off");
}

void arch_idle(void)
{
	/* Masked interrupts end the wait too, so they need not be opened. */
	do {
		DSB(sy);
		__asm__ volatile("wfi" : : : "memory");
	} while (!interrupts_handle(arch_cpu()));
}
