/* SPDX-License-Identifier: MIT
 * See lock.h. A table without order: what one change needs at most is two places, when it parts an older lock.
 */
#include "lock.h"
#include "call.h"

#define LOCKS FILES_LOCKS_TOTAL

static struct range {
	const struct node *node; /* NULL: free */
	uint32_t client;
	enum files_lock lock;
	uint64_t offset, end;
} ranges[LOCKS > 0 ? LOCKS : 1];
static uint32_t end_of_used; /* behind it all are free */
static uint16_t waiting = NO_CALL;

uint16_t *locks_waiting(void)
{
	return &waiting;
}

static bool overlaps(const struct range *range, const struct node *node, uint64_t offset, uint64_t end)
{
	return range->node == node && range->offset < end && offset < range->end;
}

static struct range *free_range(void)
{
	for (uint32_t i = 0; i < LOCKS; i++) {
		if (ranges[i].node == NULL) {
			end_of_used = i < end_of_used ? end_of_used : i + 1;
			return &ranges[i];
		}
	}
	return NULL;
}

/* Takes the client's own locks from the range. */
static void cut(const struct file *file, uint64_t offset, uint64_t end)
{
	for (uint32_t i = 0; i < end_of_used; i++) {
		struct range *range = &ranges[i];
		struct range rest;

		if (range->client != file->client || !overlaps(range, file->node, offset, end)) {
			continue;
		}
		rest = *range;
		if (range->offset < offset) {
			range->end = offset;
		} else {
			range->node = NULL;
		}
		if (rest.end > end) {
			rest.offset = end;
			*free_range() = rest; /* the client has taken it */
		}
	}
	while (end_of_used > 0 && ranges[end_of_used - 1].node == NULL) {
		end_of_used--;
	}
}

/* A change may end some of the client's ranges, part one in two, and make one. */
static bool account(const struct file *file, enum files_lock lock, uint64_t offset, uint64_t end)
{
	uint32_t more = lock != FILES_LOCK_NONE, less = 0;

	for (uint32_t i = 0; i < end_of_used; i++) {
		const struct range *range = &ranges[i];

		if (range->client == file->client && overlaps(range, file->node, offset, end)) {
			more += range->offset < offset && end < range->end;
			less += offset <= range->offset && range->end <= end;
		}
	}
	if (more > less) {
		return files_take_locks(file->client, more - less);
	}
	files_give_back_locks(file->client, less - more);
	return true;
}

enum files_status lock_set(const struct file *file, enum files_lock lock, uint64_t offset, uint64_t end)
{
	for (uint32_t i = 0; i < end_of_used && lock != FILES_LOCK_NONE; i++) {
		if (ranges[i].client != file->client && overlaps(&ranges[i], file->node, offset, end) &&
		    (lock == FILES_LOCK_EXCLUSIVE || ranges[i].lock == FILES_LOCK_EXCLUSIVE)) {
			return FILES_WOULD_WAIT;
		}
	}
	if (!account(file, lock, offset, end)) {
		return FILES_NO_SPACE;
	}
	cut(file, offset, end);
	if (lock != FILES_LOCK_NONE) {
		*free_range() = (struct range){file->node, file->client, lock, offset, end};
	}
	calls_go_on(&waiting);
	return FILES_OK;
}

void locks_drop(const struct file *file)
{
	(void)account(file, FILES_LOCK_NONE, 0, UINT64_MAX);
	cut(file, 0, UINT64_MAX);
	calls_go_on(&waiting);
}

void call_lock(struct call *call)
{
	enum files_status status = FILES_BAD_FILE;

	if (call->file != NULL) { /* it was not closed while the call waited */
		status = lock_set(call->file, call->lock, call->offset,
				  call->length == 0 ? UINT64_MAX : call->offset + call->length);
	}
	if (status == FILES_WOULD_WAIT && call->may_wait) {
		call_wait(call, &waiting);
	} else {
		call_finish(call, status);
	}
}
