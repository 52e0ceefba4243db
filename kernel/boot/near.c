/* SPDX-License-Identifier: MIT
 * Which NUMA node boot takes memory from: that of the CPU whose threads will use it. The tables name the CPU of a thread;
 * a space, a capability table and a region are near the first thread that uses them. Taken as if all CPUs will start. On a
 * machine of one node nothing of this is looked at.
 */
#include <boot.h>

#pragma clang section text = ".boot"

static const struct tenon_boot_info *machine;
static bool several;

void boot_near_init(const struct tenon_boot_info *info)
{
	machine = info;
	several = false;
	for (uint32_t i = 0; i < info->range_count; i++)
		several |= info->range[i].node != info->range[0].node;
	boot_near_cpu(info->boot_cpu);
}

void boot_near_cpu(uint32_t cpu)
{
	if (several)
		boot_memory_prefer(machine->cpu[cpu % machine->cpu_count].node);
}

void boot_near_boot_cpu(void)
{
	boot_near_cpu(machine->boot_cpu);
}

void boot_near_space(const struct tenon_tables *tables, uint32_t space)
{
	for (uint32_t i = 0; several && i < tables->threads; i++) {
		if (tables->thread[i].space == space || tables->space[space].device_of == i) {
			boot_near_cpu(tables->thread[i].cpu);
			return;
		}
	}
}

void boot_near_table(const struct tenon_tables *tables, uint32_t table)
{
	for (uint32_t i = 0; several && i < tables->threads; i++) {
		if (tables->thread[i].table == table) {
			boot_near_cpu(tables->thread[i].cpu);
			return;
		}
	}
}

void boot_near_region(const struct tenon_tables *tables, uint32_t region)
{
	for (uint32_t i = 0; several && i < tables->mappings; i++) {
		if (tables->mapping[i].region == region) {
			boot_near_space(tables, tables->mapping[i].space);
			return;
		}
	}
}

/* The table that has it is that of the instance it belongs to. */
void boot_near_pool(const struct tenon_tables *tables, uint32_t pool)
{
	for (uint32_t i = 0; several && i < tables->captables; i++) {
		const struct tenon_captable *table = &tables->captable[i];
		for (uint32_t n = 0; n < table->used; n++) {
			if (table->slot[n].type == TENON_TYPE_POOL && table->slot[n].object == pool) {
				boot_near_table(tables, i);
				return;
			}
		}
	}
}
