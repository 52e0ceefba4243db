/* SPDX-License-Identifier: MIT
 * The PC clock's driver over a model of its device, in all of its forms, and with an update at each moment of a reading.
 */
#include "test.h"

#define SECOND UINT64_C(1000000000)

static uint8_t place[128], after[128]; /* now, and once the update has come */
static uint8_t chosen;
static uint32_t reads, update_at, updating_until;

static uint64_t read_register(void *context, uint32_t range, uint32_t offset, uint32_t bytes)
{
	(void)context;
	assert_int_equal(range, 0);
	assert_int_equal(bytes, 1);
	assert_int_equal(offset, 1);
	reads++;
	if (reads == update_at)
		memcpy(place, after, sizeof place);
	if (chosen == 10)
		return place[10] | (reads < updating_until ? 0x80u : 0);
	return place[chosen];
}

static void write_register(void *context, uint32_t range, uint32_t offset, uint32_t bytes, uint64_t value)
{
	(void)context;
	assert_int_equal(range, 0);
	assert_int_equal(bytes, 1);
	if (offset == 0) {
		assert_int_equal(value & 0x80, 0); /* NMI stays on */
		chosen = (uint8_t)value;
	} else {
		if (chosen != 11)
			assert_int_equal(place[11] & 0x80,
					 0x80); /* a date is written while it stands still */
		place[chosen] = (uint8_t)value;
	}
}

static void show(uint8_t status, uint8_t century, uint8_t year, uint8_t month, uint8_t day, uint8_t hour,
		 uint8_t minute, uint8_t second)
{
	static const struct test_device model = {.read = read_register, .write = write_register};

	place[0] = second;
	place[2] = minute;
	place[4] = hour;
	place[7] = day;
	place[8] = month;
	place[9] = year;
	place[10] = 0x26;
	place[11] = status;
	place[50] = century;
	memcpy(after, place, sizeof place);
	reads = update_at = updating_until = 0;
	calendar_parameters[1].may_set = true;
	test_device(&model);
}

static uint64_t seconds(void)
{
	uint64_t time = 0;

	assert_int_equal(client_calendar_read(0, &time), CALENDAR_OK);
	assert_int_equal(time % SECOND, 0);
	return time / SECOND;
}

static void shows_nothing(void)
{
	uint64_t time;

	assert_int_equal(client_calendar_read(0, &time), CALENDAR_UNSET);
}

TEST(all_forms_of_a_date)
{
	show(0x02, 0x20, 0x24, 0x02, 0x29, 0x23, 0x59, 0x58); /* decimal digits */
	assert_int_equal(seconds(), 1709251198);
	show(0x06, 20, 24, 2, 29, 23, 59, 58); /* binary */
	assert_int_equal(seconds(), 1709251198);
	show(0x00, 0x20, 0x24, 0x02, 0x29, 0x91, 0x59, 0x58); /* 11 p.m. */
	assert_int_equal(seconds(), 1709251198);
	show(0x04, 20, 0, 1, 1, 12, 0, 0); /* 12 a.m. is midnight */
	assert_int_equal(seconds(), 946684800);
	show(0x04, 20, 0, 1, 1, 0x8c, 0, 0); /* 12 p.m. is noon */
	assert_int_equal(seconds(), 946684800 + 12 * 3600);
	show(0x06, 0, 99, 12, 31, 23, 59, 59); /* no century */
	assert_int_equal(seconds(), 946684799);
	show(0x06, 0xff, 38, 1, 19, 3, 14, 8);
	assert_int_equal(seconds(), UINT64_C(1) << 31);
}

TEST(what_is_no_date)
{
	show(0x06, 20, 23, 2, 29, 0, 0, 0);
	shows_nothing();
	show(0x06, 21, 0, 2, 29, 0, 0, 0);
	shows_nothing();
	show(0x06, 20, 23, 13, 1, 0, 0, 0);
	shows_nothing();
	show(0x06, 20, 23, 0, 1, 0, 0, 0);
	shows_nothing();
	show(0x06, 20, 23, 1, 0, 0, 0, 0);
	shows_nothing();
	show(0x06, 20, 23, 1, 1, 24, 0, 0);
	shows_nothing();
	show(0x02, 0x20, 0x2a, 1, 1, 0, 0, 0);
	shows_nothing();
	show(0x00, 0x20, 0x23, 1, 1, 0x13, 0, 0);
	shows_nothing();
	show(0x06, 99, 99, 1, 1, 0, 0, 0); /* not in 64 bits of nanoseconds */
	shows_nothing();
}

TEST(an_update_at_each_moment)
{
	for (uint32_t at = 1; at < 40; at++) {
		uint64_t first;

		show(0x06, 19, 99, 12, 31, 23, 59, 59);
		if (at == 1)
			test_start(); /* it reads, too */
		memcpy(after, (uint8_t[]){[11] = 6, [50] = 20}, 51);
		after[7] = after[8] = 1;
		after[10] = 0x26;
		reads = 0;
		update_at = at;
		first = seconds();
		assert_true(first == 946684799 || first == 946684800);
	}
}

TEST(an_update_is_waited_for)
{
	show(0x06, 20, 24, 2, 29, 23, 59, 58);
	updating_until = 2000;
	assert_int_equal(seconds(), 1709251198);
	assert_true(reads > 2000);
	reads = 0;
	updating_until = UINT32_MAX; /* a device whose flag stays up keeps nobody */
	assert_int_equal(seconds(), 1709251198);
}

TEST(every_day_is_set_and_read_again)
{
	for (uint64_t day = 0; day < 213000; day += 97) {
		const uint64_t time = day * 86400 + day % 86400;

		show(day % 2 == 0 ? 0x06 : 0x00, 0, 0, 0, 0, 0, 0, 0);
		assert_int_equal(client_calendar_set(1, time * SECOND), CALENDAR_OK);
		assert_int_equal(place[11] & 0x82, 0x02);
		assert_int_equal(seconds(), time);
	}
	assert_int_equal(client_calendar_set(0, 0), CALENDAR_DENIED);
	assert_int_equal(client_calendar_set(1, UINT64_MAX), CALENDAR_OUT_OF_RANGE);
}
