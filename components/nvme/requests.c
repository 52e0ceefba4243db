/* SPDX-License-Identifier: MIT
 * See requests.h.
 */
#include "requests.h"

#define PLACES REQUESTS_PLACES
#define UNIT   512u /* at multiples of it data begins */

static struct {
	enum { FREE, WITH_DEVICE, DONE } state;
	enum storage_outcome outcome; /* of what is DONE */
	struct storage_request request;
} places[DISK_CLIENTS][PLACES];
static uint32_t free_place[DISK_CLIENTS][PLACES], free_places[DISK_CLIENTS];
static bool held_up[DISK_CLIENTS]; /* requests may wait in the channel, for room or for a place */
static struct storage_geometry disk = {.sector_size = UNIT, .physical_size = UNIT};

/* ---- a request's end -------------------------------------------------------------------------- */

static bool deliver(uint32_t client, uint32_t index)
{
	const struct storage_completion completion = {.number = places[client][index].request.number,
						      .outcome = places[client][index].outcome,
						      .data = places[client][index].request.data};

	if (!disk_completions_send(client, &completion)) {
		return false; /* disk_completions_room() tries again, or the session has ended */
	}
	places[client][index].state = FREE;
	free_place[client][free_places[client]++] = index;
	return true;
}

static void end(uint32_t client, uint32_t index, enum storage_outcome outcome)
{
	places[client][index].state = DONE;
	places[client][index].outcome = outcome;
	(void)deliver(client, index);
}

void requests_finish(uint32_t number, enum storage_outcome outcome)
{
	end(number / PLACES, number % PLACES, outcome);
}

void disk_completions_room(uint32_t client)
{
	for (uint32_t index = 0; index < PLACES; index++) {
		if (places[client][index].state == DONE && !deliver(client, index)) {
			return;
		}
	}
	disk_requests(client); /* there are places again */
}

/* ---- a request's beginning -------------------------------------------------------------------- */

static bool is_supported(enum storage_kind kind)
{
	return (kind != STORAGE_KIND_DISCARD || (disk.features & STORAGE_FEATURES_DISCARD) != 0) &&
	       (kind != STORAGE_KIND_WRITE_ZEROES || (disk.features & STORAGE_FEATURES_WRITE_ZEROES) != 0);
}

/* Does it have the data that goes with its kind and count, and no more of either than the geometry says? */
static bool is_well_formed(const struct storage_request *request)
{
	if (request->kind > STORAGE_KIND_WRITE) {
		return request->data.index == TENON_BUFFER_NONE &&
		       (request->kind == STORAGE_KIND_FLUSH) == (request->count == 0) &&
		       request->count <= disk.most_discard;
	}
	return request->data.index != TENON_BUFFER_NONE && request->count != 0 &&
	       request->count <= disk.most && request->data.offset % UNIT == 0 &&
	       request->data.length == request->count * disk.sector_size;
}

static enum storage_outcome check(const struct storage_request *request)
{
	if (disk.sectors == 0) {
		return STORAGE_OUTCOME_ABSENT;
	}
	if (!is_supported(request->kind)) {
		return STORAGE_OUTCOME_UNSUPPORTED;
	}
	if (!is_well_formed(request)) {
		return STORAGE_OUTCOME_MALFORMED;
	}
	if (request->kind != STORAGE_KIND_FLUSH &&
	    (request->first > disk.sectors || request->count > disk.sectors - request->first)) {
		return STORAGE_OUTCOME_OUT_OF_RANGE;
	}
	if (request->kind != STORAGE_KIND_READ && (disk.features & STORAGE_FEATURES_READ_ONLY) != 0) {
		return STORAGE_OUTCOME_READ_ONLY;
	}
	return STORAGE_OUTCOME_OK;
}

static void submit(uint32_t client, uint32_t index)
{
	const struct storage_request *request = &places[client][index].request;
	const enum storage_outcome outcome = check(request);

	if (outcome != STORAGE_OUTCOME_OK) {
		end(client, index, outcome);
	} else if (request->kind == STORAGE_KIND_FLUSH && (disk.features & STORAGE_FEATURES_FLUSH) == 0) {
		end(client, index, STORAGE_OUTCOME_OK); /* what is completed is stable */
	} else {
		places[client][index].state = WITH_DEVICE;
		requests_put(client, client * PLACES + index, request);
	}
}

void disk_requests(uint32_t client)
{
	uint32_t index;

	held_up[client] = true;
	while (free_places[client] != 0 && (disk.sectors == 0 || requests_has_room(client))) {
		index = free_place[client][free_places[client] - 1];
		if (!disk_requests_receive(client, &places[client][index].request)) {
			held_up[client] = false; /* we are called when there is the next one */
			break;
		}
		free_places[client]--;
		submit(client, index);
	}
	if (disk.sectors != 0) {
		requests_kick(client);
	}
}

void requests_go_on(void)
{
	for (uint32_t client = 0; client < DISK_CLIENTS; client++) {
		if (held_up[client]) {
			disk_requests(client);
		}
	}
}

/* ---- clients and disks that come and go ------------------------------------------------------- */

void disk_geometries_room(uint32_t client)
{
	(void)disk_geometries_send(client, &disk); /* where there is no room, we are called again */
}

/* What was with the device had room there, and has it again: the queues are empty. */
void requests_begin(const struct storage_geometry *geometry)
{
	disk = *geometry;
	for (uint32_t client = 0; client < DISK_CLIENTS; client++) {
		disk_geometries_room(client);
		for (uint32_t index = 0; index < PLACES; index++) {
			if (places[client][index].state == WITH_DEVICE) {
				submit(client, index);
			}
		}
		disk_requests(client);
	}
}

/* A client that starts anew has all its buffers. */
void disk_session(uint32_t client, bool open)
{
	bool is_in_use = false;

	free_places[client] = 0;
	for (uint32_t index = 0; index < PLACES; index++) {
		is_in_use = is_in_use || places[client][index].state == WITH_DEVICE;
		places[client][index].state = FREE;
		free_place[client][free_places[client]++] = index;
	}
	if (is_in_use) {
		requests_reset();
	} else if (open) {
		disk_geometries_room(client);
	}
}
