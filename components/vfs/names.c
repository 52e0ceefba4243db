/* SPDX-License-Identifier: MIT
 * What is done to names: directories, links, and attributes that a path leads to.
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
static enum files_status find(uint32_t client, const char *path, bool follow, struct found *found)
{
	enum files_status status = path_walk(client, path, follow, found);

	return status == FILES_OK && found->place.file_system == NOWHERE ? FILES_NOT_FOUND : status;
}

/* May the client change something in the directory in which the path's last name stands? */
static enum files_status may_change(uint32_t client, const struct found *found)
{
	return files_parameters[client].read_only || system_is_read_only(found->directory.file_system)
		   ? FILES_READ_ONLY
		   : FILES_OK;
}

/* A place for a new name. */
static enum files_status find_new(uint32_t client, const char *path, bool is_directory, struct found *found)
{
	enum files_status status = path_walk(client, path, false, found);

	if (status != FILES_OK) {
		return status;
	}
	if (found->place.file_system != NOWHERE) {
		return FILES_EXISTS;
	}
	return found->wants_directory && !is_directory ? FILES_NOT_FOUND : may_change(client, found);
}

/* A name that can be taken away: no root, nothing that is mounted, nobody's root. */
static enum files_status find_old(uint32_t client, const char *path, struct found *found)
{
	enum files_status status = find(client, path, false, found);

	if (status != FILES_OK) {
		return status;
	}
	if (found->directory.file_system == NOWHERE || path_is_root(found->place) ||
	    found->place.file_system != found->directory.file_system) {
		return FILES_IN_USE;
	}
	return may_change(client, found);
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

enum files_status files_look_up(uint32_t client, const char *path, bool follow,
				struct filesystem_attributes *attributes)
{
	struct found found;
	enum files_status status = find(client, path, follow, &found);

	if (status == FILES_OK) {
		attributes_adjust(found.place, &found.attributes);
		*attributes = found.attributes;
	}
	return status;
}

enum files_status name_make(uint32_t client, struct found *found, enum filesystem_kind kind, uint32_t mode,
			    const char *target)
{
	const struct place directory = found->directory;
	enum filesystem_status status;

	if (!quota_take_name(found->account, directory.file_system)) {
		return FILES_NO_SPACE;
	}
	if (kind == FILESYSTEM_KIND_SYMBOLIC_LINK) {
		status = ask_create_link(directory, found->name, target, &found->attributes);
	} else {
		status = ask_create(directory, found->name, kind, mode, &found->attributes);
	}
	if (status != FILESYSTEM_OK) {
		quota_give(found->account, directory.file_system,
			   &(struct filesystem_attributes){.kind = kind});
		return status_of(status);
	}
	found->place = (struct place){directory.file_system, found->attributes.node};
	names_changed(client, directory.file_system);
	watch_tell(directory, FILES_CHANGE_CREATED, found->name);
	return FILES_OK;
}

enum files_status files_make_directory(uint32_t client, const char *path, uint32_t mode)
{
	struct found found;
	enum files_status status = find_new(client, path, true, &found);

	return status == FILES_OK ? name_make(client, &found, FILESYSTEM_KIND_DIRECTORY, mode, NULL) : status;
}

enum files_status files_make_link(uint32_t client, const char *path, const char *target)
{
	struct found found;
	enum files_status status = find_new(client, path, false, &found);

	return status == FILES_OK ? name_make(client, &found, FILESYSTEM_KIND_SYMBOLIC_LINK, 0, target)
				  : status;
}

enum files_status files_read_link(uint32_t client, const char *path, char target[1024])
{
	struct found found;
	enum files_status status = find(client, path, false, &found);

	if (status != FILES_OK) {
		return status;
	}
	return found.attributes.kind != FILESYSTEM_KIND_SYMBOLIC_LINK
		   ? FILES_UNSUPPORTED
		   : status_of(file_systems_read_link(found.place.file_system, found.place.node, target));
}

static struct found first, second; /* of calls with two paths */

enum files_status files_link(uint32_t client, const char *old, const char *new)
{
	enum files_status status = find(client, old, false, &first);

	if (status == FILES_OK && first.attributes.kind == FILESYSTEM_KIND_DIRECTORY) {
		status = FILES_IS_A_DIRECTORY;
	}
	if (status == FILES_OK) {
		status = find_new(client, new, false, &second);
	}
	if (status == FILES_OK &&
	    (first.place.file_system != second.directory.file_system || first.account != second.account)) {
		status = FILES_ACROSS;
	}
	if (status == FILES_OK) {
		status = status_of(ask_link(first.place, second.directory, second.name));
	}
	if (status == FILES_OK) {
		names_changed(client, second.directory.file_system);
		watch_tell(second.directory, FILES_CHANGE_CREATED, second.name);
	}
	return status;
}

/* What stands under the new name, if anything does, may go for the old. */
static enum files_status may_replace(uint32_t client)
{
	if (second.directory.file_system == NOWHERE) {
		return FILES_IN_USE;
	}
	if (second.place.file_system != NOWHERE &&
	    (path_is_root(second.place) || second.place.file_system != second.directory.file_system)) {
		return FILES_IN_USE;
	}
	if (first.directory.file_system != second.directory.file_system || first.account != second.account) {
		return FILES_ACROSS;
	}
	if (second.wants_directory && first.attributes.kind != FILESYSTEM_KIND_DIRECTORY) {
		return FILES_NOT_A_DIRECTORY;
	}
	return may_change(client, &second);
}

enum files_status files_rename(uint32_t client, const char *old, const char *new)
{
	enum files_status status = find_old(client, old, &first);

	if (status == FILES_OK) {
		status = path_walk(client, new, false, &second);
	}
	if (status == FILES_OK) {
		status = may_replace(client);
	}
	if (status != FILES_OK || place_is(first.place, second.place)) {
		return status; /* two names of one file stay (POSIX.1-2017, rename) */
	}
	status = status_of(ask_rename(first.directory, first.name, second.directory, second.name));
	if (status == FILES_OK) {
		struct node *moved = node_find(first.place);

		if (moved != NULL) {
			moved->has_moved = true;
		}
		if (second.place.file_system != NOWHERE) {
			lost_name(&second);
		}
		names_changed(client, first.directory.file_system);
		watch_tell(first.directory, FILES_CHANGE_MOVED_AWAY, first.name);
		watch_tell(second.directory, FILES_CHANGE_MOVED_HERE, second.name);
	}
	calls_run();
	return status;
}

enum files_status files_remove(uint32_t client, const char *path, bool directory)
{
	struct found found;
	enum files_status status = find_old(client, path, &found);
	const bool is_directory = status == FILES_OK && found.attributes.kind == FILESYSTEM_KIND_DIRECTORY;

	if (status == FILES_OK && directory != is_directory) {
		status = is_directory ? FILES_IS_A_DIRECTORY : FILES_NOT_A_DIRECTORY;
	}
	if (status == FILES_OK) {
		status = status_of(ask_unlink(found.directory, found.name, found.attributes.kind));
	}
	if (status == FILES_OK) {
		lost_name(&found);
		names_changed(client, found.directory.file_system);
		watch_tell(found.directory, FILES_CHANGE_REMOVED, found.name);
	}
	calls_run();
	return status;
}

enum files_status files_space(uint32_t client, const char *path, uint32_t *block, uint64_t *blocks,
			      uint64_t *free_blocks, uint64_t *nodes, uint64_t *free_nodes, bool *read_only)
{
	struct found found;
	enum files_status status = find(client, path, true, &found);

	if (status != FILES_OK) {
		return status;
	}
	*block = system_at(found.place.file_system)->block;
	*read_only = files_parameters[client].read_only || system_is_read_only(found.place.file_system);
	status =
	    status_of(file_systems_space(found.place.file_system, blocks, free_blocks, nodes, free_nodes));
	if (status == FILES_OK) {
		quota_space(found.account, *block, blocks, free_blocks);
	}
	return status;
}

enum files_status files_watch(uint32_t client, const char *path, uint32_t *watch)
{
	struct found found;
	enum files_status status = find(client, path, true, &found);

	if (status != FILES_OK) {
		return status;
	}
	*watch = watch_begin(client, found.place);
	return *watch == NOWHERE ? FILES_IO : FILES_OK;
}

enum files_status files_unwatch(uint32_t client, uint32_t watch)
{
	return watch_end(client, watch) ? FILES_OK : FILES_BAD_FILE;
}

/* ---- mounts ----------------------------------------------------------------------------------- */

/* The path of a mount as the client names it: NULL where it is not below its root. */
static const char *below(uint32_t client, const char *at)
{
	const char *root = files_parameters[client].root;
	size_t length = strlen(root);

	while (length > 0 && root[length - 1] == '/') {
		length--;
	}
	if (strncmp(at, root, length) != 0 || (at[length] != '/' && at[length] != '\0')) {
		return NULL;
	}
	return at[length] == '\0' ? "/" : at + length;
}

enum files_status files_mounts(uint32_t client, uint32_t from, struct files_mounted mounted[8],
			       uint32_t *count, uint32_t *next)
{
	*count = 0;
	*next = from;
	while (*next < MOUNTS_MAX && *count < 8) {
		const struct mount *mount = mount_at((*next)++);
		const char *at = mount == NULL ? NULL : below(client, mount->at);
		struct files_mounted *entry = &mounted[*count];

		if (at == NULL) {
			continue;
		}
		memset(entry, 0, sizeof *entry);
		memcpy(entry->at, at, strlen(at) + 1);
		system_name(mount->file_system, entry->file_system);
		entry->is_read_only =
		    files_parameters[client].read_only || system_is_read_only(mount->file_system);
		(*count)++;
	}
	return FILES_OK;
}

enum files_status files_mount(uint32_t client, const char *file_system, const char *path, bool read_only)
{
	const uint32_t number = system_named(file_system);
	char at[256];
	enum files_status status = FILES_OK;

	if (!files_parameters[client].mounts) {
		return FILES_NOT_PERMITTED;
	}
	if (number == NOWHERE) {
		return FILES_NOT_FOUND;
	}
	if (mount_at(0) == NULL) {
		return FILES_NOT_PERMITTED;
	}
	status = find(client, path, true, &first);
	if (status == FILES_OK && first.attributes.kind != FILESYSTEM_KIND_DIRECTORY) {
		status = FILES_NOT_A_DIRECTORY;
	}
	if (status == FILES_OK && !path_join(files_parameters[client].root, path, at)) {
		status = FILES_NO_SPACE;
	}
	return status == FILES_OK ? mount_make(number, first.place, at, read_only) : status;
}

void files_unmount(uint32_t client, struct files_unmount_token token, const char *path)
{
	struct call *call = call_begin(CALL_UNMOUNT, client, token.reply, token.sequence);
	enum files_status status =
	    files_parameters[client].mounts ? find(client, path, true, &first) : FILES_NOT_PERMITTED;

	if (status == FILES_OK) {
		call->mount = mount_of(first.place.file_system);
		if (call->mount == NULL || call->mount == mount_at(0) ||
		    system_at(first.place.file_system)->root != first.place.node) {
			status = FILES_NOT_FOUND;
		}
	}
	if (status != FILES_OK) {
		call_finish(call, status);
	}
	calls_run();
}

void call_unmount(struct call *call)
{
	const uint32_t number = call->mount->file_system;
	enum files_status status;

	if (!call->mount->is_used || path_is_used_as_root(number) || mounts_are_on(number)) {
		call_finish(call, FILES_IN_USE);
		return;
	}
	nodes_make_clean();
	for (struct node *node = nodes_dirty(NULL); node != NULL; node = nodes_dirty(node)) {
		if (node->place.file_system == number && !node->is_gone) {
			call_wait(call, &node->waiting);
			return;
		}
	}
	if (nodes_are_used(number)) {
		call_finish(call, FILES_IN_USE);
		return;
	}
	status = system_is_read_only(number) ? FILES_OK : system_sync(number, true);
	if (status == FILES_OK) {
		nodes_forget(number);
		mount_end(call->mount);
	}
	if (status == FILES_WOULD_WAIT) {
		calls_again(call);
		return;
	}
	call_finish(call, status);
}
