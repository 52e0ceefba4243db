/* SPDX-License-Identifier: MIT
 * The log's records: every line that is kept comes back whole and in order,
 * and the newest is always kept.
 */
#include "support.h"
#include <string.h>
#include "record.h"

static uint8_t bytes[2048];
static struct tenon_ring records;

static void text_of(uint64_t number, char text[RECORD_TEXT + 1], uint8_t *length)
{
	*length = (uint8_t)(number * 37 % (RECORD_TEXT + 1));
	memset(text, (int)('a' + number % 26), *length);
	text[*length] = 0;
}

static void keeps_the_newest_in_order(void **state)
{
	(void)state;
	record_ring_init(&records, bytes, sizeof bytes);
	for (uint64_t number = 1; number < 3000; number++) {
		char text[RECORD_TEXT + 1], found_text[RECORD_TEXT + 1];
		struct record record = {.number = number, .time_ns = number * 10, .level = 1}, found;
		uint64_t after = 0, count = 0;

		text_of(number, text, &record.length);
		record_add(&records, &record, text);
		while (record_find(&records, after, &found, found_text)) {
			uint8_t length;

			text_of(found.number, text, &length);
			assert_true(after == 0 || found.number == after + 1);
			assert_int_equal(found.time_ns, found.number * 10);
			assert_int_equal(found.length, length);
			assert_string_equal(found_text, text);
			after = found.number;
			count++;
		}
		assert_int_equal(after, number);
		assert_true(count == number || count >= sizeof bytes / (sizeof record + RECORD_TEXT) - 1);
	}
}

static void refuses_lines_that_are_too_long(void **state)
{
	struct record record = {.number = 1, .length = RECORD_TEXT + 1};
	char text[RECORD_TEXT + 2] = {0};

	(void)state;
	record_ring_init(&records, bytes, sizeof bytes);
	assert_panics(record_add(&records, &record, text));
	assert_false(record_find(&records, 0, &record, text));
}

static void keeps_nothing_longer_than_the_ring(void **state)
{
	struct record record = {.number = 1, .length = 10};
	char text[RECORD_TEXT + 1] = "0123456789";

	(void)state;
	record_ring_init(&records, bytes, sizeof record + 9);
	record_add(&records, &record, text);
	assert_false(record_find(&records, 0, &record, text));
	record.length = 9;
	record_add(&records, &record, text);
	assert_true(record_find(&records, 0, &record, text));
	assert_string_equal(text, "012345678");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keeps_the_newest_in_order),
	    cmocka_unit_test(refuses_lines_that_are_too_long),
	    cmocka_unit_test(keeps_nothing_longer_than_the_ring),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
