/* SPDX-License-Identifier: MIT
 * The file system of the machine; see disk.h.
 */
#include "disk.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "names.h"

#define FILE_MAX_BYTES ((size_t)4 * 1024 * 1024)

bool path_exists(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0;
}

static char *read_all(struct arena *arena, FILE *file, size_t *length)
{
	struct stat status;
	size_t size;
	char *text;

	if (fstat(fileno(file), &status) != 0)
		return NULL;
	if (!S_ISREG(status.st_mode)) {
		errno = EISDIR;
		return NULL;
	}
	size = (size_t)status.st_size;
	if (size > FILE_MAX_BYTES) {
		errno = EFBIG;
		return NULL;
	}
	text = arena_take(arena, size + 1, 1);
	*length = fread(text, 1, size, file);
	return text;
}

static bool hash_file(const char *path, struct disk_look *look)
{
	FILE *file = fopen(path, "rb");
	char part[65536];
	size_t count;
	bool good;

	if (file == NULL)
		return false;
	look->hash = HASH_FNV1A64_START;
	look->size = 0;
	while ((count = fread(part, 1, sizeof part, file)) > 0) {
		look->hash = hash_fnv1a64(look->hash, part, count);
		look->size += count;
	}
	good = !ferror(file);
	fclose(file);
	return good;
}

static bool read_link(struct arena *arena, const char *path, struct disk_look *look)
{
	char target[4096];
	const ssize_t length = readlink(path, target, sizeof target);

	if (length <= 0 || (size_t)length == sizeof target)
		return false;
	look->target = arena_text(arena, target, (size_t)length);
	look->size = (uint64_t)length;
	return true;
}

bool disk_look(struct arena *arena, const char *path, struct disk_look *look)
{
	struct stat status;

	*look = (struct disk_look){.kind = DISK_OTHER};
	if (lstat(path, &status) != 0)
		return false;
	look->is_executable = (status.st_mode & S_IXUSR) != 0;
	if (S_ISDIR(status.st_mode))
		look->kind = DISK_FOLDER;
	else if (S_ISREG(status.st_mode))
		look->kind = DISK_FILE;
	else if (S_ISLNK(status.st_mode))
		look->kind = DISK_LINK;
	if (look->kind == DISK_FILE)
		return hash_file(path, look);
	return look->kind != DISK_LINK || read_link(arena, path, look);
}

char *disk_read(struct arena *arena, const char *path, size_t *length)
{
	FILE *file = fopen(path, "rb");
	char *text;

	if (file == NULL)
		return NULL;
	text = read_all(arena, file, length);
	fclose(file);
	return text;
}

const char *disk_absolute(struct arena *arena, const char *path)
{
	char *whole = path == NULL ? NULL : realpath(path, NULL);
	const char *kept = whole == NULL ? path : arena_text(arena, whole, strlen(whole));

	free(whole);
	return kept;
}

const char **disk_list(struct arena *arena, const char *path)
{
	DIR *folder = opendir(path);
	const char **name;
	struct dirent *entry;
	size_t count = 0, room = 0;

	while (folder != NULL && readdir(folder) != NULL)
		room++;
	name = ARENA_ARRAY(arena, const char *, room + 1);
	if (folder == NULL)
		return name;
	rewinddir(folder);
	while (count < room && (entry = readdir(folder)) != NULL)
		if (entry->d_name[0] != '.')
			name[count++] = arena_text(arena, entry->d_name, strlen(entry->d_name));
	closedir(folder);
	return name;
}

const char **disk_match(struct arena *arena, const char *pattern)
{
	glob_t found = {0};
	const char **path;

	if (glob(pattern, GLOB_ERR, NULL, &found) != 0)
		found.gl_pathc = 0;
	path = ARENA_ARRAY(arena, const char *, found.gl_pathc + 1);
	for (size_t i = 0; i < found.gl_pathc; i++)
		path[i] = arena_text(arena, found.gl_pathv[i], strlen(found.gl_pathv[i]));
	globfree(&found);
	return path;
}
