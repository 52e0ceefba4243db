/* SPDX-License-Identifier: MIT
 * Collecting and printing refusals; see report.h. Owner of all their text.
 */
#include "report.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#define SHOWN_MAX 2000u /* columns of a source line that a message shows */

struct extra {
	struct extra *next;
	const char *label; /* "allowed", "help", "note" */
	struct place place;
	const char *text;
};

struct complaint {
	struct complaint *next;
	struct report *report;
	enum rule rule;
	struct place place;
	const char *text;
	struct extra *first, *last;
};

/* A file as it was when a message first spoke of it: messages outlive the model. */
struct kept {
	struct kept *next;
	const struct source *original;
	struct source copy;
};

struct report {
	struct arena *arena;
	struct kept *kept;
	struct complaint *first, *last;
	uint32_t errors;
};

struct report *report_create(void)
{
	struct arena *arena = arena_create();
	struct report *report = ARENA_NEW(arena, struct report);

	report->arena = arena;
	return report;
}

void report_destroy(struct report *report)
{
	if (report != NULL)
		arena_destroy(report->arena);
}

static struct place keep(struct report *report, struct place place)
{
	const struct source *source = place.file;
	struct kept *kept = report->kept;

	if (source == NULL)
		return place;
	while (kept != NULL && (kept->original != source || strcmp(kept->copy.shown, source->shown) != 0))
		kept = kept->next;
	if (kept == NULL) {
		kept = ARENA_NEW(report->arena, struct kept);
		kept->original = source;
		kept->copy.shown = arena_text(report->arena, source->shown, strlen(source->shown));
		kept->copy.text = arena_text(report->arena, source->text, source->length);
		kept->copy.length = source->length;
		kept->next = report->kept;
		report->kept = kept;
	}
	place.file = &kept->copy;
	return place;
}

struct complaint *report_error(struct report *report, enum rule rule, struct place place, const char *format,
			       ...)
{
	struct complaint *complaint = ARENA_NEW(report->arena, struct complaint);
	va_list list;

	va_start(list, format);
	complaint->text = arena_formatv(report->arena, format, list);
	va_end(list);
	complaint->report = report;
	complaint->rule = rule;
	complaint->place = keep(report, place);
	if (report->last == NULL)
		report->first = complaint;
	else
		report->last->next = complaint;
	report->last = complaint;
	report->errors++;
	return complaint;
}

static void add(struct complaint *complaint, const char *label, struct place place, const char *text)
{
	struct extra *extra = ARENA_NEW(complaint->report->arena, struct extra);

	extra->label = label;
	extra->place = keep(complaint->report, place);
	extra->text = text;
	if (complaint->last == NULL)
		complaint->first = extra;
	else
		complaint->last->next = extra;
	complaint->last = extra;
}

struct complaint *complaint_allowed(struct complaint *complaint, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	add(complaint, "allowed", (struct place){0}, arena_formatv(complaint->report->arena, format, list));
	va_end(list);
	return complaint;
}

struct complaint *complaint_help(struct complaint *complaint, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	add(complaint, "help", (struct place){0}, arena_formatv(complaint->report->arena, format, list));
	va_end(list);
	return complaint;
}

struct complaint *complaint_note(struct complaint *complaint, struct place place, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	add(complaint, "note", place, arena_formatv(complaint->report->arena, format, list));
	va_end(list);
	return complaint;
}

uint32_t report_errors(const struct report *report)
{
	return report->errors;
}

/* The line with a caret under the place. Tabs are kept, so that the caret stands right. */
static void print_line(struct place place, FILE *out)
{
	size_t length, bytes;
	uint32_t column = 0; /* in characters, as libfyaml counts */
	const char *line = source_line(place.file, place.line, &length);

	if (length > SHOWN_MAX)
		length = SHOWN_MAX;
	fprintf(out, "%5u | ", place.line);
	for (size_t i = 0; i < length; i += bytes == 0 ? 1 : bytes) {
		bytes = text_character(line + i, length - i);
		fprintf(out, "%.*s", bytes == 0 ? 1 : (int)bytes, bytes == 0 ? "?" : line + i);
	}
	fputs("\n      | ", out);
	for (size_t i = 0; i < length; i += bytes == 0 ? 1 : bytes) {
		bytes = text_character(line + i, length - i);
		column++;
		if (column < place.column)
			fputc(line[i] == '\t' ? '\t' : ' ', out);
		else if (column == place.column)
			fputc('^', out);
		else if (column - place.column < place.width)
			fputc('~', out);
	}
	if (column < place.column)
		fputc('^', out);
	fputc('\n', out);
}

/* Values may hold control characters, written as escapes; a terminal does not get them. */
static void print_text(const char *text, FILE *out)
{
	for (; *text != '\0'; text++)
		fputc((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text, out);
}

static void print_place(struct place place, FILE *out)
{
	if (place.file == NULL)
		fputs("tenon-gen: ", out);
	else
		fprintf(out, "%s:%u:%u: ", place.file->shown, place.line, place.column);
}

static void print_extra(const struct extra *extra, FILE *out)
{
	if (extra->place.file != NULL)
		print_place(extra->place, out);
	fprintf(out, "%s: ", extra->label);
	print_text(extra->text, out);
	fputc('\n', out);
	if (extra->place.file != NULL)
		print_line(extra->place, out);
}

void report_print(const struct report *report, FILE *out)
{
	for (const struct complaint *c = report->first; c != NULL; c = c->next) {
		print_place(c->place, out);
		fputs("error: ", out);
		print_text(c->text, out);
		fprintf(out, " [%s]\n", rule_name(c->rule));
		if (c->place.file != NULL)
			print_line(c->place, out);
		for (const struct extra *extra = c->first; extra != NULL; extra = extra->next)
			print_extra(extra, out);
	}
	if (report->errors > 1)
		fprintf(out, "%u errors\n", report->errors);
}

static void put_place(cJSON *object, struct place place)
{
	cJSON_AddStringToObject(object, "file", place.file == NULL ? "" : place.file->shown);
	cJSON_AddNumberToObject(object, "line", place.line);
	cJSON_AddNumberToObject(object, "column", place.column);
	cJSON_AddNumberToObject(object, "width", place.width);
}

void report_print_json(const struct report *report, FILE *out)
{
	cJSON *list = cJSON_CreateArray();
	char *text;

	for (const struct complaint *c = report->first; c != NULL; c = c->next) {
		cJSON *object = cJSON_CreateObject();

		put_place(object, c->place);
		cJSON_AddStringToObject(object, "rule", rule_name(c->rule));
		cJSON_AddStringToObject(object, "message", c->text);
		for (const struct extra *extra = c->first; extra != NULL; extra = extra->next)
			cJSON_AddStringToObject(object, extra->label, extra->text);
		cJSON_AddItemToArray(list, object);
	}
	text = cJSON_Print(list);
	fprintf(out, "%s\n", text == NULL ? "[]" : text);
	free(text);
	cJSON_Delete(list);
}
