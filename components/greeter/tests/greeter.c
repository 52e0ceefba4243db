/* SPDX-License-Identifier: MIT
 * The greeter: greetings, their number, and the one error that it has.
 */
#include "test.h"

TEST(greets_by_name)
{
	char greeting[65];
	uint32_t before;

	assert_int_equal(client_port_greet(0, "Ada", greeting, &before), GREETER_OK);
	assert_string_equal(greeting, "Hello, Ada!");
	assert_int_equal(before, 0);
	assert_int_equal(client_port_greet(1, "Brendan", greeting, &before), GREETER_OK);
	assert_int_equal(before, 1);
}

TEST(refuses_the_nameless)
{
	char greeting[65] = "untouched";
	uint32_t before = 77;

	assert_int_equal(client_port_greet(2, "", greeting, &before), GREETER_NAMELESS);
	assert_string_equal(greeting, "untouched");
	assert_int_equal(before, 77);
}

TEST(counts_anew_after_a_restart)
{
	char greeting[65];
	uint32_t before;

	assert_int_equal(client_port_greet(0, "Ada", greeting, &before), GREETER_OK);
	test_restart();
	assert_int_equal(client_port_greet(0, "Ada", greeting, &before), GREETER_OK);
	assert_int_equal(before, 0);
}
