/* SPDX-License-Identifier: MIT
 * The serving side: its glue and its handlers, with a trap that hands a call in and takes the answer out.
 */
#define tenon_trap           server_trap
#define tenon_component      server_component
#define tenon_component_main server_main
#define chest_status_name    server_status_name
#define component_start      server_start
#define tenon_room_prepare   server_room_prepare
#define tenon_room_has       server_room_has
#define tenon_room_may_keep  server_room_may_keep
#define tenon_room_keep      server_room_keep
#define tenon_room_drop      server_room_drop
#define tenon_room_narrow    server_room_narrow
#include "coffer.glue.c"

#include "../../../runtime/room.c"
#include "../golden/handed/coffer.c"
#include "beside.h"

#include <setjmp.h>

static struct tenon_ipc answered;
static jmp_buf started;
static bool is_started;

void server_trap(struct tenon_ipc *ipc)
{
	const uint64_t operation = ipc->control & ((1u << TENON_OPERATION_BITS) - 1);

	switch (operation) {
	case TENON_OP_REPLY:
	case TENON_OP_REPLY_RECEIVE:
		answered = *ipc;
		ipc->status = operation == TENON_OP_REPLY ? TENON_OK : TENON_TIMED_OUT;
		break;
	case TENON_OP_RECEIVE:
		if (!is_started)
			longjmp(started, 1);
		ipc->status = TENON_TIMED_OUT;
		break;
	default:
		kernel_trap(SERVER, ipc);
	}
}

/* What is left of one call does not reach into the next: a call that is answered later is answered here. */
static void finish(void)
{
	CHECK(chest_order_finish(coffer_order, coffer_answers, coffer_gives) == TENON_OK);
}

void server_begin(void)
{
	if (setjmp(started) == 0)
		server_main();
	is_started = true;
}

void server_serve(struct tenon_ipc *ipc, bool sent)
{
	struct tenon_ipc next;

	coffer_answers = (enum chest_status)setting.answers;
	coffer_gives = setting.gives;
	coffer_taken = 0;
	ipc->badge = 1 << 16 | calling;
	ipc->source = sent ? TENON_SOURCE_SEND : TENON_SOURCE_CALL;
	answered = (struct tenon_ipc){.tag = 0};
	(void)glue_next_reply();
	if (sent) {
		glue_take(ipc);
		(void)glue_receive(false, &next); /* as the loop does */
	} else {
		(void)glue_serve(ipc);
		if (coffer_order.sequence != 0 && glue_held[coffer_order.reply].kind != 0)
			finish();
	}
	*ipc = answered;
}

unsigned server_calls(void)
{
	return coffer_calls;
}

tenon_handle_t server_taken(void)
{
	return coffer_taken;
}
