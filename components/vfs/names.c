/* SPDX-License-Identifier: MIT
 * What is done to names: directories, links, and attributes that a path leads to. Each is run from its beginning when it goes on, and
 * finds there what its paths led to.
 */
#include "ask.h"
#include "call.h"
#include "path.h"
#include "quota.h"
#include "reopen.h"
#include "watch.h"

#include <tenon/string.h>

void attributes_adjust(struct place place, struct filesystem_attributes *attributes)
{
	const struct node *node = node_find(place);

	if (node != NULL && attributes->kind == FILESYSTEM_KIND_FILE) {
		attributes->size = node->size;
		if (node->has_new_times) {
			attributes->modified = node->modified;
		}
	}
}

/* What the path leads to, which must be there. */
static enum files_status find(struct call *call, bool follow, struct found **found)
{
	enum files_status status = path_walk(call, follow, found);

	return status == FILES_OK && (*found)->place.file_system == NOWHERE ? FILES_NOT_FOUND : status;
}

/* May the client change something in the directory in which the path's last name stands? */
static enum files_status may_change(uint32_t client, const struct found *found)
{
	return files_parameters[client].read_only || system_is_read_only(found->directory.file_system)
		   ? FILES_READ_ONLY
		   : FILES_OK;
}

/* A place for a new name, to which a path led. */
static enum files_status may_make(const struct call *call, bool is_directory, const struct found *found)
{
	if (found->place.file_system != NOWHERE) {
		return FILES_EXISTS;
	}
	return found->wants_directory && !is_directory ? FILES_NOT_FOUND : may_change(call->client, found);
}

/* A name that can be taken away: no root, nothing that is mounted, nobody's root. */
static enum files_status find_old(struct call *call, struct found **found)
{
	enum files_status status = find(call, false, found);

	if (status != FILES_OK) {
		return status;
	}
	if ((*found)->directory.file_system == NOWHERE || path_is_root((*found)->place) ||
	    (*found)->place.file_system != (*found)->directory.file_system) {
		return FILES_IN_USE;
	}
	return may_change(call->client, *found);
}

/* One name of it has gone. What is still in use counts until that ends. */
static void lost_name(const struct found *found)
{
	struct node *node = node_find(found->place);
	const bool is_last =
	    found->attributes.links <= 1 || found->attributes.kind == FILESYSTEM_KIND_DIRECTORY;

	if (node != NULL && is_last) {
		node_gone(node);
	} else if (is_last) {
		quota_give(found->account, found->place.file_system, &found->attributes);
	}
}

enum files_status call_look_up(struct call *call)
{
	struct found *found;
	enum files_status status = find(call, call->flag, &found);

	if (status == FILES_OK) {
		call->attributes = found->attributes;
		attributes_adjust(found->place, &call->attributes);
	}
	return status;
}

enum files_status name_make(struct call *call, struct found *found, enum filesystem_kind kind, uint32_t mode,
			    const char *target)
{
	const struct place directory = found->directory;
	enum filesystem_status status;

	if (!call->has_name && !quota_take_name(found->account, directory.file_system)) {
		return FILES_NO_SPACE;
	}
	call->has_name = true;
	call->account = found->account;
	call->number = directory.file_system;
	if (kind == FILESYSTEM_KIND_SYMBOLIC_LINK) {
		status = ask_create_link(directory, found->name, target, &found->attributes);
	} else {
		status = ask_create(directory, found->name, kind, mode, &found->attributes);
	}
	if (status == FILESYSTEM_LATER) {
		return FILES_WOULD_WAIT;
	}
	call->has_name = false;
	if (status != FILESYSTEM_OK) {
		quota_give(found->account, directory.file_system,
			   &(struct filesystem_attributes){.kind = kind});
		return status_of(status);
	}
	found->place = (struct place){directory.file_system, found->attributes.node};
	names_changed(call->client, directory.file_system);
	watch_tell(directory, FILES_CHANGE_CREATED, found->name);
	return FILES_OK;
}

static enum files_status make(struct call *call, enum filesystem_kind kind)
{
	struct found *found;
	enum files_status status = path_walk(call, false, &found);

	if (status == FILES_OK) {
		status = may_make(call, kind == FILESYSTEM_KIND_DIRECTORY, found);
	}
	return status == FILES_OK ? name_make(call, found, kind, call->mode, call->second) : status;
}

enum files_status call_make_directory(struct call *call)
{
	return make(call, FILESYSTEM_KIND_DIRECTORY);
}

enum files_status call_make_link(struct call *call)
{
	return make(call, FILESYSTEM_KIND_SYMBOLIC_LINK);
}

enum files_status call_read_link(struct call *call)
{
	struct found *found;
	enum files_status status = find(call, false, &found);

	if (status != FILES_OK) {
		return status;
	}
	return found->attributes.kind != FILESYSTEM_KIND_SYMBOLIC_LINK
		   ? FILES_UNSUPPORTED
		   : status_of(ask_read_link(found->place, results.target));
}

/* Both paths have been walked; if names moved in between, they are walked again. */
static enum files_status walk_second(struct call *call, struct found **second)
{
	const enum files_status status = path_walk_second(call, second);

	if (status == FILES_OK && paths_are_stale(call)) {
		calls_again(call);
		return FILES_WOULD_WAIT;
	}
	return status;
}

enum files_status call_link(struct call *call)
{
	struct found *first, *second;
	enum files_status status = find(call, false, &first);

	if (status == FILES_OK && first->attributes.kind == FILESYSTEM_KIND_DIRECTORY) {
		status = FILES_IS_A_DIRECTORY;
	}
	if (status == FILES_OK) {
		status = walk_second(call, &second);
	}
	if (status == FILES_OK) {
		status = may_make(call, false, second);
	}
	if (status == FILES_OK && (first->place.file_system != second->directory.file_system ||
				   first->account != second->account)) {
		status = FILES_ACROSS;
	}
	if (status == FILES_OK) {
		status = status_of(ask_link(first->place, second->directory, second->name));
	}
	if (status == FILES_OK) {
		names_changed(call->client, second->directory.file_system);
		watch_tell(second->directory, FILES_CHANGE_CREATED, second->name);
	}
	return status;
}

/* What stands under the new name, if anything does, may go for the old. */
static enum files_status may_replace(uint32_t client, const struct found *first, const struct found *second)
{
	if (second->directory.file_system == NOWHERE) {
		return FILES_IN_USE;
	}
	if (second->place.file_system != NOWHERE &&
	    (path_is_root(second->place) || second->place.file_system != second->directory.file_system)) {
		return FILES_IN_USE;
	}
	if (first->directory.file_system != second->directory.file_system ||
	    first->account != second->account) {
		return FILES_ACROSS;
	}
	if (second->wants_directory && first->attributes.kind != FILESYSTEM_KIND_DIRECTORY) {
		return FILES_NOT_A_DIRECTORY;
	}
	return may_change(client, second);
}

enum files_status call_rename(struct call *call)
{
	struct found *first, *second;
	struct node *moved;
	enum files_status status = find_old(call, &first);

	if (status == FILES_OK) {
		status = walk_second(call, &second);
	}
	if (status == FILES_OK) {
		status = may_replace(call->client, first, second);
	}
	if (status != FILES_OK || place_is(first->place, second->place)) {
		return status; /* two names of one file stay (POSIX.1-2017, rename) */
	}
	status = status_of(ask_rename(first->directory, first->name, second->directory, second->name));
	if (status != FILES_OK) {
		return status;
	}
	moved = node_find(first->place);
	if (moved != NULL) {
		moved->has_moved = true;
	}
	if (second->place.file_system != NOWHERE) {
		lost_name(second);
	}
	names_changed(call->client, first->directory.file_system);
	watch_tell(first->directory, FILES_CHANGE_MOVED_AWAY, first->name);
	watch_tell(second->directory, FILES_CHANGE_MOVED_HERE, second->name);
	return FILES_OK;
}

enum files_status call_remove(struct call *call)
{
	struct found *found;
	enum files_status status = find_old(call, &found);
	const bool is_directory = status == FILES_OK && found->attributes.kind == FILESYSTEM_KIND_DIRECTORY;

	if (status == FILES_OK && call->flag != is_directory) {
		status = is_directory ? FILES_IS_A_DIRECTORY : FILES_NOT_A_DIRECTORY;
	}
	if (status == FILES_OK) {
		status = status_of(ask_unlink(found->directory, found->name, found->attributes.kind));
	}
	if (status == FILES_OK) {
		lost_name(found);
		names_changed(call->client, found->directory.file_system);
		watch_tell(found->directory, FILES_CHANGE_REMOVED, found->name);
	}
	return status;
}

enum files_status call_space(struct call *call)
{
	struct found *found;
	enum files_status status = find(call, true, &found);
	struct filesystem_answer *space = &results.space;

	if (status != FILES_OK) {
		return status;
	}
	results.block = system_at(found->place.file_system)->block;
	results.read_only =
	    files_parameters[call->client].read_only || system_is_read_only(found->place.file_system);
	status = status_of(ask_space(found->place.file_system, space));
	if (status == FILES_OK) {
		quota_space(found->account, results.block, &space->blocks, &space->free_blocks);
	}
	return status;
}

enum files_status call_watch(struct call *call)
{
	struct found *found;
	enum files_status status = find(call, true, &found);

	if (status == FILES_OK) {
		status = watch_begin(call->client, found->place, &results.watch);
	}
	if (status == FILES_OK && (call->is_cancelled || !files_take_watches(call->client, 1))) {
		(void)watch_end(call->client, results.watch); /* nobody would end it */
		status = FILES_QUOTA;
	}
	return status;
}

enum files_status files_unwatch(uint32_t client, uint32_t watch)
{
	return watch_end(client, watch) ? FILES_OK : FILES_BAD_FILE;
}
