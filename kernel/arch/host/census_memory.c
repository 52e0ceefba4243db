/* SPDX-License-Identifier: MIT
 * The census of memory: every page of a pool is free, bookkeeping, a page table, or part of an object that somebody owns,
 * and only one of these.
 */
#include <census.h>

#define PAGE 4096u

/* Each page of RAM that lies in a pool. */
enum page_use { UNKNOWN = 0, USED, SHARED };
static struct {
	uint8_t use;
	uint64_t objects; /* SHARED: bit n is a live object */
} page[HOST_PAGES];

static uint64_t page_of(const void *memory)
{
	return (arch_physical(memory).value - host_ram_base) / PAGE;
}

/* Memory of a pool that somebody has. */
static const char *claim(const struct pool *pool, const void *memory, uint64_t bytes)
{
	uint64_t first = page_of(memory), base = pool->base_page - host_ram_base / PAGE;
	HOLDS(first - base < pool->page_count, "memory outside of its pool: page", first);
	if (bytes <= PAGE / 2) {
		const uint32_t *shift = (const uint32_t *)(const void *)(host_ram + first * PAGE + 24);
		uint64_t bit = UINT64_C(1) << (((uintptr_t)memory & (PAGE - 1)) >> *shift);
		HOLDS(page[first].use == SHARED || page[first].use == UNKNOWN, "page", first);
		HOLDS((page[first].objects & bit) == 0 && bit != 1, "object in page", first);
		page[first].use = SHARED;
		page[first].objects |= bit;
		return NULL;
	}
	uint64_t pages = UINT64_C(1) << pool_order(bytes);
	HOLDS(first - base + pages <= pool->page_count, "memory outside of its pool: page", first);
	for (uint64_t n = first; n < first + pages; n++) {
		HOLDS(page[n].use == UNKNOWN, "page", n);
		page[n].use = USED;
	}
	return NULL;
}

/* Its pages are its own affair; bookkeeping and what is free is claimed. */
static const char *open_pool(const struct pool *pool)
{
	uint64_t base = page_of(pool), free_bytes = 0;
	for (uint64_t n = 0; n < pool->page_count; n++) {
		page[base + n].use = n < pool_overhead(pool->page_count * PAGE) / PAGE ? USED : UNKNOWN;
		page[base + n].objects = 0;
	}
	for (unsigned order = 0; order < POOL_ORDERS; order++) {
		HOLDS(((pool->orders >> order & 1) != 0) == !list_empty(&pool->free[order]), "pool order",
		      order);
		for (const struct list *link = pool->free[order].next; link != &pool->free[order];
		     link = link->next) {
			const char *problem = claim(pool, link, (uint64_t)PAGE << order);
			if (problem != NULL)
				return problem;
			free_bytes += (uint64_t)PAGE << order;
		}
		for (unsigned i = 0; order < POOL_KEPT_ORDERS && i < pool->kept_count[order]; i++) {
			void *kept = arch_direct((physical_t){pool->kept[order][i] * PAGE});
			const char *problem = claim(pool, kept, (uint64_t)PAGE << order);
			if (problem != NULL)
				return problem;
			free_bytes += (uint64_t)PAGE << order;
		}
	}
	HOLDS(free_bytes == pool->free_bytes, "pool at page", base);
	return NULL;
}

static const char *claim_owned(const struct slot *owner)
{
	void *object = owner->object;
	const struct captable *table = object;
	const struct space *space = object;
	const char *problem = NULL;
	switch (owner->type) {
	case TENON_TYPE_FRAME:
		if (frame_is_device(owner))
			return NULL;
		return claim(pool_at(owner->id), arch_direct(frame_physical(owner)), frame_bytes(owner));
	case TENON_TYPE_POOL:
		return NULL; /* as a part of its parent, which came first */
	case TENON_TYPE_TABLE:
		if (owner->handle == SLOT_SEGMENT)
			return claim(pool_at(owner->id), owner,
				     host_segment_slots(owner) * sizeof(struct slot));
		problem = claim(table->pool, table->slots, ((uint64_t)table->mask + 1) * sizeof(struct slot));
		return problem != NULL ? problem : claim(table->pool, table, sizeof(*table));
	case TENON_TYPE_SPACE:
		problem = claim(space->pool, arch_direct((physical_t){space->arch.root}), PAGE);
		if (problem == NULL && space->arch.table != 0)
			problem = claim(space->pool, arch_direct((physical_t){space->arch.table}), PAGE);
		return problem != NULL ? problem : claim(space->pool, space, sizeof(*space));
	case TENON_TYPE_THREAD:
		return claim(((struct thread *)object)->pool, object, core.thread_bytes);
	case TENON_TYPE_SCHEDULING:
		return claim(((struct scheduling *)object)->pool, object, sizeof(struct scheduling));
	case TENON_TYPE_RECEIVE_SET:
		return claim(((struct receive_set *)object)->pool, object, sizeof(struct receive_set));
	case TENON_TYPE_ENDPOINT:
		return claim(((struct endpoint *)object)->set->pool, object, sizeof(struct endpoint));
	case TENON_TYPE_NOTIFICATION:
		return claim(((struct notification *)object)->set->pool, object, sizeof(struct notification));
	case TENON_TYPE_REPLY:
		return claim(((struct reply *)object)->set->pool, object, sizeof(struct reply));
	default:
		HOLDS(false, "owner of type", owner->type);
	}
	return NULL;
}

/* Nothing of the pool is lost. */
static const char *close_pool(const struct pool *pool)
{
	uint64_t base = page_of(pool);
	HOLDS(pool->in_limbo == 0, "pool at page", base);
	for (uint64_t n = base; n < base + pool->page_count; n++) {
		HOLDS(page[n].use != UNKNOWN, "lost page", n);
		if (page[n].use != SHARED)
			continue;
		const uint64_t *free = (const uint64_t *)(const void *)(host_ram + n * PAGE + 16);
		uint32_t shift = *(const uint32_t *)(free + 1);
		uint64_t all =
		    (shift == 6 ? UINT64_MAX : (UINT64_C(1) << (PAGE >> shift)) - 1) & ~UINT64_C(1);
		HOLDS((*free & page[n].objects) == 0 && (*free | page[n].objects) == all, "shared page", n);
	}
	return NULL;
}

const char *host_check_memory(void)
{
	const char *problem = NULL;
	/* Pools come before the pools inside of them: so the walk has host_found them. */
	for (unsigned i = 0; problem == NULL && i < host_found.pool_count; i++) {
		const struct pool *pool = host_found.pool[i];
		if (pool->kind == TENON_MEMORY_DEVICE) {
			HOLDS(pool->orders == 0 && pool->free_bytes == 0 && pool->in_limbo == 0,
			      "device pool", i);
			continue;
		}
		if (pool->parent != NULL)
			problem = claim(pool->parent, pool, pool->page_count * PAGE);
		if (problem == NULL)
			problem = open_pool(pool);
	}
	for (unsigned i = 0; problem == NULL && i < host_found.owner_count; i++)
		problem = claim_owned(host_found.owner[i]);
	for (unsigned i = 0; problem == NULL && i < host_found.pool_count; i++)
		problem =
		    host_found.pool[i]->kind == TENON_MEMORY_DEVICE ? NULL : close_pool(host_found.pool[i]);
	return problem;
}
