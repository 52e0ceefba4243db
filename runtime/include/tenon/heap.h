/* SPDX-License-Identifier: MIT
 * A small heap of bounded size.
 *
 * Blocks carry their own and their predecessor's size, so that freeing merges
 * with both neighbours at once; free blocks hang in lists by power of two.
 * Allocation takes the first block that fits from the smallest list that has
 * one. Every header is checked before it is believed: a block freed twice, a
 * pointer that never came from here, or a header written over stops the
 * component (CHECK).
 *
 * The caller owns the memory under a heap; a heap is used by one thread.
 */
#ifndef TENON_HEAP_H
#define TENON_HEAP_H

#include <stddef.h>
#include <stdint.h>

#define TENON_HEAP_LISTS 32

struct tenon_heap {
	uintptr_t first, end; /* the memory; first == end: empty heap */
	size_t used;          /* bytes in blocks handed out, headers included */
	uint32_t nonempty;    /* bit n: list n holds a block */
	struct tenon_heap_block *list[TENON_HEAP_LISTS];
};

/* Makes a heap of `size` bytes at `memory`; both are trimmed to 16 bytes. What stands in the memory does not matter. */
void tenon_heap_init(struct tenon_heap *heap, void *memory, size_t size);
/* Aligned to 16 bytes, not zeroed; NULL when nothing fits. size 0 gives a block of its own. */
void *tenon_heap_allocate(struct tenon_heap *heap, size_t size);
/* NULL does nothing. */
void tenon_heap_free(struct tenon_heap *heap, void *pointer);
/* Walks all blocks and CHECKs every invariant; for tests. */
void tenon_heap_check(const struct tenon_heap *heap);

/* The component's own heap, of `memory: {heap: …}`. */
void *heap_allocate(size_t size);
/* The same, zeroed. NULL too when count * size does not fit. */
void *heap_allocate_zeroed(size_t count, size_t size);
void heap_free(void *block);

#endif
