/* SPDX-License-Identifier: MIT
 * Calls the server of its own CPU, and now and then that of the next one.
 */
#include "component.h"

#define TURNS 2000u
#define OTHER 4u /* each so many turns the other server */

void component_start(void)
{
	uint32_t answers = 0, wrong = 0;

	for (uint64_t value = 0; value < TURNS; value++) {
		uint64_t next = 0;

		wrong += own_turn(value, &next) != PAIR_OK || next != value + 1;
		answers++;
		if (value % OTHER != 0)
			continue;
		wrong += next_turn(~value, &next) != PAIR_OK || next != ~value + 1;
		answers++;
	}
	(void)verdict_tell(answers, wrong); /* it cannot fail: the judge goes on until all have told */
}
