/* SPDX-License-Identifier: MIT
 * See use.h. A directory may be below itself: reading ends at a depth, and after so many entries.
 */
#include "use.h"

#include <tenon/stack.h>
#include <tenon/string.h>

#define DEEPEST      6u
#define ENTRIES_MOST 120u
#define PATH_BYTES   1024u
#define ENTRIES      12u
#define PIECE        4096u

static uint8_t piece[PIECE];
static char path[PATH_BYTES];
static struct use use;

static bool said(enum files_status status)
{
	use.asked++;
	if (status != FILES_OK) {
		use.first = use.failed == 0 ? status : use.first;
		use.failed++;
	}
	return status == FILES_OK;
}

/* One name more; false: it is too long. */
static bool add(const char *name)
{
	const size_t length = strlen(path), more = strlen(name);

	if (more + 2 > PATH_BYTES - length) {
		return false;
	}
	path[length] = '/';
	memcpy(path + length + 1, name, more + 1);
	return true;
}

static void read_file(void)
{
	struct filesystem_attributes attributes;
	uint32_t file = 0, count = 0;

	if (said(files_open(path, FILES_ACCESS_READ, 0, &file, &attributes))) {
		(void)said(files_read(file, 0, piece, PIECE, &count));
		(void)said(files_read(file, attributes.size / 2, piece, PIECE, &count));
		(void)said(files_close(file));
	}
}

static void read_directory(uint32_t depth)
{
	TENON_STACK_RECURSION(DEEPEST);
	static struct files_entry entries[DEEPEST + 1][ENTRIES];
	struct filesystem_attributes attributes;
	const size_t length = strlen(path);
	uint32_t file = 0, count = 0;
	uint64_t from = 0;

	if (!said(files_open(path, FILES_ACCESS_READ | FILES_ACCESS_DIRECTORY, 0, &file, &attributes))) {
		return;
	}
	while (use.asked < ENTRIES_MOST &&
	       said(files_read_entries(file, from, entries[depth], ENTRIES, &count)) && count != 0) {
		for (uint32_t i = 0; i < count; i++) {
			const struct files_entry *entry = &entries[depth][i];

			from = entry->next;
			if (!add(entry->name)) {
				continue;
			}
			if (entry->kind == FILESYSTEM_KIND_DIRECTORY && depth < DEEPEST) {
				read_directory(depth + 1);
			} else if (entry->kind == FILESYSTEM_KIND_FILE) {
				read_file();
			}
			path[length] = '\0';
		}
	}
	(void)said(files_close(file));
}

struct use use_read(const char *directory)
{
	use = (struct use){.first = FILES_OK};
	(void)tenon_copy_text(path, PATH_BYTES, directory);
	read_directory(0);
	return use;
}

/* A path below the directory; there are two at a time. */
static const char *below(const char *directory, const char *name)
{
	static char made[2][PATH_BYTES];
	static uint32_t turn;

	turn ^= 1;
	(void)tenon_copy_text(path, PATH_BYTES, directory);
	(void)add(name);
	memcpy(made[turn], path, PATH_BYTES);
	return made[turn];
}

struct use use_change(const char *directory)
{
	const uint32_t access = FILES_ACCESS_READ | FILES_ACCESS_WRITE | FILES_ACCESS_CREATE;
	struct filesystem_attributes attributes;
	uint32_t file = 0;
	uint64_t stop = 0;

	use = (struct use){.first = FILES_OK};
	(void)said(files_make_directory(below(directory, "new"), 0755));
	for (uint32_t i = 0; i < 3; i++) {
		static const char *const name[] = {"made", "file", "d/f1"};

		if (said(files_open(below(directory, name[i]), access, 0644, &file, &attributes))) {
			(void)said(files_write(file, 3000, piece, PIECE, &stop));
			(void)said(files_sync(file));
			(void)said(files_resize(file, 100));
			(void)said(files_close(file));
		}
	}
	(void)said(files_rename(below(directory, "made"), below(directory, "new/moved")));
	(void)said(files_remove(below(directory, "d/f2"), false));
	(void)said(files_remove(below(directory, "new/moved"), false));
	(void)said(files_sync_all(false));
	return use;
}
