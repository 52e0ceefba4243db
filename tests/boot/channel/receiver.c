/* SPDX-License-Identifier: MIT
 * Takes entries, alone and in batches, pauses at random, and checks each: whole, in order, of one session, none twice, none
 * missing. A sender that falls ends its session: entries that lay in the ring may be lost with it, no others.
 */
#include "component.h"
#include "entry.h"

static struct tenon_channel_receiver channel;
static uint64_t session, next_number, received;
static uint32_t wrong, sessions, random_state = 0x1234567;
static bool reported;

void component_start(void)
{
	struct tenon_channel_memory memory = {(void *)(uintptr_t)road_sent(), ROAD_SENT_SIZE, road_taken(),
					      ROAD_TAKEN_SIZE};

	tenon_channel_receiver_init(&channel, &memory, sizeof(struct entry), ENTRIES, SLOT_ROOM_MADE_0);
	pause();
}

static void check_entry(const struct entry *entry)
{
	struct entry right;

	if (entry->session != session) {
		wrong += entry->session < session || entry->number != 0;
		session = entry->session;
		next_number = 0;
		sessions++;
	}
	fill(&right, session, next_number, TOTAL);
	if (memcmp(entry, &right, sizeof right) != 0 && wrong++ < 5) {
		log_error("wrong: session %llu, entry %llu instead of %llu",
			  (unsigned long long)entry->session, (unsigned long long)entry->number,
			  (unsigned long long)next_number);
	}
	next_number++;
	received++;
}

static enum tenon_channel_status take_some(void)
{
	struct entry entry[4];
	uint32_t count = next_random(&random_state) % 4 + 1, taken = 0;
	enum tenon_channel_status status =
	    tenon_channel_try_receive_batch(&channel, entry, sizeof *entry, count, &taken);

	for (uint32_t i = 0; i < taken; i++) {
		check_entry(&entry[i]);
	}
	return status;
}

static void report(void)
{
	reported = true;
	log_info("%s: %llu entries, %llu published, %llu signals", COMPONENT_NAME,
		 (unsigned long long)received, (unsigned long long)channel.end.published,
		 (unsigned long long)channel.end.signalled);
	CHECK(judge_report(wrong, sessions, received) == JUDGE_OK);
}

void pause(void)
{
	enum tenon_channel_status status;

	tenon_channel_finish_sleep(&channel.end);
	do {
		do {
			status = take_some();
			if (status == TENON_CHANNEL_CLOSED) {
				status = tenon_channel_join(&channel.end);
			}
			CHECK(status != TENON_CHANNEL_BROKEN);
			if (next_number == TOTAL && !reported) {
				report();
			}
			if (next_random(&random_state) % 8 == 0) {
				busy(next_random(&random_state) % 2000);
			}
			if (next_random(&random_state) % 256 == 0) {
				pause_at(clock_ns() + next_random(&random_state) % 300000);
				return;
			}
		} while (status == TENON_CHANNEL_OK);
	} while (!tenon_channel_prepare_to_sleep(&channel.end));
}

void road_entries(void)
{
	pause();
}
