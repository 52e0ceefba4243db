/* SPDX-License-Identifier: MIT
 * Writes once, and reads when the other one has written.
 */
#include "component.h"

#include <tenon/print.h>

void component_start(void)
{
	(void)tenon_print(own_text(0), OWN_TEXT_SIZE, "hello world from %s", COMPONENT_NAME);
	own_signal_written(0);
}

void other_written(void)
{
	log_info("read: %s", (const char *)other_text());
}
