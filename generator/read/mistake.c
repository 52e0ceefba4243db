/* SPDX-License-Identifier: MIT
 * Keys, lists and the columns in which they begin; see mistake.h.
 */
#include "mistake.h"

#include <string.h>

/* ---- Columns ---- */

/* "column 1 as "components", or column 3 as "timer"" */
static const char *list_columns(const struct scan *scan, const struct level *below)
{
	struct arena *arena = scan->reader->arena;
	const char *text = "";

	for (uint32_t i = 0; i < scan->levels; i++)
		text = arena_format(arena, "%scolumn %zu as \"%s\", or ", text, scan->level[i].column + 1,
				    scan->level[i].name);
	return arena_format(arena, "%scolumn %zu as \"%s\"", text, below->column + 1, below->name);
}

static void refuse_mixture(struct scan *scan, const struct level *level, const struct level *entry)
{
	struct complaint *complaint;

	if (entry->kind == LEVEL_LIST)
		complaint = scan_complain(scan, entry->place,
					  "an entry of a list begins here, among keys that have no \"- \"");
	else
		complaint =
		    scan_complain(scan, entry->place,
				  "the key \"%s\" stands here among the entries of a list", entry->name);
	if (complaint != NULL)
		complaint_note(complaint, level->place, "the one before it is here");
}

/* A text where a key is wanted. */
static void refuse_bare(struct scan *scan, struct place place, const char *text)
{
	const char *colon = strpbrk(text, ":=");
	struct complaint *complaint;

	if (strchr("]}", text[0]) != NULL) {
		(void)scan_complain(scan, place, "this bracket closes none: all are closed before it");
		return;
	}
	complaint = scan_complain(scan, place,
				  "a key is wanted here, with a colon and a space or the end of the line");
	if (complaint != NULL && colon != NULL && colon != text)
		complaint_help(complaint, "write \"%.*s: %s\"", (int)(colon - text), text, colon + 1);
	else if (complaint != NULL)
		complaint_help(complaint, "write \"%s:\"", text);
}

static void refuse_depth(struct scan *scan, const struct level *level, const struct level *entry)
{
	struct complaint *complaint;

	if (level->place.line <= scan->last)
		scan->last =
		    entry->place.line; /* libfyaml took both lines for one key, and names the first */
	if (level->below.line != 0 && level->below_column == entry->column) {
		refuse_bare(scan, level->below, level->text);
		return;
	}
	complaint = scan_complain(scan, entry->place,
				  "\"%s\" is indented further than \"%s\", which has a value already",
				  entry->name, level->name);

	if (complaint == NULL)
		return;
	complaint_help(complaint, "begin it in column %zu, as \"%s\" does", level->column + 1, level->name);
	complaint_note(complaint, level->place, "the value is here");
}

/* A key or a "- " begins in a column: of a mapping or list around it, or of a new one. */
static void enter(struct scan *scan, struct level entry)
{
	struct level *top, left;
	bool popped = false;

	while (scan->levels > 0 && scan->level[scan->levels - 1].column > entry.column) {
		left = scan->level[--scan->levels];
		popped = true;
	}
	top = scan->levels == 0 ? NULL : &scan->level[scan->levels - 1];
	if (top != NULL && top->column == entry.column && top->kind == LEVEL_LIST &&
	    entry.kind == LEVEL_KEYS && scan->levels > 1 && top[-1].column == entry.column) {
		scan->levels--; /* the entries of a list may begin in the column of its key */
		top--;
	}
	if (top != NULL && top->column == entry.column && top->kind == entry.kind) {
		*top = entry;
	} else if (top != NULL && top->column == entry.column && (entry.kind == LEVEL_KEYS || top->full)) {
		refuse_mixture(scan, top, &entry);
	} else if (popped && (top == NULL || top->column < entry.column)) {
		struct complaint *complaint =
		    scan_complain(scan, entry.place,
				  "\"%s\" begins in a column in which nothing above it does", entry.name);

		if (complaint != NULL)
			complaint_allowed(complaint, "%s", list_columns(scan, &left));
	} else if (top != NULL && top->full) {
		refuse_depth(scan, top, &entry);
	} else if (scan->levels == SCAN_DEEP) {
		scan->ended = true;
	} else {
		scan->level[scan->levels++] = entry;
	}
}

/* ---- Values ---- */

/* Lines that are indented further are the text of a "|" or ">". Stops at the end of the last one. */
static void skip_block_text(struct scan *scan)
{
	const size_t border = scan->level[scan->levels - 1].column;

	for (;;) {
		size_t column = 0;

		while (scan->at < scan->length && scan->text[scan->at] != '\n')
			scan->at++;
		while (scan->at + 1 + column < scan->length && scan->text[scan->at + 1 + column] == ' ')
			column++;
		if (scan->at == scan->length ||
		    (!scan_ends_line(scan, scan->at + 1 + column) && column <= border))
			return;
		scan_next_line(scan);
	}
}

/* Behind a quotation mark or a bracket that closes a value there is nothing more in its line. */
static void check_rest(struct scan *scan, const char *what)
{
	struct complaint *complaint;

	scan_blanks(scan);
	if (scan->ended || scan_line_ends(scan))
		return;
	if (strchr("]}", scan->text[scan->at]) != NULL)
		(void)scan_complain(scan, scan_place(scan, scan->at, 1),
				    "this bracket closes none: all are closed before it");
	else if (scan_is_colon(scan, scan->at))
		scan->ended = true; /* a key after all */
	else if ((complaint = scan_complain(scan, scan_place(scan, scan->at, scan_plain(scan, scan->at)),
					    "something stands behind the %s that ends the value", what)) !=
		 NULL)
		complaint_help(complaint, "a text with \" in it stands in '…', one with ' in it in \"…\"");
}

static void refuse_beginning(struct scan *scan, const char *text)
{
	struct complaint *complaint =
	    scan_complain(scan, scan_place(scan, scan->at, strlen(text)),
			  "a text begins with \"%c\" only in quotation marks", text[0]);

	if (complaint != NULL)
		complaint_help(complaint, "write \"%s\"", text);
}

/* A text without quotation marks behind its key. */
static void read_plain(struct scan *scan, struct level *level)
{
	size_t length = scan_plain(scan, scan->at), end = scan->at + length;
	const char *text = scan_text(scan, scan->at, length);
	struct complaint *complaint;

	if (strchr("@`%", text[0]) != NULL) {
		refuse_beginning(scan, text);
		return;
	}
	if (text[0] == '-' && (text[1] == ' ' || text[1] == '\0')) {
		complaint =
		    scan_complain(scan, scan_place(scan, scan->at, 1), "a list begins on a line of its own");
		if (complaint != NULL && text[1] == ' ')
			complaint_help(complaint, "or write [%s]", text + 2);
		return;
	}
	if (scan_is_colon(scan, end)) {
		while (!scan_ends_line(scan, end))
			end++;
		complaint = scan_complain(scan, scan_place(scan, scan->at, length + 1),
					  "a text with \": \" in it stands in quotation marks");
		if (complaint != NULL)
			complaint_help(complaint, "write \"%s\"", scan_text(scan, scan->at, end - scan->at));
		return;
	}
	level->open = true;
}

/* What stands behind a colon, or in a line of its own below it. */
static void read_behind(struct scan *scan)
{
	struct level *level = &scan->level[scan->levels - 1];

	scan_blanks(scan);
	while (!scan_line_ends(scan) && strchr("&!", scan->text[scan->at]) != NULL) {
		while (!scan_line_ends(scan) && !scan_is_blank(scan->text[scan->at]))
			scan->at++;
		scan_blanks(scan);
	}
	if (scan_line_ends(scan))
		return;
	level->full = true;
	if (strchr("|>", scan->text[scan->at]) != NULL) {
		skip_block_text(scan);
	} else if (strchr("\"'", scan->text[scan->at]) != NULL) {
		mistake_in_quotes(scan);
		check_rest(scan, "quotation mark");
	} else if (strchr("[{", scan->text[scan->at]) != NULL) {
		mistake_in_brackets(scan);
		check_rest(scan, "bracket");
	} else {
		read_plain(scan, level);
	}
}

/* ---- Lines ---- */

/* A key with its value, or a value alone, in the line or behind "- ". */
static void read_entry(struct scan *scan, size_t column, bool behind_dash)
{
	struct level *top = scan->levels == 0 ? NULL : &scan->level[scan->levels - 1];
	bool quoted = strchr("\"'", scan->text[scan->at]) != NULL;
	size_t start = scan->at, length = scan_plain(scan, scan->at);
	bool inside = behind_dash || (top != NULL && column > top->column);

	if (!quoted && scan_is_colon(scan, start + length)) {
		const char *name = scan_text(scan, start, length);

		enter(scan, (struct level){.column = column,
					   .kind = LEVEL_KEYS,
					   .place = scan_place(scan, start, length),
					   .name = name});
		scan->at = start + length + 1;
		if (!scan->ended)
			read_behind(scan);
	} else if (inside && top->open && !behind_dash) {
		scan->at = start + length; /* the text goes on */
	} else if ((inside && !top->full) || (scan->levels == 0 && strchr("[{", scan->text[start]) != NULL)) {
		if (scan->levels == 0) {
			mistake_in_brackets(scan);
			return;
		}
		if (!behind_dash) {
			top->below = scan_place(scan, start, length);
			top->below_column = column;
			top->text = scan_text(scan, start, length);
		}
		read_behind(scan);
	} else if (!quoted) {
		refuse_bare(scan, scan_place(scan, start, length), scan_text(scan, start, length));
	} else {
		scan->ended =
		    true; /* a key in quotation marks, or a text too many: rare, and left to libfyaml */
	}
}

static void read_line(struct scan *scan)
{
	bool dash = false;

	while (!scan_line_ends(scan) && scan->text[scan->at] == ' ')
		scan->at++;
	if (!scan_line_ends(scan) && scan->text[scan->at] == '\t') {
		size_t tab = scan->at;

		scan_blanks(scan);
		if (!scan_line_ends(scan) &&
		    scan_complain(scan, scan_place(scan, tab, 1), "a tab indents this line; only spaces may"))
			return;
	}
	while (!scan->ended && !scan_line_ends(scan) && scan->text[scan->at] == '-' &&
	       (scan_ends_line(scan, scan->at + 1) || scan->text[scan->at + 1] == ' ')) {
		dash = true;
		enter(scan, (struct level){.column = scan->at - scan->line_start,
					   .kind = LEVEL_LIST,
					   .place = scan_place(scan, scan->at, 1),
					   .name = "-"});
		scan->at++;
		while (!scan_line_ends(scan) && scan->text[scan->at] == ' ')
			scan->at++;
	}
	scan_blanks(scan);
	if (!scan->ended && !scan_line_ends(scan))
		read_entry(scan, scan->at - scan->line_start, dash);
}

/* A line such as "---", which begins another document, or "%YAML 1.2", or a key behind "? ". */
static bool is_marker(const struct scan *scan)
{
	const char *at = scan->text + scan->at;
	size_t left = scan->length - scan->at;

	return left == 0 || at[0] == '%' || at[0] == '?' ||
	       (left >= 3 && (strncmp(at, "---", 3) == 0 || strncmp(at, "...", 3) == 0));
}

bool mistake_report(struct reader *reader, uint32_t last)
{
	struct scan *scan = ARENA_NEW(reader->arena, struct scan);

	scan->reader = reader;
	scan->text = reader->source->text;
	scan->length = reader->source->length;
	scan->line = 1;
	if (scan->length >= 3 && memcmp(scan->text, "\xef\xbb\xbf", 3) == 0)
		scan->at = scan->line_start = 3; /* a mark of the byte order */
	scan->last = last;
	while (!scan->ended && scan->at < scan->length &&
	       (scan->line <= last || (scan->levels > 0 && scan->level[scan->levels - 1].open))) {
		if (is_marker(scan))
			scan->levels = 0;
		else
			read_line(scan);
		scan_next_line(scan);
	}
	return scan->found;
}
