/*
 * SPDX-License-Identifier: MIT
 *
 * Cache maintenance by address.
 */
#include "aarch64.h"

#define CTR_IDC (UINT64_C(1) << 28) /* instruction fetches see the data cache */
#define CTR_DIC (UINT64_C(1) << 29) /* instruction caches see writes by themselves */

static size_t data_line(void)
{
	return (size_t)4 << (READ_REGISTER(ctr_el0) >> 16 & 15);
}

void cache_clean_to_memory(const void *start, size_t bytes)
{
	uintptr_t line = data_line();
	uintptr_t end = (uintptr_t)start + bytes;

	for (uintptr_t at = (uintptr_t)start & ~(line - 1); at < end; at += line)
		__asm__ volatile("dc cvac, %0" : : "r"(at) : "memory");
	DSB(sy);
}

void arch_flush_pages(const void *direct, size_t bytes)
{
	uintptr_t line = data_line();
	uintptr_t end = (uintptr_t)direct + bytes;

	for (uintptr_t at = (uintptr_t)direct; at < end; at += line)
		__asm__ volatile("dc civac, %0" : : "r"(at) : "memory");
	DSB(sy);
}

/* All instruction caches at once: the code runs at other addresses than this one, which a VIPT cache tells apart. */
void arch_sync_instructions(const void *direct, size_t bytes)
{
	uint64_t type = READ_REGISTER(ctr_el0);
	uintptr_t line = data_line();
	uintptr_t end = (uintptr_t)direct + bytes;

	if ((type & CTR_IDC) == 0)
		for (uintptr_t at = (uintptr_t)direct & ~(line - 1); at < end; at += line)
			__asm__ volatile("dc cvau, %0" : : "r"(at) : "memory");
	DSB(ish);
	if ((type & CTR_DIC) == 0)
		__asm__ volatile("ic ialluis" : : : "memory");
	DSB(ish);
	ISB();
}
