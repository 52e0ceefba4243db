/* SPDX-License-Identifier: MIT
 * What stands in brackets and quotation marks, over as many lines as it takes;
 * see mistake.h. Lines inside are indented further than the key in front of
 * the bracket: the first one that is not tells that the closing one is
 * missing, unless it comes after all.
 */
#include "mistake.h"

#include <string.h>

/* In brackets: those that are open, and what was read of the entry that is read. */
struct flow {
	struct scan *scan;
	struct bracket bracket[SCAN_DEEP];
	uint32_t depth;
	bool value;           /* the entry has a value, or a text that may yet become a key */
	bool plain;           /* that is a text without quotation marks */
	bool colon;           /* the entry has its key */
	struct place outside; /* first line that is not indented far enough; line 0: none */
	struct bracket left;  /* the innermost open bracket there */
};

/* Goes to the next line that says something. Is it indented further than what is around the value? */
static bool continues(struct scan *scan)
{
	do {
		scan_next_line(scan);
		while (!scan_line_ends(scan) && scan->text[scan->at] == ' ')
			scan->at++;
	} while (scan->at < scan->length && scan_line_ends(scan));
	return scan->at == scan->length || (long)(scan->at - scan->line_start) > scan_border(scan);
}

/* Bytes of the word, or the bracket, that begins there. */
static size_t word_length(const struct scan *scan, size_t at)
{
	size_t end = at;

	while (end < scan->length && strchr(" \t\r\n:,[]{}", scan->text[end]) == NULL)
		end++;
	return end == at ? 1 : end - at;
}

static struct place word_place(const struct scan *scan)
{
	return scan_place(scan, scan->at, word_length(scan, scan->at));
}

#define OUTSIDE "this line is no part of it: it is not indented further"

void mistake_in_quotes(struct scan *scan)
{
	const struct place start = scan_place(scan, scan->at, 1);
	const char mark = scan->text[scan->at++];
	struct complaint *complaint;

	for (;;) {
		const size_t left = scan->length - scan->at;
		const char *at = scan->text + scan->at;

		if (left == 0) {
			(void)scan_complain(scan, start, "the text that begins here has no closing %c", mark);
			return;
		}
		if (at[0] == '\n' && !continues(scan)) {
			complaint =
			    scan_complain(scan, start, "the text that begins here has no closing %c", mark);
			if (complaint != NULL)
				complaint_note(complaint, word_place(scan), OUTSIDE);
			return;
		}
		if (at[0] == mark && (mark == '"' || left == 1 || at[1] != mark))
			break;
		if (at[0] != '\n') /* two ' are one inside of a text */
			scan->at +=
			    left > 1 && at[1] != '\n' && (at[0] == mark || (at[0] == '\\' && mark == '"'))
				? 2
				: 1;
	}
	scan->at++;
}

/* ---- Brackets ---- */

static char closing(char bracket)
{
	return bracket == '{' ? '}' : ']';
}

static void refuse_open(struct flow *flow)
{
	const bool outside = flow->outside.line != 0;
	const struct bracket *open = outside ? &flow->left : &flow->bracket[flow->depth - 1];
	struct complaint *complaint =
	    scan_complain(flow->scan, open->place, "this \"%c\" is never closed", open->shape);

	if (complaint != NULL && outside)
		complaint_note(complaint, flow->outside, OUTSIDE);
}

static void refuse_border(struct flow *flow)
{
	struct complaint *complaint =
	    scan_complain(flow->scan, flow->outside,
			  "a line in brackets is indented further than the line in which they are opened");

	if (complaint != NULL)
		complaint_note(complaint, flow->left.place, "the bracket is opened here");
}

/* Something begins at `at` where the entry has its value already. */
static void refuse_no_comma(struct flow *flow, size_t at)
{
	struct scan *scan = flow->scan;

	if (flow->outside.line != 0)
		return; /* the brackets do not match, which explains it */
	const char *mark = strchr("\"'", scan->text[at]) == NULL ? "\"" : "";

	(void)scan_complain(scan, scan_place(scan, at, word_length(scan, at)),
			    "a comma is missing before %s%s%s", mark,
			    scan_text(scan, at, word_length(scan, at)), mark);
}

static void open_bracket(struct flow *flow)
{
	struct scan *scan = flow->scan;

	if (flow->value)
		refuse_no_comma(flow, scan->at);
	if (flow->depth == SCAN_DEEP)
		scan->ended = true;
	if (scan->ended)
		return;
	flow->bracket[flow->depth++] =
	    (struct bracket){scan->text[scan->at], flow->colon, scan_place(scan, scan->at, 1)};
	flow->value = flow->colon = flow->plain = false;
	scan->at++;
}

static void close_bracket(struct flow *flow)
{
	struct scan *scan = flow->scan;
	const struct bracket *open = &flow->bracket[flow->depth - 1];
	struct complaint *complaint;

	if (scan->text[scan->at] == closing(open->shape)) {
		flow->colon = open->colon;
		flow->value = true;
		flow->plain = false;
		flow->depth--;
		scan->at++;
	} else if (flow->outside.line != 0) {
		refuse_open(flow);
	} else {
		complaint =
		    scan_complain(scan, scan_place(scan, scan->at, 1),
				  "\"%c\" closes nothing: \"%c\" is open", scan->text[scan->at], open->shape);
		if (complaint != NULL)
			complaint_note(complaint, open->place, "it is opened here");
	}
}

static void take_colon(struct flow *flow)
{
	flow->colon = true;
	flow->value = flow->plain = false;
	flow->scan->at++;
}

static void take_quotes(struct flow *flow)
{
	struct scan *scan = flow->scan;

	if (flow->value)
		refuse_no_comma(flow, scan->at);
	if (scan->ended)
		return;
	mistake_in_quotes(scan);
	flow->value = true;
	flow->plain = false;
	if (!scan->ended && scan->at < scan->length && scan->text[scan->at] == ':')
		take_colon(flow);
}

/* A text without quotation marks, or a part of it. */
static void take_plain(struct flow *flow)
{
	struct scan *scan = flow->scan;
	size_t end = scan->at, word = scan->at;

	if (flow->value && !flow->plain)
		refuse_no_comma(flow, scan->at);
	while (!scan->ended && end < scan->length && strchr("\r\n,[]{}", scan->text[end]) == NULL &&
	       !scan_is_colon(scan, end)) {
		if (strchr(" \t", scan->text[end]) != NULL && end + 1 < scan->length) {
			if (scan->text[end + 1] == '#')
				break;
			if (strchr(" \t\r\n,[]{}", scan->text[end + 1]) == NULL)
				word = end + 1;
		}
		end++;
	}
	if (scan->ended)
		return;
	if (scan_is_colon(scan, end) && flow->colon && (flow->plain || word > scan->at)) {
		refuse_no_comma(flow, word);
		if (scan->ended)
			return;
	}
	flow->value = flow->plain = true;
	scan->at = end;
	if (scan_is_colon(scan, end))
		take_colon(flow);
}

static void take_line_end(struct flow *flow)
{
	struct scan *scan = flow->scan;

	if (scan->text[scan->at] == '\r') {
		scan->at++;
	} else if (!continues(scan) && flow->outside.line == 0 &&
		   strchr("]}", scan->text[scan->at]) == NULL) {
		flow->outside = word_place(scan);
		flow->left = flow->bracket[flow->depth - 1];
	}
}

void mistake_in_brackets(struct scan *scan)
{
	struct flow flow = {.scan = scan};

	open_bracket(&flow);
	while (!scan->ended && flow.depth > 0) {
		const char next = scan->at == scan->length ? '\0' : scan->text[scan->at];

		if (next == '\0')
			refuse_open(&flow);
		else if (next == '\n' || next == '\r')
			take_line_end(&flow);
		else if (next == '{' || next == '[')
			open_bracket(&flow);
		else if (next == '}' || next == ']')
			close_bracket(&flow);
		else if (next == '"' || next == '\'')
			take_quotes(&flow);
		else if (next == ',')
			flow.value = flow.colon = flow.plain = false, scan->at++;
		else if (next == ' ' || next == '\t')
			scan_blanks(scan);
		else if (scan_is_colon(scan, scan->at))
			take_colon(&flow);
		else
			take_plain(&flow);
	}
	if (!scan->ended && flow.outside.line != 0)
		refuse_border(&flow);
}
