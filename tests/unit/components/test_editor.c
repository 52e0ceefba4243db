/* SPDX-License-Identifier: MIT
 * Line editing against a small terminal: what a person sees must be prompt and
 * text, with the cursor where the next character goes, after every byte.
 */
#include "support.h"
#include <stdio.h>
#include <string.h>
#include "editor.h"

static char
    screen[4096]; /* columns of the current row, one byte a column: UTF-8 is shown by its first byte */
static unsigned column, width, rows;
static struct editor editor;

static void put_column(char byte)
{
	screen[column++] = byte;
	width = column > width ? column : width;
}

/* A terminal that knows what the editor uses, and fails on anything else. */
static void terminal(const char *bytes, uint32_t size)
{
	static unsigned parameter;
	static int escape;

	for (uint32_t i = 0; i < size; i++) {
		char byte = bytes[i];

		if (escape == 1) {
			assert_int_equal(byte, '[');
			escape = 2;
			parameter = 0;
		} else if (escape == 2 && byte >= '0' && byte <= '9') {
			parameter = parameter * 10 + (unsigned)(byte - '0');
		} else if (escape == 2) {
			escape = 0;
			assert_true(byte == 'C' || byte == 'D' || byte == 'K');
			if (byte == 'D') {
				assert_true(parameter <= column);
				column -= parameter;
			} else if (byte == 'C') {
				column += parameter;
			} else {
				width = column;
			}
		} else if (byte == '\033') {
			escape = 1;
		} else if (byte == '\b') {
			assert_true(column > 0);
			column--;
		} else if (byte == '\r') {
			column = 0;
		} else if (byte == '\n') {
			rows++;
			width = 0;
			column = 0;
		} else if (byte != '\a' && !utf8_continues(byte)) {
			put_column(byte);
		}
	}
}

static void assert_shows(void)
{
	char expected[600];
	unsigned count = 2, cursor = 2;

	memcpy(expected, "> ", 2);
	for (uint32_t i = 0; i < editor.length; i++) {
		if (!utf8_continues(editor.text[i])) {
			expected[count++] = editor.text[i];
			cursor += i < editor.cursor;
		}
	}
	assert_int_equal(column, cursor);
	assert_memory_equal(screen, expected, count);
	for (unsigned i = count; i < width; i++) {
		assert_int_equal(screen[i], ' ');
	}
	assert_int_equal(editor.text[editor.length], 0);
	assert_true(editor.cursor <= editor.length && editor.length <= LINE_BYTES_MAX);
}

static int begin(void **state)
{
	(void)state;
	memset(&editor, 0, sizeof editor);
	editor.emit = terminal;
	column = width = rows = 0;
	editor_begin(&editor, "> ");
	return 0;
}

/* Types; returns the last event. Ends with the first line. */
static enum editor_event type(const char *bytes)
{
	enum editor_event event = EDITOR_MORE;

	for (; *bytes != 0 && event == EDITOR_MORE; bytes++) {
		event = editor_input(&editor, (uint8_t)*bytes);
		if (event == EDITOR_MORE) {
			assert_shows();
		}
	}
	return event;
}

static void line(const char *bytes, const char *expected)
{
	assert_int_equal(type(bytes), EDITOR_LINE);
	assert_string_equal(editor.text, expected);
	editor_begin(&editor, "> ");
}

static void edits_at_the_end(void **state)
{
	(void)state;
	line("hello\r", "hello");
	line("hellp\bo\n", "hello");
	line("a\x7f\x7f\x7f"
	     "b\r",
	     "b");
	line("one two\x17three\r", "one three");
	line("one two  \x17\r", "one ");
	line("gone\x15here\r", "here");
	line("\r", "");
}

static void edits_inside(void **state)
{
	(void)state;
	line("ac\x1b[Db\r", "abc");
	line("bc\x01"
	     "a\x05"
	     "d\r",
	     "abcd");
	line("bc\x1b[Ha\x1b[Fd\r", "abcd");
	line("bc\x1b[1~a\x1b[4~d\x1bOD\x1bOC"
	     "e\r",
	     "abcde");
	line("abXc\x1b[D\x1b[D\x1b[3~\r", "abc");
	line("abXc\x1b[D\x1b[D\x04\r", "abc");
	line("abcdef\x1b[D\x1b[D\x0b\r", "abcd");
	line("abcdef\x1b[D\x1b[D\x15\r", "ef");
	line("one two three\x1b[D\x1b[D\x17\r", "one two ee");
	line("lost\x03kept\r", "kept");
	line("a\x1b[D\x1b[D\x1b[D\x1b[C\x1b[C\x1b[Cb\r", "ab");
}

static void keeps_characters_whole(void **state)
{
	(void)state;
	line("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\r", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
	line("\xc3\xa4\xe2\x82\xac\x7f\r", "\xc3\xa4");
	line("\xc3\xa4\xe2\x82\xac\x1b[D\x1b[D\x1b[3~\r", "\xe2\x82\xac");
	line("a\xff\xc0\x80\xed\xa0\x80\xf5\xc3"
	     "b\r",
	     "ab"); /* none of it is UTF-8 */
	line("a\xe2\x82"
	     "b\xc2\x9b\r",
	     "ab"); /* cut short; a control character */
}

static void remembers_lines(void **state)
{
	(void)state;
	line("first\r", "first");
	line("second\r", "second");
	line("second\r", "second");
	line("\x1b[A\x1b[A\r", "first");
	line("\x1b[A\r", "first");
	line("dra\x1b[A\x1b[A\x1b[B\x1b[B"
	     "ft\r",
	     "draft");
	line("\x1b[A!\r", "draft!");
	for (char c = 'a'; c <= 'j'; c++) {
		char text[3] = {c, '\r', 0};

		line(text, (char[]){c, 0});
	}
	line("\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A\r", "c"); /* eight are kept */
}

static void ends_lines_once(void **state)
{
	(void)state;
	line("a\r", "a");
	line("\nb\n", "b"); /* the line feed belongs to the carriage return before it */
	line("\n", "");
}

static void ends_input(void **state)
{
	(void)state;
	assert_int_equal(type("\x04"), EDITOR_END);
	editor_begin(&editor, "> ");
	line("x\x01\x04\r", ""); /* deletes when there is something */
}

static void keeps_the_bound(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 400; i++) {
		assert_int_equal(type("\xc3\xa4"), EDITOR_MORE);
	}
	assert_int_equal(editor.length, LINE_BYTES_MAX - 1);
	assert_int_equal(type("x"), EDITOR_MORE);
	assert_int_equal(editor.length, LINE_BYTES_MAX);
	assert_int_equal(type("\x01yy"), EDITOR_MORE);
	assert_int_equal(editor.length, LINE_BYTES_MAX);
}

static void survives_anything(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 200000; i++) {
		static const char keys[] =
		    "ab \xc3\xa4\x7f\x01\x05\x15\x17\x0b\r\x1b[A\x1b[B\x1b[C\x1b[D\x1b[3~\x04";
		uint8_t byte = next_random() % 4 == 0 ? (uint8_t)next_random()
						      : (uint8_t)keys[next_random() % (sizeof keys - 1)];

		if (editor_input(&editor, byte) != EDITOR_MORE) {
			editor_begin(&editor, "> ");
		}
		assert_shows();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(edits_at_the_end, begin),
	    cmocka_unit_test_setup(edits_inside, begin),
	    cmocka_unit_test_setup(keeps_characters_whole, begin),
	    cmocka_unit_test_setup(remembers_lines, begin),
	    cmocka_unit_test_setup(ends_lines_once, begin),
	    cmocka_unit_test_setup(ends_input, begin),
	    cmocka_unit_test_setup(keeps_the_bound, begin),
	    cmocka_unit_test_setup(survives_anything, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
