/* SPDX-License-Identifier: MIT
 * Reading whole files; see source.h.
 */
#include "source.h"

#include <string.h>
#include "disk.h"

char *path_folder(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return arena_text(arena, ".", 1);
	if (slash == path)
		return arena_text(arena, "/", 1);
	return arena_text(arena, path, (size_t)(slash - path));
}

char *path_join(struct arena *arena, const char *folder, const char *name)
{
	if (name[0] == '/' || strcmp(folder, ".") == 0)
		return arena_text(arena, name, strlen(name));
	return arena_format(arena, "%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/", name);
}

/* What follows `folder`/ in `path`; NULL where path does not lie below it. */
static const char *below(const char *path, const char *folder)
{
	size_t length = folder == NULL ? 0 : strlen(folder);

	while (length > 1 && folder[length - 1] == '/')
		length--;
	if (length == 0 || strncmp(path, folder, length) != 0 || path[length] != '/')
		return NULL;
	while (path[length] == '/')
		length++;
	return path + length;
}

static const char *first_below(const char *path, const char *folder, const char *other)
{
	const char *rest = below(path, folder);

	if (rest == NULL)
		rest = below(path, other);
	return rest == NULL ? path : rest;
}

struct source_base source_base(struct arena *arena, const char *working, const char *root, const char *system)
{
	return (struct source_base){.working = working,
				    .root = root,
				    .system = system,
				    .whole_root = disk_absolute(arena, root),
				    .whole_system = disk_absolute(arena, system)};
}

static void name_source(struct arena *arena, struct source *source, const struct source_base *base)
{
	const char *whole;

	source->shown = first_below(source->path, base == NULL ? NULL : base->working, NULL);
	if (strncmp(source->shown, "./", 2) == 0)
		source->shown += 2;
	source->cited = source->shown;
	if (base == NULL)
		return;
	whole = disk_absolute(arena, source->path);
	source->cited = first_below(whole, base->whole_root, base->whole_system);
	if (source->cited == whole)
		source->cited = source->shown;
}

struct source *source_read(struct arena *arena, const struct source_base *base, const char *path)
{
	struct source *source;
	size_t length = 0;
	const char *text = disk_read(arena, path, &length);

	if (text == NULL)
		return NULL;
	source = ARENA_NEW(arena, struct source);
	source->path = arena_text(arena, path, strlen(path));
	source->text = text;
	source->length = length;
	name_source(arena, source, base);
	return source;
}

struct source *source_text(struct arena *arena, const char *path, const char *text)
{
	struct source *source = ARENA_NEW(arena, struct source);

	source->path = source->shown = source->cited = path;
	source->text = text;
	source->length = strlen(text);
	return source;
}

const char *source_line(const struct source *source, uint32_t line, size_t *length)
{
	const char *at = source->text, *end = source->text + source->length, *stop;

	for (; line > 1 && at < end; line--) {
		stop = memchr(at, '\n', (size_t)(end - at));
		at = stop == NULL ? end : stop + 1;
	}
	stop = memchr(at, '\n', (size_t)(end - at));
	*length = (size_t)((stop == NULL ? end : stop) - at);
	if (*length > 0 && at[*length - 1] == '\r')
		(*length)--;
	return at;
}

size_t text_character(const char *at, size_t left)
{
	const unsigned char *text = (const unsigned char *)at;
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t length = text[0] < 0x80 ? 1 : text[0] >= 0xf0 ? 4 : text[0] >= 0xe0 ? 3 : 2;
	uint32_t code = length == 1 ? text[0] : text[0] & (0xffu >> (length + 1));

	if (text[0] >= 0xf8 || (text[0] >= 0x80 && text[0] < 0xc0) || length > left)
		return 0;
	for (size_t i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (text[i] & 0x3f);
	}
	if (code < least[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return 0;
	if ((code >= 0x7f && code < 0xa0) || code == 0xfffe || code == 0xffff)
		return 0; /* 0x85 would end a line for some readers and not for others */
	return code < ' ' && code != '\t' && code != '\n' && code != '\r' ? 0 : length;
}

size_t text_characters(const char *text, size_t length)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++)
		count += ((unsigned char)text[i] & 0xc0) != 0x80;
	return count;
}

const char *place_text(struct arena *arena, struct place place)
{
	if (place.file == NULL)
		return "default";
	return arena_format(arena, "%s:%u", place.file->cited, place.line);
}
