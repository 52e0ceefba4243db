/* SPDX-License-Identifier: MIT
 * What calls do that make a file shorter or longer, or bring it to the medium. Each goes as far as it can, waits, and goes on where it
 * was.
 */
#include "ask.h"
#include "cache.h"
#include "call.h"
#include "quota.h"
#include "reopen.h"

#include <tenon/string.h>

/* ---- length ----------------------------------------------------------------------------------- */

/* The node has its new length at its file system; what is cached follows. */
static void cut(struct node *node, uint64_t size)
{
	struct page *page = page_find(node, size / PAGE_SIZE);

	extents_forget(node);
	if (size < node->size) {
		pages_forget(node, (size + PAGE_SIZE - 1) / PAGE_SIZE);
		if (page != NULL && size % PAGE_SIZE != 0) {
			memset(page_memory(page) + size % PAGE_SIZE, 0, PAGE_SIZE - size % PAGE_SIZE);
		}
	}
	node->size = size;
	node->stored_size = size;
	quota_follow(node);
}

/* All of it must be at its file system before. False: the call waits. */
static bool is_brought(struct call *call)
{
	struct node *node = call->node;

	if (node_is_clean(node) && !node->is_committing) {
		return true;
	}
	node_make_clean(node);
	if (node->is_committing || node->is_blocked || node->writing > 0 || node->dirty > 0) {
		call_wait(call, node->is_committing || node->is_blocked || node->writing > 0
				    ? &node->waiting
				    : cache_waiting(node_system(node)->volume));
		return false;
	}
	return true;
}

bool call_resized(struct call *call)
{
	struct node *node = call->node;
	const struct filesystem_time now = time_now();
	enum filesystem_status answer;

	if ((node->is_resizing && !call->is_resizing) || node->reading > 0 || node->writing > 0) {
		call_wait(call, &node->waiting);
		return false;
	}
	if (call->size > node_system(node)->largest) {
		call_finish(call, FILES_TOO_LARGE);
		return false;
	}
	if (!quota_allows(node, call->size)) {
		call_finish(call, FILES_NO_SPACE);
		return false;
	}
	node->is_resizing = true;
	call->is_resizing = true;
	if (call->size < node->size) {
		node_cut(node, call->size);
		pages_forget(node, (call->size + PAGE_SIZE - 1) / PAGE_SIZE);
	}
	if (node_has_extents(node) && !is_brought(call)) {
		return false;
	}
	if (node->is_lost) {
		call_finish(call, FILES_IO);
		return false;
	}
	answer = ask_write_attributes(node->place, FILESYSTEM_WANTED_SIZE | FILESYSTEM_WANTED_MODIFIED, 0,
				      call->size, &now, &now);
	if (answer == FILESYSTEM_LATER) {
		return false;
	}
	if (answer != FILESYSTEM_OK) {
		call_finish(call, status_of(answer));
		return false;
	}
	if (call->size < node->size) {
		node_cut(node, call->size); /* a sync may have been answered meanwhile */
	}
	cut(node, call->size);
	return true;
}

void call_resize(struct call *call)
{
	if (call_resized(call)) {
		call_finish(call, FILES_OK);
	}
}

/* ---- to the medium ---------------------------------------------------------------------------- */

/* What was written before is looked at once, but anew where the file system died meanwhile or was not asked yet. */
static bool must_look(struct call *call)
{
	const bool must = call->stage == 0 || call->is_repeated;

	call->is_repeated = false;
	return must;
}

void call_sync(struct call *call)
{
	struct node *node = call->node;
	enum files_status status;

	if (must_look(call)) {
		if (!node_is_clean(node)) {
			node_make_clean(node);
		}
		if (!node_is_clean(node) && node->error == FILES_OK) {
			call_wait(call, &node->waiting);
			return;
		}
		status = node->error;
		node->error = FILES_OK;
		if (status != FILES_OK) {
			call_finish(call, status);
			return;
		}
	}
	status = system_sync(node->place.file_system, false);
	call->stage = desk_is_asked(node->place.file_system);
	if (status == FILES_WOULD_WAIT) {
		return;
	}
	if (status == FILES_OK && names_were_lost(call->client, node->place.file_system)) {
		status = FILES_IO;
	}
	call_finish(call, status);
}

/* The next file system that is not synced yet. */
static struct mount *next_to_sync(struct call *call)
{
	while (call->number < MOUNTS_MAX) {
		struct mount *mount = mount_at(call->number);

		if (mount != NULL && !mount->is_pending && !system_is_read_only(mount->file_system)) {
			return mount;
		}
		call->number++;
	}
	return NULL;
}

void call_sync_all(struct call *call)
{
	struct node *node = nodes_dirty(NULL);
	enum files_status status = FILES_OK;
	const struct mount *mount;

	while (node != NULL && node->is_gone) {
		node = nodes_dirty(node);
	}
	if (must_look(call) && node != NULL) {
		nodes_make_clean();
		if (!node_is_clean(node)) {
			call_wait(call, &node->waiting);
		} else {
			calls_again(call);
		}
		return;
	}
	while (status == FILES_OK && (mount = next_to_sync(call)) != NULL) {
		status = system_sync(mount->file_system, call->settle);
		call->stage = desk_is_asked(mount->file_system);
		call->number += status == FILES_OK;
	}
	if (status == FILES_WOULD_WAIT) {
		return;
	}
	for (uint32_t i = 0; i < FILE_SYSTEMS_COUNT && status == FILES_OK; i++) {
		status = names_were_lost(call->client, i) ? FILES_IO : FILES_OK;
	}
	call_finish(call, status);
}
