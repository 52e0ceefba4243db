/* SPDX-License-Identifier: MIT
 * Paths, open files and the page cache above the file systems: what clients call. What waits is in call.h; what is done to
 * names in names.c, to open files in file.c, to data in data.c.
 */
#include "ask.h"
#include "cache.h"
#include "call.h"
#include "lock.h"
#include "path.h"
#include "reopen.h"
#include "watch.h"

#include <tenon/string.h>

#define WRITE_BACK_NS UINT64_C(1000000000) /* so old may what is not written become, and half as much more */

void component_start(void)
{
	desks_start();
	calls_start();
	nodes_start();
	cache_start();
	system_start();
	roots_count();
	calls_run();
}

/* While nothing is to be written no time-out is set: whoever waits for calls alone is woken faster. */
static bool is_write_back_set;

void write_back_soon(void)
{
	if (!is_write_back_set) {
		is_write_back_set = true;
		write_back_at(clock_ns() + WRITE_BACK_NS / 2);
	}
}

void write_back(void)
{
	const uint64_t now = clock_ns();

	is_write_back_set = false;
	for (struct node *node = nodes_dirty(NULL), *next; node != NULL; node = next) {
		next = nodes_dirty(node);
		if (node->dirty == 0 || now - node->dirty_since_ns >= WRITE_BACK_NS) {
			node_make_clean(node);
		}
	}
	calls_run();
	if (nodes_dirty(NULL) != NULL) {
		write_back_soon();
	}
}

/* What a client that begins anew had open. Its calls have been cancelled before. */
void files_closed(uint32_t client)
{
	files_close_all(client);
	watches_drop(client);
	names_forget(client);
	calls_run();
}

void files_session(uint32_t client, bool open)
{
	(void)client;
	(void)open;
}

/* ---- opening ---------------------------------------------------------------------------------- */

void files_open(uint32_t client, struct files_open_token token, const char *path, uint32_t access,
		uint32_t mode)
{
	struct call *call = call_begin(CALL_OPEN, client, token.reply, token.sequence);

	call->access = access;
	call->mode = mode;
	memcpy(call->path, path, strlen(path) + 1);
	calls_run();
}

enum files_status files_close(uint32_t client, uint32_t file)
{
	struct file *opened = file_of(client, file);

	if (opened == NULL) {
		return FILES_BAD_FILE;
	}
	locks_drop(opened);
	file_close(opened);
	calls_run();
	return FILES_OK;
}

/* ---- calls on open files ---------------------------------------------------------------------- */

/* NULL: there is none, or it was not opened with that access. */
static inline struct file *file_for(uint32_t client, uint32_t number, uint32_t access)
{
	struct file *file = file_of(client, number);

	if (file == NULL || (file->access & access) != access ||
	    (file->kind != FILESYSTEM_KIND_FILE && access != 0)) {
		return NULL;
	}
	return file;
}

/* A call on a file that was opened with that access. NULL: it was answered. */
static struct call *begin(enum call_kind kind, uint32_t client, uint32_t reply, uint32_t sequence,
			  uint32_t number, uint32_t access)
{
	struct call *call = call_begin(kind, client, reply, sequence);
	struct file *file = file_for(client, number, access);

	if (file == NULL) {
		call_finish(call, FILES_BAD_FILE);
		calls_run();
		return NULL;
	}
	call->file = file;
	call->node = file->node;
	call->node->users++;
	return call;
}

void files_read(uint32_t client, struct files_read_token token, uint32_t file, uint64_t offset,
		struct tenon_loan data)
{
	struct file *opened = file_for(client, file, FILES_ACCESS_READ);
	enum files_status status;
	uint32_t count;
	struct call *call;

	if (opened != NULL && read_at_once(opened, offset, data, &status, &count)) {
		finish_on_return();
		(void)files_read_finish(token, status, count);
		return;
	}
	call = begin(CALL_READ, client, token.reply, token.sequence, file, FILES_ACCESS_READ);
	if (call != NULL) {
		call->offset = offset;
		call->loan = data;
		calls_run();
	}
}

void files_write(uint32_t client, struct files_write_token token, uint32_t file, uint64_t offset,
		 struct tenon_loan data)
{
	struct call *call = begin(CALL_WRITE, client, token.reply, token.sequence, file, FILES_ACCESS_WRITE);

	if (call != NULL) {
		call->offset = offset;
		call->loan = data;
		watch_tell(call->node->place, FILES_CHANGE_WRITTEN, "");
		calls_run();
	}
}

void files_resize(uint32_t client, struct files_resize_token token, uint32_t file, uint64_t size)
{
	struct call *call = begin(CALL_RESIZE, client, token.reply, token.sequence, file, FILES_ACCESS_WRITE);

	if (call != NULL) {
		call->size = size;
		watch_tell(call->node->place, FILES_CHANGE_WRITTEN, "");
		calls_run();
	}
}

void files_sync(uint32_t client, struct files_sync_token token, uint32_t file)
{
	if (begin(CALL_SYNC, client, token.reply, token.sequence, file, 0) != NULL) {
		calls_run();
	}
}

void files_sync_all(uint32_t client, struct files_sync_all_token token, bool settle)
{
	call_begin(CALL_SYNC_ALL, client, token.reply, token.sequence)->settle = settle;
	calls_run();
}

void files_lock(uint32_t client, struct files_lock_token token, uint32_t file, enum files_lock lock,
		uint64_t offset, uint64_t length, bool wait)
{
	struct call *call = begin(CALL_LOCK, client, token.reply, token.sequence, file, 0);

	if (call != NULL) {
		call->lock = lock;
		call->offset = offset;
		call->length = length > UINT64_MAX - offset ? 0 : length;
		call->may_wait = wait;
		calls_run();
	}
}

void files_read_attributes(uint32_t client, struct files_read_attributes_token token, uint32_t file)
{
	if (begin(CALL_READ_ATTRIBUTES, client, token.reply, token.sequence, file, 0) != NULL) {
		calls_run();
	}
}

void files_write_attributes(uint32_t client, struct files_write_attributes_token token, uint32_t file,
			    uint32_t changes, uint32_t mode, const struct filesystem_time *accessed,
			    const struct filesystem_time *modified)
{
	struct call *call = begin(CALL_WRITE_ATTRIBUTES, client, token.reply, token.sequence, file, 0);

	if (call != NULL) {
		call->wanted = changes;
		call->mode = mode;
		call->accessed = *accessed;
		call->modified = *modified;
		calls_run();
	}
}

void files_read_entries(uint32_t client, struct files_read_entries_token token, uint32_t file, uint64_t from)
{
	struct call *call = begin(CALL_READ_ENTRIES, client, token.reply, token.sequence, file, 0);

	if (call != NULL) {
		call->offset = from;
		calls_run();
	}
}
