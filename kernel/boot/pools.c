/* SPDX-License-Identifier: MIT
 * The pools that the tables describe: memory that instances make objects from at run time.
 */
#include <boot.h>

#define BIG_PAGE UINT64_C(0x200000)

void boot_pools_make(const struct tenon_tables *tables)
{
	core.pools = boot_objects(tables->pools, sizeof(struct pool *));
	for (uint32_t i = 0; i < tables->pools; i++) {
		uint64_t bytes = tables->pool[i].bytes;
		if (bytes < POOL_LEAST_BYTES || bytes % TENON_PAGE_SIZE != 0)
			boot_refuse("pool", i, "size");
		boot_near_pool(tables, i);
		physical_t base = boot_memory_take(bytes, bytes >= BIG_PAGE ? BIG_PAGE : TENON_PAGE_SIZE);
		core.component_bytes += bytes;
		arch_clear_pages(arch_direct(base), pool_overhead(bytes));
		core.pools[i] = pool_create(base, bytes, memory_node(base), memory_kind(memory_node(base)));
		core.pools[i]->family = (uint8_t)(1 + i % (FAMILIES - 1));
	}
}

void *boot_pool_find(uint32_t index)
{
	return index < core.tables->pools ? core.pools[index] : NULL;
}

bool memory_is_pooled(physical_t physical)
{
	uint64_t page = physical.value / TENON_PAGE_SIZE;
	for (uint32_t i = 0; i < core.tables->pools; i++) {
		if (page - core.pools[i]->base_page < core.pools[i]->page_count)
			return true;
	}
	return false;
}

void boot_pools_assign(void)
{
	for (uint32_t i = 0; i < core.tables->captables; i++) {
		const struct captable *table = &core.captables[i];
		struct pool *pool = NULL;
		for (uint32_t n = 1; n < table->static_slots && pool == NULL; n++) {
			if (table->slots[n].type == TENON_TYPE_POOL)
				pool = table->slots[n].object;
		}
		for (uint32_t n = 1; n < table->static_slots && pool != NULL; n++) {
			const struct slot *slot = &table->slots[n];
			struct space *space = slot->object;
			struct receive_set *set = slot->object;
			if (slot->type == TENON_TYPE_SPACE && space->pool == NULL)
				space->pool = pool;
			else if (slot->type == TENON_TYPE_RECEIVE_SET && set->pool == NULL)
				set->pool = pool;
		}
	}
}
