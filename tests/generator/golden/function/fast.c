/* SPDX-License-Identifier: MIT
 * A driver of a function with two ranges of registers and neither interrupts nor memory.
 */
#include "component.h"

void component_start(void)
{
	device_write32(1, 8, device_read32(0, 4));
}
