/* SPDX-License-Identifier: MIT
 * Random bytes of the device, and the clock of the day, read and set.
 */
#include "daily.h"
#include "component.h"

#include <tenon/string.h>

#define SECOND UINT64_C(1000000000)
#define YEAR   (UINT64_C(31556952) * SECOND)
#define SET_TO (UINT64_C(1077926399) * SECOND) /* 2004-02-27 23:59:59, before a leap day */

unsigned entropy_wrong(void)
{
	uint8_t one[256], other[256];
	uint32_t one_size = 0, other_size = 0;
	bool met[256] = {false};
	unsigned kinds = 0, wrong = 0;

	wrong += entropy_read(256, one, sizeof one, &one_size) != ENTROPY_OK || one_size != 256;
	wrong += entropy_read(16, other, sizeof other, &other_size) != ENTROPY_OK || other_size != 16;
	wrong += entropy_read(257, other, sizeof other, &other_size) != ENTROPY_MALFORMED;
	for (unsigned i = 0; i < sizeof one; i++) {
		kinds += met[one[i]] ? 0 : 1;
		met[one[i]] = true;
	}
	wrong += kinds < 100 || kinds > 220; /* about 162 of 256; others once in 2^60 times or so */
	wrong += memcmp(one, other, 16) == 0;
	log_info("entropy: %u kinds of bytes, %u wrong", kinds, wrong);
	return wrong;
}

unsigned calendar_wrong(void)
{
	uint64_t now = 0, later = 0, begin = clock_ns();
	unsigned wrong = 0;

	wrong += calendar_read(&now) != CALENDAR_OK || now < 50 * YEAR || now > 130 * YEAR;
	wrong += calendar_set(now) != CALENDAR_DENIED;
	wrong += settable_set(UINT64_MAX) != CALENDAR_OUT_OF_RANGE;
	wrong += settable_set(SET_TO) != CALENDAR_OK || calendar_read(&later) != CALENDAR_OK;
	wrong += later < SET_TO || later - SET_TO > clock_ns() - begin + 2 * SECOND;
	wrong += settable_set(now) != CALENDAR_OK || calendar_read(&later) != CALENDAR_OK;
	wrong += later < now - 2 * SECOND || later > now + clock_ns() - begin + 2 * SECOND;
	log_info("calendar: %llu s, %u wrong", (unsigned long long)(now / SECOND), wrong);
	return wrong;
}
