/* SPDX-License-Identifier: MIT
 * x86_64: four-level paging (Intel SDM volume 3, 5.5).
 */
#include "../loader.h"
#include "x86_64.h"

#define PRESENT    1u
#define WRITE      2u
#define ACCESSED   0x20u
#define DIRTY      0x40u
#define LARGE      0x80u
#define GLOBAL     0x100u
#define NO_EXECUTE (UINT64_C(1) << 63)
#define CR4_LA57   (UINT64_C(1) << 12)

noreturn void handover(uint64_t entry, uint64_t info, uint64_t root);

void cpuid(uint32_t leaf, uint32_t sub, uint32_t out[4])
{
	__asm__ volatile("cpuid"
			 : "=a"(out[0]), "=b"(out[1]), "=c"(out[2]), "=d"(out[3])
			 : "a"(leaf), "c"(sub));
}

unsigned arch_largest_level(void)
{
	uint32_t out[4];

	cpuid(0x80000001, 0, out);
	return (out[3] & 1u << 26) != 0 ? 2 : 1;
}

bool arch_one_root(void)
{
	return true;
}

uint64_t arch_table_entry(uint64_t physical)
{
	return physical | PRESENT | WRITE | ACCESSED;
}

uint64_t arch_table_address(uint64_t entry)
{
	return entry & UINT64_C(0x000ffffffffff000);
}

uint64_t arch_leaf_entry(uint64_t physical, unsigned rights, unsigned level, bool kernel)
{
	return physical | PRESENT | ACCESSED | DIRTY | (level != 0 ? LARGE : 0) | (kernel ? GLOBAL : 0) |
	       ((rights & RIGHT_WRITE) != 0 ? WRITE : 0) | ((rights & RIGHT_EXECUTE) != 0 ? 0 : NO_EXECUTE);
}

void arch_check(void)
{
	uint32_t out[4];
	uint64_t cr4;

	cpuid(0x80000001, 0, out);
	if ((out[3] & 1u << 20) == 0)
		refuse("this CPU has no execute-disable bit");
	__asm__("mov %%cr4, %0" : "=r"(cr4));
	if ((cr4 & CR4_LA57) != 0)
		refuse("the firmware runs with five-level paging, which the loader does not leave");
}

uint64_t arch_ticks(void)
{
	uint32_t low, high;

	__asm__ volatile("lfence; rdtsc" : "=a"(low), "=d"(high));
	return (uint64_t)high << 32 | low;
}

uint64_t arch_low_page(void)
{
	return trampoline_page = firmware_allocate(PAGE, PAGE, MIB);
}

void arch_sync_code(const void *start, uint64_t size)
{
	(void)start;
	(void)size; /* coherent */
}

noreturn void arch_hand_over(const struct tables *tables, uint64_t entry, uint64_t info)
{
	handover(entry, info, tables->upper);
}
