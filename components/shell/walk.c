/* SPDX-License-Identifier: MIT
 * See walk.h. State: the path, and for each directory in it the open file and where reading goes on. Entries are read some at a
 * time; those of a directory that were not used yet are read again when what is below one of them is done.
 */
#include "walk.h"

#include "say.h"

#include <tenon/string.h>

#define DEPTH   48u /* less than a client may have open */
#define ENTRIES 12u

static char path[PATH_BYTES];
static struct {
	uint32_t file;
	uint64_t from;
	size_t length; /* of its path */
} level[DEPTH];
static uint32_t depth;
static struct files_entry entries[ENTRIES];
static uint32_t count, at;
static bool must_enter;

void walk_begin(const char *directory)
{
	(void)tenon_copy_text(path, PATH_BYTES, directory);
	depth = count = at = 0;
	must_enter = true;
}

static void leave(void)
{
	(void)files_close(level[--depth].file); /* it was read; whether closing it succeeds changes nothing */
	count = at = 0;
}

void walk_end(void)
{
	while (depth != 0) {
		leave();
	}
	must_enter = false;
}

static enum walk_event enter(void)
{
	struct filesystem_attributes attributes;
	uint32_t file;

	must_enter = false;
	if (depth == DEPTH) {
		say_text(path);
		say(": there are too many directories one in the other\n");
		return WALK_FAILED;
	}
	if (!succeeds(path,
		      files_open(path, FILES_ACCESS_READ | FILES_ACCESS_DIRECTORY, 0, &file, &attributes))) {
		return WALK_FAILED;
	}
	level[depth].file = file;
	level[depth].from = 0;
	level[depth].length = strlen(path);
	depth++;
	count = at = 0;
	return WALK_ENTER;
}

enum walk_event walk_next(const char **found, enum filesystem_kind *kind)
{
	*found = path;
	*kind = FILESYSTEM_KIND_DIRECTORY;
	if (must_enter) {
		return enter();
	}
	if (depth == 0) {
		return WALK_OVER;
	}
	path[level[depth - 1].length] = '\0';
	if (at == count) {
		at = 0;
		if (!succeeds(path, files_read_entries(level[depth - 1].file, level[depth - 1].from, entries,
						       ENTRIES, &count))) {
			leave();
			return WALK_FAILED;
		}
	}
	if (count == 0) {
		leave();
		return WALK_LEAVE;
	}
	level[depth - 1].from = entries[at].next;
	*kind = entries[at].kind;
	if (!path_add(path, entries[at++].name)) {
		return WALK_FAILED;
	}
	return *kind == FILESYSTEM_KIND_DIRECTORY ? enter() : WALK_ENTRY;
}
