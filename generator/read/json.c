/* SPDX-License-Identifier: MIT
 * What all that the generator prints as JSON has in common: places, texts, and the way out.
 */
#include "json.h"

#include <stdlib.h>
#include <string.h>

/* The column behind what is marked, in characters as the column is. It is in the same line. */
static uint32_t place_end(struct place place)
{
	size_t length, bytes;
	const char *line = source_line(place.file, place.line, &length);
	uint32_t end = 1;

	for (size_t i = 0; i < length; i += bytes == 0 ? 1 : bytes, end++)
		bytes = text_character(line + i, length - i);
	if (end > place.column && end - place.column > place.width)
		end = place.column + place.width;
	return end > place.column ? end : place.column + 1;
}

void json_put_place(cJSON *object, struct place place)
{
	if (place.file == NULL) {
		for (int i = 0; i < 4; i++)
			cJSON_AddNullToObject(object, (const char *[]){"file", "line", "column", "end"}[i]);
		return;
	}
	cJSON_AddStringToObject(object, "file", place.file->shown);
	cJSON_AddNumberToObject(object, "line", place.line);
	cJSON_AddNumberToObject(object, "column", place.column);
	cJSON_AddNumberToObject(object, "end", place_end(place));
}

void json_put_text(cJSON *object, const char *key, const char *text)
{
	if (text == NULL)
		cJSON_AddNullToObject(object, key);
	else
		cJSON_AddStringToObject(object, key, text);
}

/* JSON is UTF-8; a word of the command line need not be. */
static void replace_what_is_no_text(char *text)
{
	size_t left = strlen(text), bytes;

	for (; left != 0; text += bytes, left -= bytes) {
		bytes = text_character(text, left);
		if (bytes == 0) {
			*text = '?';
			bytes = 1;
		}
	}
}

void json_print(cJSON *json, FILE *out)
{
	char *text = cJSON_Print(json);

	if (text != NULL)
		replace_what_is_no_text(text);
	fprintf(out, "%s\n", text == NULL ? "null" : text);
	free(text);
	cJSON_Delete(json);
}
