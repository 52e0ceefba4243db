/* SPDX-License-Identifier: MIT
 * Memory of components: regions get RAM, spaces their page tables and mappings.
 */
#include <boot.h>

#pragma clang section text = ".boot"

#define BIG_PAGE UINT64_C(0x200000)

physical_t boot_device_find(const char *kind, uint32_t index, uint64_t physical, uint64_t bytes)
{
	if (physical == TENON_PHYSICAL_ECAM) {
		const struct tenon_boot_info *info = boot_memory_info();
		if (info->ecam == 0 || info->ecam_size < bytes)
			boot_refuse(kind, index,
				    "the firmware names no PCI configuration space of this size");
		physical = info->ecam;
	}
	if (physical % TENON_PAGE_SIZE != 0 || bytes % TENON_PAGE_SIZE != 0 || physical + bytes < physical)
		boot_refuse(kind, index, "device address");
	for (uint32_t i = 0; i < boot_memory_info()->range_count; i++) {
		const struct tenon_boot_range *range = &boot_memory_info()->range[i];
		if (range->base - physical < bytes || physical - range->base < range->size)
			boot_refuse(kind, index, "device registers lie in RAM");
	}
	return (physical_t){physical};
}

static void region_check(const struct tenon_region *region, uint32_t index)
{
	if (region->size == 0 || region->size % TENON_PAGE_SIZE != 0 || region->image_size > region->size)
		boot_refuse("region", index, "size");
	if (region->kind == TENON_REGION_IMAGE && (uintptr_t)region->image % TENON_PAGE_SIZE != 0)
		boot_refuse("region", index, "its image is not page-aligned");
}

static void paint(uint64_t *word, uint64_t bytes, uint64_t with)
{
	for (uint64_t at = 0; at < bytes; at += sizeof *word)
		word[at / sizeof *word] = with + at / TENON_PAGE_SIZE;
}

static physical_t region_make(const struct tenon_region *region, uint32_t index)
{
	physical_t base;
	switch ((enum tenon_region_kind)region->kind) {
	case TENON_REGION_IMAGE:
		return arch_image_physical(region->image);
	case TENON_REGION_DEVICE:
		return boot_device_find("region", index, region->physical, region->size);
	case TENON_REGION_ZERO:
	case TENON_REGION_COPY:
		break;
	}
	/* Whole big pages where the size allows: fewer tables, fewer TLB entries. */
	base = boot_memory_take(region->size, region->size >= BIG_PAGE ? BIG_PAGE : TENON_PAGE_SIZE);
	core.component_bytes += region->size;
	char *memory = arch_direct(base);
	uint64_t filled = 0;
	if (region->kind == TENON_REGION_COPY) {
		memcpy(memory, region->image, region->image_size);
		filled = region->image_size;
		uint64_t edge = (filled + TENON_PAGE_SIZE - 1) & ~(uint64_t)(TENON_PAGE_SIZE - 1);
		memset(memory + filled, 0, edge - filled);
		filled = edge;
	}
	if (region->paint != 0)
		paint((uint64_t *)(void *)memory, region->size, region->paint);
	else if (filled < region->size)
		arch_clear_pages(memory + filled, region->size - filled);
	return base;
}

static physical_t table_page(void *argument)
{
	struct space *space = argument;
	space->table_bytes += TENON_PAGE_SIZE;
	return boot_page();
}

static void mapping_make(const struct tenon_tables *tables, uint32_t index)
{
	const struct tenon_mapping *mapping = &tables->mapping[index];
	const unsigned write_execute = TENON_RIGHT_WRITE | TENON_RIGHT_EXECUTE;
	if (mapping->space >= tables->spaces || mapping->region >= tables->regions)
		boot_refuse("mapping", index, "space or region out of range");
	const struct tenon_region *region = &tables->region[mapping->region];
	if (mapping->offset > region->size || mapping->size > region->size - mapping->offset ||
	    mapping->size == 0)
		boot_refuse("mapping", index, "exceeds its region");
	if ((mapping->rights & write_execute) == write_execute ||
	    (region->kind == TENON_REGION_IMAGE && (mapping->rights & TENON_RIGHT_WRITE) != 0))
		boot_refuse("mapping", index, "rights");
	struct space *space = &core.spaces[mapping->space];
	if (space->device_of != NULL &&
	    (region->kind == TENON_REGION_DEVICE || (mapping->rights & TENON_RIGHT_EXECUTE) != 0))
		boot_refuse("mapping", index, "registers or code in an I/O space");
	physical_t physical = {core.region_base[mapping->region].value + mapping->offset};
	if ((mapping->rights & TENON_RIGHT_EXECUTE) != 0)
		arch_sync_instructions(arch_direct(physical), mapping->size);
	if (region->cache != TENON_CACHE_NORMAL && region->kind != TENON_REGION_DEVICE)
		arch_flush_pages(arch_direct(physical), mapping->size);
	if (arch_space_map(&space->arch, mapping->address, physical, mapping->size, mapping->rights,
			   mapping->cache != 0 ? mapping->cache : region->cache, table_page,
			   space) != TENON_OK)
		boot_refuse("mapping", index, "address, or tagged memory on a machine without");
	if (region->kind != TENON_REGION_DEVICE)
		space->memory_bytes += mapping->size;
}

static void space_make_empty(const struct tenon_tables *tables, uint32_t index)
{
	struct space *space = &core.spaces[index];
	uint32_t device_of = tables->space[index].device_of;
	space->name = tables->space[index].name;
	space->index = index;
	if (device_of == TENON_NONE) {
		arch_space_init(&space->arch, table_page(space));
	} else {
		if (device_of >= tables->threads)
			boot_refuse("space", index, "of no thread's device");
		space->device_of = &core.threads[device_of];
		arch_io_space_init(&space->arch, table_page(space));
	}
	space_register(space);
}

/* Tables of each 2 MiB, or for those the tables above them: a leaf comes and goes, before anybody walks there. */
static void window_make(const struct tenon_tables *tables, uint32_t index)
{
	const struct tenon_window *window = &tables->window[index];
	uint64_t size = (window->address | window->size) % BIG_PAGE == 0 ? BIG_PAGE : TENON_PAGE_SIZE;
	if (window->space >= tables->spaces || window->size == 0 ||
	    window->size > UINT64_MAX - window->address)
		boot_refuse("window", index, "space or size out of range");
	struct space *space = &core.spaces[window->space];
	const physical_t nowhere = {0};
	for (uint64_t at = window->address; at < window->address + window->size;
	     at = (at | (BIG_PAGE - 1)) + 1) {
		if (arch_space_map(&space->arch, at, nowhere, size, TENON_RIGHT_READ, TENON_CACHE_NORMAL,
				   table_page, space) != TENON_OK ||
		    !arch_space_change(&space->arch, at, nowhere, size, 0))
			boot_refuse("window", index, "address");
	}
}

void boot_spaces_make(const struct tenon_tables *tables)
{
	for (uint32_t i = 0; i < tables->regions; i++) {
		region_check(&tables->region[i], i);
		boot_near_region(tables, i);
		core.region_base[i] = region_make(&tables->region[i], i);
	}
	for (uint32_t i = 0; i < tables->spaces; i++) {
		boot_near_space(tables, i);
		space_make_empty(tables, i);
	}
	for (uint32_t i = 0; i < tables->mappings; i++) {
		boot_near_space(tables, tables->mapping[i].space);
		mapping_make(tables, i);
	}
	for (uint32_t i = 0; i < tables->windows; i++) {
		boot_near_space(tables, tables->window[i].space);
		window_make(tables, i);
	}
	boot_near_boot_cpu();
}
