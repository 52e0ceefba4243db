/*
 * SPDX-License-Identifier: MIT
 *
 * From the loader's machine state to the generic kernel, once for the boot CPU
 * and once for each further one. The loader's low half is left for good here:
 * what runs from now on is mapped in the kernel half.
 */
#include "x86.h"

const struct tenon_boot_info *boot_info;

BOOT struct cpu *arch_boot(const struct tenon_boot_info *info)
{
	struct cpu *cpu = core_cpu(info->boot_cpu);
	struct arch_cpu *arch = cpu_arch(cpu);

	boot_info = info;
	arch->self = cpu;
	arch->stack = (uint64_t)boot_stack_top;
	arch->apic_id = (uint32_t)info->cpu[info->boot_cpu].id;
	arch->timer_ticks = UINT64_MAX;
	arch->started = 1;
	descriptor_init();
	descriptor_init_cpu(arch, (uint64_t)boot_last_stack_top);
	feature_init_cpu();
	fpu_init_cpu();
	space_init();
	arch->root = space_kernel_root();
	__asm__ volatile("movq %0, %%cr3" ::"r"(arch->root) : "memory");
	core_boot(info, cpu);
	return cpu;
}

struct arch_context *arch_boot_secondary(struct arch_cpu *arch)
{
	arch->fpu_owner = NULL;
	arch->special = 0;
	descriptor_init_cpu(arch, arch->tss.ist[0]);
	feature_init_cpu();
	fpu_init_cpu();
	/* From here on the trampoline page may be filled in for the next CPU. */
	__atomic_store_n(&arch->started, 1, __ATOMIC_RELEASE);
	return core_boot_secondary(arch->self);
}
