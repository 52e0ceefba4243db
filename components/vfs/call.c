/* SPDX-License-Identifier: MIT
 * See call.h. Calls that can go on stand in a list of their own and run one after the other, so that the end of one, which lets
 * another go on, does not run within it.
 */
#include "call.h"
#include "ask.h"
#include "cache.h"
#include "lock.h"
#include "path.h"
#include "quota.h"
#include "reopen.h"

#include <tenon/stack.h>

static struct call calls[CALLS];
static uint16_t of_reply[COMPONENT_CALLS]; /* the call that it is for, or NO_CALL */
static uint16_t ready = NO_CALL, for_nodes = NO_CALL;
static uint32_t under_way;
static struct call *running;

struct results results;

void calls_start(void)
{
	for (uint32_t i = 0; i < COMPONENT_CALLS; i++) {
		of_reply[i] = NO_CALL;
	}
}

static uint16_t number_of(const struct call *call)
{
	return (uint16_t)(call - calls);
}

struct call *call_running(void)
{
	CHECK(running != NULL);
	return running;
}

/* ---- lists ------------------------------------------------------------------------------------ */

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

void call_wait_at_desk(struct call *call, uint16_t *list)
{
	if (call->list == NULL && !call->is_asking) {
		append(call, list);
	}
}

void call_wait(struct call *call, uint16_t *list)
{
	if (call->list == NULL && !call->is_asking) {
		desk_give_turn(call);
		append(call, list);
	}
}

void calls_go_on(uint16_t *list)
{
	while (*list != NO_CALL) {
		calls_again(&calls[*list]);
	}
}

void calls_again(struct call *call)
{
	leave_list(call);
	call->is_asking = false;
	append(call, &ready);
}

void calls_fail(uint16_t *list, enum files_status status)
{
	while (*list != NO_CALL) {
		call_finish(&calls[*list], status);
	}
}

/* ---- begin and end ---------------------------------------------------------------------------- */

static void leave(struct call *call)
{
	struct node *node = call->node;

	leave_list(call);
	desk_leave(call);
	walks_end(call);
	quota_forget(call);
	if (call->has_name) {
		quota_give(call->account, call->number, &(struct filesystem_attributes){0});
	}
	if (!call->is_cancelled) {
		of_reply[call->reply] = NO_CALL;
	}
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

static struct call *begin(enum call_kind kind, uint32_t client)
{
	uint32_t i = 0;

	while (i < CALLS && calls[i].kind != CALL_NONE) {
		i++;
	}
	CHECK(i < CALLS); /* what asks a file system without a client is one of it */
	under_way++;
	calls[i].kind = kind;
	calls[i].client = client;
	calls[i].node = NULL;
	calls[i].file = NULL;
	calls[i].mount = NULL;
	calls[i].done = 0;
	calls[i].stage = 0;
	calls[i].number = 0;
	calls[i].turn = NOWHERE;
	calls[i].walks = NULL;
	calls[i].failed = FILES_OK;
	calls[i].is_resizing = false;
	calls[i].is_asking = false;
	calls[i].is_repeated = false;
	calls[i].has_looked_again = false;
	calls[i].has_name = false;
	calls[i].is_made = false;
	calls[i].is_cancelled = false;
	append(&calls[i], &ready);
	return &calls[i];
}

struct call *call_begin(enum call_kind kind, uint32_t client, uint32_t reply, uint32_t sequence)
{
	struct call *call = begin(kind, client);

	CHECK(of_reply[reply] == NO_CALL);
	of_reply[reply] = number_of(call);
	call->reply = reply;
	call->sequence = sequence;
	return call;
}

struct call *call_begin_own(enum call_kind kind, uint32_t client)
{
	struct call *call = begin(kind, client);

	call->is_cancelled = true;
	return call;
}

void call_finish(struct call *call, enum files_status status)
{
	if (!call->is_cancelled) {
		finish_on_return(); /* what may be left to do are other calls that can go on */
		call_answer(call, status);
	}
	leave(call);
}

/* What a file system does for it at the moment is done, and vfs must know what came of it: then it goes on without a client. */
void call_cancel(uint32_t reply)
{
	struct call *call = of_reply[reply] == NO_CALL ? NULL : &calls[of_reply[reply]];

	if (call != NULL && (call->is_asking || (call->kind == CALL_MOUNT && call->stage != 0))) {
		of_reply[reply] = NO_CALL;
		call->is_cancelled = true;
	} else if (call != NULL) {
		leave(call);
	}
	calls_run();
}

void calls_forget_file(const struct file *file)
{
	for (uint32_t i = 0; i < CALLS && under_way > 0; i++) {
		if (calls[i].kind != CALL_NONE && calls[i].file == file) {
			calls[i].file = NULL;
		}
	}
}

/* ---- running ---------------------------------------------------------------------------------- */

bool call_takes_turn(const struct call *call)
{
	return call->kind == CALL_OPEN || call->kind >= CALL_LOOK_UP;
}

static void run_answered(struct call *call)
{
	static enum files_status (*const of_kind[CALL_KINDS])(struct call *) = {
	    [CALL_READ_ATTRIBUTES] = call_read_attributes,
	    [CALL_WRITE_ATTRIBUTES] = call_write_attributes,
	    [CALL_READ_ENTRIES] = call_read_entries,
	    [CALL_LOOK_UP] = call_look_up,
	    [CALL_MAKE_DIRECTORY] = call_make_directory,
	    [CALL_MAKE_LINK] = call_make_link,
	    [CALL_READ_LINK] = call_read_link,
	    [CALL_LINK] = call_link,
	    [CALL_RENAME] = call_rename,
	    [CALL_REMOVE] = call_remove,
	    [CALL_SPACE] = call_space,
	    [CALL_WATCH] = call_watch,
	    [CALL_ROOT] = call_root,
	};
	enum files_status status;

	TENON_STACK_CALLS(call_of_kind);
	status = of_kind[call->kind](call);
	if (status != FILES_WOULD_WAIT) {
		call_finish(call, status);
	}
}

TENON_STACK_CALLED(call_of_kind, call_read_attributes);
TENON_STACK_CALLED(call_of_kind, call_write_attributes);
TENON_STACK_CALLED(call_of_kind, call_read_entries);
TENON_STACK_CALLED(call_of_kind, call_look_up);
TENON_STACK_CALLED(call_of_kind, call_make_directory);
TENON_STACK_CALLED(call_of_kind, call_make_link);
TENON_STACK_CALLED(call_of_kind, call_read_link);
TENON_STACK_CALLED(call_of_kind, call_link);
TENON_STACK_CALLED(call_of_kind, call_rename);
TENON_STACK_CALLED(call_of_kind, call_remove);
TENON_STACK_CALLED(call_of_kind, call_space);
TENON_STACK_CALLED(call_of_kind, call_watch);
TENON_STACK_CALLED(call_of_kind, call_root);

static void run_kind(struct call *call)
{
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
	case CALL_MOUNT:
		call_mount(call);
		break;
	case CALL_UNMOUNT:
		call_unmount(call);
		break;
	case CALL_START:
		call_start(call);
		break;
	case CALL_NONE:
		break;
	default:
		run_answered(call);
		break;
	}
}

static void run(struct call *call)
{
	struct asker before;

	if (call->node != NULL && call->node->is_lost) {
		(void)names_were_lost(call->client, call->node->place.file_system); /* it is told so */
		call_finish(call, call->kind == CALL_LOCK ? FILES_BAD_FILE : FILES_IO);
		return;
	}
	before = desk_set_asker((struct asker){.call = call});
	running = call;
	run_kind(call);
	running = NULL;
	(void)desk_set_asker(before);
	if (call->kind == CALL_NONE || call->is_asking) {
		return;
	}
	if (call->turn == NOWHERE) {
		walks_end(call); /* what they found may be gone when it goes on */
		quota_forget(call);
		if (call->is_cancelled && call->kind < CALL_MOUNT) {
			leave(call); /* nobody wants it */
		}
	}
}

void calls_run(void)
{
	do {
		while (ready != NO_CALL) {
			struct call *call = &calls[ready];

			leave_list(call);
			run(call);
		}
	} while (desks_go_on() || ready != NO_CALL);
}
