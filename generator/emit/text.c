/* SPDX-License-Identifier: MIT
 * Growing text, and writing it where it differs from what the file holds.
 * A file is written beside its place and renamed, so that a reader sees the
 * old text or the new one.
 */
#include "text.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_ROOM 4096

void text_fini(struct text *text)
{
	free(text->data);
	*text = (struct text){0};
}

/* Room for `more` bytes and a zero. */
static void text_reserve(struct text *text, size_t more)
{
	size_t room = text->room ? text->room : 1024;

	while (room - text->length <= more)
		room *= 2;
	if (room == text->room)
		return;
	char *data = realloc(text->data, room);
	if (!data) {
		fputs("tenon-gen: out of memory\n", stderr);
		exit(2);
	}
	text->data = data;
	text->room = room;
}

void text_add(struct text *text, const char *format, ...)
{
	va_list list;
	int length;

	va_start(list, format);
	length = vsnprintf(NULL, 0, format, list);
	va_end(list);
	if (length < 0)
		return;
	text_reserve(text, (size_t)length);
	va_start(list, format);
	vsnprintf(text->data + text->length, (size_t)length + 1, format, list);
	va_end(list);
	text->length += (size_t)length;
}

void text_bytes(struct text *text, const void *bytes, size_t size)
{
	text_reserve(text, size);
	if (size)
		memcpy(text->data + text->length, bytes, size);
	text->length += size;
	text->data[text->length] = '\0';
}

void text_pad(struct text *text, size_t align)
{
	const size_t past = text->length % align;

	if (past == 0)
		return;
	text_reserve(text, align - past);
	memset(text->data + text->length, 0, align - past);
	text->length += align - past;
	text->data[text->length] = '\0';
}

static const char *convert(const char *name, bool upper_case)
{
	static char result[4][256];
	static unsigned turn;
	char *out = result[turn++ % 4];
	size_t i;

	for (i = 0; name[i] && i < sizeof result[0] - 1; i++) {
		out[i] = upper_case ? (char)toupper((unsigned char)name[i]) : name[i];
		if (name[i] == '.')
			out[i] = '_'; /* between a composite and what is in it */
	}
	out[i] = '\0';
	return out;
}

const char *upper(const char *name)
{
	return convert(name, true);
}

const char *symbol(const char *name)
{
	return convert(name, false);
}

void text_comment(struct text *text, const char *from)
{
	for (; *from; from++) {
		if (*from == '\n' || *from == '\r')
			text_add(text, " ");
		else if ((*from == '*' && from[1] == '/') || (*from == '/' && from[1] == '*'))
			text_add(text, "%c ", *from);
		else
			text_add(text, "%c", *from);
	}
}

void text_quoted(struct text *text, const char *from)
{
	for (; *from; from++) {
		const unsigned char c = (unsigned char)*from;

		if (c == '"' || c == '\\')
			text_add(text, "\\%c", c);
		else if (c == '\n')
			text_add(text, "\\n");
		else if (c == '\t')
			text_add(text, "\\t");
		else
			text_add(text, "%c", c);
	}
}

bool folder_make(const char *path)
{
	char part[PATH_ROOM];
	const size_t length = strlen(path);

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
			fprintf(stderr, "tenon-gen: %s: %s\n", part, strerror(errno));
			return false;
		}
		part[i] = path[i];
	}
	return true;
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

static bool file_replace(const char *path, const struct text *text)
{
	char beside[PATH_ROOM];
	FILE *file;
	bool good;

	if (snprintf(beside, sizeof beside, "%s.new", path) >= (int)sizeof beside)
		return false;
	file = fopen(beside, "wb");
	if (!file)
		return false;
	good = fwrite(text->data, 1, text->length, file) == text->length;
	good = fclose(file) == 0 && good;
	good = good && rename(beside, path) == 0;
	if (!good)
		unlink(beside);
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
	if (mode == EMIT_COMPARE) {
		fprintf(
		    stderr,
		    "tenon-gen: %s: is not what the description asks for; run `tenon-gen compose` again\n",
		    path);
		return false;
	}
	if (file_replace(path, text))
		return true;
	fprintf(stderr, "tenon-gen: %s: cannot write: %s\n", path, strerror(errno));
	return false;
}
