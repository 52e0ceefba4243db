/* SPDX-License-Identifier: MIT
 * Growing text; see text.h.
 */
#include "text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define USUAL_BYTES 256 /* of one text_add: most fit, and are printed once */

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

	text_reserve(text, USUAL_BYTES);
	va_start(list, format);
	length = vsnprintf(text->data + text->length, text->room - text->length, format, list);
	va_end(list);
	if (length < 0)
		return;
	if ((size_t)length >= text->room - text->length) { /* cut off: a second time, with room */
		text_reserve(text, (size_t)length);
		va_start(list, format);
		vsnprintf(text->data + text->length, (size_t)length + 1, format, list);
		va_end(list);
	}
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
	for (size_t plain; *from; from += plain) {
		plain = strcspn(from, "\n\r*/");
		text_bytes(text, from, plain);
		if (plain != 0)
			continue;
		plain = 1;
		if (*from == '\n' || *from == '\r')
			text_bytes(text, " ", 1);
		else if ((*from == '*' && from[1] == '/') || (*from == '/' && from[1] == '*'))
			text_add(text, "%c ", *from);
		else
			text_bytes(text, from, 1);
	}
}

void text_quoted(struct text *text, const char *from)
{
	for (size_t plain; *from; from += plain) {
		plain = strcspn(from, "\"\\\n\t");
		text_bytes(text, from, plain);
		if (plain != 0)
			continue;
		plain = 1;
		text_add(text, "\\%c", *from == '\n' ? 'n' : *from == '\t' ? 't' : *from);
	}
}
