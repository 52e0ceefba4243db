/* SPDX-License-Identifier: MIT
 * Address spaces: Sv39 page tables.
 *
 * The upper half of every root table is a copy of the kernel's, which the
 * loader made; the one entry that the kernel fills itself, the device window,
 * points at a static table from the start, so the copies never change. Tables
 * are written through the direct map. Mappings are only ever added, and before
 * the space first runs, so no TLB needs to hear of them. A and D are set at
 * once: a CPU without hardware update would fault.
 */
#include <arch/arch.h>
#include <arch_inline.h>
#include <tenon/tables.h>
#include "riscv64.h"

#define PTE_VALID    (UINT64_C(1) << 0)
#define PTE_READ     (UINT64_C(1) << 1)
#define PTE_WRITE    (UINT64_C(1) << 2)
#define PTE_EXECUTE  (UINT64_C(1) << 3)
#define PTE_USER     (UINT64_C(1) << 4)
#define PTE_GLOBAL   (UINT64_C(1) << 5)
#define PTE_ACCESSED (UINT64_C(1) << 6)
#define PTE_DIRTY    (UINT64_C(1) << 7)
#define PTE_LEAF     (PTE_READ | PTE_WRITE | PTE_EXECUTE)
#define PTE_PBMT_NC  (UINT64_C(1) << 61) /* Svpbmt */
#define PTE_PBMT_IO  (UINT64_C(2) << 61)
#define PTE_PPN_MASK ((UINT64_C(1) << 54) - (UINT64_C(1) << 10))

#define ROOT_LEVEL     2u
#define TABLE_ENTRIES  512u
#define USER_END       (UINT64_C(1) << 38)
#define PHYSICAL_END   (UINT64_C(1) << 56)
#define STACK_BASE     (TENON_DEVICE_BASE + (UINT64_C(1) << 29))
#define STACK_DISTANCE (2 * (uint64_t)KERNEL_STACK_SIZE)

#define PAGE_ALIGNED __attribute__((aligned(TENON_PAGE_SIZE)))

static PAGE_ALIGNED uint64_t window_table[TABLE_ENTRIES]; /* level 1, behind TENON_DEVICE_BASE */
static PAGE_ALIGNED uint64_t stack_table[TABLE_ENTRIES];  /* level 0, behind STACK_BASE */
_Static_assert(TENON_BOOT_CPUS * 2 * KERNEL_STACK_SIZE <= TABLE_ENTRIES * TENON_PAGE_SIZE,
	       "stacks fit one table");

static uint64_t *kernel_root;
static uint64_t device_next = TENON_DEVICE_BASE;
static bool has_svpbmt;
static uint64_t asid_max, asid_next = 1; /* 0 is the kernel root's */
uint64_t arch_zero_block;

static unsigned table_index(uint64_t address, unsigned level)
{
	return (unsigned)(address >> (12 + 9 * level)) & (TABLE_ENTRIES - 1);
}

static uint64_t pte_make(physical_t physical, uint64_t flags)
{
	return physical.value >> 2 | flags | PTE_VALID;
}

static physical_t pte_physical(uint64_t pte)
{
	return (physical_t){(pte & PTE_PPN_MASK) << 2};
}

/* The largest leaf level that address, physical address and size allow. */
static unsigned leaf_level(uint64_t address, physical_t physical, uint64_t size)
{
	for (unsigned level = ROOT_LEVEL; level > 0; --level) {
		uint64_t leaf = UINT64_C(1) << (12 + 9 * level);

		if (((address | physical.value) & (leaf - 1)) == 0 && size >= leaf)
			return level;
	}
	return 0;
}

/* Maps one leaf of at most `level`; sets *mapped to its size. */
static enum tenon_status map_leaf(uint64_t *root, uint64_t address, physical_t physical, unsigned level,
				  uint64_t flags, physical_t (*take_page)(void *), void *argument,
				  uint64_t *mapped)
{
	uint64_t *table = root;

	for (unsigned at = ROOT_LEVEL;; --at) {
		uint64_t *entry = &table[table_index(address, at)];

		if (at <= level && *entry == 0) {
			*entry = pte_make(physical, flags);
			*mapped = UINT64_C(1) << (12 + 9 * at);
			return TENON_OK;
		}
		if ((*entry & PTE_LEAF) != 0)
			return TENON_BAD_ADDRESS;
		if (*entry == 0) {
			physical_t page = take_page(argument);

			if (page.value == 0)
				return TENON_BAD_ARGUMENT;
			*entry = pte_make(page, 0);
		}
		table = arch_direct(pte_physical(*entry));
	}
}

static enum tenon_status map(uint64_t *root, uint64_t address, physical_t physical, uint64_t size,
			     uint64_t flags, physical_t (*take_page)(void *), void *argument)
{
	while (size > 0) {
		unsigned level = leaf_level(address, physical, size);
		uint64_t mapped;
		enum tenon_status status =
		    map_leaf(root, address, physical, level, flags, take_page, argument, &mapped);

		if (status != TENON_OK)
			return status;
		address += mapped;
		physical.value += mapped;
		size -= mapped;
	}
	return TENON_OK;
}

static uint64_t cache_flags(unsigned cache)
{
	if (!has_svpbmt || cache == TENON_CACHE_NORMAL)
		return 0; /* the platform's memory attributes decide */
	return cache == TENON_CACHE_DEVICE ? PTE_PBMT_IO : PTE_PBMT_NC;
}

void arch_space_init(struct arch_space *space, physical_t page)
{
	uint64_t *root = arch_direct(page);

	for (unsigned i = TABLE_ENTRIES / 2; i < TABLE_ENTRIES; ++i)
		root[i] = kernel_root[i];
	space->satp = page.value >> 12;
	if (asid_next <= asid_max)
		space->satp |= SATP_SV39 | asid_next++ << SATP_ASID_SHIFT;
}

static uint64_t *space_root(const struct arch_space *space)
{
	return arch_direct((physical_t){(space->satp & SATP_PPN_MASK) << 12});
}

enum tenon_status arch_space_map(struct arch_space *space, uint64_t address, physical_t physical,
				 uint64_t size, unsigned rights, unsigned cache,
				 physical_t (*take_page)(void *), void *argument)
{
	uint64_t flags = PTE_USER | PTE_ACCESSED | cache_flags(cache);

	if (((address | physical.value | size) & (TENON_PAGE_SIZE - 1)) != 0 ||
	    physical.value >= PHYSICAL_END || size > PHYSICAL_END - physical.value)
		return TENON_BAD_ARGUMENT;
	if (address >= USER_END || size > USER_END - address)
		return TENON_BAD_ADDRESS;
	if (rights == 0 || (rights & TENON_RIGHT_WRITE && rights & TENON_RIGHT_EXECUTE))
		return TENON_BAD_ARGUMENT;
	if (rights & TENON_RIGHT_READ)
		flags |= PTE_READ;
	if (rights & TENON_RIGHT_WRITE)
		flags |= PTE_READ | PTE_WRITE | PTE_DIRTY; /* there is no write-only page */
	if (rights & TENON_RIGHT_EXECUTE)
		flags |= PTE_EXECUTE;
	return map(space_root(space), address, physical, size, flags, take_page, argument);
}

bool arch_space_lookup(const struct arch_space *space, uint64_t address, physical_t *physical,
		       unsigned *rights)
{
	const uint64_t *table = space_root(space);

	if (address >= USER_END)
		return false;
	for (unsigned level = ROOT_LEVEL;; --level) {
		uint64_t entry = table[table_index(address, level)];

		if (entry == 0)
			return false;
		if ((entry & PTE_LEAF) != 0) {
			physical->value =
			    pte_physical(entry).value | (address & ((UINT64_C(1) << (12 + 9 * level)) - 1));
			*rights = (entry & PTE_READ ? TENON_RIGHT_READ : 0) |
				  (entry & PTE_WRITE ? TENON_RIGHT_WRITE : 0) |
				  (entry & PTE_EXECUTE ? TENON_RIGHT_EXECUTE : 0);
			return true;
		}
		table = arch_direct(pte_physical(entry));
	}
}

physical_t arch_image_physical(const void *pointer)
{
	return (physical_t){(uint64_t)pointer - TENON_KERNEL_BASE + boot_info->kernel_physical};
}

static physical_t take_boot_page(void *unused)
{
	(void)unused;
	return boot_page();
}

volatile void *arch_device_map(physical_t physical, uint64_t size)
{
	uint64_t offset = physical.value & (TENON_PAGE_SIZE - 1);
	physical_t first = {physical.value - offset};

	if (size > STACK_BASE - device_next || offset + size > STACK_BASE - device_next - TENON_PAGE_SIZE)
		return NULL;

	uint64_t pages = (offset + size + TENON_PAGE_SIZE - 1) & ~(uint64_t)(TENON_PAGE_SIZE - 1);
	uint64_t address = device_next;
	uint64_t flags =
	    PTE_READ | PTE_WRITE | PTE_ACCESSED | PTE_DIRTY | PTE_GLOBAL | cache_flags(TENON_CACHE_DEVICE);
	if (map(kernel_root, address, first, pages, flags, take_boot_page, NULL) != TENON_OK)
		return NULL;
	device_next += pages;
	__asm__ volatile("sfence.vma" ::: "memory"); /* the walker may have seen the empty entry */
	return (volatile void *)(address + offset);
}

uint64_t space_map_stack(unsigned index, physical_t low, physical_t high)
{
	uint64_t flags = PTE_READ | PTE_WRITE | PTE_ACCESSED | PTE_DIRTY | PTE_GLOBAL;
	uint64_t top = STACK_BASE + (index + UINT64_C(1)) * STACK_DISTANCE;

	stack_table[table_index(top - 2 * TENON_PAGE_SIZE, 0)] = pte_make(low, flags);
	stack_table[table_index(top - TENON_PAGE_SIZE, 0)] = pte_make(high, flags);
	__asm__ volatile("sfence.vma" ::: "memory");
	return top;
}

/* The boot information does not give the block size of cbo.zero: clear one block of a page and look. */
static uint64_t zero_block_size(uint64_t *page)
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

void space_boot(const struct tenon_boot_info *info)
{
	uint64_t satp = SATP_SV39 | info->root_table >> 12;

	kernel_root = arch_direct((physical_t){info->root_table});
	has_svpbmt = isa_has(info->riscv64.isa, "svpbmt");
	if (isa_has(info->riscv64.isa, "zicboz"))
		arch_zero_block = zero_block_size(window_table);
	for (unsigned i = 0; i < TABLE_ENTRIES / 2; ++i)
		kernel_root[i] = 0;
	window_table[table_index(STACK_BASE, 1)] = pte_make(arch_image_physical(stack_table), 0);
	kernel_root[table_index(TENON_DEVICE_BASE, ROOT_LEVEL)] =
	    pte_make(arch_image_physical(window_table), 0);

	/* ASIDs have up to 16 bits; those that the CPU lacks read back as zero (Privileged Architecture,
	 * Supervisor Address Translation and Protection Register). */
	csr_write(satp, satp | SATP_ASID_MASK << SATP_ASID_SHIFT);
	asid_max = csr_read(satp) >> SATP_ASID_SHIFT & SATP_ASID_MASK;
	csr_write(satp, satp);
	__asm__ volatile("sfence.vma" ::: "memory");
	secondary_satp = satp;
}

void arch_sync_instructions(const void *direct, size_t bytes)
{
	(void)direct;
	(void)bytes;
	/* Every CPU does the same when it starts; the loader wrote all executable pages before. */
	__asm__ volatile("fence.i" ::: "memory");
}
