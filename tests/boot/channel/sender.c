/* SPDX-License-Identifier: MIT
 * Sends in bursts of random length, alone and in batches, and pauses at random. The instance that falls does so in the
 * middle of its work; its successor finds the channel's memory as it left it.
 */
#include "component.h"
#include "entry.h"

static struct tenon_channel_sender channel;
static uint64_t next_number, total;
static uint32_t random_state;

static uint64_t session(void)
{
	return channel.end.session >> 32;
}

void component_start(void)
{
	struct tenon_channel_memory memory = {road_sent(0), ROAD_SENT_SIZE, (void *)(uintptr_t)road_taken(0),
					      ROAD_TAKEN_SIZE};

	tenon_channel_sender_init(&channel, &memory, sizeof(struct entry), ENTRIES, SLOT_ROAD_ENTRIES_0);
	total = TOTAL;
	if (strcmp(COMPONENT_NAME, "falling") == 0 && session() <= FALLS) {
		total = BEFORE_FALL;
	}
	random_state = 0x2545f491 + (uint32_t)session();
	pause();
}

static enum tenon_channel_status send_some(void)
{
	struct entry entry[4];
	uint32_t count = next_random(&random_state) % 4 + 1, sent = 0;
	enum tenon_channel_status status;

	count = count < total - next_number ? count : (uint32_t)(total - next_number);
	for (uint32_t i = 0; i < count; i++) {
		fill(&entry[i], session(), next_number + i, TOTAL);
	}
	status = tenon_channel_try_send_batch(&channel, entry, sizeof *entry, count, &sent);
	next_number += sent;
	return status;
}

static void finish(void)
{
	if (total != TOTAL) {
		*(volatile uint32_t *)(uintptr_t)8 = 0; /* the receiver has entries yet to take */
	}
	log_info("%s: sent %llu, %llu published, %llu signals", COMPONENT_NAME,
		 (unsigned long long)next_number, (unsigned long long)channel.end.published,
		 (unsigned long long)channel.end.signalled);
	next_number++; /* once */
}

/* All that can be done now; afterwards somebody wakes this side. */
void pause(void)
{
	enum tenon_channel_status status;

	tenon_channel_finish_sleep(&channel.end);
	do {
		while (next_number < total) {
			status = send_some();
			if (status == TENON_CHANNEL_CLOSED) {
				status = tenon_channel_join(&channel.end);
			}
			CHECK(status != TENON_CHANNEL_BROKEN);
			if (status != TENON_CHANNEL_OK) {
				break;
			}
			if (next_random(&random_state) % 8 == 0) {
				busy(next_random(&random_state) % 2000);
			}
			if (next_random(&random_state) % 256 == 0) {
				pause_at(clock_ns() + next_random(&random_state) % 300000);
				return;
			}
		}
		if (next_number == total) {
			finish();
			return;
		}
	} while (!tenon_channel_prepare_to_sleep(&channel.end));
}

void room_made(void)
{
	if (next_number < total) {
		pause();
	}
}
