/* SPDX-License-Identifier: MIT
 * A driver on memory registers.
 */
#include "component.h"

void component_start(void)
{
	device_write32(0, 4, device_read32(0, 0));
}
