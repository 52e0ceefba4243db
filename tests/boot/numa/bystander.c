/* SPDX-License-Identifier: MIT
 * Has memory, and waits.
 */
#include "component.h"

void component_start(void)
{
}
