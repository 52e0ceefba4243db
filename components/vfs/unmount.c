/* SPDX-License-Identifier: MIT
 * What clients see of mounts, and how one ends.
 */
#include "ask.h"
#include "call.h"
#include "path.h"
#include "reopen.h"

#include <tenon/string.h>

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
		const char *at = mount == NULL || mount->is_pending ? NULL : below(client, mount->at);
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

/* The mount that the path leads to. */
static enum files_status find_mount(struct call *call)
{
	struct found *found;
	enum files_status status = FILES_NOT_PERMITTED;

	if (files_parameters[call->client].mounts) {
		status = path_walk(call, true, &found);
	}
	if (status == FILES_OK) {
		const bool is_there = found->place.file_system != NOWHERE;

		call->mount = is_there ? mount_of(found->place.file_system) : NULL;
		if (call->mount == NULL || call->mount == mount_at(0) ||
		    system_at(found->place.file_system)->root != found->place.node) {
			call->mount = NULL;
			status = FILES_NOT_FOUND;
		}
	}
	if (call->mount != NULL) {
		call->number = call->mount->file_system;
	}
	return status;
}

void call_unmount(struct call *call)
{
	enum files_status status = call->mount == NULL ? find_mount(call) : FILES_OK;
	const uint32_t number = call->number;

	if (status != FILES_OK) {
		if (status != FILES_WOULD_WAIT) {
			call_finish(call, status);
		}
		return;
	}
	if (!call->mount->is_used || call->mount->file_system != number || path_is_used_as_root(number) ||
	    mounts_are_on(number)) {
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
	if (status == FILES_WOULD_WAIT) {
		return;
	}
	if (status == FILES_OK && (nodes_are_used(number) || path_is_used_as_root(number))) {
		status = FILES_IN_USE; /* since then */
	}
	if (status == FILES_OK) {
		nodes_forget(number);
		mount_end(call->mount);
	}
	call_finish(call, status);
}
