/* SPDX-License-Identifier: MIT
 * The serving side: its glue and its handlers, with a trap that hands a call in
 * and takes the answer out.
 */
#define tenon_trap           server_trap
#define tenon_component      server_component
#define tenon_component_main server_main
#define forms_status_name    server_status_name
#define component_start      server_start
#include "asked.glue.c"

#include "../golden/forms/asked.c"
#include "glue.h"

#include <setjmp.h>

static struct message *answered;
static jmp_buf started; /* where the loop goes when it first receives */
static bool is_started;

void server_trap(struct tenon_ipc *ipc)
{
	const uint64_t operation = ipc->control & ((1u << TENON_OPERATION_BITS) - 1);

	if (operation == TENON_OP_REPLY_RECEIVE || operation == TENON_OP_REPLY) {
		CHECK(answered->tag == UINT64_MAX);
		message_take(answered, ipc);
	}
	if (operation == TENON_OP_LOAN_READ || operation == TENON_OP_LOAN_WRITE) {
		kernel_loan(ipc, operation == TENON_OP_LOAN_WRITE);
		return;
	}
	if (operation == TENON_OP_RECEIVE && !is_started)
		longjmp(started, 1);
	ipc->status = operation == TENON_OP_REPLY ? TENON_OK : TENON_TIMED_OUT;
}

void server_serve(const struct message *call, struct message *answer, bool sent)
{
	struct tenon_ipc ipc = {.badge = 1 << 16};

	if (!is_started && setjmp(started) == 0)
		server_main();
	is_started = true;
	answered = answer;
	answer->tag = UINT64_MAX;
	message_give(call, &ipc);
	ipc.source = sent ? TENON_SOURCE_SEND : TENON_SOURCE_CALL;
	if (sent)
		glue_take(&ipc);
	else
		(void)glue_serve(&ipc); /* times out when it receives anew */
	CHECK((answer->tag == UINT64_MAX) == sent);
}

unsigned server_calls(void)
{
	return asked_calls;
}

void server_label_endlessly(void)
{
	asked_endless = true;
}
