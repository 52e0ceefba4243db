/* SPDX-License-Identifier: MIT
 * The server at the end: copies what it was lent, first hand or passed on. It takes its calls itself.
 */
#include "component.h"
#include "protocol.h"

void component_start(void)
{
	struct tenon_ipc ipc;
	enum tenon_status status = tenon_receive(SLOT_RECEIVE_SET, SLOT_REPLY_0, TENON_NEVER, &ipc);
	for (;;) {
		CHECK(status == TENON_OK);
		if (ipc.source == TENON_SOURCE_CALL)
			serve_copy(&ipc, SLOT_REPLY_0);
		status = tenon_reply_receive(SLOT_RECEIVE_SET, SLOT_REPLY_0, TENON_NEVER, &ipc);
	}
}

enum lending_status depot_nothing(uint32_t client)
{
	(void)client;
	return LENDING_OK;
}
