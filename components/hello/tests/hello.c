/* SPDX-License-Identifier: MIT
 * One line, once, in each life; and no harm where the log is late or away.
 */
#include "test.h"

TEST(says_hello_once)
{
	test_start();
	test_advance_ms(60000);
	assert_int_equal(mock_log_write_calls(), 1);
	assert_string_equal(mock_log_write_call(0)->text, "hello from hello");
	assert_int_equal(mock_log_write_call(0)->level, LOG_LEVEL_INFO);
	assert_true(test_waits());
}

TEST(says_it_again_in_a_new_life)
{
	test_start();
	test_restart();
	assert_int_equal(mock_log_write_calls(), 2);
}

TEST(a_log_that_is_late_is_not_waited_for_long)
{
	mock_log_write_fails(LOG_TIMED_OUT);
	test_start();
	assert_false(test_waits());
	test_advance_ms(1000);
	assert_true(test_waits());
	assert_int_equal(mock_log_write_calls(), 1);
}

TEST(a_log_that_starts_anew_is_told_again)
{
	mock_log_write_fails(LOG_RESTARTED);
	test_start();
	assert_true(test_waits());
	assert_int_equal(mock_log_write_calls(), 2);
}

TEST(a_log_that_is_gone_is_no_harm)
{
	mock_log_server_gone();
	test_start();
	assert_true(test_waits());
	assert_int_equal(mock_log_write_calls(), 0);
}
