/* SPDX-License-Identifier: MIT
 * Sends all buffers that its connection has, as many at a time as its ring holds, and looks at what came back.
 */
#include "component.h"

static uint32_t sent, back, wrong;

void component_start(void)
{
}

static void send_all(void)
{
	struct shelf_parcel parcel;

	while (sent < SHELF_LOADS_COUNT) {
		uint32_t *word;

		CHECK(shelf_loads_allocate(&parcel.load));
		word = shelf_loads_write(&parcel.load);
		*word = parcel.load.index;
		if (!shelf_given_send(&parcel)) {
			shelf_loads_release(&parcel.load);
			return;
		}
		sent++;
	}
}

void shelf_session(bool open)
{
	if (open)
		send_all();
}

void shelf_given_room(void)
{
	send_all();
}

void shelf_returned(void)
{
	struct shelf_parcel parcel;

	while (shelf_returned_receive(&parcel)) {
		const uint32_t *word = shelf_loads_read(&parcel.load);

		wrong += word == NULL || *word != parcel.load.index + SHELF_LOADS_COUNT ? 1 : 0;
		back++;
	}
	if (back != SHELF_LOADS_COUNT)
		return;
	log_info("%s: %u buffers in rings of %u (%s)", COMPONENT_NAME, back, SHELF_GIVEN_ENTRIES,
		 shelf_server_line());
	CHECK(judge_report(wrong, 1, 1, back) == JUDGE_OK);
}
