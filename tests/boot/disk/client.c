/* SPDX-License-Identifier: MIT
 * A client of a disk's driver, while the driver is restarted again and again: it keeps its own books of what is in flight, and
 * sends again what was not completed when the session ended. The host made the disk's content and looks at it afterwards
 * (check.py, which has the same pattern).
 *
 * A phase is a number of jobs: requests of one kind over a run of sectors. So many are in flight as there are buffers.
 */
#include "component.h"

#include <tenon/string.h>

#define DEPTH      32u
#define NONE       UINT32_MAX
#define RESTARTS   12u
#define RESTART_NS UINT64_C(7000000)

struct phase {
	const char *name;
	enum storage_kind kind;
	uint32_t first, end; /* sectors */
	uint32_t step;       /* sectors of a request */
	uint32_t version;    /* of the pattern */
	enum storage_outcome outcome;
	bool is_disturbed; /* the driver is restarted meanwhile */
};

static const struct phase phases[] = {
    {"what the host wrote", STORAGE_KIND_READ, 0, 8192, 128, 0, STORAGE_OUTCOME_OK, false},
    {"write", STORAGE_KIND_WRITE, 2048, 6144, 8, 1, STORAGE_OUTCOME_OK, true},
    {"flush", STORAGE_KIND_FLUSH, 0, 1, 0, 0, STORAGE_OUTCOME_OK, false},
    {"read", STORAGE_KIND_READ, 2048, 6144, 8, 1, STORAGE_OUTCOME_OK, true},
    {"zeroes", STORAGE_KIND_WRITE_ZEROES, 6144, 6656, 64, 0, STORAGE_OUTCOME_OK, false},
    {"read zeroes", STORAGE_KIND_READ, 6144, 6656, 64, NONE, STORAGE_OUTCOME_OK, false},
    {"discard", STORAGE_KIND_DISCARD, 6656, 7168, 128, 0, STORAGE_OUTCOME_OK, false},
    {"past the end", STORAGE_KIND_READ, 8185, 8200, 8, 0, STORAGE_OUTCOME_OUT_OF_RANGE, false},
    {"far past the end", STORAGE_KIND_WRITE, UINT32_MAX - 8, UINT32_MAX, 8, 0, STORAGE_OUTCOME_OUT_OF_RANGE,
     false},
    {"too long", STORAGE_KIND_WRITE_ZEROES, 0, 1, UINT32_MAX, 0, STORAGE_OUTCOME_MALFORMED, false},
    {"of nothing", STORAGE_KIND_DISCARD, 0, 1, 0, 0, STORAGE_OUTCOME_MALFORMED, false},
};
#define PHASES (sizeof phases / sizeof *phases)

/* The place of a request in flight is its number. */
static struct {
	bool is_used;
	uint32_t first;
} flights[DEPTH];
static struct storage_geometry geometry;
static const struct phase *phase = phases;
static uint32_t next_sector, in_flight, again[DEPTH], agains; /* what a dead driver had in its hands */
static uint32_t checks, wrong, restarts, sessions, repeated;
static bool is_open;

static void check(bool holds, const char *what)
{
	checks++;
	if (!holds) {
		wrong++;
		log_error("wrong: %s: %s", phase->name, what);
	}
}

/* ---- the pattern ---- */

static uint64_t word_of(uint64_t sector, uint32_t index, uint32_t version)
{
	return version == NONE ? 0 : (sector << 8 | index) * UINT64_C(0x9e3779b97f4a7c15) + version;
}

static void fill(uint64_t *word, uint64_t first, uint32_t words)
{
	for (uint32_t i = 0; i < words; i++) {
		word[i] = word_of(first + i / 64, i % 64, phase->version);
	}
}

static bool is_right(const uint64_t *word, uint64_t first, uint32_t words)
{
	uint32_t i = 0;

	while (i < words && word[i] == word_of(first + i / 64, i % 64, phase->version)) {
		i++;
	}
	return i == words;
}

/* ---- requests ---- */

static bool send(uint32_t place, uint32_t first)
{
	struct storage_request request = {
	    .number = place, .first = first, .count = phase->step, .kind = phase->kind};

	request.data.index = TENON_BUFFER_NONE;
	if (phase->kind <= STORAGE_KIND_WRITE) {
		CHECK(disk_data_allocate(&request.data)); /* there are more than DEPTH */
		request.data.length = phase->step * geometry.sector_size;
	}
	if (phase->kind == STORAGE_KIND_WRITE) {
		fill(disk_data_write(&request.data), first, request.data.length / 8);
	}
	if (!disk_requests_send(&request)) {
		if (request.data.index != TENON_BUFFER_NONE) {
			disk_data_release(&request.data);
		}
		return false;
	}
	flights[place].is_used = true;
	flights[place].first = first;
	in_flight++;
	return true;
}

static bool has_more(void)
{
	return agains > 0 || next_sector < phase->end;
}

static void send_more(void)
{
	for (uint32_t place = 0; place < DEPTH && is_open && geometry.sectors != 0 && has_more(); place++) {
		const uint32_t first = agains > 0 ? again[agains - 1] : next_sector;

		if (flights[place].is_used || !send(place, first)) {
			continue;
		}
		if (agains > 0) {
			agains--;
		} else {
			next_sector = phase->step != 0 && phase->step < phase->end - first
					  ? first + phase->step
					  : phase->end;
		}
	}
}

static void begin_phase(void)
{
	next_sector = phase->first;
	if (phase->is_disturbed) {
		look_at(clock_ns() + RESTART_NS);
	}
	send_more();
}

static void end_phase(void)
{
	log_info("%s: done", phase->name);
	look_cancel();
	if (++phase < phases + PHASES) {
		begin_phase();
		return;
	}
	log_info("%u checks, %u wrong; %u sessions, %s repeated", checks, wrong, sessions,
		 repeated > 0 ? "some" : "none");
	(void)power_end(wrong); /* does not come back when it succeeds */
}

/* The driver is restarted in the middle of its work. */
void look(void)
{
	if (restarts < RESTARTS) {
		restarts++;
		CHECK(supervisor_restart("disk") == SUPERVISOR_OK);
		look_at(clock_ns() + RESTART_NS);
	}
}

/* ---- what comes ---- */

void disk_session(bool open)
{
	is_open = open;
	sessions += open;
	for (uint32_t place = 0; place < DEPTH; place++) {
		if (flights[place].is_used) {
			flights[place].is_used = false;
			again[agains++] = flights[place].first;
			repeated++;
		}
	}
	in_flight = 0;
	geometry.sectors = 0; /* until the driver says what the disk is */
}

void disk_geometries(void)
{
	while (disk_geometries_receive(&geometry)) {
		check(geometry.sectors == 8192 && geometry.sector_size == 512 && geometry.most == 128,
		      "the geometry is the disk's");
		check((geometry.features & STORAGE_FEATURES_READ_ONLY) == 0, "it can be written");
	}
	if (phase == phases && next_sector == 0) {
		begin_phase();
	}
	send_more();
}

void disk_requests_room(void)
{
	send_more();
}

static void judge(const struct storage_completion *completion)
{
	const uint32_t place = (uint32_t)completion->number;
	const bool is_known = place < DEPTH && flights[place].is_used;

	check(is_known, "it is the end of a request that was sent");
	if (!is_known) {
		return;
	}
	check(completion->outcome == phase->outcome, "its outcome");
	if (phase->kind == STORAGE_KIND_READ && completion->outcome == STORAGE_OUTCOME_OK) {
		check(is_right(disk_data_read(&completion->data), flights[place].first,
			       completion->data.length / 8),
		      "what was read");
	}
	flights[place].is_used = false;
	in_flight--;
}

void disk_completions(void)
{
	struct storage_completion completion;

	while (disk_completions_receive(&completion)) {
		judge(&completion);
		if (completion.data.index != TENON_BUFFER_NONE) {
			disk_data_release(&completion.data);
		}
	}
	send_more();
	if (in_flight == 0 && is_open && !has_more()) {
		end_phase();
	}
}
