/* SPDX-License-Identifier: MIT
 * RISC-V: Sv39 (Privileged Architecture, 10.4).
 */
#include "../loader.h"

#define VALID          1u
#define READ           2u
#define WRITE          4u
#define EXECUTE        8u
#define GLOBAL         0x20u
#define ACCESSED_DIRTY 0xc0u
#define SATP_SV39      (UINT64_C(8) << 60)

noreturn void handover(uint64_t entry, uint64_t info, uint64_t satp);

unsigned arch_largest_level(void)
{
	return 2;
}

bool arch_one_root(void)
{
	return true;
}

uint64_t arch_table_entry(uint64_t physical)
{
	return physical >> 2 | VALID;
}

uint64_t arch_table_address(uint64_t entry)
{
	return entry >> 10 << 12;
}

uint64_t arch_leaf_entry(uint64_t physical, unsigned rights, unsigned level, bool kernel)
{
	(void)level; /* a leaf is told by its rights */
	return physical >> 2 | VALID | ACCESSED_DIRTY | (kernel ? GLOBAL : 0) |
	       ((rights & RIGHT_READ) != 0 ? READ : 0) | ((rights & RIGHT_WRITE) != 0 ? WRITE : 0) |
	       ((rights & RIGHT_EXECUTE) != 0 ? EXECUTE : 0);
}

void arch_check(void)
{
}

uint64_t arch_ticks(void)
{
	uint64_t ticks;

	__asm__ volatile("rdtime %0" : "=r"(ticks));
	return ticks;
}

uint64_t arch_low_page(void)
{
	return 0;
}

void arch_sync_code(const void *start, uint64_t size)
{
	(void)start;
	(void)size; /* fence.i at the hand-over does it for everything */
}

noreturn void arch_hand_over(const struct tables *tables, uint64_t entry, uint64_t info)
{
	handover(entry, info, SATP_SV39 | tables->upper / PAGE);
}
