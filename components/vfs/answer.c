/* SPDX-License-Identifier: MIT
 * The answers of calls. Who has gone in the meantime needs none.
 */
#include "call.h"

#define TOKEN(operation)                                                                                     \
	(struct files_##operation##_token)                                                                   \
	{                                                                                                    \
		call->reply, call->sequence                                                                  \
	}

/* Of a file that is open. */
static void answer_file(const struct call *call, enum files_status status)
{
	switch (call->kind) {
	case CALL_OPEN:
		(void)files_open_finish(TOKEN(open), status, status == FILES_OK ? file_number(call->file) : 0,
					&call->attributes);
		break;
	case CALL_READ:
		(void)files_read_finish(TOKEN(read), status, (uint32_t)call->done);
		break;
	case CALL_WRITE:
		(void)files_write_finish(TOKEN(write), status, call->offset + call->done);
		break;
	case CALL_RESIZE:
		(void)files_resize_finish(TOKEN(resize), status);
		break;
	case CALL_SYNC:
		(void)files_sync_finish(TOKEN(sync), status);
		break;
	case CALL_SYNC_ALL:
		(void)files_sync_all_finish(TOKEN(sync_all), status);
		break;
	case CALL_LOCK:
		(void)files_lock_finish(TOKEN(lock), status);
		break;
	case CALL_READ_ATTRIBUTES:
		(void)files_read_attributes_finish(TOKEN(read_attributes), status, &call->attributes);
		break;
	case CALL_WRITE_ATTRIBUTES:
		(void)files_write_attributes_finish(TOKEN(write_attributes), status);
		break;
	default:
		(void)files_read_entries_finish(TOKEN(read_entries), status, results.entries, results.count);
		break;
	}
}

void call_answer(const struct call *call, enum files_status status)
{
	switch (call->kind) {
	case CALL_LOOK_UP:
		(void)files_look_up_finish(TOKEN(look_up), status, &call->attributes);
		break;
	case CALL_MAKE_DIRECTORY:
		(void)files_make_directory_finish(TOKEN(make_directory), status);
		break;
	case CALL_MAKE_LINK:
		(void)files_make_link_finish(TOKEN(make_link), status);
		break;
	case CALL_READ_LINK:
		(void)files_read_link_finish(TOKEN(read_link), status, results.target);
		break;
	case CALL_LINK:
		(void)files_link_finish(TOKEN(link), status);
		break;
	case CALL_RENAME:
		(void)files_rename_finish(TOKEN(rename), status);
		break;
	case CALL_REMOVE:
		(void)files_remove_finish(TOKEN(remove), status);
		break;
	case CALL_SPACE:
		(void)files_space_finish(TOKEN(space), status, results.block, results.space.blocks,
					 results.space.free_blocks, results.space.nodes,
					 results.space.free_nodes, results.read_only);
		break;
	case CALL_WATCH:
		(void)files_watch_finish(TOKEN(watch), status, results.watch);
		break;
	case CALL_MOUNT:
		(void)files_mount_finish(TOKEN(mount), status);
		break;
	case CALL_UNMOUNT:
		(void)files_unmount_finish(TOKEN(unmount), status);
		break;
	default:
		answer_file(call, status);
		break;
	}
}
