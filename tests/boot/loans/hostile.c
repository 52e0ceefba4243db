/* SPDX-License-Identifier: MIT
 * Lends memory that it does not have. The server goes on; this one faults when it is answered.
 */
#include "component.h"
#include "protocol.h"

void component_start(void)
{
	struct tenon_ipc ipc = {.word = {4096}};
	tenon_lend(0, (const void *)UINT64_C(0x7000000000), 4096,
		   TENON_RIGHT_READ); /* no address of the user half */
	ipc.tag = tenon_tag_lending(tenon_tag(REQUEST_SUM, 24), 1);
	(void)tenon_call(SLOT_LENDING, TENON_NEVER, &ipc);
	log_error("%s went unpunished", COMPONENT_NAME);
}
