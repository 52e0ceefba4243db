/* SPDX-License-Identifier: MIT
 * Shuts the gate for a while when enough were let in, and says what came of it.
 */
#include "component.h"

#define LET_IN  20u
#define LOOK_NS UINT64_C(100000000)
#define SHUT    20u /* looks */

static uint32_t looks;

void look(void)
{
	struct gate_counts counts;
	bool is_shut;

	CHECK(gate_read(&counts, &is_shut) == GATE_OK);
	if (looks == 0 && counts.let_in >= LET_IN) {
		CHECK(gate_shut(true) == GATE_OK);
		looks = 1;
	} else if (looks > 0 && looks++ == SHUT) {
		CHECK(is_shut && gate_shut(false) == GATE_OK);
		log_info("open again: %llu let in, %llu failed", (unsigned long long)counts.let_in,
			 (unsigned long long)counts.failed);
	}
	look_at(clock_ns() + LOOK_NS);
}

void component_start(void)
{
	look_at(clock_ns() + LOOK_NS);
}
