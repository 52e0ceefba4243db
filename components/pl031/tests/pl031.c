/* SPDX-License-Identifier: MIT
 * The PL031 driver over a model of its device: a counter of seconds.
 */
#include "test.h"

#define SECOND UINT64_C(1000000000)

static uint32_t seconds;

static uint64_t read_register(void *context, uint32_t range, uint32_t offset, uint32_t bytes)
{
	(void)context;
	assert_int_equal(range, 0);
	assert_int_equal(bytes, 4);
	assert_int_equal(offset, 0);
	return seconds;
}

static void write_register(void *context, uint32_t range, uint32_t offset, uint32_t bytes, uint64_t value)
{
	(void)context;
	assert_int_equal(range, 0);
	assert_int_equal(bytes, 4);
	assert_int_equal(offset, 8);
	seconds = (uint32_t)value;
}

static void begin(uint32_t shown)
{
	static const struct test_device model = {.read = read_register, .write = write_register};

	seconds = shown;
	calendar_parameters[1].may_set = true;
	test_device(&model);
}

TEST(shows_seconds_since_1970)
{
	uint64_t time = 0;

	begin(1800000000);
	assert_int_equal(client_calendar_read(0, &time), CALENDAR_OK);
	assert_int_equal(time, 1800000000 * SECOND);
	seconds = UINT32_MAX;
	assert_int_equal(client_calendar_read(0, &time), CALENDAR_OK);
	assert_int_equal(time, UINT32_MAX * SECOND);
	seconds = 0;
	assert_int_equal(client_calendar_read(0, &time), CALENDAR_UNSET);
}

TEST(is_set_by_who_may)
{
	begin(5);
	assert_int_equal(client_calendar_set(0, 7 * SECOND), CALENDAR_DENIED);
	assert_int_equal(seconds, 5);
	assert_int_equal(client_calendar_set(1, 8 * SECOND - 1), CALENDAR_OK);
	assert_int_equal(seconds, 7);
	assert_int_equal(client_calendar_set(1, (UINT64_C(1) << 32) * SECOND), CALENDAR_OUT_OF_RANGE);
	assert_int_equal(client_calendar_set(1, (UINT64_C(1) << 32) * SECOND - 1), CALENDAR_OK);
	assert_int_equal(seconds, UINT32_MAX);
}
