/* SPDX-License-Identifier: MIT
 * Takes entries, pauses at random, and checks each: whole, in order, of one session, none twice, none missing; what a buffer
 * carries is its number, and the buffer goes back. A sender that falls ends its session: entries that lay in the ring may be
 * lost with it, no others.
 */
#include "entry.h"

static uint64_t session, next_number, received;
static uint32_t wrong, sessions, opened, lost, random_state = 0x1234567;
static bool reported;

void component_start(void)
{
}

static void check_load(const struct road_entry *entry)
{
	const struct road_returned returned = {.load = entry->load};
	const uint8_t *load = road_loads_read(&entry->load);

	if ((entry->load.index != TENON_BUFFER_NONE) != (entry->number % LOADED == 0)) {
		wrong++;
		return;
	}
	if (load == NULL)
		return;
	for (uint32_t i = 0; i < entry->load.length; i++)
		wrong += load[i] != (uint8_t)entry->number;
	if (!road_returns_send(&returned))
		lost++; /* right only where the sender has just fallen */
}

static void check_entry(const struct road_entry *entry)
{
	struct road_entry right;

	if (entry->session != session) {
		wrong += entry->session < session || entry->number != 0;
		session = entry->session;
		next_number = 0;
		sessions++;
	}
	fill(&right, session, next_number);
	right.load = entry->load;
	if (memcmp(entry, &right, sizeof right) != 0 && wrong++ < 5)
		log_error("wrong: session %llu, entry %llu instead of %llu",
			  (unsigned long long)entry->session, (unsigned long long)entry->number,
			  (unsigned long long)next_number);
	check_load(entry);
	next_number++;
	received++;
}

static void report(void)
{
	reported = true;
	wrong += lost;
	CHECK(judge_report(wrong, sessions, opened, received) == JUDGE_OK);
}

/* All that is there, or some of it: then it goes on by itself. */
void pause(void)
{
	struct road_entry entry = {0};

	while (road_entries_receive(&entry)) {
		check_entry(&entry);
		if (next_number == TOTAL && !reported)
			report();
		if (next_random(&random_state) % 8 == 0)
			busy(next_random(&random_state) % 2000);
		if (next_random(&random_state) % 256 == 0) {
			pause_at(clock_ns() + next_random(&random_state) % 300000);
			return;
		}
	}
}

void road_entries(void)
{
	pause();
}

void road_returns_room(void)
{
}

void road_session(bool open)
{
	opened += open;
	lost = 0;
}
