/* SPDX-License-Identifier: MIT
 * What calls do that move data: read and write. Each goes as far as it can, waits, and goes on where it was.
 *
 * A file system without extents has its data itself, and is read and written through the buffer of its desk.
 */
#include "ask.h"
#include "cache.h"
#include "call.h"
#include "quota.h"

#include <tenon/string.h>

#define WINDOW_MIN 4u   /* pages that are read ahead first */
#define WINDOW_MAX 128u /* and at most */

#define GRAIN_NS 4000000u /* of the time of a write */

#define PIECE_MOST FILE_SYSTEMS_PAPER_SIZE /* of data that a file system has itself, at once */

/* ---- reading ---------------------------------------------------------------------------------- */

static enum files_status read_through(struct call *call)
{
	const struct place place = call->node->place;
	enum files_status status = FILES_OK;
	uint32_t count = 1;

	while (status == FILES_OK && count > 0 && call->done < call->loan.bytes) {
		status =
		    status_of(ask_read(place, call->offset + call->done,
				       (uint32_t)least(PIECE_MOST, call->loan.bytes - call->done), &count));
		if (status == FILES_OK && count > 0 &&
		    tenon_loan_put(call->loan, call->done, desk_paper(place.file_system), count) !=
			TENON_OK) {
			return FILES_MALFORMED;
		}
		call->done += status == FILES_OK ? count : 0;
	}
	return status;
}

/* How many pages are to be fetched where `wanted` are asked for: more of them in a file that is read from one end to the other. */
static uint64_t with_ahead(struct call *call, uint64_t index, uint64_t wanted)
{
	const uint64_t pages = (call->node->size + PAGE_SIZE - 1) / PAGE_SIZE;
	uint64_t ahead = 0;

	if (call->file != NULL && call->offset == call->file->next && call->offset != 0) {
		call->file->window = call->file->window < WINDOW_MIN ? WINDOW_MIN : call->file->window;
		ahead = call->file->window;
		call->file->window = (uint32_t)least(WINDOW_MAX, 2 * (uint64_t)call->file->window);
	} else if (call->file != NULL) {
		call->file->window = 0;
	}
	return least(wanted + ahead, pages - index);
}

/* Copies what lies in one piece from `page` on. False: the loan has ended. */
static bool copy_out(struct call *call, struct page *page, uint64_t end)
{
	const uint64_t from = (call->offset + call->done) % PAGE_SIZE;
	const uint64_t most = end - call->done;
	const uint8_t *start = page_memory(page) + from;
	uint64_t bytes = PAGE_SIZE - from;
	struct page *next;

	page->flags |= PAGE_USED;
	while (bytes < most && (next = page_behind(page)) != NULL && (next->flags & PAGE_VALID) != 0) {
		page = next;
		page->flags |= PAGE_USED;
		bytes += PAGE_SIZE;
	}
	bytes = least(bytes, most);
	if (tenon_loan_put(call->loan, call->done, start, bytes) != TENON_OK) {
		return false;
	}
	call->done += bytes;
	return true;
}

bool read_at_once(struct file *file, uint64_t offset, struct tenon_loan loan, enum files_status *status,
		  uint32_t *count)
{
	const struct node *node = file->node;
	const uint64_t from = offset % PAGE_SIZE;
	struct page *page;
	uint64_t bytes;

	if (!node_has_extents(node) || node->is_resizing || node->is_lost || offset >= node->size) {
		return false;
	}
	bytes = least(loan.bytes, node->size - offset);
	if (bytes > PAGE_SIZE - from) {
		return false;
	}
	page = page_find(node, offset / PAGE_SIZE);
	if (page == NULL || (page->flags & PAGE_VALID) == 0) {
		return false;
	}
	page->flags |= PAGE_USED;
	*count = 0;
	*status = FILES_MALFORMED;
	if (tenon_loan_put(loan, 0, page_memory(page) + from, bytes) == TENON_OK) {
		*count = (uint32_t)bytes;
		*status = FILES_OK;
	}
	file->next = offset + *count;
	return true;
}

static void end_read(struct call *call, enum files_status status)
{
	if (call->file != NULL) {
		call->file->next = call->offset + call->done;
	}
	call_finish(call, status);
}

void call_read(struct call *call)
{
	struct node *node = call->node;
	uint64_t end;

	if (!node_has_extents(node)) {
		const enum files_status status = read_through(call);

		if (status != FILES_WOULD_WAIT) {
			call_finish(call, status);
		}
		return;
	}
	if (node->is_resizing) {
		call_wait(call, &node->waiting);
		return;
	}
	end = call->offset >= node->size ? 0 : least(call->loan.bytes, node->size - call->offset);
	while (call->done < end) {
		const uint64_t index = (call->offset + call->done) / PAGE_SIZE;
		struct page *page = page_find(node, index);
		enum files_status status;

		if (page == NULL) {
			const uint64_t last = (call->offset + end - 1) / PAGE_SIZE;

			status = cache_fetch(node, index, with_ahead(call, index, last - index + 1));
			if (status == FILES_WOULD_WAIT) {
				call_wait(call, cache_waiting(node_system(node)->volume));
				return;
			}
			if (status != FILES_OK) {
				end_read(call, status);
				return;
			}
		} else if ((page->flags & PAGE_VALID) == 0) {
			call_wait(call, &page->waiting);
			return;
		} else if (!copy_out(call, page, end)) {
			end_read(call, FILES_MALFORMED);
			return;
		}
	}
	end_read(call, FILES_OK);
}

/* ---- writing ---------------------------------------------------------------------------------- */

/* A file that is written often has its time changed, which its file system writes to its journal, once in a while. */
static void touch(struct node *node)
{
	struct filesystem_time now = time_now();

	now.nanoseconds -= now.nanoseconds % GRAIN_NS;
	if (now.seconds != node->modified.seconds || now.nanoseconds != node->modified.nanoseconds) {
		node->modified = now;
		node->has_new_times = true;
	}
}

/* Nobody else writes through meanwhile: they would not know where the file ends. */
static enum files_status write_through(struct call *call)
{
	struct node *node = call->node;
	const struct filesystem_time now = time_now();
	enum files_status status = call->failed;

	node->is_resizing = true;
	call->is_resizing = true;
	while (status == FILES_OK && call->done < call->loan.bytes) {
		const uint32_t count = (uint32_t)least(PIECE_MOST, call->loan.bytes - call->done);

		status = node->is_lost ? FILES_IO
				       : status_of(ask_write(node->place, call->offset + call->done, &now,
							     &call->loan, call->done, count));
		call->done += status == FILES_OK ? count : 0;
	}
	if (status == FILES_WOULD_WAIT) {
		return status;
	}
	call->failed = status;
	if (status != FILES_OK && call->offset + call->done > node->size) {
		const enum filesystem_status cut =
		    ask_write_attributes(node->place, FILESYSTEM_WANTED_SIZE, 0, node->size, &now, &now);

		return cut == FILESYSTEM_LATER ? FILES_WOULD_WAIT : status;
	}
	if (call->offset + call->done > node->size) {
		node->size = call->offset + call->done;
		node->stored_size = node->size;
		quota_follow(node);
	}
	return status;
}

/* Must what stands in the page be read before a part of it is written? */
static enum files_status has_content(struct node *node, uint64_t index, bool *has)
{
	uint64_t at = index * PAGE_SIZE;
	const uint64_t end = least(at + PAGE_SIZE, node->size);
	struct filesystem_extent extent;
	enum files_status status = FILES_OK;

	*has = false;
	while (at < end && !*has && status == FILES_OK) {
		status = extent_at(node, at, &extent);
		*has = status == FILES_OK && extent.place == FILESYSTEM_PLACE_DATA;
		at = extent.offset + extent.length;
	}
	return status;
}

/* A page of which bytes `from` to `to` will be written, ready for that; FILES_WOULD_WAIT: the call waits. */
static enum files_status page_for(struct call *call, uint64_t index, uint64_t from, uint64_t to,
				  struct page **found)
{
	struct node *node = call->node;
	uint16_t *volume = cache_waiting(node_system(node)->volume);
	struct page *page = page_find(node, index);
	bool has = false;
	enum files_status status = FILES_OK;

	if (page == NULL && (from > 0 || to < PAGE_SIZE)) {
		status = has_content(node, index, &has);
	}
	if (status == FILES_OK && has) {
		status = cache_fetch(node, index, 1);
		page = page_find(node, index);
	} else if (status == FILES_OK && page == NULL) {
		page = page_take(node, index);
		status = page == NULL ? FILES_WOULD_WAIT : FILES_OK;
		if (page != NULL) {
			memset(page_memory(page), 0, from);
			memset(page_memory(page) + to, 0, PAGE_SIZE - to);
			page->flags |= PAGE_VALID;
		}
	}
	if (status == FILES_OK && (page->flags & PAGE_VALID) == 0) {
		call_wait(call, &page->waiting);
		return FILES_WOULD_WAIT;
	}
	if (status == FILES_WOULD_WAIT) {
		call_wait(call, volume);
	}
	*found = page;
	return status;
}

/* What these pages should have become did not come: nobody may see what stands there. */
static void release_clean(struct page *first, const struct page *last)
{
	for (struct page *page = first; page <= last; page++) {
		if ((page->flags & (PAGE_DIRTY | PAGE_WRITING)) == 0) {
			page_release(page);
		}
	}
}

/* One page, and those behind it in memory. */
static enum files_status copy_in(struct call *call)
{
	struct node *node = call->node;
	const uint64_t from = (call->offset + call->done) % PAGE_SIZE, left = call->loan.bytes - call->done;
	uint64_t index = (call->offset + call->done) / PAGE_SIZE, bytes = least(PAGE_SIZE - from, left);
	struct page *first, *last, *next = NULL;
	enum files_status status = page_for(call, index, from, from + bytes, &first);

	if (status != FILES_OK) {
		return status;
	}
	first->flags |= PAGE_PINNED;
	for (last = first; left - bytes >= PAGE_SIZE; last = next) {
		next = page_behind(last);
		index++;
		if (next == NULL && page_find(node, index) == NULL) {
			next = page_take(node, index);
		}
		if (next == NULL || (next->flags & PAGE_READING) != 0 || !page_precedes(last, next)) {
			break;
		}
		next->flags |= PAGE_PINNED;
		bytes += PAGE_SIZE;
	}
	if (next != NULL && next != last && next->flags == 0) {
		page_release(next);
	}
	for (struct page *page = first; page <= last; page++) {
		page->flags &= (uint8_t)~PAGE_PINNED;
	}
	if (tenon_loan_get(call->loan, call->done, page_memory(first) + from, bytes) != TENON_OK) {
		release_clean(first, last);
		return FILES_MALFORMED;
	}
	for (struct page *page = first; page != NULL; page = page == last ? NULL : page + 1) {
		page->flags |= PAGE_VALID | PAGE_USED;
		page_make_dirty(page);
	}
	call->done += bytes;
	return FILES_OK;
}

/* Each time that it goes on: the file may have become shorter. */
static enum files_status room_for(struct call *call)
{
	struct node *node = call->node;

	if (call->file != NULL && (call->file->access & FILES_ACCESS_APPEND) != 0 && call->done == 0 &&
	    !call->is_resizing) {
		call->offset = node->size;
	}
	if (call->offset > node_system(node)->largest ||
	    call->loan.bytes > node_system(node)->largest - call->offset) {
		return FILES_TOO_LARGE;
	}
	if (system_is_read_only(node->place.file_system)) {
		return FILES_READ_ONLY;
	}
	if (!quota_allows(node, call->offset + call->loan.bytes)) {
		return FILES_NO_SPACE;
	}
	return node_has_extents(node) ? extents_allocate(node, call->offset, call->loan.bytes) : FILES_OK;
}

void call_write(struct call *call)
{
	struct node *node = call->node;
	enum files_status status;

	if (node->is_resizing && !call->is_resizing) {
		call_wait(call, &node->waiting);
		return;
	}
	if (node_has_extents(node) && volume_is_awaited(node_system(node)->volume)) {
		call_wait(call, cache_waiting(node_system(node)->volume));
		return;
	}
	status = room_for(call);
	if (status == FILES_OK && !node_has_extents(node)) {
		status = write_through(call);
	}
	while (status == FILES_OK && call->done < call->loan.bytes) {
		status = copy_in(call);
		if (status == FILES_OK) {
			touch(node);
			write_back_soon();
			node->size =
			    node->size < call->offset + call->done ? call->offset + call->done : node->size;
			quota_follow(node);
		}
	}
	if (node_has_extents(node) && cache_is_pressed(node_system(node)->volume)) {
		nodes_make_clean();
	}
	if (status != FILES_WOULD_WAIT) {
		call_finish(call, status);
	}
}
