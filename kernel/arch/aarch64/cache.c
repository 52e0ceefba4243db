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

/* A block, and on to the next. DC GZVA clears tags too. */
#define CLEAR(instruction) instruction ", %0\n\tadd %0, %0, %1\n\t"
#define CLEAR_EIGHT(instruction)                                                                             \
	CLEAR(instruction)                                                                                   \
	CLEAR(instruction)                                                                                   \
	CLEAR(instruction)                                                                                   \
	CLEAR(instruction) CLEAR(instruction) CLEAR(instruction) CLEAR(instruction) CLEAR(instruction)
#define TAGGED "sys #3, c7, c4, #4"

/* Eight blocks without a compare in between. The last one may reach past the end, within the page. */
__attribute__((noinline)) void arch_clear_pages(void *direct, size_t bytes)
{
	char *at = direct, *end = at + bytes;
	uint64_t dczid = READ_REGISTER(dczid_el0);

	if ((dczid & 16) != 0) {
		__builtin_memset(direct, 0, bytes);
		return;
	}
	size_t block = (size_t)4 << (dczid & 15);
	const char *eights = at + (bytes & ~(8 * block - 1));
	if (arch_has_tags) {
		while (at != eights)
			__asm__ volatile(CLEAR_EIGHT(TAGGED) : "+r"(at) : "r"(block) : "memory");
		while (at < end)
			__asm__ volatile(CLEAR(TAGGED) : "+r"(at) : "r"(block) : "memory");
		return;
	}
	while (at != eights)
		__asm__ volatile(CLEAR_EIGHT("dc zva") : "+r"(at) : "r"(block) : "memory");
	while (at < end)
		__asm__ volatile(CLEAR("dc zva") : "+r"(at) : "r"(block) : "memory");
}
