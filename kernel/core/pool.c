/* SPDX-License-Identifier: MIT
 * Memory pools: a buddy system on absolute page numbers, and pages that small objects of one size share. All costs are
 * bounded by the number of orders. The links of free blocks stand in the blocks.
 */
#include <core/core.h>

#define PAGE_SHIFT 12u
#define FREE_HEAD  0x80u

/* At the start of a page of small objects; object 0 would lie here and is never given out. */
struct small_page {
	struct list link; /* in pool.small, while something is free */
	uint64_t free;    /* bit n: object n */
	uint32_t shift;   /* log2 of the objects' size */
};
_Static_assert(sizeof(struct small_page) <= 1u << POOL_SMALL_SHIFT, "fits in object 0");

static void *page_memory(uint64_t page)
{
	return arch_direct((physical_t){page << PAGE_SHIFT});
}

static uint64_t page_number(const void *memory)
{
	return arch_physical(memory).value >> PAGE_SHIFT;
}

static void block_add(struct pool *pool, uint64_t page, unsigned order)
{
	struct list *link = page_memory(page);
	list_insert(&pool->free[order], link);
	pool->orders |= 1u << order;
	pool->state[page - pool->base_page] = (uint8_t)(FREE_HEAD | order);
}

static void block_remove(struct pool *pool, uint64_t page, unsigned order)
{
	list_remove(page_memory(page));
	if (list_empty(&pool->free[order]))
		pool->orders &= ~(1u << order);
	pool->state[page - pool->base_page] = 0;
}

uint64_t pool_overhead(uint64_t bytes)
{
	uint64_t used = sizeof(struct pool) + (bytes >> PAGE_SHIFT);
	return (used + TENON_PAGE_SIZE - 1) & ~(uint64_t)(TENON_PAGE_SIZE - 1);
}

static COLD void pool_init(struct pool *pool, physical_t base, uint64_t bytes, uint32_t kind)
{
	pool->kind = (uint8_t)kind;
	pool->base_page = base.value >> PAGE_SHIFT;
	pool->page_count = bytes >> PAGE_SHIFT;
	for (unsigned i = 0; i < POOL_ORDERS; i++)
		list_init(&pool->free[i]);
	for (unsigned i = 0; i < POOL_SMALL; i++)
		list_init(&pool->small[i]);
}

void pool_create_device(struct pool *pool, physical_t base, uint64_t bytes)
{
	pool_init(pool, base, bytes, TENON_MEMORY_DEVICE);
}

struct pool *pool_create(physical_t base, uint64_t bytes, uint32_t node, uint32_t kind)
{
	uint64_t overhead = pool_overhead(bytes);
	struct pool *pool = arch_direct(base);
	pool_init(pool, base, bytes, kind);
	pool->node = (uint8_t)node;
	pool->state = (uint8_t *)(pool + 1);
	pool->free_bytes = bytes - overhead;
	/* The largest aligned blocks that fit, from the bookkeeping to the end. */
	uint64_t page = pool->base_page + (overhead >> PAGE_SHIFT), end = pool->base_page + pool->page_count;
	while (page < end) {
		unsigned order = (unsigned)__builtin_ctzll(page | UINT64_C(1) << (POOL_ORDERS - 1));
		while (end - page < UINT64_C(1) << order)
			order--;
		block_add(pool, page, order);
		page += UINT64_C(1) << order;
	}
	return pool;
}

struct pool *pool_at(uint32_t page)
{
	return page_memory(page);
}

uint32_t pool_page(const struct pool *pool)
{
	return (uint32_t)pool->base_page;
}

/* Under the lock. 0: none. */
static uint64_t take_block(struct pool *pool, unsigned order)
{
	uint32_t fitting = order < POOL_ORDERS ? pool->orders >> order << order : 0;
	if (fitting == 0)
		return 0;
	unsigned from = (unsigned)__builtin_ctz(fitting);
	uint64_t page = page_number(pool->free[from].next);
	block_remove(pool, page, from);
	while (from > order) {
		from--;
		block_add(pool, page + (UINT64_C(1) << from), from);
	}
	return page;
}

/* Under the lock. */
static void give_block(struct pool *pool, uint64_t page, unsigned order)
{
	while (order + 1 < POOL_ORDERS) {
		uint64_t buddy = (page ^ (UINT64_C(1) << order)) - pool->base_page;
		if (buddy >= pool->page_count || pool->state[buddy] != (FREE_HEAD | order))
			break;
		block_remove(pool, pool->base_page + buddy, order);
		page &= ~(UINT64_C(1) << order);
		order++;
	}
	block_add(pool, page, order);
}

static void give(struct pool *pool, uint64_t page, unsigned order)
{
	pool->free_bytes += UINT64_C(1) << (order + PAGE_SHIFT);
	if (order < POOL_KEPT_ORDERS && pool->kept_count[order] < POOL_KEPT)
		pool->kept[order][pool->kept_count[order]++] = page;
	else
		give_block(pool, page, order);
}

/* Under the lock. 0: none. What was kept whole may be the missing part of a larger block. */
static uint64_t take(struct pool *pool, unsigned order)
{
	uint64_t page = 0;
	if (order < POOL_KEPT_ORDERS && pool->kept_count[order] > 0)
		page = pool->kept[order][--pool->kept_count[order]];
	else
		page = take_block(pool, order);
	if (unlikely(page == 0)) {
		for (unsigned i = 0; i < POOL_KEPT_ORDERS; i++) {
			while (pool->kept_count[i] > 0)
				give_block(pool, pool->kept[i][--pool->kept_count[i]], i);
		}
		page = take_block(pool, order);
	}
	if (page != 0)
		pool->free_bytes -= UINT64_C(1) << (order + PAGE_SHIFT);
	return page;
}

__attribute__((noinline)) physical_t pool_take(struct pool *pool, unsigned order)
{
	spin_lock(&pool->lock);
	uint64_t page = take(pool, order);
	spin_unlock(&pool->lock);
	return (physical_t){page << PAGE_SHIFT};
}

COLD physical_t pool_take_table(void *argument)
{
	struct pool *pool = argument;
	physical_t page = pool != NULL ? pool_take(pool, 0) : (physical_t){0};
	if (page.value != 0)
		arch_clear_pages(arch_direct(page), TENON_PAGE_SIZE);
	return page;
}

static unsigned small_shift(size_t bytes)
{
	unsigned shift = bytes <= 1 ? 0 : 64u - (unsigned)__builtin_clzll(bytes - 1);
	return shift < POOL_SMALL_SHIFT ? POOL_SMALL_SHIFT : shift;
}

/* A fresh page of small objects; under the lock. */
static struct small_page *small_page_make(struct pool *pool, unsigned shift)
{
	uint64_t page = take(pool, 0);
	if (page == 0)
		return NULL;
	struct small_page *small = page_memory(page);
	unsigned count = TENON_PAGE_SIZE >> shift;
	small->free = (count == 64 ? UINT64_MAX : (UINT64_C(1) << count) - 1) & ~UINT64_C(1);
	small->shift = shift;
	list_insert(&pool->small[shift - POOL_SMALL_SHIFT], &small->link);
	return small;
}

void *pool_take_small(struct pool *pool, size_t bytes)
{
	unsigned shift = small_shift(bytes);
	struct list *head = &pool->small[shift - POOL_SMALL_SHIFT];
	void *object = NULL;
	spin_lock(&pool->lock);
	struct small_page *small = list_empty(head) ? small_page_make(pool, shift)
						    : container_of(head->next, struct small_page, link);
	if (small != NULL) {
		unsigned n = (unsigned)__builtin_ctzll(small->free);
		small->free &= small->free - 1;
		if (small->free == 0)
			list_remove(&small->link);
		object = (char *)small + ((size_t)n << shift);
	}
	spin_unlock(&pool->lock);
	return object;
}

/* Under the lock. The last object takes the page with it. */
static void small_give(struct pool *pool, void *object)
{
	struct small_page *small = page_memory(page_number(object));
	unsigned count = TENON_PAGE_SIZE >> small->shift;
	uint64_t all = (count == 64 ? UINT64_MAX : (UINT64_C(1) << count) - 1) & ~UINT64_C(1);
	if (small->free == 0)
		list_insert(&pool->small[small->shift - POOL_SMALL_SHIFT], &small->link);
	small->free |= UINT64_C(1) << (((uintptr_t)object & (TENON_PAGE_SIZE - 1)) >> small->shift);
	if (small->free == all) {
		list_remove(&small->link);
		give(pool, page_number(small), 0);
	}
}

void *pool_take_object(struct pool *pool, size_t bytes)
{
	if (bytes <= TENON_PAGE_SIZE / 2) {
		void *object = pool_take_small(pool, bytes);
		if (object != NULL)
			memset(object, 0, bytes);
		return object;
	}
	physical_t run = pool_take(pool, pool_order(bytes));
	if (run.value == 0)
		return NULL;
	arch_clear_pages(arch_direct(run), (bytes + TENON_PAGE_SIZE - 1) & ~(size_t)(TENON_PAGE_SIZE - 1));
	return arch_direct(run);
}

void pool_give(struct pool *pool, physical_t memory, uint64_t bytes)
{
	spin_lock(&pool->lock);
	if (bytes <= TENON_PAGE_SIZE / 2)
		small_give(pool, arch_direct(memory));
	else
		give(pool, memory.value >> PAGE_SHIFT, pool_order(bytes));
	spin_unlock(&pool->lock);
}
