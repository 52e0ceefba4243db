/* SPDX-License-Identifier: MIT
 * Collecting and printing refusals; see report.h. Owner of all their text.
 */
#include "report.h"

#include <string.h>

#include "json.h"

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
	const char *nearest; /* what was likely meant, or NULL */
	struct extra *first, *last;
	struct extra *use; /* where the composites are used that it speaks of; shown last */
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
	struct complaint *first; /* by file, line and column */
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
	place.use = NULL; /* it becomes notes of the complaint */
	return place;
}

/* A note for each composite around the place, the innermost first. */
static struct extra *list_uses(struct report *report, const struct use *use)
{
	struct extra *extra;

	if (use == NULL)
		return NULL;
	extra = ARENA_NEW(report->arena, struct extra);
	extra->label = "note";
	extra->place = keep(report, use->place);
	extra->text = arena_format(report->arena, "the composite \"%s\" is used here, as \"%s\"",
				   use->composite, use->instance);
	extra->next = list_uses(report, use->place.use);
	return extra;
}

/* The same mistake: in another use of the composite that holds it, or by another of counted instances. */
static bool is_known(const struct report *report, const struct complaint *complaint)
{
	for (const struct complaint *c = report->first; c != NULL; c = c->next)
		if (c->place.file == complaint->place.file && c->place.line == complaint->place.line &&
		    c->place.column == complaint->place.column && c->rule == complaint->rule &&
		    strcmp(c->text, complaint->text) == 0)
			return true;
	return false;
}

static bool stands_before(struct place a, struct place b)
{
	return a.line != b.line ? a.line < b.line : a.column < b.column;
}

/* Behind the last one of its file that does not stand below it; files in the order in which they came up. */
static void insert(struct report *report, struct complaint *complaint)
{
	struct complaint **at = &report->first, **behind = NULL;

	for (; *at != NULL; at = &(*at)->next)
		if (complaint->place.file != NULL && (*at)->place.file == complaint->place.file &&
		    (behind == NULL || !stands_before(complaint->place, (*at)->place)))
			behind = stands_before(complaint->place, (*at)->place) ? at : &(*at)->next;
	if (behind == NULL)
		behind = at;
	complaint->next = *behind;
	*behind = complaint;
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
	complaint->use = list_uses(report, place.use);
	if (is_known(report, complaint))
		return complaint; /* shown once; what is added to this one is lost */
	insert(report, complaint);
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

void complaint_nearest(struct complaint *complaint, const struct nearest *nearest)
{
	if (nearest->best == NULL)
		return;
	complaint->nearest = arena_text(complaint->report->arena, nearest->best, strlen(nearest->best));
	complaint_help(complaint, "did you mean \"%s\"?", nearest->best);
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

/* Leads to the pages of the first rules that were broken: as many as `explain` takes. */
static void print_see(const struct report *report, FILE *out)
{
	bool broken[RULE_COUNT] = {false};
	uint32_t named = 0;

	fputs("see: ./tenon explain", out);
	for (const struct complaint *c = report->first; c != NULL && named < EXPLAIN_WORDS; c = c->next) {
		if (broken[c->rule])
			continue;
		broken[c->rule] = true;
		named++;
		fprintf(out, " %s", rule_name(c->rule));
	}
	fputc('\n', out);
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
		for (const struct extra *use = c->use; use != NULL; use = use->next)
			print_extra(use, out);
	}
	if (report->errors > 1)
		fprintf(out, "%u errors\n", report->errors);
	if (report->errors > 0)
		print_see(report, out);
}

static cJSON *note_json(const struct extra *extra)
{
	cJSON *note = cJSON_CreateObject();

	json_put_text(note, "message", extra->text);
	json_put_place(note, extra->place);
	return note;
}

static cJSON *complaint_json(const struct complaint *complaint)
{
	cJSON *object = cJSON_CreateObject(), *help = cJSON_CreateArray(), *notes = cJSON_CreateArray();
	const char *allowed = NULL;

	for (const struct extra *extra = complaint->first; extra != NULL; extra = extra->next) {
		if (strcmp(extra->label, "allowed") == 0) {
			allowed = extra->text;
		} else if (strcmp(extra->label, "help") == 0) {
			cJSON_AddItemToArray(help, cJSON_CreateString(extra->text));
		} else {
			cJSON_AddItemToArray(notes, note_json(extra));
		}
	}
	for (const struct extra *use = complaint->use; use != NULL; use = use->next)
		cJSON_AddItemToArray(notes, note_json(use));
	json_put_text(object, "severity", "error");
	json_put_text(object, "code", rule_name(complaint->rule));
	json_put_text(object, "message", complaint->text);
	json_put_place(object, complaint->place);
	json_put_text(object, "allowed", allowed);
	json_put_text(object, "nearest", complaint->nearest);
	cJSON_AddItemToObject(object, "help", help);
	cJSON_AddItemToObject(object, "notes", notes);
	return object;
}

void report_print_json(const struct report *report, FILE *out)
{
	cJSON *list = cJSON_CreateArray();

	for (const struct complaint *c = report->first; c != NULL; c = c->next)
		cJSON_AddItemToArray(list, complaint_json(c));
	json_print(list, out);
}
