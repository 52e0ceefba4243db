/*
 * SPDX-License-Identifier: MIT
 *
 * Page tables: 39-bit halves, 4 KiB granule, three levels. TTBR0_EL1 is the user
 * half, tagged with an ASID; TTBR1_EL1 is the kernel half that the loader made,
 * to which this file adds device registers and kernel stacks during boot.
 *
 * Tables are written by one CPU and read through the direct map; an entry goes
 * from invalid to valid only, so nothing is flushed here. Each space gets an
 * ASID of its own at init while they last; those after share the last one and
 * flush it when switched to.
 */
#include "aarch64.h"
#include <tenon/tables.h>

#define PAGE_SHIFT   12
#define LEVEL_BITS   9
#define ENTRIES      512
#define USER_BITS    38
#define ADDRESS_MASK UINT64_C(0x0000fffffffff000)

#define ENTRY_VALID    (UINT64_C(1) << 0)
#define ENTRY_TABLE    (UINT64_C(1) << 1) /* table in levels 1 and 2, page in level 3 */
#define ENTRY_ATTR(n)  ((uint64_t)(n) << 2)
#define ENTRY_USER     (UINT64_C(1) << 6)
#define ENTRY_READONLY (UINT64_C(1) << 7)
#define ENTRY_INNER    (UINT64_C(3) << 8)
#define ENTRY_ACCESSED (UINT64_C(1) << 10)
#define ENTRY_NOGLOBAL (UINT64_C(1) << 11)
#define ENTRY_PXN      (UINT64_C(1) << 53)
#define ENTRY_UXN      (UINT64_C(1) << 54)

/* The kernel's own window: device registers from TENON_DEVICE_BASE up, stacks in the next GiB. */
#define WINDOW_SIZE UINT64_C(0x40000000)
#define STACK_BASE  (TENON_DEVICE_BASE + WINDOW_SIZE)
#define BLOCK_SIZE  UINT64_C(0x200000)

struct run {
	uint64_t address, physical, size;
	uint64_t attributes; /* of each leaf */
	physical_t (*take_page)(void *);
	void *argument;
};

static uint64_t kernel_offset; /* physical - virtual of the kernel's image */
static uint64_t *kernel_root;
static uint64_t device_next = TENON_DEVICE_BASE, stack_next = STACK_BASE;
static uint64_t last_asid;
static uint64_t spaces; /* ASIDs given out */
static _Alignas(4096) uint64_t empty_root[ENTRIES];
/* Tables for what is mapped before the boot allocator is up: the panic line and the boot CPU's stack. */
static _Alignas(4096) uint64_t early_table[4][ENTRIES];

static unsigned level_shift(unsigned level)
{
	return PAGE_SHIFT + LEVEL_BITS * (3 - level);
}

static uint64_t *entry_at(uint64_t *table, unsigned level, uint64_t address)
{
	return &table[address >> level_shift(level) & (ENTRIES - 1)];
}

static bool is_table(uint64_t entry, unsigned level)
{
	return level < 3 && (entry & (ENTRY_VALID | ENTRY_TABLE)) == (ENTRY_VALID | ENTRY_TABLE);
}

static uint64_t *table_of(uint64_t entry)
{
	return arch_direct((physical_t){entry & ADDRESS_MASK});
}

/* The level of the largest leaf that fits at the start of the run. */
static unsigned leaf_level(const struct run *run)
{
	for (unsigned level = 1; level < 3; level++) {
		uint64_t size = UINT64_C(1) << level_shift(level);

		if (((run->address | run->physical) & (size - 1)) == 0 && run->size >= size)
			return level;
	}
	return 3;
}

/* Writes the run's first leaf and advances the run past it. */
static enum tenon_status map_leaf(uint64_t *table, struct run *run)
{
	unsigned leaf = leaf_level(run);
	uint64_t size = UINT64_C(1) << level_shift(leaf);
	uint64_t *entry;

	for (unsigned level = 1;; level++) {
		entry = entry_at(table, level, run->address);
		if (level == leaf)
			break;
		if (*entry == 0) {
			physical_t page = run->take_page(run->argument);

			if (page.value == 0)
				return TENON_BAD_ARGUMENT;
			*entry = page.value | ENTRY_VALID | ENTRY_TABLE;
		} else if (!is_table(*entry, level)) {
			return TENON_BAD_ADDRESS;
		}
		table = table_of(*entry);
	}
	if (*entry != 0)
		return TENON_BAD_ADDRESS;
	*entry = run->physical | run->attributes | ENTRY_VALID | (leaf == 3 ? ENTRY_TABLE : 0);
	run->address += size;
	run->physical += size;
	run->size -= size;
	return TENON_OK;
}

static enum tenon_status map_run(uint64_t *root, struct run *run)
{
	enum tenon_status status = TENON_OK;

	while (run->size != 0 && status == TENON_OK)
		status = map_leaf(root, run);
	DSB(ishst);
	return status;
}

static uint64_t cache_attribute(unsigned cache)
{
	switch (cache) {
	case TENON_CACHE_NORMAL:
		return ENTRY_ATTR(TENON_MAIR_NORMAL) | ENTRY_INNER;
	case TENON_CACHE_UNCACHED:
		return ENTRY_ATTR(TENON_MAIR_UNCACHED) | ENTRY_INNER;
	default:
		return ENTRY_ATTR(TENON_MAIR_DEVICE);
	}
}

/* From here on several spaces have the last ASID. No other CPU runs threads yet. */
static void asid_share(void)
{
	for (unsigned n = 0; n < TENON_BOOT_CPUS; n++) {
		struct arch_cpu *cpu = (struct arch_cpu *)core_cpu(n);

		cpu->shared_asid = last_asid;
		cpu->special = 1;
	}
}

void arch_space_init(struct arch_space *space, physical_t page)
{
	if (last_asid == 0)
		last_asid = (READ_REGISTER(tcr_el1) & TCR_AS) != 0 ? 0xffff : 0xff;
	/* ASID 0 belongs to the empty user half. */
	if (spaces < last_asid)
		spaces++;
	else
		asid_share();
	space->ttbr = page.value | spaces << ARCH_ASID_SHIFT;
}

enum tenon_status arch_space_map(struct arch_space *space, uint64_t address, physical_t physical,
				 uint64_t size, unsigned rights, unsigned cache,
				 physical_t (*take_page)(void *), void *argument)
{
	uint64_t limit = UINT64_C(1) << USER_BITS;
	struct run run = {address, physical.value, size, 0, take_page, argument};

	if (address >= limit || size > limit - address)
		return TENON_BAD_ADDRESS;
	if (((address | physical.value | size) & (TENON_PAGE_SIZE - 1)) != 0)
		return TENON_BAD_ADDRESS;
	run.attributes = cache_attribute(cache) | ENTRY_ACCESSED | ENTRY_NOGLOBAL | ENTRY_PXN;
	/* Execute alone: no user bit, which with UXN clear lets user code fetch but not read. */
	if ((rights & (TENON_RIGHT_READ | TENON_RIGHT_WRITE)) != 0)
		run.attributes |= ENTRY_USER;
	if ((rights & TENON_RIGHT_WRITE) == 0)
		run.attributes |= ENTRY_READONLY;
	if ((rights & TENON_RIGHT_EXECUTE) == 0)
		run.attributes |= ENTRY_UXN;
	return map_run(table_of(space->ttbr), &run);
}

bool arch_space_lookup(const struct arch_space *space, uint64_t address, physical_t *physical,
		       unsigned *rights)
{
	uint64_t *table = table_of(space->ttbr);
	uint64_t entry, mask;
	unsigned level = 1;

	if (address >> USER_BITS != 0)
		return false;
	while (is_table(entry = *entry_at(table, level, address), level)) {
		table = table_of(entry);
		level++;
	}
	if ((entry & ENTRY_VALID) == 0)
		return false;
	mask = (UINT64_C(1) << level_shift(level)) - 1;
	physical->value = (entry & ADDRESS_MASK & ~mask) | (address & mask);
	*rights = (entry & ENTRY_UXN) == 0 ? TENON_RIGHT_EXECUTE : 0;
	if ((entry & ENTRY_USER) != 0)
		*rights |= TENON_RIGHT_READ | ((entry & ENTRY_READONLY) == 0 ? TENON_RIGHT_WRITE : 0);
	return true;
}

physical_t arch_image_physical(const void *pointer)
{
	return (physical_t){(uint64_t)(uintptr_t)pointer + kernel_offset};
}

static physical_t kernel_table_page(void *argument)
{
	static unsigned used;

	(void)argument;
	if (used < sizeof early_table / sizeof early_table[0])
		return arch_image_physical(early_table[used++]);
	return boot_page();
}

static bool kernel_map(uint64_t address, uint64_t physical, uint64_t size, unsigned cache)
{
	struct run run = {.address = address,
			  .physical = physical,
			  .size = size,
			  .attributes = cache_attribute(cache) | ENTRY_ACCESSED | ENTRY_PXN | ENTRY_UXN,
			  .take_page = kernel_table_page};
	bool mapped = map_run(kernel_root, &run) == TENON_OK;

	ISB();
	return mapped;
}

void kernel_space_init(const struct tenon_boot_info *info)
{
	kernel_offset = info->kernel_physical - TENON_KERNEL_BASE;
	kernel_root = arch_direct((physical_t){info->root_table});
}

void kernel_space_empty_user(void)
{
	WRITE_REGISTER(ttbr0_el1, arch_image_physical(empty_root).value);
	ISB();
	__asm__ volatile("tlbi vmalle1");
	DSB(nsh);
	ISB();
}

volatile void *arch_device_map(physical_t physical, uint64_t size)
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

uint64_t kernel_stack_map(const physical_t *pages, unsigned count)
{
	stack_next += TENON_PAGE_SIZE; /* the guard */
	for (unsigned n = 0; n < count; n++) {
		if (!kernel_map(stack_next, pages[n].value, TENON_PAGE_SIZE, TENON_CACHE_NORMAL))
			core_panic(__FILE__, __LINE__, "a kernel stack cannot be mapped");
		stack_next += TENON_PAGE_SIZE;
	}
	return stack_next;
}
