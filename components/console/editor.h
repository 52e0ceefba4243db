/* SPDX-License-Identifier: MIT
 * Editing one line on a terminal that understands ECMA-48 (VT100). Editing at
 * the end of the line uses backspace and blanks only, so that input from a
 * pipe leaves clean text.
 *
 * Each character is taken to be one column wide.
 */
#ifndef EDITOR_H
#define EDITOR_H

#include <stdbool.h>
#include <stdint.h>
#include "history.h"
#include "utf8.h"

enum editor_event {
	EDITOR_MORE, /* goes on */
	EDITOR_LINE, /* `text` is a finished line */
	EDITOR_END   /* Ctrl-D on an empty line */
};

enum editor_escape { ESCAPE_NONE, ESCAPE_STARTED, ESCAPE_SEQUENCE, ESCAPE_SINGLE };

struct editor {
	void (*emit)(const char *bytes, uint32_t size); /* where output goes */
	const char *prompt;                             /* the caller keeps it while a line is edited */
	char text[LINE_BYTES_MAX + 1];                  /* zero-terminated */
	uint32_t length, cursor;                        /* bytes; cursor <= length, between characters */
	uint32_t back;                                  /* how far back in history; 0: a line of our own */
	char draft[LINE_BYTES_MAX + 1];                 /* that line, while history is shown */
	struct history history;
	struct utf8 utf8;
	enum editor_escape escape;
	uint32_t parameter; /* first number of an escape sequence */
	bool after_return;  /* a line feed right after a carriage return belongs to it */
};

/* Begins a line: shows the prompt. The prompt stays the caller's. */
void editor_begin(struct editor *editor, const char *prompt);
/* Takes one byte of input. After EDITOR_LINE and EDITOR_END call editor_begin() before the next. */
enum editor_event editor_input(struct editor *editor, uint8_t byte);
/* Takes the line off the terminal, and shows it again, for output in between. */
void editor_hide(struct editor *editor);
void editor_show(struct editor *editor);

#endif
