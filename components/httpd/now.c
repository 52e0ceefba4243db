/* SPDX-License-Identifier: MIT
 * See date.h.
 */
#include "now.h"

#include "component.h"

#include <tenon/string.h>

#define NS_OF_S      UINT64_C(1000000000)
#define ASK_AGAIN_NS (600 * NS_OF_S) /* the clock may have been set */

bool date_now(char text[TEXT_DATE])
{
	static uint64_t asked_ns, day_ns, made_s;
	static bool is_asked, is_known;
	static char made[TEXT_DATE]; /* of the second `made_s`, which many requests may share */
	const uint64_t now_ns = clock_ns();
	uint64_t now_s;

	if (calendar_connected() && (!is_asked || now_ns - asked_ns >= ASK_AGAIN_NS)) {
		is_known = calendar_read(&day_ns) == CALENDAR_OK;
		is_asked = true;
		asked_ns = now_ns;
	}
	if (!is_known) {
		return false;
	}
	now_s = (day_ns + (now_ns - asked_ns)) / NS_OF_S;
	if (now_s != made_s) {
		made_s = now_s;
		text_date((int64_t)now_s, made);
	}
	memcpy(text, made, TEXT_DATE);
	return true;
}
