/* SPDX-License-Identifier: MIT
 * The heap: blocks stand one after the other without gaps, each with a header;
 * the last is a header without a body that marks the end. Free blocks carry
 * list links in their body.
 *
 * Owner: `struct tenon_heap` owns every block that is free. A header is
 * believed only after header_check(): its mark, its size, and that its
 * neighbours agree.
 */
#include <stdbool.h>
#include <tenon/component.h>
#include <tenon/heap.h>
#include <tenon/string.h>
#include <tenon/tags.h>
#include "runtime.h"

#define GRAIN     16u
#define MARK_FREE 0x66726565u
#define MARK_USED 0x75736564u

struct tenon_heap_block {
	uint32_t mark;
	uint32_t before; /* grains of the block before this one; 0: this is the first */
	uint64_t grains; /* of this block, header included; 0: the end */
	/* body; links only while free */
	struct tenon_heap_block *next, *previous;
};

#define HEADER 16u
_Static_assert(sizeof(struct tenon_heap_block) == HEADER + 2 * sizeof(void *), "links stand in the body");
#define GRAINS_MIN 2u

static struct tenon_heap_block *after(const struct tenon_heap_block *block)
{
	return (struct tenon_heap_block *)((uintptr_t)block + block->grains * GRAIN);
}

static struct tenon_heap_block *before(const struct tenon_heap_block *block)
{
	return (struct tenon_heap_block *)((uintptr_t)block - (uint64_t)block->before * GRAIN);
}

static void header_check(const struct tenon_heap *heap, const struct tenon_heap_block *block, uint32_t mark)
{
	uintptr_t at = (uintptr_t)block;

	CHECK(at >= heap->first && at < heap->end && at % GRAIN == 0);
	CHECK(block->mark == mark);
	CHECK(block->grains >= GRAINS_MIN && block->grains <= (heap->end - at - HEADER) / GRAIN);
	CHECK(after(block)->before == block->grains);
	CHECK(block->before <= (at - heap->first) / GRAIN);
	CHECK(block->before == 0 ? at == heap->first : before(block)->grains == block->before);
}

/* The list of a free block: by the position of its size's highest bit. */
static unsigned list_of(uint64_t grains)
{
	unsigned bit = 63u - (unsigned)__builtin_clzll(grains);

	return bit < TENON_HEAP_LISTS ? bit : TENON_HEAP_LISTS - 1;
}

static void link_free(struct tenon_heap *heap, struct tenon_heap_block *block)
{
	unsigned list = list_of(block->grains);

	block->mark = MARK_FREE;
	block->previous = NULL;
	block->next = heap->list[list];
	if (block->next != NULL) {
		block->next->previous = block;
	}
	heap->list[list] = block;
	heap->nonempty |= 1u << list;
}

static void unlink_free(struct tenon_heap *heap, struct tenon_heap_block *block)
{
	unsigned list = list_of(block->grains);

	header_check(heap, block, MARK_FREE);
	if (block->previous != NULL) {
		CHECK(block->previous->next == block);
		block->previous->next = block->next;
	} else {
		CHECK(heap->list[list] == block);
		heap->list[list] = block->next;
		if (block->next == NULL) {
			heap->nonempty &= ~(1u << list);
		}
	}
	if (block->next != NULL) {
		CHECK(block->next->previous == block);
		block->next->previous = block->previous;
	}
}

void tenon_heap_init(struct tenon_heap *heap, void *memory, size_t size)
{
	uintptr_t first = ((uintptr_t)memory + GRAIN - 1) & ~(uintptr_t)(GRAIN - 1);
	size_t skipped = first - (uintptr_t)memory;
	struct tenon_heap_block *block = (struct tenon_heap_block *)first;

	*heap = (struct tenon_heap){0};
	if (size < skipped || size - skipped < (GRAINS_MIN + 1) * GRAIN) {
		return;
	}
	heap->first = first;
	heap->end = first + ((size - skipped) & ~(size_t)(GRAIN - 1));
	block->before = 0;
	block->grains = (heap->end - first) / GRAIN - 1;
	after(block)->mark = MARK_USED; /* the end never merges */
	after(block)->before = (uint32_t)block->grains;
	after(block)->grains = 0;
	link_free(heap, block);
}

/* First fit, from the smallest list that may hold one; each block of a higher list fits. */
static struct tenon_heap_block *find(const struct tenon_heap *heap, uint64_t grains)
{
	unsigned list = list_of(grains);
	uint32_t higher;

	for (struct tenon_heap_block *block = heap->list[list]; block != NULL; block = block->next) {
		if (block->grains >= grains) {
			return block;
		}
	}
	higher = list + 1 < TENON_HEAP_LISTS ? heap->nonempty & ~((2u << list) - 1) : 0;
	return higher == 0 ? NULL : heap->list[__builtin_ctz(higher)];
}

/* Cuts a block that is in no list to `grains`; the rest becomes a free block. */
static void split(struct tenon_heap *heap, struct tenon_heap_block *block, uint64_t grains)
{
	struct tenon_heap_block *rest;

	if (block->grains - grains < GRAINS_MIN) {
		return;
	}
	rest = (struct tenon_heap_block *)((uintptr_t)block + grains * GRAIN);
	rest->grains = block->grains - grains;
	rest->before = (uint32_t)grains;
	after(rest)->before = (uint32_t)rest->grains;
	block->grains = grains;
	link_free(heap, rest);
}

void *tenon_heap_allocate(struct tenon_heap *heap, size_t size)
{
	struct tenon_heap_block *block;
	uint64_t grains;

	if (size > heap->end - heap->first) {
		return NULL;
	}
	grains = (HEADER + size + GRAIN - 1) / GRAIN;
	grains = grains < GRAINS_MIN ? GRAINS_MIN : grains;
	block = find(heap, grains);
	if (block == NULL) {
		return NULL;
	}
	unlink_free(heap, block);
	split(heap, block, grains);
	block->mark = MARK_USED;
	heap->used += block->grains * GRAIN;
	return (uint8_t *)block + HEADER;
}

void tenon_heap_free(struct tenon_heap *heap, void *pointer)
{
	struct tenon_heap_block *block, *next;

	if (pointer == NULL) {
		return;
	}
	block = (struct tenon_heap_block *)((uintptr_t)pointer - HEADER);
	header_check(heap, block, MARK_USED);
	heap->used -= block->grains * GRAIN;
	next = after(block);
	if (next->mark == MARK_FREE) {
		unlink_free(heap, next);
		block->grains += next->grains;
	}
	if (block->before != 0 && before(block)->mark == MARK_FREE) {
		struct tenon_heap_block *merged = before(block);

		unlink_free(heap, merged);
		block->mark = 0; /* no longer a block: freeing it again is caught */
		merged->grains += block->grains;
		block = merged;
	}
	after(block)->before = (uint32_t)block->grains;
	link_free(heap, block);
}

void tenon_heap_check(const struct tenon_heap *heap)
{
	const struct tenon_heap_block *block = (const struct tenon_heap_block *)heap->first;
	size_t used = 0;
	bool free_before = false;

	if (heap->first == heap->end) {
		return;
	}
	for (; block->grains != 0; block = after(block)) {
		bool is_free = block->mark == MARK_FREE;

		header_check(heap, block, is_free ? MARK_FREE : MARK_USED);
		CHECK(!(is_free && free_before)); /* neighbours are merged */
		CHECK(!is_free || (heap->nonempty & 1u << list_of(block->grains)) != 0);
		used += is_free ? 0 : block->grains * GRAIN;
		free_before = is_free;
	}
	CHECK((uintptr_t)block + HEADER == heap->end);
	CHECK(used == heap->used);
}

/* ---- The component's own heap ---------------------------------------------------------------- */

static struct tenon_heap own;

/*
 * With memory tags a block that is handed out has a tag of its own, never 0; headers and what is free have tag 0, as all
 * addresses have that the code above knows. So an access through a pointer to a freed block, or past a block's end,
 * faults at once.
 */
static size_t body_bytes(const void *body)
{
	return (((const struct tenon_heap_block *)((uintptr_t)body - HEADER))->grains - 1) * GRAIN;
}

static void *tagged(void *body)
{
	if (body == NULL || !tenon_component.heap_tagged) {
		return body;
	}
	body = tags_draw(body);
	tags_set(body, body_bytes(tags_strip(body)));
	return body;
}

void runtime_heap_init(void)
{
	if (tenon_component.heap_size == 0) {
		return;
	}
	/* After a restart the tags are still those of the former life. */
	if (tenon_component.heap_tagged) {
		tags_set((void *)TENON_AREA_HEAP, tenon_component.heap_size);
	}
	tenon_heap_init(&own, (void *)TENON_AREA_HEAP, tenon_component.heap_size);
}

void *heap_allocate(size_t size)
{
	return tagged(tenon_heap_allocate(&own, size));
}

void *heap_allocate_zeroed(size_t count, size_t size)
{
	void *block;

	if (size != 0 && count > SIZE_MAX / size) {
		return NULL;
	}
	block = heap_allocate(count * size);
	if (block != NULL) {
		memset(block, 0, count * size);
	}
	return block;
}

void heap_free(void *block)
{
	if (block != NULL && tenon_component.heap_tagged) {
		(void)*(volatile uint8_t *)block; /* faults if it was freed before */
		block = tags_strip(block);
		tags_set(block, body_bytes(block));
	}
	tenon_heap_free(&own, block);
}
