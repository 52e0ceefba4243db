/* SPDX-License-Identifier: MIT
 * Clients' calls with paths, each of which becomes one that may wait, and the calls for which nobody waits any more.
 */
#include "call.h"
#include "path.h"

#include <tenon/string.h>

static struct call *begin(enum call_kind kind, uint32_t client, uint32_t reply, uint32_t sequence,
			  const char *path)
{
	struct call *call = call_begin(kind, client, reply, sequence);

	memcpy(call->path, path, strlen(path) + 1); /* it is as long as the interface lets it be */
	call->second[0] = '\0';
	return call;
}

void files_look_up(uint32_t client, struct files_look_up_token token, const char *path, bool follow)
{
	struct call *call = begin(CALL_LOOK_UP, client, token.reply, token.sequence, path);

	call->flag = follow;
	calls_run();
}

void files_make_directory(uint32_t client, struct files_make_directory_token token, const char *path,
			  uint32_t mode)
{
	struct call *call = begin(CALL_MAKE_DIRECTORY, client, token.reply, token.sequence, path);

	call->mode = mode;
	calls_run();
}

void files_make_link(uint32_t client, struct files_make_link_token token, const char *path,
		     const char *target)
{
	struct call *call = begin(CALL_MAKE_LINK, client, token.reply, token.sequence, path);

	memcpy(call->second, target, strlen(target) + 1);
	call->mode = 0;
	calls_run();
}

void files_read_link(uint32_t client, struct files_read_link_token token, const char *path)
{
	(void)begin(CALL_READ_LINK, client, token.reply, token.sequence, path);
	calls_run();
}

void files_link(uint32_t client, struct files_link_token token, const char *old, const char *new)
{
	struct call *call = begin(CALL_LINK, client, token.reply, token.sequence, old);

	memcpy(call->second, new, strlen(new) + 1);
	calls_run();
}

void files_rename(uint32_t client, struct files_rename_token token, const char *old, const char *new)
{
	struct call *call = begin(CALL_RENAME, client, token.reply, token.sequence, old);

	memcpy(call->second, new, strlen(new) + 1);
	calls_run();
}

void files_remove(uint32_t client, struct files_remove_token token, const char *path, bool directory)
{
	struct call *call = begin(CALL_REMOVE, client, token.reply, token.sequence, path);

	call->flag = directory;
	calls_run();
}

void files_space(uint32_t client, struct files_space_token token, const char *path)
{
	(void)begin(CALL_SPACE, client, token.reply, token.sequence, path);
	calls_run();
}

void files_watch(uint32_t client, struct files_watch_token token, const char *path)
{
	(void)begin(CALL_WATCH, client, token.reply, token.sequence, path);
	calls_run();
}

void files_unmount(uint32_t client, struct files_unmount_token token, const char *path)
{
	(void)begin(CALL_UNMOUNT, client, token.reply, token.sequence, path);
	calls_run();
}

void files_mount(uint32_t client, struct files_mount_token token, const char *file_system, const char *path,
		 bool read_only)
{
	struct call *call = begin(CALL_MOUNT, client, token.reply, token.sequence, path);

	call->number = system_named(file_system);
	call->flag = read_only;
	if (!files_parameters[client].mounts || mount_at(0) == NULL) {
		call_finish(call, FILES_NOT_PERMITTED);
	} else if (call->number == NOWHERE) {
		call_finish(call, FILES_NOT_FOUND);
	}
	calls_run();
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

void files_read_attributes_cancelled(uint32_t client, struct files_read_attributes_token token)
{
	(void)client;
	call_cancel(token.reply);
}

void files_write_attributes_cancelled(uint32_t client, struct files_write_attributes_token token)
{
	(void)client;
	call_cancel(token.reply);
}

void files_read_entries_cancelled(uint32_t client, struct files_read_entries_token token)
{
	(void)client;
	call_cancel(token.reply);
}

void files_look_up_cancelled(uint32_t client, struct files_look_up_token token)
{
	(void)client;
	call_cancel(token.reply);
}

void files_make_directory_cancelled(uint32_t client, struct files_make_directory_token token)
{
	(void)client;
	call_cancel(token.reply);
}

void files_make_link_cancelled(uint32_t client, struct files_make_link_token token)
{
	(void)client;
	call_cancel(token.reply);
}

void files_read_link_cancelled(uint32_t client, struct files_read_link_token token)
{
	(void)client;
	call_cancel(token.reply);
}

void files_link_cancelled(uint32_t client, struct files_link_token token)
{
	(void)client;
	call_cancel(token.reply);
}

void files_rename_cancelled(uint32_t client, struct files_rename_token token)
{
	(void)client;
	call_cancel(token.reply);
}

void files_remove_cancelled(uint32_t client, struct files_remove_token token)
{
	(void)client;
	call_cancel(token.reply);
}

void files_space_cancelled(uint32_t client, struct files_space_token token)
{
	(void)client;
	call_cancel(token.reply);
}

void files_watch_cancelled(uint32_t client, struct files_watch_token token)
{
	(void)client;
	call_cancel(token.reply);
}

void files_mount_cancelled(uint32_t client, struct files_mount_token token)
{
	(void)client;
	call_cancel(token.reply);
}

void files_unmount_cancelled(uint32_t client, struct files_unmount_token token)
{
	(void)client;
	call_cancel(token.reply);
}
