/* SPDX-License-Identifier: MIT
 * Address spaces: Sv39 page tables.
 *
 * The upper half of every root table is a copy of the kernel's, which the
 * loader made; the one entry that the kernel fills itself, the device window,
 * points at a static table from the start, so the copies never change.
 *
 * Each space gets an ASID of its own while they last. ASID 0 belongs to the
 * kernel's root and to the spaces for which none was left, whose satp lacks its
 * top bit here: switching to one of those flushes what ASID 0 left.
 */
#include <arch_entry.h>
#include "../common/identifiers.h"
#include "../common/page_tables.h"
#include "riscv64.h"
#include "sbi.h"

#define STACK_BASE     (TENON_DEVICE_BASE + (UINT64_C(1) << 29))
#define STACK_DISTANCE (2 * (uint64_t)KERNEL_STACK_SIZE)

#define KERNEL_LEAF (ENTRY_READ | ENTRY_WRITE | ENTRY_ACCESSED | ENTRY_DIRTY | ENTRY_GLOBAL)

#define PAGE_ALIGNED __attribute__((aligned(TENON_PAGE_SIZE)))

static PAGE_ALIGNED uint64_t window_table[TABLE_ENTRIES]; /* level 1, behind TENON_DEVICE_BASE */
static PAGE_ALIGNED uint64_t stack_table[TABLE_ENTRIES];  /* level 0, behind STACK_BASE */
_Static_assert(TENON_BOOT_CPUS * 2 * KERNEL_STACK_SIZE <= TABLE_ENTRIES * TENON_PAGE_SIZE,
	       "stacks fit one table");

static uint64_t *kernel_root;
static uint64_t device_next = TENON_DEVICE_BASE;
bool entry_has_types;
uint64_t arch_zero_block;

void arch_space_init(struct arch_space *space, physical_t page)
{
	uint64_t asid = identifier_take();

	kernel_half_copy(arch_direct(page));
	space->satp = page.value >> 12 | asid << SATP_ASID_SHIFT | (asid != 0 ? SATP_SV39 : 0);
}

/* What ASID 0 left in the TLB is no user's: the next switch to a space that has it too flushes. */
void arch_space_leave(void)
{
	csr_write(satp, secondary_satp);
}

/* Of this hart: Privileged Architecture, Supervisor Memory-Management Fence Instruction. */
void arch_tlb_invalidate(const struct arch_space *space, uint64_t address, uint64_t size)
{
	uint64_t asid = space_identifier(space);

	if (size == 0)
		__asm__ volatile("sfence.vma zero, %0" ::"r"(asid) : "memory");
	else
		__asm__ volatile("sfence.vma %0, %1" ::"r"(address), "r"(asid) : "memory");
}

void arch_tlb_forget(void)
{
	__asm__ volatile("sfence.vma zero, zero" ::: "memory");
}

bool space_allows(uint64_t address, unsigned right)
{
	struct arch_space current = {csr_read(satp)};
	physical_t physical;
	unsigned rights;

	if (!arch_space_lookup(&current, address, &physical, &rights) || (rights & right) == 0)
		return false;
	arch_tlb_invalidate(&current, address, TENON_PAGE_SIZE);
	return true;
}

physical_t arch_image_physical(const void *pointer)
{
	return (physical_t){(uint64_t)pointer - TENON_KERNEL_BASE + boot_info->kernel_physical};
}

static BOOT physical_t take_boot_page(void *unused)
{
	(void)unused;
	return boot_page();
}

BOOT volatile void *arch_device_map(physical_t physical, uint64_t size)
{
	uint64_t offset = physical.value & (TENON_PAGE_SIZE - 1);
	physical_t first = {physical.value - offset};

	if (size > STACK_BASE - device_next || offset + size > STACK_BASE - device_next - TENON_PAGE_SIZE)
		return NULL;

	uint64_t pages = (offset + size + TENON_PAGE_SIZE - 1) & ~(uint64_t)(TENON_PAGE_SIZE - 1);
	uint64_t address = device_next;
	struct page_run run = {.address = address,
			       .physical = first.value,
			       .size = pages,
			       .attributes = KERNEL_LEAF | entry_cache(TENON_CACHE_DEVICE),
			       .take_page = take_boot_page};
	if (page_tables_map(kernel_root, &run) != TENON_OK)
		return NULL;
	device_next += pages;
	__asm__ volatile("sfence.vma" ::: "memory"); /* the walker may have seen the empty entry */
	return (volatile void *)(address + offset);
}

BOOT uint64_t space_map_stack(unsigned index, physical_t low, physical_t high)
{
	uint64_t top = STACK_BASE + (index + UINT64_C(1)) * STACK_DISTANCE;

	*entry_at(stack_table, 0, top - 2 * TENON_PAGE_SIZE) = entry_leaf(low.value, KERNEL_LEAF, 0);
	*entry_at(stack_table, 0, top - TENON_PAGE_SIZE) = entry_leaf(high.value, KERNEL_LEAF, 0);
	__asm__ volatile("sfence.vma" ::: "memory");
	return top;
}

uint64_t arch_boot_forget(void)
{
	return page_tables_forget_boot(kernel_root);
}

/* The boot information does not give the block size of cbo.zero: clear one block of a page and look. */
static BOOT uint64_t zero_block_size(uint64_t *page)
{
	const unsigned words = TENON_PAGE_SIZE / 8;
	unsigned cleared = 0;

	for (unsigned i = 0; i < words; ++i)
		page[i] = UINT64_MAX;
	__asm__ volatile(".insn i 0x0f, 2, x0, %0, 4 # cbo.zero" ::"r"(page) : "memory");
	while (cleared < words && page[cleared] == 0)
		++cleared;
	for (unsigned i = 0; i < words; ++i)
		page[i] = 0;
	return cleared * UINT64_C(8);
}

BOOT void space_boot(const struct tenon_boot_info *info)
{
	uint64_t satp = SATP_SV39 | info->root_table >> 12;

	kernel_root = arch_direct((physical_t){info->root_table});
	entry_has_types = isa_has(info->riscv64.isa, "svpbmt");
	if (isa_has(info->riscv64.isa, "zicboz"))
		arch_zero_block = zero_block_size(window_table);
	for (unsigned i = 0; i < TABLE_ENTRIES / 2; ++i)
		kernel_root[i] = 0;
	*entry_at(window_table, 1, STACK_BASE) = entry_table(arch_image_physical(stack_table), 0);
	*entry_at(kernel_root, ENTRY_ROOT_LEVEL, TENON_DEVICE_BASE) =
	    entry_table(arch_image_physical(window_table), 0);
	kernel_half_keep(kernel_root);

	/* ASIDs have up to 16 bits; those that the CPU lacks read back as zero (Privileged Architecture,
	 * Supervisor Address Translation and Protection Register). */
	csr_write(satp, satp | SATP_ASID_MASK << SATP_ASID_SHIFT);
	identifiers_init(csr_read(satp) >> SATP_ASID_SHIFT & SATP_ASID_MASK);
	csr_write(satp, satp);
	__asm__ volatile("sfence.vma" ::: "memory");
	secondary_satp = satp;
}

/* Without Svpbmt a page keeps the type that it has; with it, cache blocks have 64 bytes (RVA22: Zicbom, Zic64b). */
void arch_flush_pages(const void *direct, size_t bytes)
{
	const char *at = direct;

	if (!entry_has_types || !isa_has(boot_info->riscv64.isa, "zicbom"))
		return;
	for (const char *end = at + bytes; at < end; at += 64)
		__asm__ volatile(".insn i 0x0f, 2, x0, %0, 2 # cbo.flush" ::"r"(at) : "memory");
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* FENCE.I is of one hart; the firmware does it on all that run. One that starts later does its own. */
void arch_sync_instructions(const void *direct, size_t bytes)
{
	(void)direct;
	(void)bytes;
	__asm__ volatile("fence.i" ::: "memory");
	sbi_fence_instructions();
}
