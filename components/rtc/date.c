/* SPDX-License-Identifier: MIT
 * See date.h.
 */
#include "date.h"

#define DAY_SECONDS 86400u

static bool is_leap(uint32_t year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days from 1970 to the first of January of that year. */
static uint32_t days_before_year(uint32_t year)
{
	const uint32_t before = year - 1, first = DATE_FIRST_YEAR - 1;

	return (year - DATE_FIRST_YEAR) * 365 + (before / 4 - before / 100 + before / 400) -
	       (first / 4 - first / 100 + first / 400);
}

static uint32_t days_of_month(uint32_t year, uint32_t month)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && is_leap(year) ? 1u : 0u);
}

bool date_exists(const struct date *date)
{
	return date->year >= DATE_FIRST_YEAR && date->year <= DATE_LAST_YEAR && date->month >= 1 &&
	       date->month <= 12 && date->day >= 1 && date->day <= days_of_month(date->year, date->month) &&
	       date->hour < 24 && date->minute < 60 && date->second < 60;
}

uint64_t date_seconds(const struct date *date)
{
	uint64_t days = days_before_year(date->year) + date->day - 1;

	for (uint32_t month = 1; month < date->month; month++) {
		days += days_of_month(date->year, month);
	}
	return days * DAY_SECONDS + date->hour * 3600u + date->minute * 60u + date->second;
}

struct date date_of(uint64_t seconds)
{
	uint32_t days = (uint32_t)(seconds / DAY_SECONDS);
	const uint32_t rest = (uint32_t)(seconds % DAY_SECONDS);
	struct date date = {.year = DATE_FIRST_YEAR + days / 366,
			    .month = 1,
			    .hour = rest / 3600,
			    .minute = rest / 60 % 60,
			    .second = rest % 60};

	while (days_before_year(date.year + 1) <= days) {
		date.year++; /* one step for each 1500 years or so */
	}
	days -= days_before_year(date.year);
	while (days >= days_of_month(date.year, date.month)) {
		days -= days_of_month(date.year, date.month++);
	}
	date.day = days + 1;
	return date;
}
