/* SPDX-License-Identifier: MIT */
#include "component.h"

void component_start(void)
{
	log_info("watches");
}
