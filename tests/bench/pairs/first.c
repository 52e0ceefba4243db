/* SPDX-License-Identifier: MIT
 * One pair as the others, and the one that says between which calls the plugin looks.
 */
#include "component.h"

#include "../support/measure.h"

#define CALLS 5000u

static void call_often(unsigned times)
{
	uint64_t values[8] = {1}, same[8];

	for (unsigned i = 0; i < times; i++) {
		CHECK(pair_words(values, same) == PAIR_OK);
	}
}

void component_start(void)
{
	measure_begin(clock_ns);
	call_often(4 * CALLS); /* the others have started by then */
	MARK_SHARE_BEGIN();
	call_often(CALLS);
	MARK_SHARE_END();
	(void)power_end(0); /* does not come back when it succeeds */
}
