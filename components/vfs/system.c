/* SPDX-License-Identifier: MIT
 * See system.h. A file system describes itself when it is mounted, which may take as long as it takes to replay a journal.
 */
#include "system.h"
#include "ask.h"
#include "cache.h"
#include "path.h"

#include <tenon/string.h>

#define NS_PER_S     UINT64_C(1000000000)
#define ASK_AGAIN_NS (60 * NS_PER_S)

static struct file_system systems[FILE_SYSTEMS_COUNT > 0 ? FILE_SYSTEMS_COUNT : 1];
static struct mount mounts[MOUNTS_MAX];

struct file_system *system_at(uint32_t number)
{
	CHECK(number < FILE_SYSTEMS_COUNT);
	return &systems[number];
}

enum files_status status_of(enum filesystem_status status)
{
	static const enum files_status same[] = {
	    [FILESYSTEM_OK] = FILES_OK,
	    [FILESYSTEM_NOT_FOUND] = FILES_NOT_FOUND,
	    [FILESYSTEM_EXISTS] = FILES_EXISTS,
	    [FILESYSTEM_NOT_A_DIRECTORY] = FILES_NOT_A_DIRECTORY,
	    [FILESYSTEM_IS_A_DIRECTORY] = FILES_IS_A_DIRECTORY,
	    [FILESYSTEM_NOT_EMPTY] = FILES_NOT_EMPTY,
	    [FILESYSTEM_BAD_NAME] = FILES_BAD_NAME,
	    [FILESYSTEM_BAD_NODE] = FILES_NOT_FOUND,
	    [FILESYSTEM_INTO_ITSELF] = FILES_INTO_ITSELF,
	    [FILESYSTEM_TOO_LARGE] = FILES_TOO_LARGE,
	    [FILESYSTEM_TOO_MANY_LINKS] = FILES_TOO_MANY_LINKS,
	    [FILESYSTEM_NO_SPACE] = FILES_NO_SPACE,
	    [FILESYSTEM_READ_ONLY] = FILES_READ_ONLY,
	    [FILESYSTEM_UNSUPPORTED] = FILES_UNSUPPORTED,
	    [FILESYSTEM_IO] = FILES_IO,
	    [FILESYSTEM_DAMAGED] = FILES_DAMAGED,
	};

	return (size_t)status < sizeof same / sizeof *same ? same[status] : FILES_IO;
}

/*
 * The clock of the day is asked once a minute at most, and what goes on in between is counted here. Without one, or as long as it
 * shows no time, times count from the start of the machine.
 */
struct filesystem_time time_now(void)
{
	static uint64_t ahead_ns, asked_ns;
	static bool is_asked;
	uint64_t now = clock_ns(), day_ns;

	if (calendar_connected() && (!is_asked || now - asked_ns >= ASK_AGAIN_NS)) {
		is_asked = true;
		if (calendar_read(&day_ns) == CALENDAR_OK) {
			now = clock_ns();
			ahead_ns = day_ns - now;
		}
		asked_ns = now;
	}
	now += ahead_ns;
	return (struct filesystem_time){.seconds = (int64_t)(now / NS_PER_S),
					.nanoseconds = (uint32_t)(now % NS_PER_S)};
}

/* ---- file systems ----------------------------------------------------------------------------- */

static uint32_t volume_named(const char *name)
{
	for (uint32_t i = 0; i < VOLUMES_COUNT; i++) {
		if (strcmp(volumes_parameters[i].volume_name, name) == 0) {
			return i;
		}
	}
	return NOWHERE;
}

static const char *name_of(uint32_t number)
{
	const char *given = file_systems_parameters[number].name;

	return given[0] != '\0' ? given : file_systems_server_name(number);
}

void system_name(uint32_t file_system, char name[32])
{
	const char *full = name_of(file_system);
	const size_t length = strlen(full) < 31 ? strlen(full) : 31;

	memcpy(name, full, length);
	name[length] = '\0';
}

uint32_t system_named(const char *name)
{
	for (uint32_t i = 0; i < FILE_SYSTEMS_COUNT; i++) {
		if (strcmp(name_of(i), name) == 0) {
			return i;
		}
	}
	return NOWHERE;
}

/* What it says of itself, looked at; `system` is changed only where that can be. */
static enum files_status describe(uint32_t number, struct file_system *system)
{
	const char *line = file_systems_server_line(number), *name = file_systems_server_name(number);
	const char *volume = file_systems_parameters[number].volume;
	struct file_system said = *system;
	enum files_status status = status_of(file_systems_describe(
	    number, &said.root, &said.features, &said.block, &said.longest, &said.largest));
	const bool has_extents = (said.features & FILESYSTEM_FEATURES_EXTENTS) != 0;

	if (status != FILES_OK) {
		log_error("%s: %s cannot be mounted: %s", line, name, files_status_name(status));
		return status;
	}
	said.volume = has_extents ? volume_named(volume) : NOWHERE;
	if (has_extents && said.volume == NOWHERE) {
		log_error("%s: %s cannot be mounted: no volume is named \"%s\"", line, name, volume);
		return FILES_IO;
	}
	if (said.block < 512 || (said.block & (said.block - 1)) != 0 || said.largest == 0) {
		log_error("%s: %s cannot be mounted: it says of itself what cannot be", line, name);
		return FILES_DAMAGED;
	}
	if (said.volume != NOWHERE) { /* pages of a file have numbers of 32 bits */
		said.largest = least(said.largest, (uint64_t)UINT32_MAX * PAGE_SIZE);
	}
	said.is_read_only = (said.features & FILESYSTEM_FEATURES_READ_ONLY) != 0;
	*system = said;
	return FILES_OK;
}

static enum files_status get_to_know(uint32_t number)
{
	const enum files_status status = describe(number, &systems[number]);

	if (status == FILES_OK) {
		systems[number].is_known = true;
		systems[number].epoch += systems[number].epoch == 0; /* 0 is none */
	}
	return status;
}

/* What is cached of it stays valid only where it has its root, its blocks and its data where they were. */
enum filesystem_status system_describe_again(uint32_t number)
{
	struct file_system *system = &systems[number], said = *system;

	if (describe(number, &said) != FILES_OK) {
		return FILESYSTEM_IO;
	}
	if (said.volume != system->volume || said.root != system->root || said.block != system->block) {
		log_error("%s is another file system than before", file_systems_server_name(number));
		return FILESYSTEM_DAMAGED;
	}
	*system = said;
	return FILESYSTEM_OK;
}

/* ---- mounts ----------------------------------------------------------------------------------- */

struct place mount_cross(struct place place)
{
	for (uint32_t i = 1; i < MOUNTS_MAX; i++) {
		if (mounts[i].is_used && place_is(mounts[i].covered, place)) {
			place = (struct place){mounts[i].file_system, systems[mounts[i].file_system].root};
			i = 0; /* something may be mounted on its root */
		}
	}
	return place;
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

	return mount == NULL || mount->is_read_only || systems[file_system].is_read_only;
}

enum files_status mount_make(uint32_t file_system, struct place covered, const char *at, bool is_read_only)
{
	const bool is_first = covered.file_system == NOWHERE;
	uint32_t index = is_first ? 0 : 1;
	enum files_status status;

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
	if (!systems[file_system].is_known && (status = get_to_know(file_system)) != FILES_OK) {
		return status;
	}
	if (!is_first && ask_hold(covered) != FILESYSTEM_OK) {
		return FILES_IO;
	}
	mounts[index] = (struct mount){
	    .is_used = true, .is_read_only = is_read_only, .file_system = file_system, .covered = covered};
	memcpy(mounts[index].at, at, strlen(at) + 1);
	return FILES_OK;
}

void mount_end(struct mount *mount)
{
	if (mount->covered.file_system != NOWHERE) {
		(void)ask_release(mount->covered);
	}
	systems[mount->file_system].is_known = false;
	mount->is_used = false;
}

enum filesystem_status mounts_open_again(uint32_t number)
{
	enum filesystem_status status = FILESYSTEM_OK;

	for (uint32_t i = 1; i < MOUNTS_MAX && status != FILESYSTEM_RESTARTED; i++) {
		if (mounts[i].is_used && mounts[i].covered.file_system == number) {
			status = file_systems_hold(number, mounts[i].covered.node);
			if (status != FILESYSTEM_OK && status != FILESYSTEM_RESTARTED) {
				log_error("%s: what it is mounted on is gone", mounts[i].at);
			}
		}
	}
	return status == FILESYSTEM_RESTARTED ? status : FILESYSTEM_OK;
}

/* The directory that something is to be mounted on is made where it is not there. */
static enum files_status directory_for(const char *at, struct place *covered)
{
	struct found found;
	struct filesystem_attributes attributes;
	enum files_status status = path_walk_all(at, &found);

	if (status != FILES_OK) {
		return status;
	}
	if (found.place.file_system == NOWHERE) {
		status = status_of(
		    ask_create(found.directory, found.name, FILESYSTEM_KIND_DIRECTORY, 0755, &attributes));
		found.place = (struct place){found.directory.file_system, attributes.node};
		found.attributes.kind = FILESYSTEM_KIND_DIRECTORY;
	}
	*covered = found.place;
	return status != FILES_OK                                   ? status
	       : found.attributes.kind != FILESYSTEM_KIND_DIRECTORY ? FILES_NOT_A_DIRECTORY
								    : FILES_OK;
}

static uint32_t depth_of(const char *path)
{
	uint32_t depth = 0;

	for (; *path != '\0'; path++) {
		depth += path[0] == '/' && path[1] != '\0' && path[1] != '/';
	}
	return depth;
}

static void mount_described(uint32_t number)
{
	const char *at = file_systems_parameters[number].at;
	struct place covered = {.file_system = NOWHERE};
	enum files_status status = depth_of(at) == 0 ? FILES_OK : directory_for(at, &covered);

	if (status == FILES_OK) {
		status = mount_make(number, covered, at, file_systems_parameters[number].mounted_read_only);
	}
	if (status == FILES_OK) {
		log_info("%s is mounted on %s", file_systems_server_name(number), at);
	} else {
		log_error("%s: %s is not mounted on %s: %s", file_systems_server_line(number),
			  file_systems_server_name(number), at, files_status_name(status));
	}
}

/* The shallow ones first: others may be mounted below them. */
void system_start(void)
{
	uint32_t left = FILE_SYSTEMS_COUNT;

	for (uint32_t depth = 0; left > 0 && depth < 256; depth++) {
		for (uint32_t i = 0; i < FILE_SYSTEMS_COUNT; i++) {
			const char *at = file_systems_parameters[i].at;

			if (depth_of(at) == depth) {
				left--;
				if (at[0] == '/') {
					mount_described(i);
				}
			}
		}
	}
}
