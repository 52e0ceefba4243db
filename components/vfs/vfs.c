/* SPDX-License-Identifier: MIT
 * Paths, open files and the page cache above the file systems: what clients call. What waits is in call.h; what is done to
 * names in names.c, to data in data.c.
 */
#include "ask.h"
#include "cache.h"
#include "call.h"
#include "lock.h"
#include "path.h"
#include "quota.h"
#include "reopen.h"
#include "watch.h"

#include <tenon/string.h>

#define WRITE_BACK_NS UINT64_C(1000000000) /* so old may what is not written become, and half as much more */

void component_start(void)
{
	nodes_start();
	cache_start();
	system_start();
	roots_count();
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

static bool is_to_change(uint32_t access)
{
	return (access & (FILES_ACCESS_WRITE | FILES_ACCESS_TRUNCATE | FILES_ACCESS_APPEND)) != 0;
}

/* The path led to nothing: the file is made where the client wants that. */
static enum files_status make(struct call *call, struct found *found)
{
	if ((call->access & FILES_ACCESS_CREATE) == 0 || found->wants_directory) {
		return FILES_NOT_FOUND;
	}
	if (files_parameters[call->client].read_only || system_is_read_only(found->directory.file_system)) {
		return FILES_READ_ONLY;
	}
	return name_make(call->client, found, FILESYSTEM_KIND_FILE, call->mode, NULL);
}

/* May what is there be opened in that way? */
static enum files_status may_open(const struct call *call, const struct found *found)
{
	const enum filesystem_kind kind = found->attributes.kind;

	if ((call->access & FILES_ACCESS_EXCLUSIVE) != 0 && (call->access & FILES_ACCESS_CREATE) != 0) {
		return FILES_EXISTS;
	}
	if (kind == FILESYSTEM_KIND_DIRECTORY && is_to_change(call->access)) {
		return FILES_IS_A_DIRECTORY;
	}
	if (kind != FILESYSTEM_KIND_DIRECTORY && (call->access & FILES_ACCESS_DIRECTORY) != 0) {
		return FILES_NOT_A_DIRECTORY;
	}
	if (kind == FILESYSTEM_KIND_SYMBOLIC_LINK &&
	    (call->access & (FILES_ACCESS_READ | FILES_ACCESS_WRITE | FILES_ACCESS_TRUNCATE)) != 0) {
		return FILES_LOOP;
	}
	if (is_to_change(call->access) &&
	    (files_parameters[call->client].read_only || system_is_read_only(found->place.file_system))) {
		return FILES_READ_ONLY;
	}
	return FILES_OK;
}

static enum files_status find_or_make(struct call *call, struct found *found)
{
	enum files_status status =
	    path_walk(call->client, call->path, (call->access & FILES_ACCESS_NO_FOLLOW) == 0, found);

	if (status != FILES_OK) {
		return status;
	}
	return found->place.file_system == NOWHERE ? make(call, found) : may_open(call, found);
}

void call_open(struct call *call)
{
	struct found found;
	enum files_status status = FILES_OK;

	if (call->node == NULL) {
		if (!nodes_have_room()) {
			nodes_make_clean();
			call_wait(call, calls_for_nodes());
			return;
		}
		status = find_or_make(call, &found);
		if (status == FILES_OK) {
			status = node_use(found.place, found.attributes.size, &call->node);
		}
		if (status == FILES_OK) {
			quota_open(call->node, found.account, &found.attributes);
			call->attributes = found.attributes;
			call->size = 0;
		}
	}
	if (status == FILES_OK && (call->access & FILES_ACCESS_TRUNCATE) != 0 && call->node->size > 0 &&
	    !call_resized(call)) {
		return;
	}
	if (status == FILES_OK && !files_take_open(call->client, 1)) {
		status = FILES_QUOTA;
	}
	if (status == FILES_OK) {
		call->file = file_open(call->client, call->node, call->attributes.kind, call->access);
		CHECK(call->file != NULL); /* there are as many as all connections may take */
		call->node->users++;
		attributes_adjust(call->node->place, &call->attributes);
	}
	call_finish(call, status);
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

/* A call on a file that was opened with that access. NULL: it was answered. */
static struct call *begin(enum call_kind kind, uint32_t client, uint32_t reply, uint32_t sequence,
			  uint32_t number, uint32_t access)
{
	struct call *call = call_begin(kind, client, reply, sequence);
	struct file *file = file_of(client, number);

	if (file == NULL || (file->access & access) != access ||
	    (file->kind != FILESYSTEM_KIND_FILE && access != 0)) {
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
	struct call *call = begin(CALL_READ, client, token.reply, token.sequence, file, FILES_ACCESS_READ);

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

enum files_status files_read_attributes(uint32_t client, uint32_t file,
					struct filesystem_attributes *attributes)
{
	const struct file *opened = file_of(client, file);
	enum files_status status;

	if (opened == NULL || opened->node->is_lost) {
		return opened == NULL ? FILES_BAD_FILE : FILES_IO;
	}
	status = status_of(file_systems_read_attributes(opened->node->place.file_system,
							opened->node->place.node, attributes));
	if (status == FILES_OK) {
		attributes_adjust(opened->node->place, attributes);
	}
	return status;
}

enum files_status files_write_attributes(uint32_t client, uint32_t file, uint32_t changes, uint32_t mode,
					 const struct filesystem_time *accessed,
					 const struct filesystem_time *modified)
{
	const struct file *opened = file_of(client, file);
	const struct filesystem_time now = time_now();
	uint32_t wanted = (changes & FILES_CHANGES_MODE) != 0 ? FILESYSTEM_WANTED_MODE : 0;
	enum files_status status;

	if (opened == NULL || opened->node->is_lost) {
		return opened == NULL ? FILES_BAD_FILE : FILES_IO;
	}
	if (files_parameters[client].read_only || system_is_read_only(opened->node->place.file_system)) {
		return FILES_READ_ONLY;
	}
	if ((changes & (FILES_CHANGES_ACCESSED | FILES_CHANGES_ACCESSED_NOW)) != 0) {
		wanted |= FILESYSTEM_WANTED_ACCESSED;
		accessed = (changes & FILES_CHANGES_ACCESSED_NOW) != 0 ? &now : accessed;
	}
	if ((changes & (FILES_CHANGES_MODIFIED | FILES_CHANGES_MODIFIED_NOW)) != 0) {
		wanted |= FILESYSTEM_WANTED_MODIFIED;
		modified = (changes & FILES_CHANGES_MODIFIED_NOW) != 0 ? &now : modified;
		opened->node->modified = *modified;
	}
	status = status_of(ask_write_attributes(opened->node->place, wanted, mode, accessed, modified));
	if (status == FILES_OK) {
		names_changed(client, opened->node->place.file_system);
		watch_tell(opened->node->place, FILES_CHANGE_ATTRIBUTES, "");
	}
	return status;
}

/* Is it an entry as there may be one, and does it lead on from where the reading began? */
static bool is_sensible(const struct filesystem_entry *entry, uint64_t from)
{
	const char *name = entry->name;

	return name[0] != '\0' && strchr(name, '/') == NULL && strcmp(name, ".") != 0 &&
	       strcmp(name, "..") != 0 && entry->next != 0 && entry->next != from;
}

/* The two structures are one: an entry of a directory. */
enum files_status files_read_entries(uint32_t client, uint32_t file, uint64_t from,
				     struct files_entry entries[12], uint32_t *count)
{
	static struct filesystem_entry read[12];
	const struct file *opened = file_of(client, file);
	enum files_status status;

	if (opened == NULL || opened->node->is_lost) {
		return opened == NULL ? FILES_BAD_FILE : FILES_IO;
	}
	if (opened->kind != FILESYSTEM_KIND_DIRECTORY) {
		return FILES_NOT_A_DIRECTORY;
	}
	status = status_of(file_systems_read_entries(opened->node->place.file_system,
						     opened->node->place.node, from, read, 12, count));
	for (uint32_t i = 0; status == FILES_OK && i < *count; i++) {
		if (!is_sensible(&read[i], from)) {
			return FILES_DAMAGED;
		}
		entries[i].node = read[i].node;
		entries[i].next = read[i].next;
		entries[i].kind = read[i].kind;
		memcpy(entries[i].name, read[i].name, sizeof entries[i].name);
	}
	return status;
}

/* ---- who waits no more ------------------------------------------------------------------------ */

void files_open_cancelled(uint32_t client, struct files_open_token token)
{
	(void)client;
	call_cancel(token.reply);
}

void files_read_cancelled(uint32_t client, struct files_read_token token)
{
	(void)client;
	call_cancel(token.reply);
}

void files_write_cancelled(uint32_t client, struct files_write_token token)
{
	(void)client;
	call_cancel(token.reply);
}

void files_resize_cancelled(uint32_t client, struct files_resize_token token)
{
	(void)client;
	call_cancel(token.reply);
}

void files_sync_cancelled(uint32_t client, struct files_sync_token token)
{
	(void)client;
	call_cancel(token.reply);
}

void files_sync_all_cancelled(uint32_t client, struct files_sync_all_token token)
{
	(void)client;
	call_cancel(token.reply);
}

void files_lock_cancelled(uint32_t client, struct files_lock_token token)
{
	(void)client;
	call_cancel(token.reply);
}

void files_unmount_cancelled(uint32_t client, struct files_unmount_token token)
{
	(void)client;
	call_cancel(token.reply);
}
