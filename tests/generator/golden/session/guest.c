/* SPDX-License-Identifier: MIT
 * Does not want to hear of restarts.
 */
#include "component.h"

void component_start(void)
{
	(void)store_open();
}
