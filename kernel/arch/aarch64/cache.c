/*
 * SPDX-License-Identifier: MIT
 *
 * Cache maintenance by address.
 */
#include "aarch64.h"

static size_t data_line(void)
{
	return (size_t)4 << (READ_REGISTER(ctr_el0) >> 16 & 15);
}

static size_t instruction_line(void)
{
	return (size_t)4 << (READ_REGISTER(ctr_el0) & 15);
}

void cache_clean_to_memory(const void *start, size_t bytes)
{
	uintptr_t line = data_line();
	uintptr_t end = (uintptr_t)start + bytes;

	for (uintptr_t at = (uintptr_t)start & ~(line - 1); at < end; at += line)
		__asm__ volatile("dc cvac, %0" : : "r"(at) : "memory");
	DSB(sy);
}

void arch_sync_instructions(const void *direct, size_t bytes)
{
	uintptr_t start = (uintptr_t)direct, end = start + bytes;
	uintptr_t line = data_line();

	for (uintptr_t at = start & ~(line - 1); at < end; at += line)
		__asm__ volatile("dc cvau, %0" : : "r"(at) : "memory");
	DSB(ish);
	line = instruction_line();
	for (uintptr_t at = start & ~(line - 1); at < end; at += line)
		__asm__ volatile("ic ivau, %0" : : "r"(at) : "memory");
	DSB(ish);
	ISB();
}
