/* SPDX-License-Identifier: MIT
 * The server in the middle: copies, passes on, and outlives its lenders. It takes its calls itself.
 */
#include "component.h"
#include "protocol.h"

static uint64_t last_status = TENON_OK, last_done, sends, sent_sum;

/* The second half of what was lent goes on to the depot, whose answer is the answer. */
static void pass(struct tenon_ipc *ipc)
{
	uint64_t half = ipc->word[0] / 2, request = ipc->word[2], seed = ipc->word[3];
	tenon_lend_on(0, SLOT_REPLY_0, 0, half, half,
		      request == REQUEST_FILL ? TENON_RIGHT_WRITE : TENON_RIGHT_READ);
	*ipc = (struct tenon_ipc){.tag = tenon_tag_lending(tenon_tag((uint32_t)request, 24), 1),
				  .word = {half, ipc->word[1], seed}};
	enum tenon_status status = tenon_call(SLOT_DEPOT, TENON_NEVER, ipc);
	if (status != TENON_OK)
		answer_put(ipc, status, 0, 0);
}

static void wait_until_it_ends(struct tenon_ipc *ipc)
{
	uint64_t bytes = ipc->word[0], done = 0;
	enum tenon_status status = TENON_OK;
	while (status == TENON_OK)
		status = tenon_loan_read(SLOT_REPLY_0, 0, 0, memory, bytes, &done);
	last_status = status;
	last_done = done;
	answer_put(ipc, status, done, 0);
}

static void serve(struct tenon_ipc *ipc)
{
	switch (tenon_tag_label(ipc->tag)) {
	case REQUEST_PASS:
		pass(ipc);
		break;
	case REQUEST_WAIT:
		wait_until_it_ends(ipc);
		break;
	case REQUEST_LAST:
		answer_put(ipc, (enum tenon_status)last_status, last_done, 0);
		break;
	case REQUEST_COUNT:
		answer_put(ipc, TENON_OK, sends, sent_sum);
		break;
	default:
		serve_copy(ipc, SLOT_REPLY_0);
		break;
	}
}

void component_start(void)
{
	struct tenon_ipc ipc;
	enum tenon_status status = tenon_receive(SLOT_RECEIVE_SET, SLOT_REPLY_0, TENON_NEVER, &ipc);
	for (;;) {
		CHECK(status == TENON_OK);
		if (ipc.source == TENON_SOURCE_CALL) {
			serve(&ipc);
			status = tenon_reply_receive(SLOT_RECEIVE_SET, SLOT_REPLY_0, TENON_NEVER, &ipc);
			continue;
		}
		if (ipc.source == TENON_SOURCE_SEND) {
			sends++;
			sent_sum += ipc.word[0];
		}
		status = tenon_receive(SLOT_RECEIVE_SET, SLOT_REPLY_0, TENON_NEVER, &ipc);
	}
}

enum lending_status store_nothing(uint32_t client)
{
	(void)client;
	return LENDING_OK;
}
