/* SPDX-License-Identifier: MIT
 * Entries of directories, as getdents64 has them. An offset of a directory is 0 before `.`, 1 before `..`, and two more than the server's
 * place of an entry for those that follow.
 */
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>

#define DOTS 2u

static struct files_entry entries[12];

/* Puts one entry; its bytes, or 0 where there is no room. */
static size_t put(char *to, size_t room, uint64_t node, uint64_t next, enum filesystem_kind kind,
		  const char *name)
{
	static const unsigned char types[] = {[FILESYSTEM_KIND_FILE] = DT_REG,
					      [FILESYSTEM_KIND_DIRECTORY] = DT_DIR,
					      [FILESYSTEM_KIND_SYMBOLIC_LINK] = DT_LNK};
	const size_t length = strlen(name) + 1;
	const size_t bytes = (offsetof(struct dirent, d_name) + length + 7) / 8 * 8;
	struct dirent *entry = (struct dirent *)(void *)to;

	if (bytes > room) {
		return 0;
	}
	entry->d_ino = node;
	entry->d_off = (off_t)next;
	entry->d_reclen = (unsigned short)bytes;
	entry->d_type = types[kind];
	memcpy(entry->d_name, name, length);
	return bytes;
}

/* `.` or `..`, whichever is next. */
static long put_dot(struct description *directory, char *to, size_t room)
{
	const bool is_up = directory->offset == 1;
	struct filesystem_attributes attributes;
	enum files_status status = FILES_OK;
	size_t bytes;

	if (is_up) {
		(void)memcpy(path_first, directory->path, PATH_ROOM);
		if (strlen(path_first) + 3 < PATH_ROOM) {
			memcpy(path_first + strlen(path_first), "/..", 4);
			status = files_look_up(path_first, true, &attributes);
		}
	}
	if (!is_up || status != FILES_OK) { /* without a name it has nothing above it */
		status = files_read_attributes(directory->file, &attributes);
	}
	if (status != FILES_OK) {
		return status_error(status);
	}
	bytes = put(to, room, attributes.node, directory->offset + 1, FILESYSTEM_KIND_DIRECTORY,
		    is_up ? ".." : ".");
	directory->offset += bytes > 0;
	return (long)bytes;
}

/* As many of the server's entries as there is room for; 0: there are no more. */
static long put_some(struct description *directory, char *to, size_t room)
{
	uint32_t count = 0;
	size_t sum = 0;
	const long error =
	    status_error(files_read_entries(directory->file, directory->offset - DOTS, entries, 12, &count));

	for (uint32_t i = 0; error == 0 && i < count; i++) {
		const size_t bytes = put(to + sum, room - sum, entries[i].node, entries[i].next + DOTS,
					 entries[i].kind, entries[i].name);

		if (bytes == 0) {
			return sum == 0 ? -EINVAL : (long)sum;
		}
		sum += bytes;
		directory->offset = entries[i].next + DOTS;
	}
	return error != 0 ? error : (long)sum;
}

static long read_entries(struct description *directory, char *to, size_t room)
{
	size_t sum = 0;

	if (!directory->is_directory) {
		return -ENOTDIR;
	}
	while (directory->offset < DOTS) {
		const long bytes = put_dot(directory, to + sum, room - sum);

		if (bytes <= 0) {
			return sum > 0 ? (long)sum : bytes < 0 ? bytes : -EINVAL;
		}
		sum += (size_t)bytes;
	}
	return sum > 0 ? (long)sum : put_some(directory, to, room);
}

bool directory_call(long number, const long *a, long *result)
{
	struct description *directory = description_of(a[0]);

	if (number != SYS_getdents64) {
		return false;
	}
	*result = directory == NULL ? -EBADF : read_entries(directory, (char *)a[1], (size_t)a[2]);
	return true;
}
