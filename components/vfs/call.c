/* SPDX-License-Identifier: MIT
 * See call.h. Calls that can go on stand in a list of their own and run one after the other, so that the end of one, which lets
 * another go on, does not run within it.
 */
#include "call.h"
#include "cache.h"
#include "lock.h"
#include "reopen.h"
#include "transfer.h"

static struct call calls[COMPONENT_CALLS];
static bool is_cancelled[COMPONENT_CALLS]; /* while nothing could be done about it */
static uint16_t ready = NO_CALL, for_nodes = NO_CALL;
static uint32_t under_way;

static uint16_t number_of(const struct call *call)
{
	return (uint16_t)(call - calls);
}

static void append(struct call *call, uint16_t *list)
{
	call->list = list;
	call->next = NO_CALL;
	while (*list != NO_CALL) {
		list = &calls[*list].next;
	}
	*list = number_of(call);
}

static void leave_list(struct call *call)
{
	uint16_t *at = call->list;

	if (at == NULL) {
		return;
	}
	while (*at != number_of(call)) {
		at = &calls[*at].next;
	}
	*at = call->next;
	call->list = NULL;
}

uint16_t *calls_for_nodes(void)
{
	return &for_nodes;
}

static void leave(struct call *call)
{
	struct node *node = call->node;

	leave_list(call);
	call->kind = CALL_NONE;
	under_way--;
	if (node != NULL && call->is_resizing) {
		node->is_resizing = false;
		calls_go_on(&node->waiting);
	}
	if (node != NULL) {
		call->node = NULL;
		node_leave(node);
	}
}

/* Those that were cancelled while somebody waited for transfers. */
static void end_cancelled(void)
{
	for (uint32_t i = 0; i < COMPONENT_CALLS; i++) {
		if (is_cancelled[i]) {
			is_cancelled[i] = false;
			if (calls[i].kind != CALL_NONE) {
				leave(&calls[i]);
			}
		}
	}
}

struct call *call_begin(enum call_kind kind, uint32_t client, uint32_t reply, uint32_t sequence)
{
	struct call *call = &calls[reply];

	end_cancelled();
	CHECK(call->kind == CALL_NONE);
	under_way++;
	call->kind = kind;
	call->client = client;
	call->sequence = sequence;
	call->node = NULL;
	call->file = NULL;
	call->mount = NULL;
	call->done = 0;
	call->is_resizing = false;
	append(call, &ready);
	return call;
}

void call_wait(struct call *call, uint16_t *list)
{
	append(call, list);
}

void calls_go_on(uint16_t *list)
{
	while (*list != NO_CALL) {
		struct call *call = &calls[*list];

		leave_list(call);
		append(call, &ready);
	}
}

void calls_again(struct call *call)
{
	append(call, &ready);
}

void calls_fail(uint16_t *list, enum files_status status)
{
	while (*list != NO_CALL) {
		call_finish(&calls[*list], status);
	}
}

/* Who has gone in the meantime needs no answer. */
static void answer(const struct call *call, enum files_status status)
{
	const uint32_t reply = number_of(call), sequence = call->sequence;

	finish_on_return(); /* what may be left to do are other calls that can go on */
	switch (call->kind) {
	case CALL_OPEN:
		(void)files_open_finish((struct files_open_token){reply, sequence}, status,
					status == FILES_OK ? file_number(call->file) : 0, &call->attributes);
		break;
	case CALL_READ:
		(void)files_read_finish((struct files_read_token){reply, sequence}, status,
					(uint32_t)call->done);
		break;
	case CALL_WRITE:
		(void)files_write_finish((struct files_write_token){reply, sequence}, status,
					 call->offset + call->done);
		break;
	case CALL_RESIZE:
		(void)files_resize_finish((struct files_resize_token){reply, sequence}, status);
		break;
	case CALL_SYNC:
		(void)files_sync_finish((struct files_sync_token){reply, sequence}, status);
		break;
	case CALL_SYNC_ALL:
		(void)files_sync_all_finish((struct files_sync_all_token){reply, sequence}, status);
		break;
	case CALL_LOCK:
		(void)files_lock_finish((struct files_lock_token){reply, sequence}, status);
		break;
	case CALL_UNMOUNT:
		(void)files_unmount_finish((struct files_unmount_token){reply, sequence}, status);
		break;
	case CALL_NONE:
		break;
	}
}

void call_finish(struct call *call, enum files_status status)
{
	answer(call, status);
	leave(call);
}

void call_cancel(uint32_t reply)
{
	if (transfers_are_awaited()) { /* somebody is in the midst of something */
		is_cancelled[reply] = true;
		return;
	}
	if (calls[reply].kind != CALL_NONE) {
		leave(&calls[reply]);
	}
	calls_run();
}

void calls_forget_file(const struct file *file)
{
	for (uint32_t i = 0; i < COMPONENT_CALLS && under_way > 0; i++) {
		if (calls[i].kind != CALL_NONE && calls[i].file == file) {
			calls[i].file = NULL;
		}
	}
}

static void run(struct call *call)
{
	if (call->node != NULL && call->node->is_lost) {
		(void)names_were_lost(call->client, call->node->place.file_system); /* it is told so */
		call_finish(call, call->kind == CALL_LOCK ? FILES_BAD_FILE : FILES_IO);
		return;
	}
	switch (call->kind) {
	case CALL_OPEN:
		call_open(call);
		break;
	case CALL_READ:
		call_read(call);
		break;
	case CALL_WRITE:
		call_write(call);
		break;
	case CALL_RESIZE:
		call_resize(call);
		break;
	case CALL_SYNC:
		call_sync(call);
		break;
	case CALL_SYNC_ALL:
		call_sync_all(call);
		break;
	case CALL_LOCK:
		call_lock(call);
		break;
	case CALL_UNMOUNT:
		call_unmount(call);
		break;
	case CALL_NONE:
		break;
	}
}

void calls_run(void)
{
	end_cancelled();
	transfers_end();
	while (ready != NO_CALL) {
		struct call *call = &calls[ready];

		leave_list(call);
		run(call);
	}
}
