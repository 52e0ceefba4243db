/* SPDX-License-Identifier: MIT
 * Boot: runs once on the boot CPU, before the first user instruction. It owns all free memory and makes every object. All of its
 * code goes afterwards (arch_boot_forget()): a file of this folder says so with the pragma below its #include.
 */
#ifndef BOOT_BOOT_H
#define BOOT_BOOT_H

#include <core/core.h>

/* ---- memory: a bump allocator over the FREE ranges; nothing is given back ---- */
void boot_memory_init(const struct tenon_boot_info *info);
/* What the loader handed over, of which the memory was taken. */
const struct tenon_boot_info *boot_memory_info(void);
/* Physically contiguous memory, not cleared, aligned to a power of two; stops the machine when none is left. */
physical_t boot_memory_take(uint64_t bytes, uint64_t align);
/* The same in one NUMA node (TENON_NONE: in any) of these kinds (TENON_KIND_BIT; 0: of any). False: there is none. */
bool boot_memory_find(uint64_t bytes, uint64_t align, uint32_t node, unsigned kinds, physical_t *taken);
/* From which NUMA node memory is taken from now on, while there is some left. */
void boot_memory_prefer(uint32_t node);
/* Takes the page at an aligned address in the middle of the largest range, which comes apart; 0 if it is too small. */
physical_t boot_memory_reserve_middle(uint64_t align);
/* Finds the retained page, and prints what the last stop left there. */
void boot_retained_init(void);
/* Cleared memory for `count` kernel objects of `bytes` each, aligned to a cache line. */
void *boot_objects(size_t count, size_t bytes);

/* ---- near.c: memory near the CPU that will use an object, until the next word ---- */
void boot_near_init(const struct tenon_boot_info *info);
void boot_near_cpu(uint32_t cpu);
void boot_near_boot_cpu(void);
void boot_near_space(const struct tenon_tables *tables, uint32_t space);
void boot_near_table(const struct tenon_tables *tables, uint32_t table);
void boot_near_pool(const struct tenon_tables *tables, uint32_t pool);
void boot_near_region(const struct tenon_tables *tables, uint32_t region);

/* ---- objects, in this order ---- */
void boot_objects_make(const struct tenon_tables *tables);
/* Homes are the CPUs in `homes`, taken in turn by the tables' numbers. */
void boot_threads_make(const struct tenon_tables *tables, struct cpu *const *homes, unsigned count);
void boot_captables_fill(const struct tenon_tables *tables);
void boot_interrupts_enable(void);
/* Regions get their memory, spaces their mappings. */
void boot_spaces_make(const struct tenon_tables *tables);
/* Ready to run: those that the tables start. */
void boot_threads_start(const struct tenon_tables *tables);

/* The pool that the tables' entry `index` describes; NULL: no such entry. */
void *boot_pool_find(uint32_t index);
void boot_pools_make(const struct tenon_tables *tables);
/* What an instance with a pool may change at run time is paid from there: page tables, parts of its receive sets. */
void boot_pools_assign(void);

/* Where a device's registers are, which may be TENON_PHYSICAL_ECAM. Stops the machine unless these are whole pages without RAM. */
physical_t boot_device_find(const char *kind, uint32_t index, uint64_t physical, uint64_t bytes);
/* An entry of the tables that cannot be: stops the machine and names it. */
noreturn void boot_refuse(const char *kind, uint32_t index, const char *why);

#endif
