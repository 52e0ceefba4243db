/* SPDX-License-Identifier: MIT
 * The cache of metadata: a hash table, a list by use, and what the operation that is under way has changed.
 */
#include "blocks.h"

#include "device.h"

#include <stdlib.h>
#include <string.h>

#define BUCKETS    1024u
#define MOST_STEPS 64u /* that the search for a block that nobody needs takes at once */

struct list {
	void *items;
	uint32_t count, room;
};

static struct {
	struct block *bucket[BUCKETS];
	struct block *newest, *oldest;
	struct block *changed;
	struct list freed_now; /* ranges, by the operation */
	struct list freed;     /* ranges, since the last commit */
	struct list revoked;   /* numbers, since the last commit */
	uint64_t count;        /* of the device */
	uint64_t state;        /* how often something was changed */
	uint32_t bytes, limit, held, running, logged;
	/* by number, made for the journal when it begins to walk */
	struct block **order;
	uint32_t ordered, at;
} cache;

static bool list_add(struct list *list, const void *item, size_t bytes)
{
	if (list->count == list->room) {
		const uint32_t room = list->room == 0 ? 64 : 2 * list->room;
		void *items = realloc(list->items, room * bytes);

		if (items == NULL) {
			return false;
		}
		list->items = items;
		list->room = room;
	}
	memcpy((uint8_t *)list->items + list->count++ * bytes, item, bytes);
	return true;
}

static void list_fini(struct list *list)
{
	free(list->items);
	*list = (struct list){NULL, 0, 0};
}

bool blocks_init(uint32_t bytes, uint64_t count, uint32_t clean)
{
	const uint64_t state = cache.state + 1;

	memset(&cache, 0, sizeof cache);
	cache.state = state;
	cache.bytes = bytes;
	cache.count = count;
	cache.limit = clean;
	return true;
}

uint32_t blocks_size(void)
{
	return cache.bytes;
}

static void end(struct block *block)
{
	free(block->before);
	free(block);
}

void blocks_fini(void)
{
	for (struct block *block = cache.newest, *older; block != NULL; block = older) {
		older = block->older;
		end(block);
	}
	list_fini(&cache.freed_now);
	list_fini(&cache.freed);
	list_fini(&cache.revoked);
	free(cache.order);
	memset(&cache, 0, sizeof cache);
}

/* ---- by number, by use ---- */

static struct block **bucket_of(uint64_t number)
{
	return &cache.bucket[(number * UINT64_C(0x9e3779b97f4a7c15) >> 32) % BUCKETS];
}

static struct block *find(uint64_t number)
{
	struct block *block = *bucket_of(number);

	while (block != NULL && block->number != number) {
		block = block->chain;
	}
	return block;
}

static void list_remove(struct block *block)
{
	*(block->newer == NULL ? &cache.newest : &block->newer->older) = block->older;
	*(block->older == NULL ? &cache.oldest : &block->older->newer) = block->newer;
}

static void list_first(struct block *block)
{
	block->newer = NULL;
	block->older = cache.newest;
	*(cache.newest == NULL ? &cache.oldest : &cache.newest->newer) = block;
	cache.newest = block;
}

static void forget(struct block *block)
{
	struct block **link = bucket_of(block->number);

	while (*link != block) {
		link = &(*link)->chain;
	}
	*link = block->chain;
	list_remove(block);
	cache.held--;
	cache.running -= block->is_running;
	cache.logged -= block->is_logged;
	end(block);
}

/* Room for one more, as far as there are blocks that nobody needs. */
static void make_room(void)
{
	struct block *block = cache.oldest, *newer;
	uint32_t steps = 0;

	for (; cache.held > cache.limit && block != NULL; block = newer) {
		newer = block->newer;
		if (!block->is_running && !block->is_logged && !block->is_changed) {
			forget(block);
		} else {
			/* it is needed for long: the search shall not meet it again soon */
			list_remove(block);
			list_first(block);
			if (newer == NULL || ++steps == MOST_STEPS) {
				return;
			}
		}
	}
}

static struct block *get(uint64_t number, bool is_read)
{
	struct block *block = find(number);

	if (number >= cache.count) {
		return NULL;
	}
	if (block != NULL) {
		list_remove(block);
		list_first(block);
		return block;
	}
	make_room();
	block = calloc(1, sizeof *block + cache.bytes);
	if (block == NULL || (is_read && !device_read(number * cache.bytes, block->data, cache.bytes))) {
		free(block);
		return NULL;
	}
	block->number = number;
	block->chain = *bucket_of(number);
	*bucket_of(number) = block;
	list_first(block);
	cache.held++;
	return block;
}

const uint8_t *blocks_read(uint64_t number)
{
	struct block *block = get(number, true);

	return block == NULL ? NULL : block->data;
}

bool blocks_is_checked(uint64_t number, uint32_t by)
{
	const struct block *block = find(number);

	return block != NULL && block->checked == by;
}

void blocks_set_checked(uint64_t number, uint32_t by)
{
	struct block *block = find(number);

	if (block != NULL) {
		block->checked = by;
	}
}

uint64_t blocks_state(void)
{
	return cache.state;
}

/* ---- an operation ---- */

static bool change(struct block *block)
{
	cache.state++;
	block->checked = 0;
	if (block->is_changed) {
		return true;
	}
	block->before = malloc(cache.bytes);
	if (block->before == NULL) {
		return false;
	}
	memcpy(block->before, block->data, cache.bytes);
	block->was_running = block->is_running;
	block->is_changed = true;
	block->next_of_changed = cache.changed;
	cache.changed = block;
	cache.running += !block->is_running;
	block->is_running = true;
	return true;
}

/* Word by word where both lie so: the C library goes byte by byte. */
static bool is_same(const void *a, const void *b, uint32_t bytes)
{
	typedef uint64_t word_t __attribute__((may_alias));
	const word_t *one = a, *other = b;

	if (((uintptr_t)a | (uintptr_t)b) % sizeof *one != 0) {
		return memcmp(a, b, bytes) == 0;
	}
	for (; bytes >= 8 * sizeof *one; bytes -= 8 * (uint32_t)sizeof *one, one += 8, other += 8) {
		if (((one[0] ^ other[0]) | (one[1] ^ other[1]) | (one[2] ^ other[2]) | (one[3] ^ other[3]) |
		     (one[4] ^ other[4]) | (one[5] ^ other[5]) | (one[6] ^ other[6]) | (one[7] ^ other[7])) !=
		    0) {
			return false;
		}
	}
	return memcmp(one, other, bytes) == 0;
}

bool blocks_write(uint64_t number, uint32_t offset, const void *data, uint32_t bytes)
{
	struct block *block = get(number, true);

	if (block == NULL || offset > cache.bytes || bytes > cache.bytes - offset) {
		return false;
	}
	if (is_same(block->data + offset, data, bytes)) {
		return true;
	}
	if (!change(block)) {
		return false;
	}
	memcpy(block->data + offset, data, bytes);
	return true;
}

bool blocks_free(uint64_t first, uint64_t count)
{
	const struct block_range range = {first, count};
	struct block_range *ranges = cache.freed_now.items;
	const uint32_t known = cache.freed_now.count;

	if (known != 0 && ranges[known - 1].first + ranges[known - 1].count == first) {
		ranges[known - 1].count += count;
		return true;
	}
	return list_add(&cache.freed_now, &range, sizeof range);
}

bool blocks_are_changed(void)
{
	return cache.changed != NULL || cache.freed_now.count != 0;
}

/* Nobody's any more. What the log has of it must not be replayed over what somebody else writes there. */
static void drop(struct block *block)
{
	if (block->is_logged && !list_add(&cache.revoked, &block->number, sizeof block->number)) {
		return; /* no memory: it stays, and is written to its place before it is used anew */
	}
	forget(block);
}

static void drop_range(const struct block_range *range)
{
	if (range->count < cache.held) {
		for (uint64_t i = 0; i < range->count; i++) {
			struct block *block = find(range->first + i);

			if (block != NULL) {
				drop(block);
			}
		}
		return;
	}
	for (struct block *block = cache.newest, *older; block != NULL; block = older) {
		older = block->older;
		if (block->number - range->first < range->count) {
			drop(block);
		}
	}
}

static void settle(bool is_kept)
{
	for (struct block *block = cache.changed, *next; block != NULL; block = next) {
		next = block->next_of_changed;
		if (!is_kept) {
			memcpy(block->data, block->before, cache.bytes);
			block->checked = 0;
			cache.state++;
			cache.running -= block->is_running && !block->was_running;
			block->is_running = block->was_running;
		}
		free(block->before);
		block->before = NULL;
		block->is_changed = false;
	}
	cache.changed = NULL;
}

void blocks_keep(void)
{
	const struct block_range *range = cache.freed_now.items;

	settle(true);
	for (uint32_t i = 0; i < cache.freed_now.count; i++) {
		(void)!list_add(&cache.freed, &range[i],
				sizeof *range); /* the bitmap of volume.c keeps it, too */
		drop_range(&range[i]);
	}
	cache.freed_now.count = 0;
}

void blocks_undo(void)
{
	settle(false);
	cache.freed_now.count = 0;
}

/* ---- for the journal ---- */

uint32_t blocks_running(void)
{
	return cache.running;
}

static int by_number(const void *left, const void *right)
{
	const uint64_t a = (*(struct block *const *)left)->number,
		       b = (*(struct block *const *)right)->number;

	return a < b ? -1 : a > b;
}

/* All blocks in order, once for each walk. False: no memory. */
static bool put_in_order(void)
{
	free(cache.order);
	cache.order = malloc((cache.held + 1) * sizeof(struct block *));
	cache.ordered = 0;
	if (cache.order == NULL) {
		return false;
	}
	for (struct block *block = cache.newest; block != NULL; block = block->older) {
		if (block->is_running || block->is_logged) {
			cache.order[cache.ordered++] = block;
		}
	}
	qsort(cache.order, cache.ordered, sizeof(struct block *), by_number);
	return true;
}

static struct block *next(uint64_t number, bool of_running)
{
	if (number == UINT64_MAX) {
		cache.at = 0;
		if (!put_in_order()) {
			return NULL;
		}
	}
	for (; cache.at < cache.ordered; cache.at++) {
		struct block *block = cache.order[cache.at];

		if (of_running ? block->is_running : block->is_logged) {
			cache.at++;
			return block;
		}
	}
	return NULL;
}

struct block *blocks_next_running(uint64_t number)
{
	return next(number, true);
}

struct block *blocks_next_logged(uint64_t number)
{
	return next(number, false);
}

uint32_t blocks_logged(void)
{
	return cache.logged;
}

uint32_t blocks_revoked(const uint64_t **numbers)
{
	*numbers = cache.revoked.items;
	return cache.revoked.count;
}

uint32_t blocks_freed(const struct block_range **ranges)
{
	*ranges = cache.freed.items;
	return cache.freed.count;
}

void blocks_committed(void)
{
	for (struct block *block = cache.newest; block != NULL; block = block->older) {
		cache.logged += block->is_running && !block->is_logged;
		block->is_logged |= block->is_running;
		block->is_running = false;
	}
	cache.running = 0;
	cache.revoked.count = 0;
	cache.freed.count = 0;
}

void blocks_checkpointed(void)
{
	for (struct block *block = cache.newest; block != NULL; block = block->older) {
		block->is_logged = false;
	}
	cache.logged = 0;
}
