/* SPDX-License-Identifier: MIT
 * Serves, and returns the ball a few times.
 */
#include "component.h"

static uint32_t rallies;

void component_start(void)
{
	own_signal_played(0);
}

void other_played(void)
{
	if (++rallies == 5) {
		log_info("%u rallies", rallies);
		return;
	}
	own_signal_played(0);
}
