/* SPDX-License-Identifier: MIT
 * Takes the entries and measures: the time of many in a row, and from before one is sent until it is here.
 */
#include "component.h"
#include "entry.h"

#include "../support/measure.h"

static struct tenon_channel_receiver channel;
static uint64_t first_ns, late_ns, received;

void component_start(void)
{
	struct tenon_channel_memory memory = {(void *)(uintptr_t)road_sent(), ROAD_SENT_SIZE, road_taken(),
					      ROAD_TAKEN_SIZE};

	tenon_channel_receiver_init(&channel, &memory, sizeof(struct entry), ENTRIES, SLOT_ROOM_MADE_0);
	road_entries();
}

static void take(const struct entry *entry)
{
	CHECK(entry->number == received);
	if (received == 0) {
		first_ns = clock_ns();
	}
	received++;
	if (received == IN_A_ROW) {
		measure_say("channel_throughput", (clock_ns() - first_ns) / (IN_A_ROW - 1), "instructions");
	} else if (received > IN_A_ROW) {
		late_ns += clock_ns() - entry->sent_ns;
	}
	if (received == IN_A_ROW + ALONE) {
		measure_say("channel_wakeup", late_ns / ALONE, "instructions");
		(void)power_end(0); /* does not come back when it succeeds */
	}
}

void road_entries(void)
{
	enum tenon_channel_status status;

	tenon_channel_finish_sleep(&channel.end);
	do {
		struct entry entry;

		do {
			status = tenon_channel_try_receive(&channel, &entry, sizeof entry);
			if (status == TENON_CHANNEL_OK) {
				take(&entry);
			} else if (status == TENON_CHANNEL_CLOSED) {
				status = tenon_channel_join(&channel.end);
			}
			CHECK(status != TENON_CHANNEL_BROKEN);
		} while (status == TENON_CHANNEL_OK);
	} while (!tenon_channel_prepare_to_sleep(&channel.end));
}
