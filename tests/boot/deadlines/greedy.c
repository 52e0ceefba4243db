/* SPDX-License-Identifier: MIT
 * Computes without end, above those that have a deadline.
 */
#include "component.h"

void component_start(void)
{
	for (volatile uint64_t count = 0;; count++) {
	}
}
