/* SPDX-License-Identifier: MIT
 * See jobs.h. State: what is in flight, and what a dead server had in its hands. The place of a request in flight is its number.
 */
#include "jobs.h"

#define DEPTH 32u

static struct {
	bool is_used;
	uint64_t first;
} flights[DEPTH];
static struct storage_geometry geometry;
static const struct phase *phase = phases;
static uint64_t next_sector, again[DEPTH];
static uint32_t in_flight, agains;
static uint32_t checks, wrong, sessions, repeated;
static bool is_open, has_begun, has_ended;

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
	return version == JOBS_ZEROES ? 0 : (sector << 8 | index) * UINT64_C(0x9e3779b97f4a7c15) + version;
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

static bool send(uint32_t place, uint64_t first)
{
	struct storage_request request = {
	    .number = place, .first = first, .count = phase->step, .kind = phase->kind};

	request.data.index = TENON_BUFFER_NONE;
	if (phase->kind <= STORAGE_KIND_WRITE) {
		CHECK(disk_data_allocate(&request.data)); /* there are more than DEPTH */
		request.data.length = phase->step * geometry.sector_size;
	}
	if (phase->kind == STORAGE_KIND_WRITE) {
		fill(disk_data_write(&request.data), JOBS_ORIGIN + first, request.data.length / 8);
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
	for (uint32_t place = 0;
	     place < DEPTH && !has_ended && is_open && geometry.sectors != 0 && has_more(); place++) {
		const uint64_t first = agains > 0 ? again[agains - 1] : next_sector;

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
	jobs_begun(phase);
	send_more();
}

void jobs_say(void)
{
	log_info("%u checks, %u wrong; %u sessions, %s repeated", checks, wrong, sessions,
		 repeated > 0 ? "some" : "none");
}

static void end_phase(void)
{
	log_debug("%s: done", phase->name);
	if (++phase < phases + phase_count) {
		begin_phase();
		return;
	}
	if (jobs_ended(wrong)) {
		phase = phases;
		begin_phase();
		return;
	}
	has_ended = true;
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
		check(geometry.sectors == JOBS_SECTORS && geometry.sector_size == 512 && geometry.most >= 128,
		      "the geometry is the disk's");
		check(((geometry.features & STORAGE_FEATURES_READ_ONLY) != 0) == JOBS_READ_ONLY,
		      "whether it can be written");
	}
	if (!has_begun) {
		has_begun = true;
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
		check(is_right(disk_data_read(&completion->data), JOBS_ORIGIN + flights[place].first,
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
	if (in_flight == 0 && is_open && !has_ended && !has_more()) {
		end_phase();
	}
}
