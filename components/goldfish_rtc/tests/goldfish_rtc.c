/* SPDX-License-Identifier: MIT
 * The Goldfish clock's driver over a model of its device, whose halves go together only in the right order.
 */
#include "test.h"

static uint64_t now, step;
static uint32_t kept, given;

static uint64_t read_register(void *context, uint32_t range, uint32_t offset, uint32_t bytes)
{
	(void)context;
	assert_int_equal(range, 0);
	assert_int_equal(bytes, 4);
	if (offset == 0) {
		kept = (uint32_t)(now >> 32);
		now += step;
		return (uint32_t)(now - step);
	}
	assert_int_equal(offset, 4);
	return kept;
}

static void write_register(void *context, uint32_t range, uint32_t offset, uint32_t bytes, uint64_t value)
{
	(void)context;
	assert_int_equal(range, 0);
	assert_int_equal(bytes, 4);
	if (offset == 4) {
		given = (uint32_t)value;
	} else {
		assert_int_equal(offset, 0);
		now = (uint64_t)given << 32 | (uint32_t)value;
	}
}

static void begin(uint64_t shown)
{
	static const struct test_device model = {.read = read_register, .write = write_register};

	now = shown;
	step = 0;
	calendar_parameters[1].may_set = true;
	test_device(&model);
}

TEST(both_halves_are_of_one_moment)
{
	uint64_t time = 0;

	begin(UINT64_C(0x17ffffffffffff));
	test_start();
	step = 1;
	assert_int_equal(client_calendar_read(0, &time), CALENDAR_OK);
	assert_int_equal(time, UINT64_C(0x17ffffffffffff));
	assert_int_equal(client_calendar_read(0, &time), CALENDAR_OK);
	assert_int_equal(time, UINT64_C(0x18000000000000));
}

TEST(what_is_no_time)
{
	uint64_t time = 0;

	begin(0);
	assert_int_equal(client_calendar_read(0, &time), CALENDAR_UNSET);
	now = UINT64_MAX;
	assert_int_equal(client_calendar_read(0, &time), CALENDAR_UNSET);
}

TEST(is_set_by_who_may)
{
	begin(5);
	assert_int_equal(client_calendar_set(0, 7), CALENDAR_DENIED);
	assert_int_equal(client_calendar_set(1, UINT64_C(0x123456789abcdef)), CALENDAR_OK);
	assert_int_equal(now, UINT64_C(0x123456789abcdef));
	assert_int_equal(client_calendar_set(1, INT64_MAX), CALENDAR_OUT_OF_RANGE);
}
