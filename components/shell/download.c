/* SPDX-License-Identifier: MIT
 * See download.h. What comes in small pieces is written in large ones.
 */
#include "download.h"

#include "files.h"
#include "say.h"

#include <tenon/string.h>

#define PART ".part"

static char target[PATH_BYTES], part[PATH_BYTES];
static uint8_t held[16384];
static uint32_t file, held_size;
static uint64_t written;

static bool make_paths(const char *word, const char *name)
{
	if (!path_make(target, word) || (is_directory(target) && !path_add(target, name))) {
		return false;
	}
	if (strlen(target) + sizeof PART > sizeof part) {
		say("%s: the path is too long\n", name);
		return false;
	}
	(void)tenon_copy_text(part, sizeof part, target);
	memcpy(part + strlen(target), PART, sizeof PART);
	return true;
}

bool download_begin(const char *word, const char *name)
{
	struct filesystem_attributes attributes;

	held_size = 0;
	written = 0;
	return make_paths(word, name) &&
	       succeeds(part,
			files_open(part, FILES_ACCESS_WRITE | FILES_ACCESS_CREATE | FILES_ACCESS_TRUNCATE,
				   0644, &file, &attributes));
}

static bool put_out(void)
{
	uint64_t stop;

	if (held_size > 0 && !succeeds(part, files_write(file, written, held, held_size, &stop))) {
		return false;
	}
	written += held_size;
	held_size = 0;
	return true;
}

bool download_add(const void *data, uint32_t size)
{
	const uint8_t *from = data;

	while (size > 0) {
		const uint32_t room = (uint32_t)sizeof held - held_size, count = size < room ? size : room;

		memcpy(held + held_size, from, count);
		held_size += count;
		from += count;
		size -= count;
		if (held_size == sizeof held && !put_out()) {
			return false;
		}
	}
	return true;
}

uint64_t download_size(void)
{
	return written + held_size;
}

bool download_finish(void)
{
	const bool is_whole = put_out();

	(void)files_close(file); /* what was written was answered for when it was written */
	if (!is_whole || !succeeds(target, files_rename(part, target))) {
		(void)files_remove(part, false);
		return false;
	}
	return true;
}

void download_drop(void)
{
	(void)files_close(file);
	(void)succeeds(part, files_remove(part, false)); /* said */
}
