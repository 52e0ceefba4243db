/* SPDX-License-Identifier: MIT
 * Mounts: what is mounted where, and how it comes there. A mount is pending until its file system has described itself; who goes that way
 * waits, so nobody sees what it covers.
 */
#include "ask.h"
#include "call.h"
#include "path.h"

#include <tenon/string.h>

static struct mount mounts[MOUNTS_MAX];

struct mount *mount_cross(struct place *place)
{
	for (uint32_t i = 1; i < MOUNTS_MAX; i++) {
		if (mounts[i].is_used && place_is(mounts[i].covered, *place)) {
			if (mounts[i].is_pending) {
				return &mounts[i];
			}
			*place =
			    (struct place){mounts[i].file_system, system_at(mounts[i].file_system)->root};
			i = 0; /* something may be mounted on its root */
		}
	}
	return NULL;
}

bool mounts_are_on(uint32_t file_system)
{
	for (uint32_t i = 1; i < MOUNTS_MAX; i++) {
		if (mounts[i].is_used && mounts[i].covered.file_system == file_system) {
			return true;
		}
	}
	return false;
}

struct mount *mount_of(uint32_t file_system)
{
	for (uint32_t i = 0; i < MOUNTS_MAX; i++) {
		if (mounts[i].is_used && mounts[i].file_system == file_system) {
			return &mounts[i];
		}
	}
	return NULL;
}

struct mount *mount_at(uint32_t index)
{
	return index < MOUNTS_MAX && mounts[index].is_used ? &mounts[index] : NULL;
}

bool system_is_read_only(uint32_t file_system)
{
	const struct mount *mount = mount_of(file_system);

	return mount == NULL || mount->is_read_only || system_at(file_system)->is_read_only;
}

/* A place for a mount, which is pending. `at`: its path from the first root. */
static enum files_status mount_begin(uint32_t file_system, struct place covered, const char *at,
				     bool is_read_only, struct mount **mount)
{
	const bool is_first = covered.file_system == NOWHERE;
	uint32_t index = is_first ? 0 : 1;

	if (mount_of(file_system) != NULL) {
		return FILES_EXISTS;
	}
	while (index < MOUNTS_MAX && mounts[index].is_used && !is_first) {
		index++;
	}
	if (index == MOUNTS_MAX || strlen(at) >= sizeof mounts->at) {
		return FILES_NO_SPACE;
	}
	if (mounts[index].is_used) {
		return FILES_IN_USE;
	}
	mounts[index] = (struct mount){.is_used = true,
				       .is_pending = true,
				       .is_held = !is_first,
				       .waiting = NO_CALL,
				       .is_read_only = is_read_only,
				       .file_system = file_system,
				       .covered = covered};
	memcpy(mounts[index].at, at, strlen(at) + 1);
	*mount = &mounts[index];
	return FILES_OK;
}

/* What it covers is seen again. */
static void uncover(struct mount *mount)
{
	if (mount->covered.file_system != NOWHERE && mount->is_held) {
		desk_release(mount->covered);
	}
	mount->is_used = false;
	calls_go_on(&mount->waiting);
}

void mount_end(struct mount *mount)
{
	system_at(mount->file_system)->is_known = false;
	uncover(mount);
}

/* The file system says what it is. FILES_WOULD_WAIT: it has not yet. Otherwise the mount is there, or is none. */
static enum files_status mount_finish(struct mount *mount)
{
	enum files_status status;

	CHECK(mount != NULL);
	status = system_get_to_know(mount->file_system);
	if (status == FILES_WOULD_WAIT) {
		return status;
	}
	mount->is_pending = false;
	if (status == FILES_OK) {
		calls_go_on(&mount->waiting);
	} else {
		uncover(mount);
	}
	return status;
}

void mounts_died(uint32_t number)
{
	for (uint32_t i = 1; i < MOUNTS_MAX; i++) {
		mounts[i].is_held = mounts[i].is_held && mounts[i].covered.file_system != number;
	}
}

enum filesystem_status mounts_open_again(uint32_t number)
{
	for (uint32_t i = 1; i < MOUNTS_MAX; i++) {
		struct mount *mount = &mounts[i];
		enum filesystem_status status;

		if (!mount->is_used || mount->is_held || mount->covered.file_system != number) {
			continue;
		}
		status = ask_hold(mount->covered);
		if (status == FILESYSTEM_LATER) {
			return status;
		}
		mount->is_held = status == FILESYSTEM_OK;
		if (!mount->is_held) {
			log_error("%s: what it is mounted on is gone", mount->at);
			mount->covered.node = 0; /* nobody comes there any more */
			mount->is_held = true;
		}
	}
	return FILESYSTEM_OK;
}

/* ---- mounting --------------------------------------------------------------------------------- */

/* The directory that something is to be mounted on is made where it is not there. */
static enum files_status directory_for(struct call *call, struct place *covered)
{
	struct found *found;
	enum files_status status = path_walk_all(call, &found);

	if (status == FILES_OK && found->place.file_system == NOWHERE) {
		status = status_of(ask_create(found->directory, found->name, FILESYSTEM_KIND_DIRECTORY, 0755,
					      &found->attributes));
		if (status == FILES_OK) {
			found->place = (struct place){found->directory.file_system, found->attributes.node};
		}
	}
	if (status == FILES_OK && found->attributes.kind != FILESYSTEM_KIND_DIRECTORY) {
		status = FILES_NOT_A_DIRECTORY;
	}
	if (status == FILES_OK) {
		*covered = found->place;
	}
	return status;
}

static uint32_t depth_of(const char *path)
{
	uint32_t depth = 0;

	for (; *path != '\0'; path++) {
		depth += path[0] == '/' && path[1] != '\0' && path[1] != '/';
	}
	return depth;
}

static enum files_status mount_described(struct call *call)
{
	const uint32_t number = call->number;
	const bool is_read_only = file_systems_parameters[number].mounted_read_only;
	struct place covered = {.file_system = NOWHERE};
	enum files_status status = FILES_OK;

	if (call->mount == NULL && depth_of(call->path) > 0) {
		status = directory_for(call, &covered);
		if (status == FILES_OK) {
			status = status_of(ask_hold(covered));
		}
	}
	if (call->mount == NULL && status == FILES_OK) {
		status = mount_begin(number, covered, call->path, is_read_only, &call->mount);
		if (status != FILES_OK && covered.file_system != NOWHERE) {
			desk_release(covered);
		}
	}
	return status == FILES_OK ? mount_finish(call->mount) : status;
}

void call_start(struct call *call)
{
	const enum files_status status = mount_described(call);

	if (status == FILES_WOULD_WAIT) {
		return;
	}
	if (status == FILES_OK) {
		log_info("%s is mounted on %s", file_systems_server_name(call->number), call->path);
	} else {
		log_error("%s: %s is not mounted on %s: %s", file_systems_server_line(call->number),
			  file_systems_server_name(call->number), call->path, files_status_name(status));
	}
	call_finish(call, status);
}

static enum files_status mount_for_client(struct call *call)
{
	const char *root = files_parameters[call->client].root;
	struct found *found;
	char at[256];
	enum files_status status = path_walk(call, true, &found);

	if (status != FILES_OK) {
		return status;
	}
	if (found->place.file_system == NOWHERE) {
		return FILES_NOT_FOUND;
	}
	if (found->attributes.kind != FILESYSTEM_KIND_DIRECTORY) {
		return FILES_NOT_A_DIRECTORY;
	}
	if (!path_join(root, call->path, at)) {
		return FILES_NO_SPACE;
	}
	if (mount_of(call->number) != NULL) {
		return FILES_EXISTS;
	}
	status = status_of(ask_hold(found->place));
	if (status != FILES_OK) {
		return status;
	}
	status = mount_begin(call->number, found->place, at, call->flag, &call->mount);
	if (status != FILES_OK) {
		desk_release(found->place);
	}
	return status;
}

void call_mount(struct call *call)
{
	enum files_status status = FILES_OK;

	if (call->stage == 0) {
		status = mount_for_client(call);
		call->stage = status == FILES_OK;
	}
	if (status == FILES_OK) {
		status = mount_finish(call->mount);
	}
	if (status != FILES_WOULD_WAIT) {
		call_finish(call, status);
	}
}

/* The shallow ones first: others may be mounted below them, and calls wait for what is pending. */
void system_start(void)
{
	uint32_t left = FILE_SYSTEMS_COUNT;

	for (uint32_t depth = 0; left > 0 && depth < 256; depth++) {
		for (uint32_t i = 0; i < FILE_SYSTEMS_COUNT; i++) {
			const char *at = file_systems_parameters[i].at;
			struct call *call;

			if (depth_of(at) != depth) {
				continue;
			}
			left--;
			if (at[0] == '/') {
				call = call_begin_own(CALL_START, 0);
				call->number = i;
				memcpy(call->path, at, strlen(at) + 1);
			}
		}
	}
}
