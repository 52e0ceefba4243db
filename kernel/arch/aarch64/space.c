/*
 * SPDX-License-Identifier: MIT
 *
 * Address spaces: 39-bit halves, 4 KiB granule, three levels. TTBR0_EL1 is the
 * user half, tagged with an ASID; TTBR1_EL1 is the kernel half that the loader
 * made, to which this file adds device registers and kernel stacks during boot.
 *
 * Each space gets an ASID of its own while they last. ASID 0 belongs to the empty
 * user half and to the spaces for which none was left, and is flushed when one of
 * those is switched to.
 */
#include <arch_entry.h>
#include "../common/identifiers.h"
#include "../common/page_tables.h"

/* The kernel's own window: device registers from TENON_DEVICE_BASE up, stacks in the next GiB. */
#define WINDOW_SIZE UINT64_C(0x40000000)
#define STACK_BASE  (TENON_DEVICE_BASE + WINDOW_SIZE)
#define BLOCK_SIZE  UINT64_C(0x200000)

bool arch_has_tags; /* registers.c finds out */

static uint64_t kernel_offset; /* physical - virtual of the kernel's image */
static uint64_t *kernel_root;
static uint64_t device_next = TENON_DEVICE_BASE, stack_next = STACK_BASE;
static _Alignas(4096) uint64_t empty_root[TABLE_ENTRIES];
/* Tables for what is mapped before the boot allocator is up: the panic line and the boot CPU's stack. */
static _Alignas(4096) uint64_t early_table[4][TABLE_ENTRIES];

/*
 * From here on several spaces have ASID 0, and every switch has to look. That CPU may be in vector_disown() just now:
 * one of the two sees what the other wrote.
 */
static void asid_share(void)
{
	for (unsigned n = 0; n < TENON_BOOT_CPUS; n++) {
		struct arch_cpu *cpu = (struct arch_cpu *)core_cpu(n);

		__atomic_store_n(&cpu->sharing, 1, __ATOMIC_SEQ_CST);
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		__atomic_store_n(&cpu->special, 1, __ATOMIC_SEQ_CST);
	}
}

void arch_space_init(struct arch_space *space, physical_t page)
{
	uint64_t asid = identifier_take();

	if (asid == 0)
		asid_share();
	space->ttbr = page.value | asid << ARCH_ASID_SHIFT;
}

void arch_space_leave(void)
{
	WRITE_REGISTER(ttbr0_el1, arch_image_physical(empty_root).value);
	ISB(); /* no walk uses the other root from here on */
}

/* Arm ARM D8.16 (TLB maintenance): the first barrier orders the tables' change, the last one waits for all CPUs. */
void arch_tlb_invalidate(const struct arch_space *space, uint64_t address, uint64_t size)
{
	uint64_t asid = space->ttbr & ARCH_ASID_MASK;

	DSB(ishst);
	if (size == 0)
		__asm__ volatile("tlbi aside1is, %0" : : "r"(asid) : "memory");
	else
		__asm__ volatile("tlbi vale1is, %0" : : "r"(asid | address >> 12) : "memory");
	DSB(ish);
}

void arch_tlb_forget(void)
{
	DSB(ishst);
	__asm__ volatile("tlbi vmalle1" ::: "memory");
	DSB(ish);
}

physical_t arch_image_physical(const void *pointer)
{
	return (physical_t){(uint64_t)(uintptr_t)pointer + kernel_offset};
}

static BOOT physical_t kernel_table_page(void *argument)
{
	static unsigned used;

	(void)argument;
	if (used < sizeof early_table / sizeof early_table[0])
		return arch_image_physical(early_table[used++]);
	return boot_page();
}

static BOOT bool kernel_map(uint64_t address, uint64_t physical, uint64_t size, unsigned cache)
{
	struct page_run run = {.address = address,
			       .physical = physical,
			       .size = size,
			       .attributes = entry_cache(cache) | ENTRY_ACCESSED | ENTRY_PXN | ENTRY_UXN,
			       .take_page = kernel_table_page};
	bool mapped = page_tables_map(kernel_root, &run) == TENON_OK;

	ISB();
	return mapped;
}

BOOT void kernel_space_init(const struct tenon_boot_info *info)
{
	kernel_offset = info->kernel_physical - TENON_KERNEL_BASE;
	kernel_root = arch_direct((physical_t){info->root_table});
	identifiers_init((READ_REGISTER(tcr_el1) & TCR_AS) != 0 ? 0xffff : 0xff);
}

uint64_t arch_boot_forget(void)
{
	return page_tables_forget_boot(kernel_root);
}

void kernel_space_empty_user(void)
{
	WRITE_REGISTER(ttbr0_el1, arch_image_physical(empty_root).value);
	ISB();
	__asm__ volatile("tlbi vmalle1");
	DSB(nsh);
	ISB();
}

BOOT volatile void *arch_device_map(physical_t physical, uint64_t size)
{
	uint64_t inside = physical.value & (TENON_PAGE_SIZE - 1);
	uint64_t page = physical.value - inside;
	uint64_t pages = (inside + size + TENON_PAGE_SIZE - 1) & ~(uint64_t)(TENON_PAGE_SIZE - 1);
	/* At the same place within a block as the registers, so that large windows take block entries. */
	uint64_t address = ((device_next + BLOCK_SIZE - 1) & ~(BLOCK_SIZE - 1)) + (page & (BLOCK_SIZE - 1));

	if (address >= STACK_BASE || size > STACK_BASE - address || pages > STACK_BASE - address)
		return NULL;
	if (!kernel_map(address, page, pages, TENON_CACHE_DEVICE))
		return NULL;
	device_next = address + pages;
	return (volatile void *)(uintptr_t)(address + inside);
}

BOOT uint64_t kernel_stack_map(const physical_t *pages, unsigned count)
{
	stack_next += TENON_PAGE_SIZE; /* the guard */
	for (unsigned n = 0; n < count; n++) {
		if (!kernel_map(stack_next, pages[n].value, TENON_PAGE_SIZE, TENON_CACHE_NORMAL))
			core_panic(__FILE__, __LINE__, "a kernel stack cannot be mapped");
		stack_next += TENON_PAGE_SIZE;
	}
	return stack_next;
}
