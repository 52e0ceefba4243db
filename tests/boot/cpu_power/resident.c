/* SPDX-License-Identifier: MIT
 * Lives on the second CPU, which therefore stays, and waits for nothing.
 */
#include "component.h"

void component_start(void)
{
}
