/* SPDX-License-Identifier: MIT
 * Crashes at each start.
 */
#include "component.h"

void component_start(void)
{
	log_info("starting");
	*(volatile uint32_t *)(uintptr_t)16 = 1;
}
