/* SPDX-License-Identifier: MIT
 * The answering half: pages from the own pool go out, bells come in.
 */
#include "component.h"

#include <tenon/object.h>

#define HERE       (TENON_AREA_OWN + UINT64_C(0x10000))
#define READ_WRITE (TENON_RIGHT_READ | TENON_RIGHT_WRITE)

static tenon_handle_t frame, left;
static uint32_t bells;

/* The page that goes out, written by the server, whose mapping stays. */
static tenon_handle_t make_page(uint32_t value)
{
	volatile uint32_t *page = (volatile uint32_t *)HERE;

	if (frame == 0) {
		CHECK(tenon_pool_make(SLOT_POOL, TENON_TYPE_FRAME, SLOT_FREE, TENON_PAGE_SIZE, &frame) ==
		      TENON_OK);
		CHECK(tenon_frame_map(frame, SLOT_SPACE, HERE, READ_WRITE, TENON_CACHE_NORMAL) == TENON_OK);
	}
	page[0] = value;
	return frame;
}

enum cloakroom_status room_page(uint32_t client, uint32_t value, tenon_handle_t *page)
{
	(void)client;
	*page = make_page(value);
	return CLOAKROOM_OK;
}

void room_later_page(uint32_t client, struct cloakroom_later_page_token token, uint32_t value)
{
	(void)client;
	CHECK(cloakroom_later_page_finish(token, CLOAKROOM_OK, make_page(value)) == TENON_OK);
}

void room_later_page_cancelled(uint32_t client, struct cloakroom_later_page_token token)
{
	(void)client;
	(void)token;
}

/* Rights of the answer are those of the interface: it can be rung and nothing else. */
enum cloakroom_status room_leave(uint32_t client, tenon_handle_t bell, bool rings)
{
	struct tenon_cap_view view;

	(void)client;
	bells++;
	if (!rings)
		return CLOAKROOM_MALFORMED;
	left = bell;
	CHECK(tenon_cap_read(bell, &view) == TENON_OK && view.rights == TENON_RIGHT_INVOKE);
	return tenon_signal(bell) == TENON_OK ? CLOAKROOM_OK : CLOAKROOM_GONE;
}

void room_send(uint32_t client, tenon_handle_t bell)
{
	(void)client;
	bells++;
	left = bell;
}

enum cloakroom_status room_clear(uint32_t client, uint32_t *handlers, uint64_t *free)
{
	struct tenon_pool_view view;

	(void)client;
	if (left != 0)
		(void)tenon_cap_delete(left); /* its maker may have taken it back */
	left = 0;
	*handlers = bells;
	CHECK(tenon_pool_read(SLOT_POOL, &view) == TENON_OK);
	*free = view.free;
	return CLOAKROOM_OK;
}
