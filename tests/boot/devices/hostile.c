/* SPDX-License-Identifier: MIT
 * Asks for bytes and does not wait for them, and sets a clock that it may not set, as often as it can; the judge must not notice.
 */
#include "component.h"

#define FLOODS 200u

void component_start(void)
{
	uint8_t bytes[256];
	uint32_t size, answered = 0, refused = 0;

	for (unsigned i = 0; i < FLOODS; i++) {
		answered += entropy_read_until(clock_ns() + 1, 256, bytes, sizeof bytes, &size) == ENTROPY_OK;
		answered += entropy_read(1 + i % 256, bytes, sizeof bytes, &size) == ENTROPY_OK;
		refused += calendar_set(i) == CALENDAR_DENIED;
	}
	log_info("%u of %u answered, %u of %u refused", answered, 2 * FLOODS, refused, FLOODS);
}
