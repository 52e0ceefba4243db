/* SPDX-License-Identifier: MIT
 * Sends in bursts of random length, and pauses at random. The instance that falls does so in the middle of its work, with
 * buffers in the receiver's hands; its successor finds the channels' memory as it left it, keeps the books anew, and has
 * all its buffers.
 */
#include "entry.h"

static uint64_t session, next_number, total;
static uint32_t random_state, starts;
static bool finished;

void component_start(void)
{
}

static void finish(void)
{
	if (total != TOTAL)
		*(volatile uint32_t *)(uintptr_t)8 = 0; /* the receiver has entries yet to take */
	log_info("%s: sent %llu", COMPONENT_NAME, (unsigned long long)next_number);
	finished = true;
	CHECK(judge_finish() == JUDGE_OK);
}

/* Sends the next entry; false where it must wait for room, or for a buffer. */
static bool send_one(void)
{
	struct road_entry entry;

	fill(&entry, session, next_number);
	if (next_number % LOADED == 0) {
		if (!road_loads_allocate(0, &entry.load))
			return false;
		memset(road_loads_write(0, &entry.load), (int)(uint8_t)next_number, entry.load.length);
	}
	if (road_entries_send(0, &entry)) {
		next_number++;
		return true;
	}
	if (entry.load.index != TENON_BUFFER_NONE)
		road_loads_release(0, &entry.load);
	return false;
}

/* All that can be done now; afterwards the glue says when there is more. */
void pause(void)
{
	while (next_number < total && send_one()) {
		if (next_random(&random_state) % 8 == 0)
			busy(next_random(&random_state) % 2000);
		if (next_random(&random_state) % 256 == 0) {
			pause_at(clock_ns() + next_random(&random_state) % 300000);
			return;
		}
	}
	if (next_number == total && !finished)
		finish();
}

void road_session(uint32_t client, bool open)
{
	uint32_t life;

	(void)client;
	if (!open)
		return;
	CHECK(++starts == 1); /* the receivers never start anew */
	CHECK(judge_begin(&life) == JUDGE_OK);
	session = life;
	total = TOTAL;
	if (strcmp(COMPONENT_NAME, "falling") == 0 && session <= FALLS)
		total = BEFORE_FALL;
	random_state = 0x2545f491 + (uint32_t)session;
	pause();
}

void road_entries_room(uint32_t client)
{
	(void)client;
	pause();
}

void road_returns(uint32_t client)
{
	struct road_returned returned;

	while (road_returns_receive(client, &returned))
		road_loads_release(client, &returned.load);
	pause();
}
