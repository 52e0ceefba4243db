/* SPDX-License-Identifier: MIT
 * MC146818 (Motorola's data sheet of 1984), as PCs have it: an index port, a port for the data, and a date in registers that
 * change once a second, while a flag is up. So a date is what was read twice in a row, without the flag.
 */
#include "component.h"
#include "date.h"
#include "rtc.h"

#include <tenon/string.h>

#define INDEX 0u
#define DATA  1u

enum {
	SECONDS = 0x00,
	MINUTES = 0x02,
	HOURS = 0x04,
	DAY = 0x07,
	MONTH = 0x08,
	YEAR = 0x09,
	STATUS_A = 0x0a,
	STATUS_B = 0x0b,
	CENTURY = 0x32 /* the place that ACPI's FADT names on most PCs; checked, since some have none */
};
#define A_UPDATING    0x80u
#define B_STOPPED     0x80u /* the date does not change */
#define B_BINARY      0x04u /* numbers are not in decimal digits */
#define B_24_HOURS    0x02u
#define HOUR_IS_PM    0x80u
#define UPDATE_READS  10000u /* an update takes 2 ms, and a read of a port about 1 us */
#define READINGS_MOST 8u

const uint64_t rtc_last_s = UINT64_MAX / RTC_SECOND - 1; /* the year 2554: its last century is 99 */

struct reading {
	uint8_t second, minute, hour, day, month, year, century, status;
};

static uint8_t get(uint8_t place)
{
	device_write8(0, INDEX, place);
	return device_read8(0, DATA);
}

static void put(uint8_t place, uint8_t value)
{
	device_write8(0, INDEX, place);
	device_write8(0, DATA, value);
}

static void wait_for_update(void)
{
	for (uint32_t i = 0; i < UPDATE_READS && (get(STATUS_A) & A_UPDATING) != 0; i++) {
		continue;
	}
}

static struct reading read_once(void)
{
	wait_for_update();
	return (struct reading){.second = get(SECONDS),
				.minute = get(MINUTES),
				.hour = get(HOURS),
				.day = get(DAY),
				.month = get(MONTH),
				.year = get(YEAR),
				.century = get(CENTURY),
				.status = get(STATUS_B)};
}

/* What cannot be is a number that no field may have. */
static uint32_t number(uint8_t value, uint8_t status)
{
	if ((status & B_BINARY) != 0) {
		return value;
	}
	return value % 16 < 10 && value / 16 < 10 ? value / 16u * 10 + value % 16u : UINT8_MAX;
}

static uint32_t hour_of(const struct reading *reading)
{
	const uint32_t hour = number(reading->hour & (uint8_t)~HOUR_IS_PM, reading->status);

	if ((reading->status & B_24_HOURS) != 0) {
		return number(reading->hour, reading->status);
	}
	if (hour < 1 || hour > 12) {
		return UINT8_MAX;
	}
	return hour % 12 + ((reading->hour & HOUR_IS_PM) != 0 ? 12 : 0);
}

static uint32_t year_of(const struct reading *reading)
{
	const uint32_t year = number(reading->year, reading->status),
		       century = number(reading->century, reading->status);

	if (year > 99) {
		return 0;
	}
	if (century >= DATE_FIRST_YEAR / 100 && century <= 99) {
		return century * 100 + year;
	}
	return (year < DATE_FIRST_YEAR % 100 ? 2000 : 1900) + year;
}

bool rtc_read(uint64_t *time_ns)
{
	struct reading last = read_once(), reading = read_once();
	struct date date;

	for (uint32_t i = 0; i < READINGS_MOST && memcmp(&reading, &last, sizeof last) != 0; i++) {
		last = reading;
		reading = read_once();
	}
	date = (struct date){.year = year_of(&reading),
			     .month = number(reading.month, reading.status),
			     .day = number(reading.day, reading.status),
			     .hour = hour_of(&reading),
			     .minute = number(reading.minute, reading.status),
			     .second = number(reading.second, reading.status)};
	if (memcmp(&reading, &last, sizeof last) != 0 || !date_exists(&date) ||
	    date_seconds(&date) > rtc_last_s) {
		return false;
	}
	*time_ns = date_seconds(&date) * RTC_SECOND;
	return true;
}

static void put_number(uint8_t place, uint32_t value, uint8_t status)
{
	put(place, (uint8_t)((status & B_BINARY) != 0 ? value : value / 10 * 16 + value % 10));
}

void rtc_write(uint64_t time_ns)
{
	const struct date date = date_of(time_ns / RTC_SECOND);
	const uint8_t status = get(STATUS_B) & (uint8_t)~B_STOPPED, form = status | B_24_HOURS;

	put(STATUS_B, form | B_STOPPED);
	put_number(SECONDS, date.second, form);
	put_number(MINUTES, date.minute, form);
	put_number(HOURS, date.hour, form);
	put_number(DAY, date.day, form);
	put_number(MONTH, date.month, form);
	put_number(YEAR, date.year % 100, form);
	put_number(CENTURY, date.year / 100, form);
	put(STATUS_B, form);
}
