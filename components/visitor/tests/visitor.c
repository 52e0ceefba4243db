/* SPDX-License-Identifier: MIT
 * The visitor: what it says of a greeting, and of none.
 */
#include "test.h"

TEST(logs_the_greeting)
{
	mock_greeter_greet_answers("Good day!", 3);
	test_start();
	assert_string_equal(mock_greeter_greet_call(0)->name, "visitor");
	assert_string_equal(mock_log_write_call(0)->text, "Good day! (3 before)");
	assert_int_equal(mock_log_write_call(0)->level, LOG_LEVEL_INFO);
}

TEST(logs_that_there_is_none)
{
	mock_greeter_server_gone();
	test_start();
	assert_string_equal(mock_log_write_call(0)->text, "no greeting: gone");
	assert_int_equal(mock_log_write_call(0)->level, LOG_LEVEL_WARNING);
}
