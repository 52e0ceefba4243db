/* SPDX-License-Identifier: MIT
 * Sends many entries in a row, and then one at a time, when the receiver has long been asleep.
 */
#include "component.h"
#include "entry.h"

#define PAUSE_NS 500000u

static struct tenon_channel_sender channel;
static uint64_t number;

void component_start(void)
{
	struct tenon_channel_memory memory = {road_sent(0), ROAD_SENT_SIZE, (void *)(uintptr_t)road_taken(0),
					      ROAD_TAKEN_SIZE};

	tenon_channel_sender_init(&channel, &memory, sizeof(struct entry), ENTRIES, SLOT_ROAD_ENTRIES_0);
	pause();
}

static enum tenon_channel_status send_one(void)
{
	const struct entry entry = {.number = number, .sent_ns = number < IN_A_ROW ? 0 : clock_ns()};
	enum tenon_channel_status status = tenon_channel_try_send(&channel, &entry, sizeof entry);

	if (status == TENON_CHANNEL_CLOSED) {
		status = tenon_channel_join(&channel.end);
	} else if (status == TENON_CHANNEL_OK) {
		number++;
	}
	CHECK(status != TENON_CHANNEL_BROKEN);
	return status;
}

void pause(void)
{
	tenon_channel_finish_sleep(&channel.end);
	if (number >= IN_A_ROW) {
		if (number < IN_A_ROW + ALONE && send_one() == TENON_CHANNEL_OK) {
			pause_at(clock_ns() + PAUSE_NS);
		}
		return;
	}
	do {
		while (number < IN_A_ROW && send_one() == TENON_CHANNEL_OK) {
		}
		if (number == IN_A_ROW) {
			pause_at(clock_ns() + PAUSE_NS);
			return;
		}
	} while (!tenon_channel_prepare_to_sleep(&channel.end));
}

void room_made(void)
{
	if (number < IN_A_ROW) {
		pause();
	}
}
