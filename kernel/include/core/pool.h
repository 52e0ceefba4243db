/* SPDX-License-Identifier: MIT
 * Memory pools: runs of pages from which objects are made, and to which their memory returns.
 *
 * A pool's own bookkeeping lies at the start of its memory. Free pages stand in lists by size (a buddy system on absolute
 * page numbers, so that large blocks are aligned); small objects share pages by size class. The pool's lock guards it all.
 */
#ifndef CORE_POOL_H
#define CORE_POOL_H

#include <core/list.h>
#include <core/spinlock.h>

#define POOL_ORDERS      19u /* 4 KiB .. 1 GiB */
#define POOL_SMALL       6u  /* 64, 128 .. 2048 bytes */
#define POOL_SMALL_SHIFT 6u
#define POOL_DEPTH       16u /* pools within pools; tables made by the holders of tables */
#define POOL_LEAST_BYTES (4 * (uint64_t)TENON_PAGE_SIZE)

/* Runs of a few pages that were given back last stay whole: what is made next need not take a larger one apart. */
#define POOL_KEPT_ORDERS 4u
#define POOL_KEPT        2u

struct pool {
	struct spinlock lock;
	uint8_t node;                   /* constant: NUMA node */
	uint8_t kind;                   /* constant: enum tenon_memory_kind */
	uint8_t depth;                  /* constant: how many pools it lies in */
	uint8_t family;                 /* constant: of its capabilities */
	uint32_t orders;                /* bit n: free[n] is not empty */
	uint32_t in_limbo;              /* runs of its memory that wait for a grace round */
	uint64_t base_page, page_count; /* constant */
	uint64_t free_bytes;
	struct pool *parent; /* constant; NULL: made at boot */
	struct list free[POOL_ORDERS];
	uint8_t kept_count[POOL_KEPT_ORDERS];
	uint64_t kept[POOL_KEPT_ORDERS][POOL_KEPT]; /* page numbers; to the lists they are in use */
	struct list small[POOL_SMALL];              /* pages with room, by size class */
	uint8_t *state; /* one byte a page: 0x80 | order at the head of a free block, else 0 */
};

/* Bytes at the start of a pool of `bytes` that its bookkeeping takes; whole pages. */
uint64_t pool_overhead(uint64_t bytes);
/*
 * Turns `bytes` (whole pages, at least POOL_LEAST_BYTES) of RAM at `base` into a pool; pool_overhead(bytes) there are clear
 * already.
 */
struct pool *pool_create(physical_t base, uint64_t bytes, uint32_t node, uint32_t kind);
/*
 * A pool of kind DEVICE: whole pages of registers at `base`. They are no memory: nothing is ever free in it, and frames over
 * any part may be made any number of times. `pool` is cleared.
 */
void pool_create_device(struct pool *pool, physical_t base, uint64_t bytes);
/* The pool whose memory starts at page number `page`. */
struct pool *pool_at(uint32_t page);
uint32_t pool_page(const struct pool *pool);

/* A run of 2^order pages, aligned to its size, not cleared; 0: none is free. */
physical_t pool_take(struct pool *pool, unsigned order);
/* A cleared page; the argument is the pool. */
physical_t pool_take_table(void *argument);
/* Small memory: `bytes` up to 2048, not cleared, aligned to its class; NULL: none is free. */
void *pool_take_small(struct pool *pool, size_t bytes);
/* Memory of a kernel object, small or whole pages, cleared; NULL: none is free. */
void *pool_take_object(struct pool *pool, size_t bytes);

/* Nobody can reach the memory any more: it is free at once. `bytes` as it was taken, rounded up as there. */
void pool_give(struct pool *pool, physical_t memory, uint64_t bytes);
/* The order of the smallest run with `bytes`. */
static inline unsigned pool_order(uint64_t bytes)
{
	uint64_t pages = (bytes + TENON_PAGE_SIZE - 1) / TENON_PAGE_SIZE;
	return pages <= 1 ? 0 : 64u - (unsigned)__builtin_clzll(pages - 1);
}

#endif
