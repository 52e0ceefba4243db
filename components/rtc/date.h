/* SPDX-License-Identifier: MIT
 * Dates of the Gregorian calendar, in UTC, and the seconds since 1970 that they stand for.
 */
#ifndef RTC_DATE_H
#define RTC_DATE_H

#include <stdbool.h>
#include <stdint.h>

#define DATE_FIRST_YEAR 1970u
#define DATE_LAST_YEAR  9999u

struct date {
	uint32_t year, month, day; /* from 1970, 1, 1 on */
	uint32_t hour, minute, second;
};

/* Is there such a date, in those years? Leap seconds there are none. */
bool date_exists(const struct date *date);
/* Of a date that exists. */
uint64_t date_seconds(const struct date *date);
/* Of seconds before the year 10000. */
struct date date_of(uint64_t seconds);

#endif
