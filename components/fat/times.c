/* SPDX-License-Identifier: MIT
 * See times.h.
 */
#include "times.h"

#include <time.h>

#define FIRST_YEAR 80  /* 1980, of struct tm */
#define LAST_YEAR  207 /* 2107 */

struct fat_time fat_time_of(struct filesystem_time time)
{
	const time_t seconds = (time_t)time.seconds;
	struct tm parts;

	if (gmtime_r(&seconds, &parts) == NULL || parts.tm_year < FIRST_YEAR) {
		return (struct fat_time){.date = 1 << 5 | 1};
	}
	if (parts.tm_year > LAST_YEAR) {
		parts = (struct tm){.tm_year = LAST_YEAR,
				    .tm_mon = 11,
				    .tm_mday = 31,
				    .tm_hour = 23,
				    .tm_min = 59,
				    .tm_sec = 58};
	}
	return (struct fat_time){
	    .date = (uint16_t)((parts.tm_year - FIRST_YEAR) << 9 | (parts.tm_mon + 1) << 5 | parts.tm_mday),
	    .time = (uint16_t)(parts.tm_hour << 11 | parts.tm_min << 5 | parts.tm_sec / 2)};
}

struct filesystem_time time_of_fat(struct fat_time time)
{
	struct tm parts = {.tm_year = FIRST_YEAR + (time.date >> 9),
			   .tm_mon = (time.date >> 5 & 15) - 1,
			   .tm_mday = time.date & 31,
			   .tm_hour = time.time >> 11,
			   .tm_min = time.time >> 5 & 63,
			   .tm_sec = (time.time & 31) * 2};

	if (parts.tm_mon < 0 || parts.tm_mon > 11 || parts.tm_mday == 0) {
		parts = (struct tm){.tm_year = FIRST_YEAR, .tm_mday = 1};
	}
	return (struct filesystem_time){.seconds = timegm(&parts)};
}
