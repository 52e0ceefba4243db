/* SPDX-License-Identifier: MIT
 * Calls without end.
 */
#include "component.h"

void component_start(void)
{
	uint64_t values[8] = {1}, same[8];

	for (;;) {
		CHECK(pair_words(values, same) == PAIR_OK);
	}
}
