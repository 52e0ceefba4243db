/* SPDX-License-Identifier: MIT
 * The asking side: capabilities go there and come back; what is of the wrong kind, not there, or one too many is refused;
 * and whatever a hostile client or server sends, the slots of the other are no more than its room.
 */
#define tenon_trap           client_trap
#define tenon_component      client_component
#define tenon_component_main client_main
#define component_start      client_start
#include "owner.glue.c"

#include "../../../runtime/room.c"
#include "../golden/handed/owner.c"
#include "beside.h"

#include <stdio.h>
#include <stdlib.h>

#define READ_WRITE (TENON_RIGHT_READ | TENON_RIGHT_WRITE)
#define HOSTILE    100000u
#define ROOM_FIRST 7u /* slot of the server: `first` of its room */
/* What the second client may leave: system.yaml. */
#define GUEST_LEAVES 3u

static unsigned wrong;
static tenon_handle_t frame, pool, thread, endpoint, bell, page; /* the last two are the server's */

static void expect(bool holds, const char *what)
{
	if (holds)
		return;
	wrong++;
	printf("wrong: %s\n", what);
}

static uint32_t rights_at_server(void)
{
	const struct place *place = &table[SERVER].place[tenon_handle_index(server_taken())];

	return server_taken() == 0 || place->type == TENON_TYPE_NONE ? UINT32_MAX : place->rights;
}

/* Of the server: whatever is there goes. */
static void take_slot(unsigned slot)
{
	kernel_take(SERVER, tenon_handle(slot, table[SERVER].place[slot].generation));
}

static void let_go(void)
{
	kernel_take(SERVER, server_taken());
}

/* ---- what is right ---- */

static void try_there(void)
{
	expect(chest_put(1, frame) == CHEST_OK && rights_at_server() == TENON_RIGHT_READ,
	       "a frame arrives with the right that the interface names");
	expect(chest_put(2, frame) == CHEST_QUOTA && server_taken() == 0, "a second one is too many");
	calling = 1;
	for (unsigned i = 0; i < GUEST_LEAVES; i++)
		expect(chest_put(2, frame) == CHEST_OK, "another client has room of its own");
	expect(chest_pass(endpoint) == CHEST_QUOTA, "and its own limit");
	for (unsigned i = 0; i < GUEST_LEAVES; i++)
		take_slot(ROOM_FIRST + 1 + i);
	expect(chest_pass(endpoint) == CHEST_OK, "which is not reached when it took back what it left");
	let_go();
	calling = 0;
	kernel_take(SERVER, tenon_handle(0, 0));
	expect(chest_swap(pool, &(tenon_handle_t){0}) == CHEST_QUOTA, "also by another operation");
}

static void try_again(void)
{
	for (unsigned i = 0; i < 100; i++) {
		expect(chest_pass(endpoint) == CHEST_OK && rights_at_server() == TENON_RIGHT_INVOKE,
		       "what was deleted or taken back is room again");
		let_go();
	}
	for (unsigned i = 0; i < 100; i++) {
		setting.answers = CHEST_FULL;
		expect(chest_put(1, frame) == CHEST_FULL, "the handler says no");
		expect(rights_at_server() == UINT32_MAX, "and what came is gone");
	}
	setting.answers = CHEST_OK;
	for (unsigned i = 0; i < 100; i++) {
		expect(chest_drop(endpoint) == CHEST_OK && server_taken() != 0, "one that is only sent");
		let_go();
	}
}

static void try_back(void)
{
	tenon_handle_t got = 0, second = 0;
	uint32_t uses = 0;

	setting.gives = bell;
	expect(chest_get("x", &got, &uses) == CHEST_OK && uses == 7 && got != 0, "a notification comes back");
	expect(table[CLIENT].place[tenon_handle_index(got)].rights == TENON_RIGHT_INVOKE, "to be rung only");
	expect(chest_get("x", &second, &uses) == CHEST_QUOTA && second == 0, "no second one");
	expect(tenon_cap_delete(got) == TENON_OK && chest_get("x", &second, &uses) == CHEST_OK, "but then");
	kernel_take(CLIENT, second);
	setting.gives = page;
	expect(chest_swap(pool, &got) == CHEST_OK, "there and back in one call");
	let_go();
	expect(tenon_cap_delete(got) == TENON_OK, "it is there");
	expect(chest_order(thread, &got) == CHEST_OK && tenon_cap_delete(got) == TENON_OK, "answered later");
	let_go();
	setting.answers = CHEST_FULL;
	expect(chest_order(thread, &got) == CHEST_FULL, "refused later");
	let_go();
	setting.answers = CHEST_OK;
}

/* ---- what is not ---- */

static void try_wrong(void)
{
	const unsigned calls = server_calls(), used = kernel_used(SERVER);
	tenon_handle_t got = 1;
	uint32_t uses = 1;

	expect(chest_put(1, pool) == CHEST_MALFORMED, "another kind");
	expect(chest_put(1, 0) == CHEST_MALFORMED, "none");
	expect(chest_put(1, tenon_handle(tenon_handle_index(frame), 99)) == CHEST_MALFORMED, "a stale one");
	expect(chest_order(kernel_give(CLIENT, 20, TENON_TYPE_THREAD, TENON_RIGHT_READ), &got) ==
		   CHEST_MALFORMED,
	       "a right is missing");
	kernel_take(CLIENT, tenon_handle(20, table[CLIENT].place[20].generation));
	expect(chest_drop(pool) == CHEST_OK, "nobody hears of it");
	expect(server_calls() == calls, "no handler is called");
	expect(kernel_used(SERVER) == used, "and nothing stays");
	setting.gives = page;
	expect(chest_get("x", &got, &uses) == CHEST_MALFORMED && got == 1 && uses == 1,
	       "the answer of a wrong kind");
	setting.gives = 0;
	expect(chest_get("x", &got, &uses) == CHEST_MALFORMED && got == 1 && uses == 1,
	       "an answer without it");
}

/* Sends what no stub does: any operation, with any capability. */
static void send_any(void)
{
	static const uint32_t label[] = {0x697299ee, 0x540ca757, 0x64ed874e, 0x732c1097,
					 0x7b7a7318, 0x39b1ddf4, 0xa9a58d8c, 1};
	const tenon_handle_t any[] = {frame, pool, thread, endpoint, 0, 77};
	struct tenon_ipc ipc = {.tag = tenon_tag(label[rand() % 8], (uint32_t)(rand() % 3) * 4)};

	calling = (uint32_t)rand() % 2;
	setting.answers = rand() % 4 == 0 ? CHEST_FULL : CHEST_OK;
	tenon_send_beside(&ipc, any[rand() % 6]);
	if (rand() % 3 == 0)
		(void)tenon_send(SLOT_CHEST, TENON_NEVER, &ipc);
	else
		(void)tenon_call(SLOT_CHEST, TENON_NEVER, &ipc);
	if (rand() % 8 == 0)
		let_go();
}

static void try_hostile_client(void)
{
	/* of each client, and one that was narrowed */
	const unsigned room = kernel_used(SERVER) + 1 + GUEST_LEAVES + 1;

	setting.gives = page;
	for (unsigned i = 0; i < HOSTILE; i++) {
		send_any();
		if (kernel_used(SERVER) > room) {
			expect(false, "slots of the server leak");
			return;
		}
	}
	calling = 0;
	setting.answers = CHEST_OK;
}

static void try_hostile_server(void)
{
	const unsigned room = kernel_used(CLIENT) + 1 + 1 + 1; /* kept, brought, narrowed */
	tenon_handle_t got;
	uint32_t number;

	setting.stray = true;
	for (unsigned i = 0; i < HOSTILE; i++) {
		setting.gives = rand() % 2 ? bell : page;
		switch (rand() % 4) {
		case 0:
			(void)chest_count(&number);
			break;
		case 1:
			if (chest_get("x", &got, &number) == CHEST_OK)
				expect(table[CLIENT].place[tenon_handle_index(got)].type ==
					   TENON_TYPE_NOTIFICATION,
				       "of the right kind");
			break;
		case 2:
			(void)chest_pass(endpoint);
			break;
		default:
			if (chest_swap(pool, &got) == CHEST_OK)
				expect(tenon_cap_delete(got) == TENON_OK, "it is there");
		}
		let_go();
		if (kernel_used(CLIENT) > room) {
			expect(false, "slots of the client leak");
			return;
		}
	}
	setting.stray = false;
}

unsigned client_try_all(void)
{
	frame = kernel_give(CLIENT, 10, TENON_TYPE_FRAME, READ_WRITE);
	pool = kernel_give(CLIENT, 11, TENON_TYPE_POOL, READ_WRITE);
	thread = kernel_give(CLIENT, 12, TENON_TYPE_THREAD, TENON_RIGHTS_ALL);
	endpoint = kernel_give(CLIENT, 13, TENON_TYPE_ENDPOINT, TENON_RIGHT_INVOKE);
	bell = kernel_give(SERVER, 20, TENON_TYPE_NOTIFICATION, TENON_RIGHTS_ALL);
	page = kernel_give(SERVER, 21, TENON_TYPE_FRAME, READ_WRITE);
	try_there();
	take_slot(ROOM_FIRST); /* what the first one left */
	try_again();
	try_back();
	try_wrong();
	try_hostile_client();
	for (unsigned i = 0; i < 1 + GUEST_LEAVES + 1; i++)
		take_slot(ROOM_FIRST + i);
	try_hostile_server();
	return wrong;
}
