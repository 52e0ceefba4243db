/* SPDX-License-Identifier: MIT
 * Names come and go. FAT has one name for a file, no links, and no step that is whole after a power cut; the order is such that
 * what a cut leaves is a name too many or clusters that nobody has, and never a file whose clusters are somebody else's.
 */
#include "chain.h"
#include "fat.h"
#include "times.h"

#include <string.h>

#define MODE_WRITE 0222u
#define DEPTH_MOST 65536u /* directories one in the other; more are a circle */

/* A name in a directory, and what has it. */
struct named {
	uint32_t directory;
	const char *name;
	struct fatfs_place place;
	struct fatfs_entry entry;
};

/* Finds what has the name: NOT_FOUND, and what goes wrong with directory, name and medium. */
static enum filesystem_status find(uint64_t directory, const char *name, struct named *named)
{
	const enum filesystem_status status = fat_directory(directory, &named->directory);

	named->name = name;
	if (status != FILESYSTEM_OK) {
		return status;
	}
	if (!fatfs_name_is_good(name)) {
		return FILESYSTEM_BAD_NAME;
	}
	return fatfs_find(named->directory, name, &named->place, &named->entry);
}

/* ---- a new one -------------------------------------------------------------------------------- */

static struct fatfs_entry fresh_entry(bool is_directory, uint32_t mode, struct filesystem_time now)
{
	const struct fat_time time = fat_time_of(now);

	return (struct fatfs_entry){.attributes = (is_directory ? FATFS_DIRECTORY : FATFS_ARCHIVE) |
						  ((mode & MODE_WRITE) == 0 ? FATFS_READ_ONLY : 0),
				    .accessed_date = time.date,
				    .modified_date = time.date,
				    .modified_time = time.time,
				    .created_date = time.date,
				    .created_time = time.time};
}

enum filesystem_status files_create(uint32_t client, uint64_t directory, const char *name,
				    enum filesystem_kind kind, uint32_t mode,
				    const struct filesystem_time *now,
				    struct filesystem_attributes *attributes)
{
	const bool is_directory = kind == FILESYSTEM_KIND_DIRECTORY;
	enum filesystem_status status = fat_ready_to_change();
	struct node_view view = {.entry = fresh_entry(is_directory, mode, *now)};
	struct named named;

	(void)client;
	if (status != FILESYSTEM_OK) {
		return status;
	}
	status = find(directory, name, &named);
	if (status != FILESYSTEM_NOT_FOUND) {
		return status == FILESYSTEM_OK ? FILESYSTEM_EXISTS : status;
	}
	if (kind == FILESYSTEM_KIND_SYMBOLIC_LINK) {
		return FILESYSTEM_UNSUPPORTED;
	}
	status = is_directory ? fatfs_make_directory(named.directory, &view.entry.first) : FILESYSTEM_OK;
	if (status == FILESYSTEM_OK) {
		status = fatfs_enter(named.directory, name, &view.entry, &named.place);
		if (status != FILESYSTEM_OK && is_directory) {
			(void)fatfs_free(view.entry.first, 0); /* the first failure is told */
		}
	}
	if (status == FILESYSTEM_OK) {
		view.place = named.place.number;
		view.number = node_number(view.place);
		*attributes = fat_attributes(&view);
	}
	return fat_done(status);
}

enum filesystem_status files_create_link(uint32_t client, uint64_t directory, const char *name,
					 const char *target, const struct filesystem_time *now,
					 struct filesystem_attributes *attributes)
{
	(void)client;
	(void)directory;
	(void)name;
	(void)target;
	(void)now;
	(void)attributes;
	return FILESYSTEM_UNSUPPORTED;
}

enum filesystem_status files_read_link(uint32_t client, uint64_t node, char target[1023 + 1])
{
	(void)client;
	(void)node;
	(void)target;
	return FILESYSTEM_UNSUPPORTED;
}

enum filesystem_status files_link(uint32_t client, uint64_t node, uint64_t directory, const char *name,
				  const struct filesystem_time *now)
{
	(void)client;
	(void)node;
	(void)directory;
	(void)name;
	(void)now;
	return FILESYSTEM_UNSUPPORTED;
}

/* ---- one goes --------------------------------------------------------------------------------- */

static enum filesystem_status check_empty(const struct fatfs_entry *directory)
{
	struct fatfs_place place;
	struct fatfs_entry entry;
	char name[FATFS_NAME + 1];
	enum filesystem_status status;

	if (directory->first == 0) {
		return FILESYSTEM_DAMAGED;
	}
	status = fatfs_next(directory->first, 0, &place, &entry, name);
	return status == FILESYSTEM_OK          ? FILESYSTEM_NOT_EMPTY
	       : status == FILESYSTEM_NOT_FOUND ? FILESYSTEM_OK
						: status;
}

/* May what is there go, where something of that kind is meant? */
static enum filesystem_status may_go(const struct fatfs_entry *entry, bool directory_is_meant)
{
	const bool is_directory = fat_is_directory(entry);

	if (is_directory != directory_is_meant) {
		return is_directory ? FILESYSTEM_IS_A_DIRECTORY : FILESYSTEM_NOT_A_DIRECTORY;
	}
	return is_directory ? check_empty(entry) : FILESYSTEM_OK;
}

/* The entry at that place is no more: what it led to is freed, unless it is a file that somebody holds. */
static enum filesystem_status let_go(uint64_t place, const struct fatfs_entry *entry)
{
	const bool is_held = node_lost(place, entry);

	if (entry->first == 0 || (is_held && !fat_is_directory(entry))) {
		return FILESYSTEM_OK;
	}
	return fatfs_free(entry->first, 0);
}

enum filesystem_status files_unlink(uint32_t client, uint64_t directory, const char *name,
				    enum filesystem_kind kind, const struct filesystem_time *now)
{
	enum filesystem_status status = fat_ready_to_change();
	struct named named;

	(void)client;
	(void)now;
	if (status == FILESYSTEM_OK) {
		status = find(directory, name, &named);
	}
	if (status == FILESYSTEM_OK) {
		status = may_go(&named.entry, kind == FILESYSTEM_KIND_DIRECTORY);
	}
	if (status != FILESYSTEM_OK) {
		return status;
	}
	status = fatfs_remove(&named.place);
	if (status == FILESYSTEM_OK) {
		status = let_go(named.place.number, &named.entry);
	}
	return fat_done(status);
}

/* ---- another name ----------------------------------------------------------------------------- */

/* Is `directory` the one that begins at `first`, or below it? */
static enum filesystem_status check_not_below(uint32_t directory, uint32_t first)
{
	enum filesystem_status status = FILESYSTEM_OK;

	for (uint32_t depth = 0; status == FILESYSTEM_OK && directory != FATFS_ROOT; depth++) {
		if (directory == first) {
			return FILESYSTEM_INTO_ITSELF;
		}
		if (depth == DEPTH_MOST) {
			return FILESYSTEM_DAMAGED;
		}
		status = fatfs_parent(directory, &directory);
	}
	return status;
}

/* May `moved` go where `taken` is, if that is not NULL? */
static enum filesystem_status may_move(const struct named *moved, const struct named *to,
				       const struct named *taken)
{
	enum filesystem_status status = FILESYSTEM_OK;

	if (fat_is_directory(&moved->entry)) {
		status = check_not_below(to->directory, moved->entry.first);
	}
	return status != FILESYSTEM_OK || taken == NULL
		   ? status
		   : may_go(&taken->entry, fat_is_directory(&moved->entry));
}

/* The moved one's entry takes the place of the other, whose name is already what is wanted. */
static enum filesystem_status replace(const struct named *moved, const struct named *taken)
{
	enum filesystem_status status = fatfs_store(taken->place.number, &moved->entry);

	if (status == FILESYSTEM_OK) {
		status = fatfs_remove(&moved->place);
	}
	if (status == FILESYSTEM_OK) {
		status = let_go(taken->place.number, &taken->entry);
	}
	if (status == FILESYSTEM_OK) {
		node_moved(moved->place.number, taken->place.number);
	}
	return status;
}

static enum filesystem_status move(const struct named *moved, struct named *to)
{
	enum filesystem_status status = fatfs_enter(to->directory, to->name, &moved->entry, &to->place);

	if (status == FILESYSTEM_OK) {
		status = fatfs_remove(&moved->place);
	}
	if (status == FILESYSTEM_OK) {
		node_moved(moved->place.number, to->place.number);
	}
	return status;
}

enum filesystem_status files_rename(uint32_t client, uint64_t from, const char *old, uint64_t to,
				    const char *new, const struct filesystem_time *now)
{
	enum filesystem_status status = fat_ready_to_change();
	struct named moved, target;
	bool is_taken, is_same;

	(void)client;
	(void)now;
	if (status == FILESYSTEM_OK) {
		status = find(from, old, &moved);
	}
	if (status != FILESYSTEM_OK) {
		return status;
	}
	status = find(to, new, &target);
	if (status != FILESYSTEM_OK && status != FILESYSTEM_NOT_FOUND) {
		return status;
	}
	is_same = status == FILESYSTEM_OK &&
		  target.place.number == moved.place.number; /* in other letters, perhaps */
	is_taken = status == FILESYSTEM_OK && !is_same;
	if (is_same && strcmp(old, new) == 0) {
		return FILESYSTEM_OK;
	}
	status = may_move(&moved, &target, is_taken ? &target : NULL);
	if (status != FILESYSTEM_OK) {
		return status;
	}
	if (fat_is_directory(&moved.entry) && moved.directory != target.directory) {
		status = fatfs_set_parent(moved.entry.first, target.directory);
	}
	if (status == FILESYSTEM_OK) {
		status = is_taken ? replace(&moved, &target) : move(&moved, &target);
	}
	return fat_done(status);
}
