/* SPDX-License-Identifier: MIT
 * See cache.h. A page of which file system blocks lie in several places moves in several requests, and is there when the last
 * of them has ended.
 */
#include "cache.h"
#include "call.h"
#include "desk.h"
#include "reopen.h"
#include "transfer.h"

#include <tenon/string.h>

#define PAGES   (VOLUMES_COUNT * PAGES_PER_VOLUME)
#define BUCKETS 4096u
#define PIECES  (PAGE_SIZE / 512) /* that a page may be in */

static struct page pages[PAGES + 1]; /* the last one is of no file: see page_behind() */
static uint32_t buckets[BUCKETS];
static uint8_t *memory[VOLUMES_COUNT > 0 ? VOLUMES_COUNT : 1];
static uint32_t hands[VOLUMES_COUNT > 0 ? VOLUMES_COUNT : 1], dirty[VOLUMES_COUNT > 0 ? VOLUMES_COUNT : 1];
static uint16_t waiting[VOLUMES_COUNT > 0 ? VOLUMES_COUNT : 1];

static uint32_t number_of(const struct page *page)
{
	return (uint32_t)(page - pages);
}

static uint32_t volume_of(const struct page *page)
{
	return number_of(page) / PAGES_PER_VOLUME;
}

static uint32_t *bucket_of(const struct node *node, uint32_t index)
{
	return &buckets[((uintptr_t)node / sizeof *node * 61 + index) % BUCKETS];
}

void cache_start(void)
{
	for (uint32_t volume = 0; volume < VOLUMES_COUNT; volume++) {
		const struct tenon_buffer first = {.index = 0, .length = VOLUMES_DATA_SIZE};

		memory[volume] = volumes_data_write(volume, &first);
		waiting[volume] = NO_CALL;
		for (uint32_t i = 0; i < PAGES_PER_VOLUME; i++) {
			pages[volume * PAGES_PER_VOLUME + i].waiting = NO_CALL;
		}
	}
	for (uint32_t i = 0; i < BUCKETS; i++) {
		buckets[i] = NO_PAGE;
	}
}

uint8_t *page_memory(const struct page *page)
{
	return memory[volume_of(page)] + (size_t)(number_of(page) % PAGES_PER_VOLUME) * PAGE_SIZE;
}

uint16_t *cache_waiting(uint32_t volume)
{
	return &waiting[volume];
}

/* Frames of this connection: its pool may be smaller than another's. */
static uint32_t frames_of(uint32_t volume)
{
	return VOLUMES_DATA_SIZE / PAGE_SIZE * volumes_data_count(volume);
}

bool cache_is_pressed(uint32_t volume)
{
	return dirty[volume] > frames_of(volume) / 2;
}

/* ---- pages ------------------------------------------------------------------------------------ */

struct page *page_find(const struct node *node, uint64_t index)
{
	uint32_t number = *bucket_of(node, (uint32_t)index);

	while (number != NO_PAGE && (pages[number].node != node || pages[number].index != index)) {
		number = pages[number].hash_next;
	}
	return number == NO_PAGE ? NULL : &pages[number];
}

/* A page stands in one of two lists of its node. */
static uint32_t *list_of(const struct page *page)
{
	return (page->flags & PAGE_DIRTY) != 0 ? &page->node->first_dirty : &page->node->first_page;
}

static void leave_list(struct page *page)
{
	*(page->previous != NO_PAGE ? &pages[page->previous].next : list_of(page)) = page->next;
	if (page->next != NO_PAGE) {
		pages[page->next].previous = page->previous;
	}
}

static void enter_list(struct page *page)
{
	uint32_t *first = list_of(page);

	page->previous = NO_PAGE;
	page->next = *first;
	if (page->next != NO_PAGE) {
		pages[page->next].previous = number_of(page);
	}
	*first = number_of(page);
}

static void clean(struct page *page)
{
	if ((page->flags & PAGE_DIRTY) != 0) {
		leave_list(page);
		page->flags &= (uint8_t)~PAGE_DIRTY;
		enter_list(page);
		page->node->dirty--;
		dirty[volume_of(page)]--;
	}
}

void page_release(struct page *page)
{
	struct node *node = page->node;
	uint32_t *at = bucket_of(node, page->index);

	clean(page);
	while (*at != number_of(page)) {
		at = &pages[*at].hash_next;
	}
	*at = page->hash_next;
	leave_list(page);
	page->node = NULL;
}

static void attach(struct page *page, struct node *node, uint32_t index)
{
	uint32_t *bucket = bucket_of(node, index);

	page->node = node;
	page->index = index;
	page->flags = 0;
	page->epoch = 0;
	page->hash_next = *bucket;
	*bucket = number_of(page);
	enter_list(page);
}

/* May its content go? Only once its file system cannot lose it any more, for which it is asked to sync. */
static bool is_safe(const struct page *page)
{
	const struct node *node = page->node;

	if (node->is_lost || node->is_gone) {
		return true;
	}
	if (node->ranges_count > 0) {
		return false; /* it is committed when all that is being written is */
	}
	if (page->epoch == node_system(node)->epoch) {
		desk_want_sync(node->place.file_system);
		return false;
	}
	return true;
}

bool pages_are_unsafe(const struct node *node)
{
	uint32_t number = node->first_page;

	while (number != NO_PAGE && pages[number].epoch != node_system(node)->epoch) {
		number = pages[number].next;
	}
	return number != NO_PAGE;
}

struct page *page_take(struct node *node, uint64_t index)
{
	const uint32_t volume = node_system(node)->volume;
	const uint32_t frames = frames_of(volume);
	uint32_t *hand = &hands[volume];

	for (uint32_t i = 0; i < 2 * frames; i++) {
		struct page *page = &pages[volume * PAGES_PER_VOLUME + *hand];

		*hand = *hand + 1 < frames ? *hand + 1 : 0;
		if ((page->flags & (PAGE_READING | PAGE_WRITING | PAGE_DIRTY | PAGE_PINNED)) != 0 ||
		    page->waiting != NO_CALL) {
			continue;
		}
		if (page->node != NULL && (page->flags & PAGE_USED) != 0) {
			page->flags &= (uint8_t)~PAGE_USED;
			continue;
		}
		if (page->node != NULL) {
			if (!is_safe(page)) {
				continue;
			}
			page_release(page);
		}
		attach(page, node, (uint32_t)index);
		return page;
	}
	return NULL;
}

void page_make_dirty(struct page *page)
{
	struct node *node = page->node;

	if ((page->flags & PAGE_DIRTY) == 0) {
		leave_list(page);
		page->flags |= PAGE_DIRTY;
		enter_list(page);
		if (node->dirty++ == 0) {
			node->dirty_since_ns = clock_ns();
		}
		dirty[volume_of(page)]++;
	}
}

static void forget(uint32_t first, uint64_t index)
{
	uint32_t next;

	for (uint32_t number = first; number != NO_PAGE; number = next) {
		next = pages[number].next;
		if (pages[number].index >= index) {
			page_release(&pages[number]);
		}
	}
}

void pages_forget(struct node *node, uint64_t index)
{
	forget(node->first_dirty, index);
	forget(node->first_page, index);
}

void pages_committed(struct node *node, const struct filesystem_range *range)
{
	const uint64_t end = range->offset + range->length;

	for (uint64_t index = range->offset / PAGE_SIZE; index * PAGE_SIZE < end; index++) {
		struct page *page = page_find(node, index);

		if (page != NULL) {
			page->epoch = node_system(node)->epoch;
		}
	}
}

void pages_write_again(struct node *node)
{
	uint32_t next;

	for (uint32_t i = 0; i < node->ranges_count; i++) {
		pages_committed(node, &node->ranges[i]);
	}
	node->ranges_count = 0;
	for (uint32_t number = node->first_page; number != NO_PAGE; number = next) {
		struct page *page = &pages[number];

		next = page->next;
		if ((page->flags & PAGE_WRITING) != 0 ||
		    ((page->flags & PAGE_VALID) != 0 && page->epoch == node_system(node)->epoch)) {
			page_make_dirty(page);
		}
	}
}

void pages_give_up(struct node *node)
{
	while (node->first_dirty != NO_PAGE) {
		clean(&pages[node->first_dirty]);
	}
}

void pages_detach(struct node *node)
{
	pages_forget(node, 0);
}

/* ---- reading ---------------------------------------------------------------------------------- */

static void begin(struct page *first, uint32_t count, uint64_t position, uint32_t offset, uint32_t bytes,
		  bool is_write)
{
	const struct transfer transfer = {.is_write = is_write,
					  .page = number_of(first),
					  .pages = count,
					  .position = position,
					  .offset = offset,
					  .bytes = bytes};

	first->node->writes += is_write;
	for (uint32_t i = 0; i < count; i++) {
		struct page *page = first + i;

		if (page->pending++ == 0) {
			page->flags |= is_write ? PAGE_WRITING : PAGE_READING;
			*(is_write ? &page->node->writing : &page->node->reading) += 1;
		}
	}
	transfer_begin(volume_of(first), &transfer);
}

/* Does a page lie in one extent, so that it moves in one piece? */
static bool is_whole(const struct filesystem_extent *extent, uint64_t position)
{
	return extent->length - (position - extent->offset) >= PAGE_SIZE;
}

/* Where the bytes of a page lie: all of it before any moves, for whoever asks may have to do so again. */
static enum files_status find_pieces(const struct page *page, struct filesystem_extent pieces[PIECES],
				     uint32_t *count)
{
	const uint64_t first = (uint64_t)page->index * PAGE_SIZE;
	uint64_t at = first;
	enum files_status status = FILES_OK;

	for (*count = 0; at < first + PAGE_SIZE && status == FILES_OK; (*count)++) {
		struct filesystem_extent *piece = &pieces[*count];

		status = extent_at(page->node, at, piece);
		if (status == FILES_OK && *count + 1 == PIECES &&
		    piece->length - (at - piece->offset) < first + PAGE_SIZE - at) {
			return FILES_DAMAGED; /* less than a sector each */
		}
		at = status == FILES_OK ? piece->offset + piece->length : at;
	}
	return status;
}

/* A page that lies in several places. */
static enum files_status move_pieces(struct page *page, bool is_write)
{
	const uint64_t first = (uint64_t)page->index * PAGE_SIZE;
	struct filesystem_extent pieces[PIECES];
	uint32_t count;
	const enum files_status status = find_pieces(page, pieces, &count);
	uint32_t at = 0;

	for (uint32_t i = 0; i < count && status == FILES_OK; i++) {
		const struct filesystem_extent *piece = &pieces[i];
		const uint64_t inside = first + at - piece->offset;
		const uint32_t bytes = (uint32_t)least(PAGE_SIZE - at, piece->length - inside);

		if (piece->place != FILESYSTEM_PLACE_HOLE &&
		    (is_write || piece->place == FILESYSTEM_PLACE_DATA)) {
			begin(page, 1, piece->position + inside, at, bytes, is_write);
		} else if (!is_write) {
			memset(page_memory(page) + at, 0, bytes);
		}
		at += bytes;
	}
	return status;
}

static void is_there(struct page *page)
{
	page->flags |= PAGE_VALID | PAGE_USED;
}

static enum files_status fetch_pieces(struct page *page)
{
	const enum files_status status = move_pieces(page, false);

	if (status != FILES_OK) {
		page_release(page);
	} else if (page->pending == 0) {
		is_there(page);
	}
	return status;
}

/* Pages that follow each other in the file, on the volume and in memory; returns how many it is for, 0: no frame. */
static uint64_t fetch_run(struct node *node, uint64_t index, uint64_t count,
			  const struct filesystem_extent *extent)
{
	const uint64_t from = index * PAGE_SIZE - extent->offset;
	struct page *first = page_take(node, index), *last = first;
	uint64_t n = 1;

	count = least(least(count, (extent->length - from) / PAGE_SIZE),
		      transfer_most(node_system(node)->volume) / PAGE_SIZE);
	if (first == NULL) {
		return 0;
	}
	first->flags |= PAGE_PINNED;
	while (n < count && page_find(node, index + n) == NULL) {
		struct page *page = page_take(node, index + n);

		if (page == NULL) {
			break;
		}
		if (!page_precedes(last, page)) {
			page_release(page);
			break;
		}
		page->flags |= PAGE_PINNED;
		last = page;
		n++;
	}
	for (uint64_t i = 0; i < n; i++) {
		first[i].flags &= (uint8_t)~PAGE_PINNED;
	}
	begin(first, (uint32_t)n, extent->position + from, 0, (uint32_t)n * PAGE_SIZE, false);
	return n;
}

enum files_status cache_fetch(struct node *node, uint64_t index, uint64_t count)
{
	const uint32_t volume = node_system(node)->volume;
	const uint64_t end = index + count;
	enum files_status status = FILES_OK;

	if (transfer_most(volume) == 0) {
		return volume_is_awaited(volume) ? FILES_WOULD_WAIT : FILES_IO;
	}
	for (uint64_t at = index, n; at < end && status == FILES_OK; at += n) {
		struct filesystem_extent extent;
		struct page *page;

		n = 1;
		if (page_find(node, at) != NULL) {
			continue;
		}
		status = transfers_are_free(volume, PIECES) ? extent_at(node, at * PAGE_SIZE, &extent)
							    : FILES_WOULD_WAIT;
		if (status != FILES_OK) {
			break;
		}
		if (is_whole(&extent, at * PAGE_SIZE) && extent.place == FILESYSTEM_PLACE_DATA) {
			n = fetch_run(node, at, end - at, &extent);
			status = n == 0 ? FILES_WOULD_WAIT : FILES_OK;
		} else {
			page = page_take(node, at);
			status = page == NULL ? FILES_WOULD_WAIT : fetch_pieces(page);
		}
	}
	return page_find(node, index) != NULL ? FILES_OK : status;
}

/* ---- writing ---------------------------------------------------------------------------------- */

static struct page *dirty_page(const struct node *node, uint64_t index)
{
	struct page *page = page_find(node, index);

	return page != NULL && (page->flags & (PAGE_DIRTY | PAGE_WRITING)) == PAGE_DIRTY ? page : NULL;
}

static void write_run(struct page *page, const struct filesystem_extent *extent)
{
	struct node *node = page->node;
	struct page *last, *other;
	uint64_t n = 1, from, most = transfer_most(volume_of(page)) / PAGE_SIZE;

	while (page->index > 0 && (uint64_t)(page->index - 1) * PAGE_SIZE >= extent->offset && n < most &&
	       (other = dirty_page(node, page->index - 1)) != NULL && page_precedes(other, page)) {
		page = other;
		n++;
	}
	last = page + (n - 1);
	from = (uint64_t)page->index * PAGE_SIZE - extent->offset;
	most = least(most, (extent->length - from) / PAGE_SIZE);
	while (n < most && (other = dirty_page(node, (uint64_t)page->index + n)) != NULL &&
	       page_precedes(last, other)) {
		last = other;
		n++;
	}
	for (uint64_t i = 0; i < n; i++) {
		clean(page + i);
	}
	begin(page, (uint32_t)n, extent->position + from, 0, (uint32_t)n * PAGE_SIZE, true);
}

static enum files_status write_page(struct page *page)
{
	struct filesystem_extent extent;
	const uint64_t first = (uint64_t)page->index * PAGE_SIZE;
	struct node *node = page->node;
	enum files_status status = FILES_OK;

	if (node->is_anew && first < node->size) { /* its place may be lost */
		status = extents_allocate(node, first, least(PAGE_SIZE, node->size - first));
	}
	if (status == FILES_OK) {
		status = extent_at(node, first, &extent);
	}
	if (status != FILES_OK) {
		return status;
	}
	if (is_whole(&extent, first) && extent.place != FILESYSTEM_PLACE_HOLE) {
		write_run(page, &extent);
		return FILES_OK;
	}
	if (extent.place == FILESYSTEM_PLACE_HOLE && is_whole(&extent, first)) {
		return FILES_DAMAGED;
	}
	status = move_pieces(page, true);
	if (status == FILES_OK) {
		clean(page);
	}
	return status;
}

void cache_write_back(struct node *node)
{
	const uint32_t volume = node_system(node)->volume;
	uint32_t next;

	if (volume == NOWHERE || node->is_committing) {
		return;
	}
	for (uint32_t number = node->first_dirty; number != NO_PAGE; number = next) {
		struct page *page = &pages[number];
		enum files_status status;

		next = page->next;
		if ((page->flags & PAGE_WRITING) != 0) {
			continue;
		}
		if (!transfers_are_free(volume, PIECES) ||
		    node->ranges_count + node->writes + PIECES > RANGES_MAX) {
			return;
		}
		status = transfer_most(volume) == 0 ? FILES_IO : write_page(page);
		if (status == FILES_WOULD_WAIT) {
			return; /* the node goes on when its file system has answered */
		}
		if (status != FILES_OK) {
			node->error = status;
			clean(page);
		}
		next = node->first_dirty; /* its neighbours have left the list with it */
	}
}

/* ---- what has ended --------------------------------------------------------------------------- */

/*
 * Where what a page from `first` on was read from the medium ends: a file that was written behind its end keeps its old one there until that
 * is committed, and what lies between is not cleared before. Pages that were written, too, have all of their content there.
 */
static uint64_t end_on_medium(const struct node *node, uint64_t first)
{
	uint64_t end = node->stored_size;

	for (uint32_t i = 0; i < node->ranges_count; i++) {
		const struct filesystem_range *range = &node->ranges[i];

		if (range->offset < first + PAGE_SIZE && first < range->offset + range->length) {
			end = node->size;
		}
	}
	return end < node->size ? end : node->size;
}

static void page_ended(struct page *page, bool is_write)
{
	struct node *node = page->node;
	const bool has_failed = (page->flags & PAGE_FAILED) != 0;

	page->flags &= (uint8_t)~(PAGE_READING | PAGE_WRITING | PAGE_FAILED);
	*(is_write ? &node->writing : &node->reading) -= 1;
	if (!is_write && has_failed) {
		page_release(page);
		calls_fail(&page->waiting, FILES_IO);
	} else if (!is_write) {
		const uint64_t first = (uint64_t)page->index * PAGE_SIZE, end = end_on_medium(node, first);

		if (end < first + PAGE_SIZE) { /* what stands behind the end is nobody's */
			const uint64_t inside = end > first ? end - first : 0;

			memset(page_memory(page) + inside, 0, PAGE_SIZE - inside);
		}
		is_there(page);
	} else if (has_failed) {
		node->error = FILES_IO;
	}
	calls_go_on(&page->waiting);
}

void transfer_ended(uint32_t volume, const struct transfer *transfer, bool is_good)
{
	struct page *first = &pages[transfer->page];
	struct node *node = first->node;

	(void)volume;
	node->users++;
	node->writes -= transfer->is_write;
	if (!is_good && transfer->is_write) {
		log_error("a write of %u bytes at %llu failed", transfer->bytes,
			  (unsigned long long)transfer->position);
	}
	if (transfer->is_write && is_good && !transfer->is_void) {
		node_written(node, (uint64_t)first->index * PAGE_SIZE + transfer->offset, transfer->bytes);
	}
	for (uint32_t i = 0; i < transfer->pages; i++) {
		first[i].flags |= is_good ? 0 : PAGE_FAILED;
		if (--first[i].pending == 0) {
			page_ended(&first[i], transfer->is_write);
			if (transfer->is_void && transfer->is_write && !node->is_lost) {
				page_make_dirty(&first[i]); /* that place may be another's */
			}
		}
	}
	node_leave(node);
}

void transfers_go_on(uint32_t volume)
{
	systems_go_on(volume);
	nodes_go_on();
	calls_go_on(&waiting[volume]);
	calls_run();
}
