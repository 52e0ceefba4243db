/* SPDX-License-Identifier: MIT
 * What calls do that open a file, and on open files besides their data.
 */
#include "ask.h"
#include "call.h"
#include "path.h"
#include "quota.h"
#include "reopen.h"
#include "watch.h"

#include <tenon/string.h>

/* ---- opening ---------------------------------------------------------------------------------- */

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
	return name_make(call, found, FILESYSTEM_KIND_FILE, call->mode, NULL);
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

static enum files_status find_or_make(struct call *call, struct found **found)
{
	enum files_status status = path_walk(call, (call->access & FILES_ACCESS_NO_FOLLOW) == 0, found);

	if (status != FILES_OK) {
		return status;
	}
	if ((*found)->place.file_system == NOWHERE) {
		status = make(call, *found);
		call->is_made = status == FILES_OK;
		return status;
	}
	return call->is_made ? FILES_OK : may_open(call, *found);
}

/* What is to be opened stands among the nodes. */
static enum files_status find_node(struct call *call)
{
	struct found *found;
	enum files_status status = find_or_make(call, &found);

	if (status == FILES_OK) {
		status = node_use(found->place, found->attributes.size, &call->node);
	}
	if (status == FILES_OK) {
		quota_open(call->node, found->account, &found->attributes);
		call->attributes = found->attributes;
		call->size = 0;
		desk_give_turn(call);
	}
	return status;
}

void call_open(struct call *call)
{
	enum files_status status = FILES_OK;

	if (call->node == NULL) {
		if (call->turn == NOWHERE && !nodes_have_room()) {
			nodes_make_clean();
			call_wait(call, calls_for_nodes());
			return;
		}
		status = find_node(call);
		if (status == FILES_WOULD_WAIT) {
			return;
		}
	}
	if (status == FILES_OK && (call->access & FILES_ACCESS_TRUNCATE) != 0 && call->node->size > 0 &&
	    !call_resized(call)) {
		return;
	}
	if (status == FILES_OK && (call->is_cancelled || !files_take_open(call->client, 1))) {
		status = FILES_QUOTA; /* nobody would close it */
	}
	if (status == FILES_OK) {
		call->file = file_open(call->client, call->node, call->attributes.kind, call->access);
		CHECK(call->file != NULL); /* there are as many as all connections may take */
		call->node->users++;
		attributes_adjust(call->node->place, &call->attributes);
	}
	call_finish(call, status);
}

/* ---- attributes and entries ------------------------------------------------------------------- */

enum files_status call_read_attributes(struct call *call)
{
	const enum files_status status = status_of(ask_read_attributes(call->node->place, &call->attributes));

	if (status == FILES_OK) {
		attributes_adjust(call->node->place, &call->attributes);
	}
	return status;
}

enum files_status call_write_attributes(struct call *call)
{
	struct node *node = call->node;
	const struct filesystem_time now = time_now();
	const uint32_t changes = call->wanted;
	uint32_t wanted = (changes & FILES_CHANGES_MODE) != 0 ? FILESYSTEM_WANTED_MODE : 0;
	enum files_status status;

	if (files_parameters[call->client].read_only || system_is_read_only(node->place.file_system)) {
		return FILES_READ_ONLY;
	}
	if ((changes & (FILES_CHANGES_ACCESSED | FILES_CHANGES_ACCESSED_NOW)) != 0) {
		wanted |= FILESYSTEM_WANTED_ACCESSED;
		call->accessed = (changes & FILES_CHANGES_ACCESSED_NOW) != 0 ? now : call->accessed;
	}
	if ((changes & (FILES_CHANGES_MODIFIED | FILES_CHANGES_MODIFIED_NOW)) != 0) {
		wanted |= FILESYSTEM_WANTED_MODIFIED;
		call->modified = (changes & FILES_CHANGES_MODIFIED_NOW) != 0 ? now : call->modified;
		node->modified = call->modified;
	}
	status = status_of(
	    ask_write_attributes(node->place, wanted, call->mode, 0, &call->accessed, &call->modified));
	if (status == FILES_OK) {
		names_changed(call->client, node->place.file_system);
		watch_tell(node->place, FILES_CHANGE_ATTRIBUTES, "");
	}
	return status;
}

/* The two structures are one: an entry of a directory. */
enum files_status call_read_entries(struct call *call)
{
	static struct filesystem_entry read[12];
	enum files_status status;

	if (call->file == NULL || call->file->kind != FILESYSTEM_KIND_DIRECTORY) {
		return call->file == NULL ? FILES_BAD_FILE : FILES_NOT_A_DIRECTORY;
	}
	status = status_of(ask_read_entries(call->node->place, call->offset, read, &results.count));
	for (uint32_t i = 0; status == FILES_OK && i < results.count; i++) {
		struct files_entry *entry = &results.entries[i];

		entry->node = read[i].node;
		entry->next = read[i].next;
		entry->kind = read[i].kind;
		memcpy(entry->name, read[i].name, sizeof entry->name);
	}
	return status;
}
