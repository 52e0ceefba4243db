/* SPDX-License-Identifier: MIT
 * See system.h. A file system describes itself when it is mounted, which may take as long as it takes to replay a journal.
 */
#include "system.h"
#include "ask.h"
#include "cache.h"

#include <tenon/string.h>

#define NS_PER_S     UINT64_C(1000000000)
#define ASK_AGAIN_NS (60 * NS_PER_S)

static struct file_system systems[FILE_SYSTEMS_COUNT > 0 ? FILE_SYSTEMS_COUNT : 1];

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

	if (status == FILESYSTEM_LATER) {
		return FILES_WOULD_WAIT;
	}
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
	const enum files_status status = status_of(ask_describe(number, &said));
	const bool has_extents = (said.features & FILESYSTEM_FEATURES_EXTENTS) != 0;

	if (status == FILES_WOULD_WAIT) {
		return status;
	}
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

enum files_status system_get_to_know(uint32_t number)
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

	const enum files_status status = describe(number, &said);

	if (status != FILES_OK) {
		return status == FILES_WOULD_WAIT ? FILESYSTEM_LATER : FILESYSTEM_IO;
	}
	if (said.volume != system->volume || said.root != system->root || said.block != system->block) {
		log_error("%s is another file system than before", file_systems_server_name(number));
		return FILESYSTEM_DAMAGED;
	}
	*system = said;
	return FILESYSTEM_OK;
}
