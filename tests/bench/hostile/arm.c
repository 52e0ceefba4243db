/* SPDX-License-Identifier: MIT
 * Has the plugin follow what the kernel does for the hostile component.
 */
#include "component.h"

#include "../support/mark.h"

void component_start(void)
{
	MARK_ARM();
}
