/* SPDX-License-Identifier: MIT
 * The asking half for capabilities: what is handed over works, what is of another kind, missing or one too many is refused,
 * and however often it goes wrong, nothing is used up.
 */
#include "component.h"

#include <tenon/object.h>

#include "guest.h"

#define HERE       (TENON_AREA_OWN + UINT64_C(0x10000))
#define TIMES      100u
#define MAY_LEAVE  3u /* the limit of the wire, in system.yaml */
#define SLOT_BELL  (SLOT_FREE)
#define SLOT_FRAME (SLOT_FREE + 1)

static void (*judge)(bool holds, const char *what);
static tenon_handle_t bell, frame;

static void try_page(enum cloakroom_status (*ask)(uint32_t value, tenon_handle_t *page), uint32_t value)
{
	const volatile uint32_t *page = (const volatile uint32_t *)HERE;
	struct tenon_cap_view view = {.rights = 0};
	tenon_handle_t got = 0, other = 0, more[MAY_LEAVE - 1];

	judge(ask(value, &got) == CLOAKROOM_OK && tenon_cap_read(got, &view) == TENON_OK &&
		  view.type == TENON_TYPE_FRAME && view.rights == TENON_RIGHT_READ,
	      "a page comes with the right to be read");
	for (uint32_t i = 0; i < MAY_LEAVE - 1; i++)
		judge(ask(value, &more[i]) == CLOAKROOM_OK, "as many as the limit says");
	judge(ask(value, &other) == CLOAKROOM_QUOTA && other == 0, "another one is too many");
	for (uint32_t i = 0; i < MAY_LEAVE - 1; i++)
		judge(tenon_cap_delete(more[i]) == TENON_OK, "given up");
	judge(tenon_frame_map(got, SLOT_SPACE, HERE, TENON_RIGHT_READ | TENON_RIGHT_WRITE,
			      TENON_CACHE_NORMAL) != TENON_OK,
	      "it cannot be mapped to be written");
	judge(tenon_frame_map(got, SLOT_SPACE, HERE, TENON_RIGHT_READ, TENON_CACHE_NORMAL) == TENON_OK &&
		  page[0] == value,
	      "what the server wrote is there");
	judge(tenon_cap_delete(got) == TENON_OK, "it is given up");
}

static void try_bell(void)
{
	uint32_t handlers = 0;
	uint64_t left = 0;

	judge(room_leave(bell, true) == CLOAKROOM_OK, "the server rings");
	for (uint32_t i = 1; i < MAY_LEAVE; i++)
		judge(room_leave(bell, true) == CLOAKROOM_OK, "as often as the limit says");
	judge(room_leave(bell, true) == CLOAKROOM_QUOTA, "another bell is too many");
	judge(tenon_cap_revoke(bell) == TENON_OK, "all are taken back");
	for (uint32_t i = 0; i < MAY_LEAVE; i++)
		judge(room_leave(bell, true) == CLOAKROOM_OK, "what was taken back makes room");
	judge(room_leave(bell, true) == CLOAKROOM_QUOTA && tenon_cap_revoke(bell) == TENON_OK,
	      "for as many as before");
	judge(room_clear(&handlers, &left) == CLOAKROOM_OK && handlers == 2 * MAY_LEAVE,
	      "so many handlers had one");
	judge(room_send(bell) == CLOAKROOM_OK && room_clear(&handlers, &left) == CLOAKROOM_OK &&
		  handlers == 2 * MAY_LEAVE + 1,
	      "sent, and nobody waits");
}

static void try_wrong(void)
{
	uint32_t handlers = 0;
	uint64_t left = 0;

	judge(room_leave(frame, true) == CLOAKROOM_MALFORMED, "a frame is no bell");
	judge(room_leave(0, true) == CLOAKROOM_MALFORMED, "none");
	judge(room_leave(SLOT_FREE + 40, true) == CLOAKROOM_MALFORMED, "an empty slot");
	judge(room_send(frame) == CLOAKROOM_OK && room_clear(&handlers, &left) == CLOAKROOM_OK &&
		  handlers == 2 * MAY_LEAVE + 1,
	      "no handler had any of them");
}

/* What no stub sends: a capability with an operation that takes none, and with none at all; called and sent. */
static void try_hostile(void)
{
	struct tenon_ipc ipc;
	bool right = true;

	for (uint32_t i = 0; i < TIMES; i++) {
		ipc.tag = tenon_tag(i % 2 ? 0 : 0x5f0c2a1b, 0) | TENON_TAG_COPY;
		tenon_extras()->capability = i % 3 ? frame : bell;
		right = right && (i % 5 ? tenon_call(SLOT_ROOM, TENON_NEVER, &ipc)
					: tenon_send(SLOT_ROOM, TENON_NEVER, &ipc)) == TENON_OK;
	}
	judge(right, "the server answers whatever comes");
	for (uint32_t i = 0; i < TIMES; i++)
		right = right && room_leave(bell, false) == CLOAKROOM_MALFORMED;
	judge(right, "what a handler refuses does not stay");
}

void guest_try_all(void (*expect)(bool holds, const char *what))
{
	uint32_t handlers;
	uint64_t before = 0, after = 0;

	judge = expect;
	judge(tenon_set_make(SLOT_RECEIVE_SET, TENON_TYPE_NOTIFICATION, SLOT_BELL, 99, &bell) == TENON_OK &&
		  tenon_pool_make(SLOT_POOL, TENON_TYPE_FRAME, SLOT_FRAME, TENON_PAGE_SIZE, &frame) ==
		      TENON_OK,
	      "a bell and a page of its own");
	try_page(room_page, 0x600d);
	judge(room_clear(&handlers, &before) == CLOAKROOM_OK, "what the pool has");
	try_page(room_later_page, 0x1a7e);
	try_bell();
	try_wrong();
	try_hostile();
	for (uint32_t i = 0; i < TIMES; i++)
		try_page(room_page, i);
	judge(room_leave(bell, true) == CLOAKROOM_OK, "the server still has room");
	judge(room_clear(&handlers, &after) == CLOAKROOM_OK && after == before, "and its pool is as it was");
}
