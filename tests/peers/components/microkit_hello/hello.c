/* SPDX-License-Identifier: MIT
 * The smallest component.
 */
#include "component.h"

void component_start(void)
{
	log_info("hello, world");
}
