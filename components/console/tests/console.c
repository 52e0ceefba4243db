/* SPDX-License-Identifier: MIT
 * The console between its readers and the serial line: lines are edited and answered, text of others does not lose them, and
 * a driver that restarts is asked again.
 */
#include "test.h"

static char shown[1u << 16];
static size_t shown_size;
static const char *typed = "";

static enum serial_status show(const struct mock_serial_write_call *call)
{
	assert_true(shown_size + call->data_size < sizeof shown);
	memcpy(shown + shown_size, call->data, call->data_size);
	shown_size += call->data_size;
	shown[shown_size] = '\0';
	return SERIAL_OK;
}

/* A few bytes at a time, as a person types. */
static enum serial_status give(const struct mock_serial_read_call *call,
			       struct mock_serial_read_answer *answer)
{
	const size_t left = strlen(typed);

	answer->data_size = (uint32_t)(left < call->most ? left : call->most);
	answer->data_size = answer->data_size < 5 ? answer->data_size : 5;
	memcpy(answer->data, typed, answer->data_size);
	typed += answer->data_size;
	return SERIAL_OK;
}

static void line_begin(void)
{
	shown_size = 0;
	shown[0] = '\0';
	typed = "";
	test_always(mock_serial_write_does(show));
	test_always(mock_serial_read_does(give));
	test_start();
}

static void type(const char *text)
{
	typed = text;
	mock_serial_signal_received();
}

TEST(answers_a_line_when_it_is_whole)
{
	char line[256] = "";
	struct test_call *call;

	line_begin();
	call = client_port_read_line_begin(0, "$ ", line);
	assert_non_null(strstr(shown, "$ "));
	type("compon");
	assert_false(test_answered(call));
	type("ents\r");
	assert_int_equal(client_port_read_line_end(call), CONSOLE_OK);
	assert_string_equal(line, "components");
}

TEST(edits_before_it_answers)
{
	char line[256] = "";
	struct test_call *call;

	line_begin();
	call = client_port_read_line_begin(0, "$ ", line);
	type("capx\x7fs\r");
	assert_int_equal(client_port_read_line_end(call), CONSOLE_OK);
	assert_string_equal(line, "caps");
}

TEST(what_was_typed_early_is_kept)
{
	char line[256] = "";
	struct test_call *call;

	line_begin();
	type("one\rtwo\r");
	call = client_port_read_line_begin(0, "$ ", line);
	assert_int_equal(client_port_read_line_end(call), CONSOLE_OK);
	assert_string_equal(line, "one");
	call = client_port_read_line_begin(0, "$ ", line);
	assert_int_equal(client_port_read_line_end(call), CONSOLE_OK);
	assert_string_equal(line, "two");
}

TEST(the_end_of_input)
{
	char line[256] = "";
	struct test_call *call;

	line_begin();
	call = client_port_read_line_begin(0, "$ ", line);
	type("\x04");
	assert_int_equal(client_port_read_line_end(call), CONSOLE_END_OF_INPUT);
}

TEST(prints_text)
{
	line_begin();
	assert_int_equal(client_port_write(1, "a\nb\n", 4), CONSOLE_OK);
	assert_non_null(strstr(shown, "a\r\nb\r\n"));
}

TEST(readers_have_their_turns_and_one_call_each)
{
	char line[4][256];
	struct test_call *first, *second;

	line_begin();
	first = client_port_read_line_begin(0, "one> ", line[0]);
	second = client_port_read_line_begin(1, "two> ", line[1]);
	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(client_port_read_line(0, "more> ", line[2]), CONSOLE_QUOTA);
	assert_null(strstr(shown, "more> "));
	type("a\rb\r");
	assert_int_equal(client_port_read_line_end(first), CONSOLE_OK);
	assert_int_equal(client_port_read_line_end(second), CONSOLE_OK);
	assert_string_equal(line[0], "a");
	assert_string_equal(line[1], "b");
	first = client_port_read_line_begin(0, "again> ", line[0]);
	assert_false(test_answered(first));
}

TEST(a_reader_that_died_makes_room_for_another)
{
	char line[256] = "";
	struct test_call *call;

	line_begin();
	(void)client_port_read_line_begin(0, "old ", line); /* it does not end */
	test_client_dies(0);
	call = client_port_read_line_begin(1, "new ", line);
	type("mine\r");
	assert_int_equal(client_port_read_line_end(call), CONSOLE_OK);
	assert_string_equal(line, "mine");
}

TEST(a_reader_is_asked_again_after_a_restart)
{
	char line[256] = "";
	struct test_call *call;

	line_begin();
	call = client_port_read_line_begin(0, "$ ", line);
	test_restart();
	type("still\r");
	assert_int_equal(client_port_read_line_end(call), CONSOLE_OK);
	assert_string_equal(line, "still");
}
