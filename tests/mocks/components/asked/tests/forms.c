/* SPDX-License-Identifier: MIT
 * Clients give every form of a type, and take it.
 */
#include "test.h"

TEST(numbers_keep_their_sign_and_width)
{
	uint32_t allowed;
	uint64_t many;
	uint8_t full;
	int16_t turned;

	assert_int_equal(client_served_numbers(2, FORMS_ACCESS_WRITE, FORMS_WIDE_B34 | FORMS_WIDE_B0, 100,
					       -180, 5000000000, &allowed, &many, &full, &turned),
			 FORMS_OK);
	assert_int_equal(allowed, FORMS_ACCESS_WRITE);
	assert_true(many == (FORMS_WIDE_B34 | FORMS_WIDE_B0));
	assert_int_equal(full, 100);
	assert_int_equal(turned, -180);
	assert_int_equal(client_served_numbers(2, 8, 0, 0, 0, 1, &allowed, &many, &full, &turned),
			 FORMS_MALFORMED);
}

TEST(what_varies_in_length)
{
	const bool flags[2] = {true, false};
	const uint32_t numbers[1] = {1};
	uint8_t data[90];
	bool same_flags[8];
	uint32_t same_numbers[8], count[3];

	assert_int_equal(client_served_bytes(0, "abc", 3, flags, 2, numbers, 1, data, 90, &count[0],
					     same_flags, 8, &count[1], same_numbers, 8, &count[2]),
			 FORMS_OK);
	assert_int_equal(count[0], 3);
	assert_memory_equal(data, "abc", 3);
	assert_int_equal(count[1], 2);
	assert_int_equal(client_served_bytes(0, "abc", 3, flags, 2, numbers, 1, data, 2, &count[0],
					     same_flags, 8, &count[1], same_numbers, 8, &count[2]),
			 FORMS_MALFORMED); /* more than the client has room for */
}

TEST(options_and_memory)
{
	const uint32_t number = 5;
	const uint16_t lent[3] = {1, 2, 3};
	uint32_t same;
	struct geometry_point place;
	char name[10];
	uint16_t row[3];
	enum geometry_axis side;
	uint64_t sum;
	bool is[5];

	assert_int_equal(client_served_options(1, &number, NULL, "x", NULL, NULL, &same, &is[0], &place,
					       &is[1], name, &is[2], row, &is[3], &side, &is[4]),
			 FORMS_OK);
	assert_true(is[0] && !is[1] && is[2] && !is[3] && !is[4]);
	assert_int_equal(same, 5);
	assert_string_equal(name, "x");
	assert_int_equal(client_served_lent(0, "t", lent, 3, NULL, 0, NULL, 0, &sum), FORMS_OK);
	assert_int_equal(sum, 6);
}
