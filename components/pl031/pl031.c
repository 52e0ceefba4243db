/* SPDX-License-Identifier: MIT
 * PrimeCell Real Time Clock PL031 (Arm DDI 0224): one counter of seconds, that software sets and takes to begin in 1970.
 */
#include "component.h"
#include "rtc.h"

#define DATA 0x00u /* the time */
#define LOAD 0x08u /* sets it */

const uint64_t rtc_last_s = UINT32_MAX;

bool rtc_read(uint64_t *time_ns)
{
	const uint32_t seconds = device_read32(0, DATA);

	if (seconds == 0) {
		return false; /* as after its reset */
	}
	*time_ns = seconds * RTC_SECOND;
	return true;
}

void rtc_write(uint64_t time_ns)
{
	device_write32(0, LOAD, (uint32_t)(time_ns / RTC_SECOND));
}
