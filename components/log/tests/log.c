/* SPDX-License-Identifier: MIT
 * The log: what it prints and keeps, and that a serial driver which is slow, dead or gone costs its senders no more than
 * its patience.
 */
#include "test.h"

#define PATIENCE_MS 500u

static void expect_printed(uint32_t number, const char *text)
{
	const struct mock_serial_write_call *call = mock_serial_write_call(number);
	char printed[1025] = "";

	memcpy(printed, call->data, call->data_size);
	assert_non_null(strstr(printed, text));
	assert_memory_equal(printed + call->data_size - 2, "\r\n", 2);
}

static void expect_kept(uint64_t after, const char *wanted, const char *sender, const char *text)
{
	char from[64], line[161];
	uint64_t number, time_ns;
	enum log_level level;

	assert_int_equal(client_log_read(2, after, wanted, &number, &time_ns, &level, from, line), LOG_OK);
	assert_int_equal(number, after + 1);
	assert_string_equal(from, sender);
	assert_string_equal(line, text);
}

TEST(prints_and_keeps_a_line)
{
	mock_serial_write_answers();
	test_start();
	test_advance_ms(234);
	assert_int_equal(client_log_write(0, LOG_LEVEL_WARNING, "it rains"), LOG_OK);
	expect_printed(0, "[   1.234000] warn  mock_client_0: it rains");
	expect_kept(0, "", "mock_client_0", "it rains");
}

TEST(shows_no_control_characters)
{
	mock_serial_write_answers();
	assert_int_equal(client_log_write(0, LOG_LEVEL_INFO, "a\x1b[2Jb\nc\x7f"), LOG_OK);
	expect_kept(0, "mock_client_0", "mock_client_0", "a?[2Jb?c?");
}

TEST(reads_who_is_asked_for)
{
	char from[64], line[161];
	uint64_t number, time_ns;
	enum log_level level;

	test_always(mock_serial_write_answers());
	assert_int_equal(client_log_write(0, LOG_LEVEL_INFO, "one"), LOG_OK);
	assert_int_equal(client_log_write(1, LOG_LEVEL_INFO, "two"), LOG_OK);
	expect_kept(1, "mock_client_1", "mock_client_1", "two");
	assert_int_equal(client_log_read(2, 1, "mock_client_0", &number, &time_ns, &level, from, line),
			 LOG_NO_MORE);
	assert_int_equal(client_log_read(2, 0, "nobody", &number, &time_ns, &level, from, line),
			 LOG_UNKNOWN_SENDER);
}

TEST(one_sender_pushes_out_its_own_lines_only)
{
	char from[64], line[161];
	uint64_t number, time_ns;
	enum log_level level;

	test_always(mock_serial_write_answers());
	assert_int_equal(client_log_write(0, LOG_LEVEL_INFO, "the quiet one"), LOG_OK);
	for (unsigned i = 0; i < 2000; i++)
		assert_int_equal(client_log_write(1, LOG_LEVEL_INFO, "the loud one"), LOG_OK);
	expect_kept(0, "", "mock_client_0", "the quiet one");
	assert_int_equal(client_log_read(2, 1, "", &number, &time_ns, &level, from, line), LOG_OK);
	assert_true(number > 2);
	assert_int_equal(client_log_read(2, 2001, "", &number, &time_ns, &level, from, line), LOG_NO_MORE);
}

/* The sender has its answer when the log's patience ends, and the next line that can be printed says what is missing. */
TEST(a_driver_that_hangs_costs_its_patience)
{
	struct test_call *call;

	mock_serial_write_fails(SERIAL_TIMED_OUT);
	call = client_log_write_begin(0, LOG_LEVEL_INFO, "lost");
	test_advance_ms(PATIENCE_MS - 1);
	assert_false(test_answered(call));
	test_advance_ms(1);
	assert_int_equal(client_log_write_end(call), LOG_OK);
	test_times(mock_serial_write_answers(), 2);
	assert_int_equal(client_log_write(0, LOG_LEVEL_INFO, "found"), LOG_OK);
	expect_printed(1, "log: 1 lines were not printed");
	expect_printed(2, "mock_client_0: found");
	expect_kept(0, "", "mock_client_0", "lost");
}

TEST(a_line_is_repeated_when_the_driver_restarted)
{
	mock_serial_write_fails(SERIAL_RESTARTED);
	mock_serial_write_answers();
	assert_int_equal(client_log_write(1, LOG_LEVEL_ERROR, "twice"), LOG_OK);
	assert_int_equal(mock_serial_write_calls(), 2);
	expect_printed(1, "error mock_client_1: twice");
}

TEST(a_line_waits_for_a_driver_that_is_down)
{
	struct test_call *call;

	mock_serial_server_down();
	call = client_log_write_begin(1, LOG_LEVEL_INFO, "patient");
	test_advance_ms(100);
	assert_false(test_answered(call));
	mock_serial_write_answers();
	mock_serial_server_up();
	assert_int_equal(client_log_write_end(call), LOG_OK);
	expect_printed(0, "mock_client_1: patient");
}

TEST(without_a_driver_lines_are_kept)
{
	mock_serial_server_gone();
	assert_int_equal(client_log_write(0, LOG_LEVEL_INFO, "alone"), LOG_OK);
	assert_int_equal(mock_serial_write_calls(), 0);
	expect_kept(0, "", "mock_client_0", "alone");
}

/* While one line waits for the driver another sender's waits behind it, and comes after it. */
TEST(senders_come_one_after_the_other)
{
	struct test_answer *first = test_hold(mock_serial_write_answers());
	struct test_call *one, *two;

	mock_serial_write_answers();
	one = client_log_write_begin(0, LOG_LEVEL_INFO, "first");
	two = client_log_write_begin(1, LOG_LEVEL_INFO, "second");
	assert_int_equal(mock_serial_write_calls(), 1);
	test_release(first);
	assert_int_equal(client_log_write_end(one), LOG_OK);
	assert_int_equal(client_log_write_end(two), LOG_OK);
	expect_printed(1, "mock_client_1: second");
}
