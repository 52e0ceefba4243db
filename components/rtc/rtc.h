/* SPDX-License-Identifier: MIT
 * A clock of the day: what each driver has of its own (rtc_read, rtc_write, rtc_last_s), below the port that all have (port.c).
 */
#ifndef RTC_H
#define RTC_H

#include <stdbool.h>
#include <stdint.h>

#define RTC_SECOND UINT64_C(1000000000) /* in ns */

/* The last second that the device can show, since 1970-01-01 00:00 UTC. */
extern const uint64_t rtc_last_s;

/* Nanoseconds since then. False: the device shows no time; `time_ns` is unchanged. */
bool rtc_read(uint64_t *time_ns);
/* `time_ns` is not behind rtc_last_s. */
void rtc_write(uint64_t time_ns);

#endif
