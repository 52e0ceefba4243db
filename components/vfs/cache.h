/* SPDX-License-Identifier: MIT
 * The page cache: the pool of each connection with a volume, in pages, and the requests that move them.
 *
 * A page that is not there takes the next frame that the hand of a clock comes to: one that is not under way, holds nothing that must
 * be written, and was not used since the hand was there last. As the hand moves on frame by frame, neighbours in a file
 * become neighbours in memory, and travel in one request.
 */
#ifndef VFS_CACHE_H
#define VFS_CACHE_H

#include "node.h"

#define PAGE_SIZE        4096u
#define PAGES_PER_VOLUME (VOLUMES_DATA_SIZE / PAGE_SIZE * VOLUMES_DATA_COUNT)

enum page_flag {
	PAGE_VALID = 1,
	PAGE_DIRTY = 2,
	PAGE_READING = 4,
	PAGE_WRITING = 8,
	PAGE_USED = 16,
	PAGE_FAILED = 32,
	PAGE_PINNED = 64 /* while others are looked for that go with it */
};

struct page {
	struct node *node;                  /* NULL: of no file (any more) */
	uint32_t index;                     /* of the page in the file */
	uint32_t hash_next, next, previous; /* pages of the same hash, and of the same node */
	uint16_t waiting;                   /* the first call that waits for it */
	uint8_t flags, pending;             /* requests under way */
	uint32_t epoch; /* of its file system, in which it was committed; 0: it has been for long */
};

void cache_start(void);
struct page *page_find(const struct node *node, uint64_t index);
/* A page without content, or NULL: wait_for_volume(), or write something back. */
struct page *page_take(struct node *node, uint64_t index);
uint8_t *page_memory(const struct page *page);
/* Is `next` right behind the page in memory? Both are of one volume. */
static inline bool page_precedes(const struct page *page, const struct page *next)
{
	return next == page + 1;
}
/* The next page of the file if it stands right behind this one in memory, or NULL. There is one more than all pages, of no file. */
static inline struct page *page_behind(struct page *page)
{
	struct page *next = page + 1;

	return next->node == page->node && next->index == page->index + 1 ? next : NULL;
}
/* The page is of no file any more; it is clean, and not under way. */
void page_release(struct page *page);
void page_make_dirty(struct page *page);
/* Forgets pages from `index` on; nothing of the node is under way. */
void pages_forget(struct node *node, uint64_t index);
/* What was written in these bytes was committed: it may be lost with its file system before that has synced. */
void pages_committed(struct node *node, const struct filesystem_range *range);
/* What its file system may have lost is to be written again. */
void pages_write_again(struct node *node);
/* Has it any that its file system may lose? */
bool pages_are_unsafe(const struct node *node);
/* Nothing of it is to be written any more. */
void pages_give_up(struct node *node);
/* Takes all pages from the node, of which nothing is under way. */
void pages_detach(struct node *node);

/* Begins to read pages, as many of `count` as can be now. FILES_OK: the first one is there, or will be; FILES_WOULD_WAIT:
 * wait_for_volume(). */
enum files_status cache_fetch(struct node *node, uint64_t index, uint64_t count);
/* Begins to write what is dirty of the node, as much as can be now. */
void cache_write_back(struct node *node);
/* So much is dirty that who makes more must wait. */
bool cache_is_pressed(uint32_t volume);
/* Asks to be called again, by call_go_on(), once something of the volume has ended. */
uint16_t *cache_waiting(uint32_t volume);
/* The connection's volume, in bytes, and what all places on it are multiples of; 0: it is not there. */
uint64_t volume_size(uint32_t volume);
uint32_t volume_unit(uint32_t volume);
/* It has not said yet what it is, and will: wait_for_volume(). */
bool volume_is_awaited(uint32_t volume);

#endif
