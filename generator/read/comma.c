/* SPDX-License-Identifier: MIT
 * Texts without quotation marks in braces, which a comma ends: in
 * "{doc: one, two}" YAML reads "two" as a key without a value.
 */
#include "yaml.h"

#include <string.h>
#include "source.h"

static bool stands_behind_comma(const struct reader *reader, struct place place)
{
	size_t length;
	const char *at = source_line(reader->source, place.line, &length);

	for (uint32_t column = 1; column < place.column && length > 0; column++) {
		const size_t bytes = text_character(at, length);

		at += bytes == 0 ? 1 : bytes;
		length -= bytes == 0 ? 1 : bytes;
	}
	while (at > reader->source->text && strchr(" \t\n", at[-1]) != NULL)
		at--;
	return at > reader->source->text && at[-1] == ',';
}

bool yaml_is_rest(const struct reader *reader, const struct yaml *yaml, const struct shape *shape,
		  uint32_t at)
{
	const struct yaml_item *item = &yaml->item[at];

	return at > 0 && item->value.kind == YAML_NULL && shape_key(shape, item->key.text) == NULL &&
	       nearest_key(shape, item->key.text).best == NULL &&
	       stands_behind_comma(reader, item->key.place) &&
	       ((item[-1].value.kind == YAML_SCALAR && !item[-1].value.quoted) ||
		yaml_is_rest(reader, yaml, shape, at - 1));
}

void complaint_rest(const struct reader *reader, struct complaint *complaint, const struct yaml *yaml,
		    const struct shape *shape, uint32_t at)
{
	const struct yaml_item *before = &yaml->item[at - 1];
	const char *text = before->value.text;
	char mark;

	for (; at < yaml->items && yaml_is_rest(reader, yaml, shape, at); at++)
		text = arena_format(reader->arena, "%s, %s", text, yaml->item[at].key.text);
	mark = strpbrk(text, "\"\\") == NULL ? '"' : '\'';
	complaint_help(complaint,
		       "a comma ends a text in braces; with quotation marks it does not: %s: %c%s%c",
		       before->key.text, mark, text, mark);
}
