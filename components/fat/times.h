/* SPDX-License-Identifier: MIT
 * Times as FAT has them: a date from 1980 to 2107, and two seconds as the smallest step. They are taken for UTC.
 */
#ifndef FAT_TIMES_H
#define FAT_TIMES_H

#include "component.h"

struct fat_time {
	uint16_t date, time;
};

/* What lies outside becomes the first or the last that there is. */
struct fat_time fat_time_of(struct filesystem_time time);
/* A date that is none becomes 1980-01-01. */
struct filesystem_time time_of_fat(struct fat_time time);

#endif
