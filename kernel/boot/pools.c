/* SPDX-License-Identifier: MIT
 * The pools that the tables describe: memory that instances make objects from at run time.
 */
#include <boot.h>

#pragma clang section text = ".boot"

#define BIG_PAGE UINT64_C(0x200000)

static struct pool *device_make(const struct tenon_pool *entry, uint32_t index)
{
	physical_t physical = boot_device_find("pool", index, entry->physical, entry->bytes);
	struct pool *pool = boot_objects(1, sizeof(*pool));
	pool_create_device(pool, physical, entry->bytes);
	return pool;
}

static struct pool *pool_make(const struct tenon_pool *entry, uint32_t index)
{
	uint64_t bytes = entry->bytes;
	physical_t base;
	if (bytes < POOL_LEAST_BYTES || bytes % TENON_PAGE_SIZE != 0)
		boot_refuse("pool", index, "size");
	if (!boot_memory_find(bytes, bytes >= BIG_PAGE ? BIG_PAGE : TENON_PAGE_SIZE,
			      entry->placed != 0 ? entry->node : TENON_NONE, entry->kinds, &base))
		boot_refuse("pool", index,
			    "the machine has no such memory left in that node, or of that kind");
	core.component_bytes += bytes;
	arch_clear_pages(arch_direct(base), pool_overhead(bytes));
	return pool_create(base, bytes, memory_node(base), memory_kind(memory_node(base)));
}

void boot_pools_make(const struct tenon_tables *tables)
{
	core.pools = boot_objects(tables->pools, sizeof(struct pool *));
	for (uint32_t i = 0; i < tables->pools; i++) {
		const struct tenon_pool *entry = &tables->pool[i];
		boot_near_pool(tables, i);
		core.pools[i] = entry->kinds == TENON_KIND_BIT(TENON_MEMORY_DEVICE) ? device_make(entry, i)
										    : pool_make(entry, i);
		core.pools[i]->family = (uint8_t)(1 + i % (FAMILIES - 1));
	}
}

void *boot_pool_find(uint32_t index)
{
	return index < core.tables->pools ? core.pools[index] : NULL;
}

void boot_pools_assign(void)
{
	for (uint32_t i = 0; i < core.tables->captables; i++) {
		const struct captable *table = &core.captables[i];
		struct pool *pool = NULL;
		for (uint32_t n = 1; n < table->static_slots && pool == NULL; n++) {
			struct pool *found = table->slots[n].object;
			if (table->slots[n].type == TENON_TYPE_POOL && found->kind != TENON_MEMORY_DEVICE)
				pool = found;
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
