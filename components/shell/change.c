/* SPDX-License-Identifier: MIT
 * Names and sizes: mv, rm, mkdir, ln, touch, truncate, and sync.
 */
#include "files.h"
#include "say.h"
#include "walk.h"

static char path[PATH_BYTES], target[PATH_BYTES];

void command_mv(const struct words *words)
{
	if (path_make(path, words->word[1]) && path_make(target, words->word[2]) && path_into(target, path)) {
		const enum files_status status = files_rename(path, target);

		(void)succeeds(status == FILES_NOT_FOUND ? path : target, status); /* said */
	}
}

static void remove_tree(void)
{
	enum filesystem_kind kind;
	enum walk_event event;
	const char *found;

	walk_begin(path);
	while ((event = walk_next(&found, &kind)) != WALK_OVER) {
		if ((event == WALK_ENTRY || event == WALK_LEAVE) &&
		    !succeeds(found, files_remove(found, event == WALK_LEAVE)) && event == WALK_LEAVE) {
			walk_end(); /* a directory that stays makes those above it stay */
		}
	}
}

void command_rm(const struct words *words)
{
	const bool removes_trees = is_option(words, 1, "-r");
	struct filesystem_attributes attributes;

	if (words->count == 2 && removes_trees) {
		say("usage: rm [-r] PATH...\n");
		return;
	}
	for (uint32_t i = removes_trees ? 2 : 1; i < words->count; i++) {
		if (!path_make(path, words->word[i]) ||
		    !succeeds(path, files_look_up(path, false, &attributes))) {
			continue;
		}
		if (removes_trees && attributes.kind == FILESYSTEM_KIND_DIRECTORY) {
			remove_tree();
		} else {
			(void)succeeds(path, files_remove(path, false)); /* said */
		}
	}
}

void command_mkdir(const struct words *words)
{
	for (uint32_t i = 1; i < words->count; i++) {
		if (path_make(path, words->word[i])) {
			(void)succeeds(path, files_make_directory(path, 0755)); /* said */
		}
	}
}

void command_ln(const struct words *words)
{
	const bool is_symbolic = is_option(words, 1, "-s");
	const uint32_t first = is_symbolic ? 2 : 1;

	if (words->count - first != 2) {
		say("usage: ln [-s] OLD NEW\n");
		return;
	}
	if (!path_make(path, words->word[first]) || !path_make(target, words->word[first + 1]) ||
	    !path_into(target, path)) {
		return;
	}
	/* What a symbolic link says is not looked at, so it is as it was typed. */
	(void)succeeds(target,
		       is_symbolic ? files_make_link(target, words->word[first]) : files_link(path, target));
}

/* Opens a file to change it, which is made where it is not there. */
static bool open_file(const char *word, uint32_t *file)
{
	struct filesystem_attributes attributes;

	return path_make(path, word) &&
	       succeeds(path,
			files_open(path, FILES_ACCESS_WRITE | FILES_ACCESS_CREATE, 0644, file, &attributes));
}

void command_touch(const struct words *words)
{
	const struct filesystem_time unused = {0};
	uint32_t file;

	for (uint32_t i = 1; i < words->count; i++) {
		if (open_file(words->word[i], &file)) {
			(void)succeeds(path, files_write_attributes(file,
								    FILES_CHANGES_ACCESSED_NOW |
									FILES_CHANGES_MODIFIED_NOW,
								    0, &unused, &unused)); /* said */
			(void)files_close(file); /* nothing was written */
		}
	}
}

void command_truncate(const struct words *words)
{
	uint32_t file, size;

	if (!words_number(words->word[2], UINT32_MAX, &size)) {
		say("%s is no number of bytes up to 4294967295\n", words->word[2]);
		return;
	}
	if (open_file(words->word[1], &file)) {
		(void)succeeds(path, files_resize(file, size)); /* said */
		(void)files_close(file);                        /* nothing was written */
	}
}

void command_sync(const struct words *words)
{
	(void)words;
	(void)succeeds("/", files_sync_all(false)); /* said */
}
