/* SPDX-License-Identifier: MIT
 * See requests.h.
 */
#include "requests.h"

#include "check.h"

#define PLACES REQUESTS_PLACES

static struct {
	enum { FREE, WITH_DEVICE, DONE } state;
	enum storage_outcome outcome; /* of what is DONE */
	struct storage_request request;
} places[DISK_CLIENTS][PLACES];
static uint32_t free_place[DISK_CLIENTS][PLACES], free_places[DISK_CLIENTS];
static bool held_up[DISK_CLIENTS]; /* requests may wait in the channel, for room or for a place */
static struct storage_geometry disk = {.sector_size = CHECK_UNIT, .physical_size = CHECK_UNIT};

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

static void submit(uint32_t client, uint32_t index)
{
	const struct storage_request *request = &places[client][index].request;
	uint64_t data = 0;
	const enum storage_outcome outcome = check_request(&disk, client, request, &data);

	if (outcome != STORAGE_OUTCOME_OK) {
		end(client, index, outcome);
	} else if (request->kind == STORAGE_KIND_FLUSH && (disk.features & STORAGE_FEATURES_FLUSH) == 0) {
		end(client, index, STORAGE_OUTCOME_OK); /* what is completed is stable */
	} else {
		places[client][index].state = WITH_DEVICE;
		requests_put(client, client * PLACES + index, request, data,
			     request->count * disk.sector_size);
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
