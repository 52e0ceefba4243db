/* SPDX-License-Identifier: MIT
 * Says hello once.
 */
#include "component.h"

void component_start(void)
{
	log_info("hello from %s", COMPONENT_NAME);
}
