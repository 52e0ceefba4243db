/* SPDX-License-Identifier: MIT
 * Between clients and the driver of a disk.
 *
 * A request's way: it comes through its client's channel (volume_requests), clients take turns (take_turns), it is checked
 * against the client's range and moved there (place), and goes to the driver as a flight. Its completion comes back
 * (disk_completions) and its client is told (land). Nothing is received while all flights are under way, or while a completion of the
 * client waits for room in its other channel, so a client that does not listen has nothing more done for it.
 *
 * A client hears what its volume is once the disk is known and nothing that its predecessor began can touch its memory any
 * more: until then it sends nothing, and what it sends is answered `absent`.
 */
#include "flight.h"
#include "scan.h"

#include <tenon/string.h>

#define SECTOR_LEAST 512u
#define SECTOR_MOST  4096u
#define TURN         8u /* requests of one client before it is the next one's turn */

struct volume {
	uint64_t first, count; /* sectors of the disk; no sectors: there is none */
	bool is_open;          /* a session with the client */
	bool is_told;          /* it knows its geometry */
	bool may_have_more;    /* requests may wait in its channel */
};

static struct volume volumes[VOLUME_CLIENTS > 0 ? VOLUME_CLIENTS : 1];
static struct storage_geometry disk; /* what the driver said last; no sectors before */
static uint32_t next_turn;

/* ---- what a client has ------------------------------------------------------------------------ */

static struct storage_geometry geometry_of(uint32_t client)
{
	struct storage_geometry geometry = disk;

	geometry.sectors = volumes[client].count;
	if (volume_parameters[client].read_only) {
		geometry.features |= STORAGE_FEATURES_READ_ONLY;
	}
	return geometry;
}

static void tell(uint32_t client)
{
	struct volume *volume = &volumes[client];
	const struct storage_geometry geometry = geometry_of(client);

	if (volume->is_open && scan_is_done() && !flights_are_void(client)) {
		volume->is_told = true;
		(void)volume_geometries_send(client,
					     &geometry); /* without room volume_geometries_room() tells it */
	}
}

void volume_geometries_room(uint32_t client)
{
	tell(client);
}

/* Those whose predecessor's requests were still under way. */
static void tell_others(void)
{
	for (uint32_t client = 0; client < VOLUME_CLIENTS; client++) {
		if (!volumes[client].is_told) {
			tell(client);
		}
	}
}

/* The part of the disk that the description gives a client. */
static void assign(uint32_t client, const struct table *table)
{
	struct volume *volume = &volumes[client];
	const char *name = volume_parameters[client].partition;
	const char *why = NULL;
	const struct partition *partition = table_find(table, name, &why);

	*volume = (struct volume){.is_open = volume->is_open, .may_have_more = volume->may_have_more};
	if (disk.sectors == 0) {
		return;
	}
	if (name[0] == '\0') {
		volume->count = disk.sectors;
	} else if (partition != NULL) {
		volume->first = partition->first;
		volume->count = partition->count;
	} else {
		log_error("%s: %s has no disk: partition \"%s\": %s", volume_client_line(client),
			  volume_client_name(client), name, why);
	}
}

void scan_found(const struct table *table)
{
	for (uint32_t client = 0; client < VOLUME_CLIENTS; client++) {
		assign(client, table);
		tell(client);
	}
}

/* ---- completions ------------------------------------------------------------------------------ */

static bool tell_end(const struct flight *flight)
{
	const struct storage_completion completion = {
	    .number = flight->number, .outcome = flight->outcome, .data = flight->data};

	/* Where there is no room volume_completions_room() goes on, or the session has ended. */
	return volume_completions_send(flight->client, &completion);
}

static void land(struct flight *flight, enum storage_outcome outcome)
{
	flight->outcome = outcome;
	if (flight->is_void || (flight_kept(flight->client) == NULL && tell_end(flight))) {
		flight_end(flight);
	} else {
		flight_keep(flight);
	}
}

static void take_turns(void);

void volume_completions_room(uint32_t client)
{
	struct flight *flight;

	tenon_batch_begin();
	while ((flight = flight_kept(client)) != NULL && tell_end(flight)) {
		flight_let_go(client);
	}
	take_turns();
	tenon_batch_end();
}

static void complete(struct flight *flight, const struct storage_completion *completion)
{
	const bool was_void = flight->is_void;

	if (flight->client == BLOCK_ITSELF) {
		flight_end(flight);
		scan_read(completion);
		return;
	}
	if (completion->outcome == STORAGE_OUTCOME_FAILED && flight->next != NULL && !was_void) {
		flights_part(flight);
		return;
	}
	while (flight != NULL) {
		struct flight *next = flight->next;

		land(flight, completion->outcome);
		flight = next;
	}
	if (was_void) {
		tell_others();
	}
}

void disk_completions(void)
{
	struct storage_completion completion;

	tenon_batch_begin();
	while (disk_completions_receive(&completion)) {
		struct flight *flight = flight_out(completion.number);

		if (flight == NULL) {
			log_warning("the driver completed what it had not been sent");
		} else {
			complete(flight, &completion);
		}
	}
	take_turns();
	tenon_batch_end();
}

/* ---- requests --------------------------------------------------------------------------------- */

static bool moves_data(const struct storage_request *request)
{
	return request->kind == STORAGE_KIND_READ || request->kind == STORAGE_KIND_WRITE;
}

/* Data comes in a buffer or lies in a pool at an offset, and only what moves some has any. */
static bool is_well_formed(uint32_t client, const struct storage_request *request)
{
	const bool has_buffer = request->data.index != TENON_BUFFER_NONE;

	if (!moves_data(request)) {
		return !has_buffer && request->pool == 0;
	}
	if (!has_buffer) { /* where in the pool that may be the driver judges */
		return volume_data_at_disk(client, request->pool) != 0;
	}
	return request->pool == 0 && request->data.length == (uint64_t)request->count * disk.sector_size;
}

/* What only we know to refuse: the rest is the driver's to judge, in the disk's own sectors. */
static enum storage_outcome check(uint32_t client, const struct storage_request *request)
{
	const struct volume *volume = &volumes[client];

	if (!volume->is_told || volume->count == 0) {
		return STORAGE_OUTCOME_ABSENT;
	}
	if (request->kind != STORAGE_KIND_FLUSH &&
	    (request->first > volume->count || request->count > volume->count - request->first)) {
		return STORAGE_OUTCOME_OUT_OF_RANGE;
	}
	if (request->kind != STORAGE_KIND_READ && request->kind != STORAGE_KIND_FLUSH &&
	    volume_parameters[client].read_only) {
		return STORAGE_OUTCOME_READ_ONLY;
	}
	return is_well_formed(client, request) ? STORAGE_OUTCOME_OK : STORAGE_OUTCOME_MALFORMED;
}

/* The client's request as the driver has it: its sectors counted from the disk's first, its data in a pool that we pass on. */
static void place(const struct storage_request *from, struct flight *flight)
{
	struct storage_request *to = &flight->request;
	const uint64_t number = to->number;

	*to = *from;
	to->number = number;
	to->data = (struct tenon_buffer){.index = TENON_BUFFER_NONE};
	if (from->kind != STORAGE_KIND_FLUSH) {
		to->first += volumes[flight->client].first;
	}
	if (moves_data(from)) {
		to->pool = volume_data_at_disk(flight->client, from->pool);
		if (from->data.index != TENON_BUFFER_NONE) {
			to->offset = (uint64_t)from->data.index * VOLUME_DATA_SIZE + from->data.offset;
		}
	}
}

/* The next request of a client. False: it has none, or we cannot take it now. */
static bool take(uint32_t client)
{
	struct storage_request request;
	struct flight *flight;
	enum storage_outcome outcome;

	if (flight_kept(client) != NULL || (flight = flight_begin(client)) == NULL) {
		return false; /* volume_completions_room(), or disk_completions() */
	}
	if (!volume_requests_receive(client, &request)) {
		flight_end(flight);
		volumes[client].may_have_more = false;
		return false;
	}
	flight->number = request.number;
	flight->data = request.data;
	outcome = check(client, &request);
	if (outcome == STORAGE_OUTCOME_OK) {
		place(&request, flight);
		flight_go(flight);
	} else {
		land(flight, outcome);
	}
	return true;
}

/* Some requests of each client that has any, around and around, from the one behind whom it was stopped last. */
static void take_turns(void)
{
	uint32_t idle = 0;

	while (VOLUME_CLIENTS > 0 && idle < VOLUME_CLIENTS) {
		const uint32_t client = next_turn;
		uint32_t taken = 0;

		next_turn = client + 1 < VOLUME_CLIENTS ? client + 1 : 0;
		while (taken < TURN && volumes[client].may_have_more && take(client)) {
			taken++;
		}
		idle = taken != 0 ? 0 : idle + 1;
	}
	flights_send();
}

void volume_requests(uint32_t client)
{
	volumes[client].may_have_more = true;
	tenon_batch_begin();
	take_turns();
	tenon_batch_end();
}

void disk_requests_room(void)
{
	flights_send();
}

/* ---- who comes and goes ----------------------------------------------------------------------- */

void volume_session(uint32_t client, bool open)
{
	flights_forget(client);
	volumes[client].is_open = open;
	volumes[client].is_told = false;
	volumes[client].may_have_more = false;
	tell(client);
}

/* The driver has begun anew, and knows nothing; its device has been stopped, and reaches nobody's memory. */
void disk_session(bool open)
{
	if (open) {
		scan_session();
		flights_repeat();
		flights_send();
		tell_others();
	}
}

/* What the driver says, checked once: sizes that are none are those of no disk. */
static struct storage_geometry believed(struct storage_geometry geometry)
{
	const uint32_t size = geometry.sector_size;
	const bool is_right = size >= SECTOR_LEAST && size <= SECTOR_MOST && (size & (size - 1)) == 0 &&
			      geometry.most != 0 && geometry.most <= UINT32_MAX / size;

	if (geometry.sectors != 0 && !is_right) {
		log_error("the driver says what no disk can be");
	}
	return is_right
		   ? geometry
		   : (struct storage_geometry){.sector_size = SECTOR_LEAST, .physical_size = SECTOR_LEAST};
}

static bool is_same(const struct storage_geometry *one, const struct storage_geometry *other)
{
	return one->sectors == other->sectors && one->sector_size == other->sector_size &&
	       one->physical_size == other->physical_size && one->most == other->most &&
	       one->most_discard == other->most_discard && one->features == other->features;
}

void disk_geometries(void)
{
	struct storage_geometry geometry;
	const struct storage_geometry before = disk;
	bool is_new = false;

	while (disk_geometries_receive(&geometry)) {
		disk = believed(geometry);
		is_new = true;
	}
	if (!is_new || (scan_is_done() && is_same(&before, &disk))) {
		return; /* the driver began anew; the disk is what it was */
	}
	flights_disk(&disk);
	scan_begin(&disk);
}

void component_start(void)
{
	flights_init();
}
