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

static bool may_be_rest(const struct reader *reader, const struct yaml_item *item, const struct shape *shape)
{
	return item->value.kind == YAML_NULL && shape_key(shape, item->key.text) == NULL &&
	       nearest_key(shape, item->key.text).best == NULL &&
	       stands_behind_comma(reader, item->key.place);
}

uint32_t yaml_rest(const struct reader *reader, const struct yaml *yaml, const struct shape *shape,
		   uint32_t at)
{
	const struct yaml_item *item = &yaml->item[at];
	uint32_t count = 0;

	if (at == 0 || item[-1].value.kind != YAML_SCALAR || item[-1].value.quoted)
		return 0;
	while (at + count < yaml->items && may_be_rest(reader, &item[count], shape))
		count++;
	return count;
}

static void append(char **end, const char *text)
{
	const size_t length = strlen(text);

	memcpy(*end, text, length + 1);
	*end += length;
}

void complaint_rest(const struct reader *reader, struct complaint *complaint, const struct yaml *yaml,
		    uint32_t at, uint32_t count)
{
	const struct yaml_item *before = &yaml->item[at - 1];
	size_t bytes = strlen(before->value.text) + 1;
	char *text, *end, mark;

	for (uint32_t i = 0; i < count; i++)
		bytes += strlen(", ") + strlen(yaml->item[at + i].key.text);
	text = end = arena_take(reader->arena, bytes, 1);
	append(&end, before->value.text);
	for (uint32_t i = 0; i < count; i++) {
		append(&end, ", ");
		append(&end, yaml->item[at + i].key.text);
	}
	mark = strpbrk(text, "\"\\") == NULL ? '"' : '\'';
	complaint_help(complaint,
		       "a comma ends a text in braces; with quotation marks it does not: %s: %c%s%c",
		       before->key.text, mark, text, mark);
}
