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
