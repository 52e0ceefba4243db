/* SPDX-License-Identifier: MIT
 * Returns the ball.
 */
#include "component.h"

void other_played(void)
{
	log_info("pong");
	own_signal_played(0);
}
