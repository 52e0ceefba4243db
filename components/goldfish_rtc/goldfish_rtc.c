/* SPDX-License-Identifier: MIT
 * The real-time clock of Android's Goldfish platform: nanoseconds since 1970 in two halves. Reading the low one keeps the high
 * one for the next read; writing the low one takes both.
 */
#include "component.h"
#include "rtc.h"

#define LOW  0x00u
#define HIGH 0x04u

const uint64_t rtc_last_s = INT64_MAX / RTC_SECOND - 1; /* the device counts with a sign */

bool rtc_read(uint64_t *time_ns)
{
	const uint32_t low = device_read32(0, LOW);
	const uint64_t time = (uint64_t)device_read32(0, HIGH) << 32 | low;

	if (time == 0 || time > INT64_MAX) {
		return false;
	}
	*time_ns = time;
	return true;
}

void rtc_write(uint64_t time_ns)
{
	device_write32(0, HIGH, (uint32_t)(time_ns >> 32));
	device_write32(0, LOW, (uint32_t)time_ns);
}
