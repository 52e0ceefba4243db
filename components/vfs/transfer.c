/* SPDX-License-Identifier: MIT
 * See transfer.h.
 */
#include "transfer.h"
#include "cache.h"
#include "call.h"

#define LONGEST (1u << 20) /* bytes of one: others wait for the end of those that are under way */

static struct volume {
	struct storage_geometry geometry; /* no sectors: not there */
	bool
	    is_told; /* what it is, in this session: before, what an earlier one left under way may still move */
	uint32_t used, next; /* how many are under way, and where to look for a free one */
	struct transfer transfers[TRANSFERS];
} volumes[VOLUMES_COUNT > 0 ? VOLUMES_COUNT : 1];

uint64_t volume_size(uint32_t volume)
{
	return volumes[volume].geometry.sectors * volumes[volume].geometry.sector_size;
}

uint32_t volume_unit(uint32_t volume)
{
	return volumes[volume].geometry.sectors == 0 ? 0 : volumes[volume].geometry.sector_size;
}

bool volume_is_awaited(uint32_t volume)
{
	return volumes[volume].geometry.sectors == 0 && !volumes[volume].is_told;
}

uint32_t transfer_most(uint32_t volume)
{
	const struct storage_geometry *geometry = &volumes[volume].geometry;
	const uint64_t most = (uint64_t)geometry->most * geometry->sector_size;

	return geometry->sectors == 0 ? 0 : most < LONGEST ? (uint32_t)most : LONGEST;
}

bool transfers_are_free(uint32_t volume, uint32_t count)
{
	return TRANSFERS - volumes[volume].used >= count;
}

static bool send(uint32_t volume, uint32_t number)
{
	struct transfer *transfer = &volumes[volume].transfers[number];
	const uint32_t size = volume_unit(volume);
	const struct storage_request request = {
	    .number = number,
	    .first = size == 0 ? 0 : transfer->position / size,
	    .offset = (uint64_t)(transfer->page % PAGES_PER_VOLUME) * PAGE_SIZE + transfer->offset,
	    .count = size == 0 ? 0 : transfer->bytes / size,
	    .kind = transfer->is_write ? STORAGE_KIND_WRITE : STORAGE_KIND_READ,
	    .data = {.index = TENON_BUFFER_NONE},
	};

	transfer->is_sent = volumes[volume].is_told && size != 0 && volumes_requests_send(volume, &request);
	return transfer->is_sent;
}

static void send_all(uint32_t volume)
{
	for (uint32_t i = 0; i < TRANSFERS; i++) {
		const struct transfer *transfer = &volumes[volume].transfers[i];

		if (transfer->is_used && !transfer->is_sent && !send(volume, i)) {
			return; /* volumes_requests_room(), or the next session */
		}
	}
}

void transfer_begin(uint32_t volume, const struct transfer *transfer)
{
	struct volume *on = &volumes[volume];
	uint32_t number = on->next;

	while (on->transfers[number].is_used) {
		number = (number + 1) % TRANSFERS;
	}
	on->transfers[number] = *transfer;
	on->transfers[number].is_used = true;
	on->next = (number + 1) % TRANSFERS;
	on->used++;
	(void)send(volume, number);
}

void volumes_requests_room(uint32_t server)
{
	send_all(server);
}

void volumes_completions(uint32_t server)
{
	struct storage_completion completion;

	while (volumes_completions_receive(server, &completion)) {
		struct transfer *transfer =
		    completion.number < TRANSFERS ? &volumes[server].transfers[completion.number] : NULL;
		struct transfer ended;

		if (transfer == NULL || !transfer->is_used || !transfer->is_sent) {
			log_warning("%s completed what it had not been sent", volumes_server_name(server));
			continue;
		}
		ended = *transfer; /* another may begin in its place */
		transfer->is_used = false;
		volumes[server].used--;
		transfer_ended(server, &ended, completion.outcome == STORAGE_OUTCOME_OK);
	}
	transfers_go_on(server);
}

void transfers_make_void(uint32_t volume)
{
	for (uint32_t i = 0; i < TRANSFERS; i++) {
		volumes[volume].transfers[i].is_void = true;
	}
}

void volumes_session(uint32_t server, bool open)
{
	(void)open;
	volumes[server].is_told = false;
	for (uint32_t i = 0; i < TRANSFERS; i++) {
		volumes[server].transfers[i].is_sent = false;
	}
}

/* The volume has vanished: what was not sent never will be. What was sent is completed by who has it. */
static void give_up(uint32_t volume)
{
	for (uint32_t i = 0; i < TRANSFERS; i++) {
		const struct transfer ended = volumes[volume].transfers[i];

		if (ended.is_used && !ended.is_sent) {
			volumes[volume].transfers[i].is_used = false;
			volumes[volume].used--;
			transfer_ended(volume, &ended, false);
		}
	}
}

/* A geometry that does not make sense is none. */
static bool is_sensible(const struct storage_geometry *geometry)
{
	const uint32_t size = geometry->sector_size;

	return size >= 512 && size <= PAGE_SIZE && (size & (size - 1)) == 0 &&
	       geometry->most >= PAGE_SIZE / size && geometry->sectors <= INT64_MAX / size;
}

void volumes_geometries(uint32_t server)
{
	struct storage_geometry geometry;

	while (volumes_geometries_receive(server, &geometry)) {
		if (geometry.sectors != 0 && !is_sensible(&geometry)) {
			log_error("%s says sizes that cannot be", volumes_server_name(server));
			geometry.sectors = 0;
		}
		volumes[server].geometry = geometry;
		volumes[server].is_told = true;
	}
	if (volume_unit(server) == 0) {
		give_up(server);
	} else {
		send_all(server);
	}
	transfers_go_on(server);
}
