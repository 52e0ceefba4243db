/* SPDX-License-Identifier: MIT
 * Places, words and lines of a text that is read for mistakes; see mistake.h.
 */
#include "mistake.h"

#include <stdarg.h>
#include <string.h>

struct place scan_place(const struct scan *scan, size_t at, size_t bytes)
{
	return place_at(scan->reader->source, scan->line,
			(uint32_t)text_characters(scan->text + scan->line_start, at - scan->line_start) + 1,
			bytes == 0 ? 1 : (uint32_t)text_characters(scan->text + at, bytes));
}

const char *scan_text(const struct scan *scan, size_t at, size_t bytes)
{
	return arena_text(scan->reader->arena, scan->text + at, bytes);
}

struct complaint *scan_complain(struct scan *scan, struct place place, const char *format, ...)
{
	va_list list;

	scan->ended = true;
	if (place.line > scan->last)
		return NULL;
	scan->found = true;
	va_start(list, format);
	const char *text = arena_formatv(scan->reader->arena, format, list);
	va_end(list);
	return report_error(scan->reader->report, RULE_SYNTAX, place, "this is not YAML: %s", text);
}

bool scan_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

bool scan_ends_line(const struct scan *scan, size_t at)
{
	return at >= scan->length || scan->text[at] == '\n' || scan->text[at] == '\r';
}

bool scan_line_ends(const struct scan *scan)
{
	return scan_ends_line(scan, scan->at);
}

void scan_blanks(struct scan *scan)
{
	while (!scan_line_ends(scan) && scan_is_blank(scan->text[scan->at]))
		scan->at++;
	if (!scan_line_ends(scan) && scan->text[scan->at] == '#' &&
	    (scan->at == scan->line_start || scan_is_blank(scan->text[scan->at - 1])))
		while (!scan_line_ends(scan))
			scan->at++;
}

void scan_next_line(struct scan *scan)
{
	while (scan->at < scan->length && scan->text[scan->at] != '\n')
		scan->at++;
	if (scan->at < scan->length)
		scan->at++;
	scan->line_start = scan->at;
	scan->line++;
}

bool scan_is_colon(const struct scan *scan, size_t at)
{
	return at < scan->length && scan->text[at] == ':' &&
	       (scan_ends_line(scan, at + 1) || scan_is_blank(scan->text[at + 1]));
}

long scan_border(const struct scan *scan)
{
	return scan->levels == 0 ? -1 : (long)scan->level[scan->levels - 1].column;
}

size_t scan_plain(const struct scan *scan, size_t at)
{
	size_t end = at, last = at;

	for (; !scan_ends_line(scan, end) && !scan_is_colon(scan, end); end++) {
		if (scan->text[end] == '#' && end > at && scan_is_blank(scan->text[end - 1]))
			break;
		if (!scan_is_blank(scan->text[end]))
			last = end + 1;
	}
	return last - at;
}
