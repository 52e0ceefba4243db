/* SPDX-License-Identifier: MIT
 * Writing text where it differs from what the file holds. A file is written
 * beside its place and renamed, so that a reader sees the old text or the new
 * one. All that is written goes through here; tests/fuzz puts memory in its place.
 */
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_ROOM 4096

bool folder_make(const char *path)
{
	char part[PATH_ROOM];
	const size_t length = strlen(path);
	struct stat is;

	if (length == 0 || length >= sizeof part) {
		fprintf(stderr, "tenon-gen: %s: not a usable folder name\n", path);
		return false;
	}
	memcpy(part, path, length + 1);
	for (size_t i = 1; i <= length; i++) {
		if (part[i] != '/' && part[i] != '\0')
			continue;
		part[i] = '\0';
		if (mkdir(part, 0777) != 0 && errno != EEXIST) {
			fprintf(stderr, "tenon-gen: cannot make the folder %s: %s\n", part, strerror(errno));
			return false;
		}
		part[i] = path[i];
	}
	if (stat(path, &is) == 0 && S_ISDIR(is.st_mode))
		return true;
	fprintf(stderr, "tenon-gen: cannot make the folder %s: there is a file of that name\n", path);
	return false;
}

static bool file_is(const char *path, const struct text *text)
{
	FILE *file = fopen(path, "rb");
	char part[4096];
	size_t at = 0, count;
	bool same = true;

	if (!file)
		return false;
	while (same && (count = fread(part, 1, sizeof part, file)) > 0) {
		same = count <= text->length - at && memcmp(text->data + at, part, count) == 0;
		at += count;
	}
	same = same && !ferror(file) && at == text->length;
	fclose(file);
	return same;
}

/* False with errno, and then the file is as it was. */
static bool file_replace(const char *path, const struct text *text)
{
	char beside[PATH_ROOM];
	FILE *file;
	int problem;
	bool good;

	if (snprintf(beside, sizeof beside, "%s.new", path) >= (int)sizeof beside) {
		errno = ENAMETOOLONG;
		return false;
	}
	file = fopen(beside, "wb");
	if (!file)
		return false;
	good = fwrite(text->data, 1, text->length, file) == text->length;
	good = fclose(file) == 0 && good;
	good = good && rename(beside, path) == 0;
	problem = errno;
	if (!good)
		unlink(beside);
	errno = problem;
	return good;
}

bool text_write(const struct text *text, const char *folder, const char *name, enum emit_mode mode)
{
	char path[PATH_ROOM];

	if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path) {
		fprintf(stderr, "tenon-gen: %s/%s: the path is too long\n", folder, name);
		return false;
	}
	if (file_is(path, text))
		return true;
	if (mode == EMIT_COMPARE)
		return false;
	if (file_replace(path, text))
		return true;
	fprintf(stderr, "tenon-gen: cannot write %s: %s\n", path, strerror(errno));
	return false;
}
