/*
 * SPDX-License-Identifier: MIT
 *
 * Address spaces: four-level page tables. The kernel half is one set of tables,
 * shared by all spaces through the upper 256 entries of each root, which never
 * change after space_init(): so a kernel mapping made later is seen by all.
 *
 * No user page lies at or above USER_LIMIT: entry.S relies on it for SYSRET.
 */
#include "x86.h"

#define ENTRY_PRESENT  UINT64_C(0x001)
#define ENTRY_WRITE    UINT64_C(0x002)
#define ENTRY_USER     UINT64_C(0x004)
#define ENTRY_UNCACHED UINT64_C(0x018) /* PAT entry 3 */
#define ENTRY_USED     UINT64_C(0x060) /* accessed and dirty: the CPU need not write them */
#define ENTRY_LEAF     UINT64_C(0x080)
#define ENTRY_GLOBAL   UINT64_C(0x100)
#define ENTRY_NX       (UINT64_C(1) << 63)
#define ENTRY_ADDRESS  UINT64_C(0x000ffffffffff000)

#define USER_LIMIT     (UINT64_C(1) << 38)
#define ROOT_HALF      256
#define DEVICE_WINDOW  (UINT64_C(1) << 30)
#define PHYSICAL_LIMIT (UINT64_C(1) << 52)

static _Alignas(TENON_PAGE_SIZE) uint64_t kernel_root[512];
static _Alignas(TENON_PAGE_SIZE) uint64_t device_directory[512];
static uint64_t device_used; /* bytes of the window handed out */

static unsigned level_shift(unsigned level)
{
	return 12 + 9 * level;
}

static uint64_t *entry_at(uint64_t table, uint64_t address, unsigned level)
{
	uint64_t *entries = arch_direct((physical_t){table & ENTRY_ADDRESS});

	return &entries[address >> level_shift(level) & 511];
}

physical_t arch_image_physical(const void *pointer)
{
	return (physical_t){(uint64_t)pointer - TENON_KERNEL_BASE + boot_info->kernel_physical};
}

void space_init(void)
{
	const uint64_t *loader = arch_direct((physical_t){boot_info->root_table});

	for (unsigned i = ROOT_HALF; i < 512; i++)
		kernel_root[i] = loader[i];
	kernel_root[TENON_DEVICE_BASE >> level_shift(3) & 511] =
	    arch_image_physical(device_directory).value | ENTRY_PRESENT | ENTRY_WRITE | ENTRY_USED;
}

uint64_t space_kernel_root(void)
{
	return arch_image_physical(kernel_root).value;
}

void arch_space_init(struct arch_space *space, physical_t page)
{
	uint64_t *root = arch_direct(page);

	for (unsigned i = ROOT_HALF; i < 512; i++)
		root[i] = kernel_root[i];
	space->root = page.value;
}

/* The largest leaf that address, physical address and size allow. */
static unsigned leaf_level(uint64_t address, uint64_t physical, uint64_t size)
{
	for (unsigned level = feature_has_huge_pages() ? 2 : 1; level > 0; level--) {
		uint64_t bytes = UINT64_C(1) << level_shift(level);

		if (((address | physical) & (bytes - 1)) == 0 && size >= bytes)
			return level;
	}
	return 0;
}

static enum tenon_status leaf_set(uint64_t root, uint64_t address, unsigned leaf, uint64_t value,
				  physical_t (*take_page)(void *), void *argument)
{
	uint64_t table = root;
	uint64_t *entry;

	for (unsigned level = 3; level > leaf; level--) {
		entry = entry_at(table, address, level);
		if (*entry == 0) {
			physical_t page = take_page(argument);

			if (page.value == 0)
				return TENON_BAD_ARGUMENT;
			*entry = page.value | ENTRY_PRESENT | ENTRY_WRITE | ENTRY_USED | (value & ENTRY_USER);
		}
		if (*entry & ENTRY_LEAF)
			return TENON_BAD_ADDRESS;
		table = *entry;
	}
	entry = entry_at(table, address, leaf);
	if (*entry != 0)
		return TENON_BAD_ADDRESS;
	*entry = value | (leaf > 0 ? ENTRY_LEAF : 0);
	return TENON_OK;
}

static enum tenon_status range_map(uint64_t root, uint64_t address, uint64_t physical, uint64_t size,
				   uint64_t attributes, physical_t (*take_page)(void *), void *argument)
{
	while (size > 0) {
		unsigned leaf = leaf_level(address, physical, size);
		uint64_t bytes = UINT64_C(1) << level_shift(leaf);
		enum tenon_status status =
		    leaf_set(root, address, leaf, physical | attributes, take_page, argument);

		if (status != TENON_OK)
			return status;
		address += bytes;
		physical += bytes;
		size -= bytes;
	}
	return TENON_OK;
}

enum tenon_status arch_space_map(struct arch_space *space, uint64_t address, physical_t physical,
				 uint64_t size, unsigned rights, unsigned cache,
				 physical_t (*take_page)(void *), void *argument)
{
	uint64_t attributes = ENTRY_PRESENT | ENTRY_USER | ENTRY_USED;

	if (((address | physical.value | size) & (TENON_PAGE_SIZE - 1)) != 0 || address >= USER_LIMIT ||
	    size > USER_LIMIT - address || physical.value >= PHYSICAL_LIMIT ||
	    size > PHYSICAL_LIMIT - physical.value)
		return TENON_BAD_ADDRESS;
	if ((rights & TENON_RIGHT_WRITE) && (rights & TENON_RIGHT_EXECUTE))
		return TENON_BAD_ARGUMENT;
	if (rights & TENON_RIGHT_WRITE)
		attributes |= ENTRY_WRITE;
	if (!(rights & TENON_RIGHT_EXECUTE))
		attributes |= ENTRY_NX;
	if (cache != TENON_CACHE_NORMAL)
		attributes |= ENTRY_UNCACHED;
	return range_map(space->root, address, physical.value, size, attributes, take_page, argument);
}

bool arch_space_lookup(const struct arch_space *space, uint64_t address, physical_t *physical,
		       unsigned *rights)
{
	uint64_t entry = space->root;
	unsigned level = 3;
	uint64_t inside;

	if (address >= USER_LIMIT)
		return false;
	for (;; level--) {
		entry = *entry_at(entry, address, level);
		if (!(entry & ENTRY_PRESENT))
			return false;
		if (level == 0 || (entry & ENTRY_LEAF))
			break;
	}
	inside = (UINT64_C(1) << level_shift(level)) - 1;
	*physical = (physical_t){(entry & ENTRY_ADDRESS & ~inside) | (address & inside)};
	*rights = TENON_RIGHT_READ | (entry & ENTRY_WRITE ? TENON_RIGHT_WRITE : 0u) |
		  (entry & ENTRY_NX ? 0u : TENON_RIGHT_EXECUTE);
	return true;
}

/* ---- the kernel's own window --------------------------------------------------------------- */

static physical_t take_boot_page(void *argument)
{
	(void)argument;
	return boot_page();
}

static bool window_map(uint64_t address, uint64_t physical, uint64_t size, uint64_t attributes)
{
	return range_map(space_kernel_root(), address, physical, size,
			 attributes | ENTRY_PRESENT | ENTRY_WRITE | ENTRY_USED | ENTRY_GLOBAL | ENTRY_NX,
			 take_boot_page, NULL) == TENON_OK;
}

volatile void *arch_device_map(physical_t physical, uint64_t size)
{
	uint64_t offset = physical.value & (TENON_PAGE_SIZE - 1);
	uint64_t address = TENON_DEVICE_BASE + device_used;
	uint64_t bytes;

	if (size == 0 || size > DEVICE_WINDOW - 2 * TENON_PAGE_SIZE)
		return NULL;
	bytes = (size + offset + TENON_PAGE_SIZE - 1) & ~(uint64_t)(TENON_PAGE_SIZE - 1);
	if (bytes > DEVICE_WINDOW - device_used)
		return NULL;
	device_used += bytes;
	if (!window_map(address, physical.value - offset, bytes, ENTRY_UNCACHED))
		return NULL;
	return (volatile void *)(address + offset);
}

uint64_t space_stack_map(unsigned pages)
{
	uint64_t address = TENON_DEVICE_BASE + device_used + TENON_PAGE_SIZE;

	device_used += (pages + 1) * TENON_PAGE_SIZE;
	for (unsigned i = 0; i < pages; i++) {
		if (device_used > DEVICE_WINDOW ||
		    !window_map(address, boot_page().value, TENON_PAGE_SIZE, 0))
			core_panic(__FILE__, __LINE__, "no room for a kernel stack");
		address += TENON_PAGE_SIZE;
	}
	return address;
}
