/* SPDX-License-Identifier: MIT
 * The serving side: its glue and its handlers, with a trap that hands a call in and takes the answer out.
 */
#define tenon_trap           server_trap
#define tenon_component      server_component
#define tenon_component_main server_main
#define tenon_restarts       server_restarts
#define store_status_name    server_store_status_name
#define bell_status_name     server_bell_status_name
#define store_attach         server_store_attach
#define store_read           server_store_read
#define store_append         server_store_append
#define store_open           server_store_open
#define store_close          server_store_close
#define store_hint           server_store_hint
#define bell_set             server_bell_set
#define bell_get             server_bell_get
#include "keeper.glue.c"

#include "../golden/session/keeper.c"
#include "sides.h"

#include <setjmp.h>
#include <string.h>

uint64_t server_restarts;
static struct tenon_ipc answered;
static jmp_buf started;
static bool is_started;

void component_start(void)
{
}

void server_trap(struct tenon_ipc *ipc)
{
	const uint64_t operation = ipc->control & ((1u << TENON_OPERATION_BITS) - 1);

	if (operation == TENON_OP_REPLY || operation == TENON_OP_REPLY_RECEIVE)
		answered = *ipc;
	else if (!is_started)
		longjmp(started, 1);
	ipc->status = TENON_TIMED_OUT;
}

void server_begin(void)
{
	if (setjmp(started) == 0)
		server_main();
	is_started = true;
}

void server_serve(struct tenon_ipc *ipc, bool sent)
{
	calls++;
	if (sent) {
		ipc->source = TENON_SOURCE_SEND;
		glue_take(ipc);
		return;
	}
	(void)glue_serve(ipc); /* times out when it receives anew */
	*ipc = answered;
}

void server_restart(void)
{
	server_restarts++;
	memset(glue_open_store, 0, sizeof glue_open_store);
	memset(glue_told_bell, 0, sizeof glue_told_bell);
	memset(glue_held_store_files, 0, sizeof glue_held_store_files);
	memset(names, 0, sizeof names);
	memset(modes, 0, sizeof modes);
	memset(counts, 0, sizeof counts);
	memset(values, 0, sizeof values);
}

unsigned server_closed(void)
{
	return closed;
}

unsigned server_hinted(void)
{
	return hinted;
}
