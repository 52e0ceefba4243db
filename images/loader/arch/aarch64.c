/* SPDX-License-Identifier: MIT
 * AArch64: VMSAv8-64 with 4 KiB granules, 39-bit halves (Arm ARM D8).
 */
#include "../loader.h"

#define LEAF_PAGE        3u
#define LEAF_BLOCK       1u
#define TABLE            3u
#define READ_ONLY        (UINT64_C(1) << 7)
#define INNER_SHAREABLE  (UINT64_C(3) << 8)
#define ACCESS           (UINT64_C(1) << 10)
#define GUARDED          (UINT64_C(1) << 50)
#define PRIVILEGED_NEVER (UINT64_C(1) << 53)
#define USER_NEVER       (UINT64_C(1) << 54)

#define TCR_HALF      UINT64_C(0x3519) /* 39 bits, write-back walks, inner shareable; granule bits apart */
#define TCR_GRANULE_1 (UINT64_C(2) << 30)
#define TCR_ASID16    (UINT64_C(1) << 36)
#define SCTLR_VALUE   UINT64_C(0x30d0181d) /* RES1 of Armv8.0, I, SA0, SA, C, M */

noreturn void handover(uint64_t entry, uint64_t info, uint64_t lower, uint64_t upper, uint64_t tcr,
		       uint64_t sctlr, uint64_t mair);

unsigned arch_largest_level(void)
{
	return 2;
}

bool arch_one_root(void)
{
	return false;
}

uint64_t arch_table_entry(uint64_t physical)
{
	return physical | TABLE;
}

uint64_t arch_table_address(uint64_t entry)
{
	return entry & UINT64_C(0x0000fffffffff000);
}

uint64_t arch_leaf_entry(uint64_t physical, unsigned rights, unsigned level, bool kernel)
{
	uint64_t entry = physical | (level == 0 ? LEAF_PAGE : LEAF_BLOCK) | TENON_MAIR_NORMAL << 2 |
			 INNER_SHAREABLE | ACCESS | USER_NEVER;

	(void)kernel; /* nG = 0 in both halves: the lower one goes away with its root */
	entry |= (rights & RIGHT_WRITE) != 0 ? 0 : READ_ONLY;
	entry |= (rights & RIGHT_EXECUTE) != 0 ? 0 : PRIVILEGED_NEVER;
	entry |= (rights & RIGHT_GUARDED) != 0 ? GUARDED : 0;
	return entry;
}

void arch_check(void)
{
	uint64_t features;

	__asm__("mrs %0, id_aa64mmfr0_el1" : "=r"(features));
	if ((features >> 28 & 15) == 15)
		refuse("this CPU has no 4 KiB pages");
}

uint64_t arch_ticks(void)
{
	uint64_t ticks;

	__asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(ticks));
	return ticks;
}

uint64_t arch_low_page(void)
{
	return 0;
}

void arch_sync_code(const void *start, uint64_t size)
{
	uint64_t type, line;

	__asm__("mrs %0, ctr_el0" : "=r"(type));
	line = UINT64_C(4) << (type >> 16 & 15);
	for (uint64_t at = 0; at < size; at += line)
		__asm__ volatile("dc cvac, %0" ::"r"((uintptr_t)start + at) : "memory");
	__asm__ volatile("dsb sy; ic iallu; dsb sy; isb" ::: "memory");
}

noreturn void arch_hand_over(const struct tables *tables, uint64_t entry, uint64_t info)
{
	uint64_t features, tcr, range;

	__asm__("mrs %0, id_aa64mmfr0_el1" : "=r"(features));
	range = (features & 15) > 5
		    ? 5
		    : features & 15; /* 48 bits are as many as 4 KiB granules take without LPA2 */
	tcr = TCR_HALF | TCR_HALF << 16 | TCR_GRANULE_1 | range << 32 |
	      ((features >> 4 & 15) == 2 ? TCR_ASID16 : 0);
	arch_sync_code(handover_page, PAGE); /* it runs with the MMU off for a moment */
	__asm__ volatile("dsb sy" ::
			     : "memory"); /* the tables are walked through the cache: nothing to clean */
	handover(entry, info, tables->lower, tables->upper, tcr, SCTLR_VALUE, TENON_MAIR_VALUE);
}
