/* SPDX-License-Identifier: MIT
 * Boot of the generic kernel: the boot CPU walks the tables once while the other CPUs start and wait.
 */
#include <boot.h>

#pragma clang section text = ".boot"

/* For another CPU that the firmware took the order for to say that it runs. Emulated ones wait for the host's. */
#define START_SECONDS 10u

/* Returns a bit for each CPU that is to come; of one that the firmware refuses, which stays off, the inspector tells. */
static uint64_t cpus_start(const struct tenon_boot_info *info, struct cpu *self)
{
	CHECK(info->cpu_count > 0 && info->cpu_count <= TENON_BOOT_CPUS && info->boot_cpu < info->cpu_count);
	CHECK(self == core_cpu(info->boot_cpu));
	core.cpu_count = info->cpu_count;
	core.boot_cpu = info->boot_cpu;
	for (uint32_t i = 0; i < info->cpu_count; i++) {
		core.cpu[i] = core_cpu(i);
		boot_near_cpu(i);
		core.cpu[i]->node = info->cpu[i].node;
		cpu_init(core.cpu[i], i, boot_objects(PRIORITIES * LEVELS, sizeof(struct list)));
	}
	cpu_open(self);
	uint64_t started = UINT64_C(1) << info->boot_cpu;
	for (uint32_t i = 0; i < info->cpu_count; i++) {
		boot_near_cpu(i);
		if (i == info->boot_cpu)
			continue;
		arch_cpu_prepare(i, core.cpu[i]);
		if (arch_cpu_start(i, core.cpu[i]))
			started |= UINT64_C(1) << i;
	}
	boot_near_boot_cpu();
	return started;
}

/* The CPUs that run, in the order of their numbers. */
static unsigned cpus_wait(uint64_t started, struct cpu **homes)
{
	uint64_t start = arch_ticks(), patience = START_SECONDS * arch_ticks_per_second();
	unsigned count = 0;
	for (uint32_t i = 0; i < core.cpu_count; i++) {
		while ((started >> i & 1) != 0 &&
		       __atomic_load_n(&core.cpu[i]->online, __ATOMIC_ACQUIRE) == 0 &&
		       arch_ticks() - start < patience)
			arch_relax();
		if (__atomic_load_n(&core.cpu[i]->online, __ATOMIC_ACQUIRE) != 0)
			homes[count++] = core.cpu[i];
	}
	return count;
}

void core_boot(const struct tenon_boot_info *info, struct cpu *cpu)
{
	const struct tenon_tables *tables = &tenon_tables;
	struct cpu *homes[TENON_BOOT_CPUS];

	boot_memory_init(info);
	space_list_init(core.ram_bytes);
	boot_near_init(info);
	boot_retained_init();
	clock_init(info->entry_ticks);
	arch_interrupts_init(info);
	arch_interrupts_init_cpu(cpu);
	arch_io_init(info);
	uint64_t started = cpus_start(info, cpu);
	boot_objects_make(tables);
	boot_spaces_make(tables);
	unsigned count = cpus_wait(started, homes);
	boot_threads_make(tables, homes, count);
	boot_captables_fill(tables);
	boot_pools_assign();
	boot_threads_start(tables);
	boot_interrupts_enable();
}
