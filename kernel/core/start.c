/* SPDX-License-Identifier: MIT
 * The CPUs, and how each comes from boot to its first thread. From core_start() on nothing of what is BOOT runs.
 */
#include <core/core.h>

static struct cpu cpus[TENON_BOOT_CPUS];

struct cpu *core_cpu(unsigned index)
{
	return index < TENON_BOOT_CPUS ? &cpus[index] : NULL;
}

struct arch_context *core_start(struct cpu *cpu)
{
	uint64_t bytes = arch_boot_forget();
	core.image_bytes -= bytes;
	core.free_bytes += bytes;
	core.start_ticks = arch_ticks() - core.entry_ticks;
	__atomic_store_n(&core.booted, 1u, __ATOMIC_RELEASE);
	return schedule(cpu);
}

struct arch_context *core_boot_secondary(struct cpu *cpu)
{
	arch_interrupts_init_cpu(cpu);
	cpu_open(cpu);
	while (__atomic_load_n(&core.booted, __ATOMIC_ACQUIRE) == 0)
		arch_relax();
	arch_tlb_forget(); /* of the code that was boot's */
	cpu->switched_ticks = arch_ticks();
	return schedule(cpu);
}
