/*
 * SPDX-License-Identifier: MIT
 *
 * The boot CPU, from entry.S through core_boot(). Order matters: the panic line first,
 * so that everything after it can say why it stopped.
 */
#include "aarch64.h"

BOOT struct cpu *arch_boot(const struct tenon_boot_info *info)
{
	struct cpu *cpu = core_cpu(info->boot_cpu);
	physical_t stack[BOOT_STACK_PAGES];

	WRITE_REGISTER(tpidr_el1, (uintptr_t)cpu);
	kernel_space_init(info);
	psci_init(info);
	panic_init(info);
	if (info->magic != TENON_BOOT_MAGIC || info->size != sizeof *info)
		core_panic(__FILE__, __LINE__, "the loader's boot information is of another version");
	smp_init(info);
	vector_init_cpu();
	kernel_space_empty_user();
	/* The same pages again, above a guard page: used from the first entry out of user mode on. */
	for (unsigned n = 0; n < BOOT_STACK_PAGES; n++)
		stack[n] = arch_image_physical(boot_stack + (size_t)n * TENON_PAGE_SIZE);
	((struct arch_cpu *)cpu)->stack = kernel_stack_map(stack, BOOT_STACK_PAGES);
	core_boot(info, cpu);
	return cpu;
}
