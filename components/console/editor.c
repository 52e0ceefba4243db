/* SPDX-License-Identifier: MIT
 * Editing one line. The editor owns the text; the terminal shows prompt and
 * text with its cursor at `cursor` after every call.
 */
#include "editor.h"

#include <tenon/print.h>
#include <tenon/stack.h>
#include <tenon/string.h>

#define CONTROL(letter) ((letter) & 0x1f)

/* ---- Showing --------------------------------------------------------------------------------- */

static void emit(struct editor *editor, const char *bytes, uint32_t size)
{
	TENON_STACK_CALLS(editor_emit);
	editor->emit(bytes, size);
}

static void emit_text(struct editor *editor, const char *text)
{
	emit(editor, text, (uint32_t)strlen(text));
}

static uint32_t columns(const char *text, uint32_t size)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < size; i++) {
		count += !utf8_continues(text[i]);
	}
	return count;
}

/* Moves the terminal's cursor; one column left is a backspace, which every terminal knows. */
static void move(struct editor *editor, uint32_t count, char direction)
{
	char sequence[16];

	if (count == 0) {
		return;
	}
	if (count == 1 && direction == 'D') {
		emit_text(editor, "\b");
		return;
	}
	(void)tenon_print(sequence, sizeof sequence, "\033[%u%c", count, direction);
	emit_text(editor, sequence);
}

/* Shows the text from the cursor on, after `removed` columns were taken out there. */
static void show_rest(struct editor *editor, uint32_t removed)
{
	uint32_t size = editor->length - editor->cursor;

	emit(editor, editor->text + editor->cursor, size);
	for (uint32_t i = 0; i < removed; i++) {
		emit(editor, " ", 1);
	}
	move(editor, columns(editor->text + editor->cursor, size) + removed, 'D');
}

void editor_show(struct editor *editor)
{
	emit_text(editor, editor->prompt);
	emit(editor, editor->text, editor->length);
	move(editor, columns(editor->text + editor->cursor, editor->length - editor->cursor), 'D');
}

void editor_hide(struct editor *editor)
{
	emit_text(editor, "\r\033[K");
}

void editor_begin(struct editor *editor, const char *prompt)
{
	editor->prompt = prompt;
	editor->length = 0;
	editor->cursor = 0;
	editor->back = 0;
	editor->text[0] = 0;
	editor->utf8 = (struct utf8){0};
	editor->escape = ESCAPE_NONE;
	editor_show(editor);
}

/* ---- Changing -------------------------------------------------------------------------------- */

static void set_cursor(struct editor *editor, uint32_t cursor)
{
	if (cursor < editor->cursor) {
		move(editor, columns(editor->text + cursor, editor->cursor - cursor), 'D');
	} else {
		move(editor, columns(editor->text + editor->cursor, cursor - editor->cursor), 'C');
	}
	editor->cursor = cursor;
}

static uint32_t previous(const struct editor *editor, uint32_t at)
{
	while (at > 0 && utf8_continues(editor->text[--at])) {
	}
	return at;
}

static uint32_t next(const struct editor *editor, uint32_t at)
{
	if (at < editor->length) {
		at++;
	}
	while (at < editor->length && utf8_continues(editor->text[at])) {
		at++;
	}
	return at;
}

static void insert(struct editor *editor, const uint8_t *bytes, uint32_t size)
{
	if (size > LINE_BYTES_MAX - editor->length) {
		emit_text(editor, "\a");
		return;
	}
	memmove(editor->text + editor->cursor + size, editor->text + editor->cursor,
		editor->length - editor->cursor + 1);
	memcpy(editor->text + editor->cursor, bytes, size);
	editor->length += size;
	editor->cursor += size;
	emit(editor, (const char *)bytes, size);
	show_rest(editor, 0);
}

/* Removes the text between `from` and `to`, which takes the cursor to `from`. */
static void erase(struct editor *editor, uint32_t from, uint32_t to)
{
	uint32_t removed = columns(editor->text + from, to - from);

	set_cursor(editor, from);
	memmove(editor->text + from, editor->text + to, editor->length - to + 1);
	editor->length -= to - from;
	show_rest(editor, removed);
}

static uint32_t word_start(const struct editor *editor)
{
	uint32_t at = editor->cursor;

	while (at > 0 && editor->text[at - 1] == ' ') {
		at--;
	}
	while (at > 0 && editor->text[at - 1] != ' ') {
		at--;
	}
	return at;
}

static void replace(struct editor *editor, const char *text)
{
	uint32_t shown = columns(editor->text, editor->length);
	uint32_t now;

	set_cursor(editor, 0);
	editor->length = (uint32_t)tenon_copy_text(editor->text, sizeof editor->text, text);
	now = columns(editor->text, editor->length);
	show_rest(editor, shown > now ? shown - now : 0);
	set_cursor(editor, editor->length);
}

static void recall(struct editor *editor, uint32_t back)
{
	const char *line = back == 0 ? editor->draft : history_line(&editor->history, back);

	if (line == NULL || back == editor->back) {
		return;
	}
	if (editor->back == 0) {
		memcpy(editor->draft, editor->text, sizeof editor->draft);
	}
	editor->back = back;
	replace(editor, line);
}

/* ---- Input ----------------------------------------------------------------------------------- */

/* ECMA-48 section 5.4 and the keys of VT100 and xterm: a final letter, or a number and `~`. */
static void sequence_key(struct editor *editor, uint8_t final)
{
	switch (final == '~' ? editor->parameter : final) {
	case 'A':
		recall(editor, editor->back + 1);
		break;
	case 'B':
		recall(editor, editor->back > 0 ? editor->back - 1 : 0);
		break;
	case 'C':
		set_cursor(editor, next(editor, editor->cursor));
		break;
	case 'D':
		set_cursor(editor, previous(editor, editor->cursor));
		break;
	case 'H':
	case 1:
	case 7:
		set_cursor(editor, 0);
		break;
	case 'F':
	case 4:
	case 8:
		set_cursor(editor, editor->length);
		break;
	case 3:
		erase(editor, editor->cursor, next(editor, editor->cursor));
		break;
	default:
		break;
	}
}

static void escape_input(struct editor *editor, uint8_t byte)
{
	switch (editor->escape) {
	case ESCAPE_STARTED:
		editor->parameter = 0;
		editor->escape = byte == '[' ? ESCAPE_SEQUENCE : byte == 'O' ? ESCAPE_SINGLE : ESCAPE_NONE;
		break;
	case ESCAPE_SEQUENCE:
		if (byte >= '0' && byte <= '9' && editor->parameter < 100) {
			editor->parameter = editor->parameter * 10 + (uint32_t)(byte - '0');
		} else if (byte >= 0x40 && byte <= 0x7e) {
			editor->escape = ESCAPE_NONE;
			sequence_key(editor, byte);
		} else if (byte < 0x20 || byte > 0x7e) {
			editor->escape = ESCAPE_NONE; /* no sequence contains such a byte */
		}
		break;
	default:
		editor->escape = ESCAPE_NONE;
		sequence_key(editor, byte);
		break;
	}
}

static enum editor_event finish_line(struct editor *editor)
{
	set_cursor(editor, editor->length);
	emit_text(editor, "\r\n");
	history_add(&editor->history, editor->text);
	return EDITOR_LINE;
}

static void cancel_line(struct editor *editor)
{
	set_cursor(editor, editor->length);
	emit_text(editor, "^C\r\n");
	editor_begin(editor, editor->prompt);
}

static enum editor_event delete_or_end(struct editor *editor)
{
	if (editor->length == 0) {
		emit_text(editor, "\r\n");
		return EDITOR_END;
	}
	erase(editor, editor->cursor, next(editor, editor->cursor));
	return EDITOR_MORE;
}

static void control_key(struct editor *editor, uint8_t byte)
{
	switch (byte) {
	case CONTROL('A'):
		set_cursor(editor, 0);
		break;
	case CONTROL('C'):
		cancel_line(editor);
		break;
	case CONTROL('E'):
		set_cursor(editor, editor->length);
		break;
	case CONTROL('H'):
	case 0x7f:
		erase(editor, previous(editor, editor->cursor), editor->cursor);
		break;
	case CONTROL('K'):
		erase(editor, editor->cursor, editor->length);
		break;
	case CONTROL('U'):
		erase(editor, 0, editor->cursor);
		break;
	case CONTROL('W'):
		erase(editor, word_start(editor), editor->cursor);
		break;
	case CONTROL('['):
		editor->escape = ESCAPE_STARTED;
		break;
	default:
		break;
	}
}

enum editor_event editor_input(struct editor *editor, uint8_t byte)
{
	bool after_return = editor->after_return;

	editor->after_return = byte == '\r';
	if (byte == '\r' || (byte == '\n' && !after_return)) {
		return finish_line(editor);
	}
	if (byte == '\n') {
		return EDITOR_MORE;
	}
	if (editor->escape != ESCAPE_NONE) {
		escape_input(editor, byte);
		return EDITOR_MORE;
	}
	if (byte == CONTROL('D')) {
		return delete_or_end(editor);
	}
	if (byte < 0x20 || byte == 0x7f) {
		control_key(editor, byte);
	} else if (utf8_add(&editor->utf8, byte)) {
		insert(editor, editor->utf8.bytes, editor->utf8.have);
	}
	return EDITOR_MORE;
}
