/* SPDX-License-Identifier: MIT
 * Returns the ball.
 */
#include "component.h"

void component_start(void)
{
}

void other_played(void)
{
	log_info("pong");
	own_signal_played(0);
}
