/* SPDX-License-Identifier: MIT
 * Has the shared server in its hands whenever it may run.
 */
#include "component.h"

void component_start(void)
{
	while (mixer_mix() == MIXING_OK) {
	}
	log_error("careless: the mixer did not mix");
}
