/* SPDX-License-Identifier: MIT
 * Its calls come from who runs it on the host.
 */
#include "component.h"

void component_start(void)
{
}
