/* SPDX-License-Identifier: MIT
 * Memory of components: regions get RAM, spaces their page tables and mappings.
 */
#include <boot.h>

#pragma clang section text = ".boot"

#define BIG_PAGE UINT64_C(0x200000)

void boot_device_check(const char *kind, uint32_t index, uint64_t physical, uint64_t bytes)
{
	if (physical % TENON_PAGE_SIZE != 0 || bytes % TENON_PAGE_SIZE != 0 || physical + bytes < physical)
		boot_refuse(kind, index, "device address");
	for (uint64_t at = 0; at < bytes; at += TENON_PAGE_SIZE) {
		if (memory_is_ram((physical_t){physical + at}))
			boot_refuse(kind, index, "device registers lie in RAM");
	}
}

static void region_check(const struct tenon_region *region, uint32_t index)
{
	if (region->size == 0 || region->size % TENON_PAGE_SIZE != 0 || region->image_size > region->size)
		boot_refuse("region", index, "size");
	if (region->kind == TENON_REGION_IMAGE && (uintptr_t)region->image % TENON_PAGE_SIZE != 0)
		boot_refuse("region", index, "its image is not page-aligned");
	if (region->kind == TENON_REGION_DEVICE)
		boot_device_check("region", index, region->physical, region->size);
}

static void paint(uint64_t *word, uint64_t bytes, uint64_t with)
{
	for (uint64_t at = 0; at < bytes; at += sizeof *word)
		word[at / sizeof *word] = with + at / TENON_PAGE_SIZE;
}

static physical_t region_make(const struct tenon_region *region)
{
	physical_t base;
	switch ((enum tenon_region_kind)region->kind) {
	case TENON_REGION_IMAGE:
		return arch_image_physical(region->image);
	case TENON_REGION_DEVICE:
		return (physical_t){region->physical};
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

void boot_spaces_make(const struct tenon_tables *tables)
{
	for (uint32_t i = 0; i < tables->regions; i++) {
		region_check(&tables->region[i], i);
		boot_near_region(tables, i);
		core.region_base[i] = region_make(&tables->region[i]);
	}
	for (uint32_t i = 0; i < tables->spaces; i++) {
		boot_near_space(tables, i);
		core.spaces[i].name = tables->space[i].name;
		core.spaces[i].index = i;
		arch_space_init(&core.spaces[i].arch, table_page(&core.spaces[i]));
		space_register(&core.spaces[i]);
	}
	for (uint32_t i = 0; i < tables->mappings; i++) {
		boot_near_space(tables, tables->mapping[i].space);
		mapping_make(tables, i);
	}
	boot_near_boot_cpu();
}
