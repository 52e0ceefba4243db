/* SPDX-License-Identifier: MIT
 * The port of all clocks of the day. Nothing is kept here: the device has the time.
 */
#include "component.h"
#include "rtc.h"

void component_start(void)
{
	uint64_t time_ns;

	if (rtc_read(&time_ns)) {
		log_info("%llu s since 1970", (unsigned long long)(time_ns / RTC_SECOND));
	} else {
		log_warning("the clock is not set");
	}
}

enum calendar_status calendar_read(uint32_t client, uint64_t *time_ns)
{
	(void)client;
	return rtc_read(time_ns) ? CALENDAR_OK : CALENDAR_UNSET;
}

enum calendar_status calendar_set(uint32_t client, uint64_t time_ns)
{
	if (!calendar_parameters[client].may_set) {
		return CALENDAR_DENIED;
	}
	if (time_ns / RTC_SECOND > rtc_last_s) {
		return CALENDAR_OUT_OF_RANGE;
	}
	rtc_write(time_ns);
	return CALENDAR_OK;
}
