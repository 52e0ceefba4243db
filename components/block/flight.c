/* SPDX-License-Identifier: MIT
 * See flight.h. What waits is in a ring of its own, so that it leaves in the order in which it came.
 */
#include "flight.h"

#define OWN_FLIGHT (FLIGHTS - 1) /* BLOCK_ITSELF's */
#define CLIENTS    (VOLUME_CLIENTS > 0 ? VOLUME_CLIENTS : 1)
/* Flights that are each client's alone: half of all at most. */
#define RESERVED (FLIGHTS / 2 / CLIENTS < 4 ? FLIGHTS / 2 / CLIENTS : 4)

static struct flight flights[FLIGHTS];
static uint32_t free_flight[FLIGHTS], free_flights;
static uint32_t waiting[FLIGHTS], waiting_first, waiting_count;
static struct {
	uint32_t used;               /* flights */
	uint32_t out_void;           /* requests that are with the driver, and nobody's any more */
	struct flight *first, *last; /* kept */
} of[CLIENTS];
static uint32_t reserved; /* free flights that belong to clients which have not taken them */
static struct storage_geometry disk;

void flights_init(void)
{
	for (uint32_t i = 0; i < OWN_FLIGHT; i++) {
		free_flight[free_flights++] = OWN_FLIGHT - 1 - i;
	}
	reserved = RESERVED * CLIENTS;
}

void flights_disk(const struct storage_geometry *now)
{
	disk = *now;
}

static struct flight *begin(uint32_t number, uint32_t client)
{
	flights[number] =
	    (struct flight){.state = FLIGHT_FRESH, .client = client, .request = {.number = number}};
	return &flights[number];
}

struct flight *flight_begin(uint32_t client)
{
	if (client == BLOCK_ITSELF) {
		CHECK(flights[OWN_FLIGHT].state == FLIGHT_FREE);
		return begin(OWN_FLIGHT, client);
	}
	if (of[client].used < RESERVED) {
		reserved--;
	} else if (free_flights <= reserved) {
		return NULL;
	}
	of[client].used++;
	return begin(free_flight[--free_flights], client);
}

void flight_end(struct flight *flight)
{
	const uint32_t number = (uint32_t)(flight - flights), client = flight->client;

	flight->state = FLIGHT_FREE;
	if (client == BLOCK_ITSELF) {
		return;
	}
	free_flight[free_flights++] = number;
	of[client].used--;
	reserved += of[client].used < RESERVED ? 1 : 0;
}

/* ---- to the driver and back ------------------------------------------------------------------- */

void flight_go(struct flight *flight)
{
	flight->state = FLIGHT_WAITING;
	flight->count = flight->request.count;
	waiting[(waiting_first + waiting_count++) % FLIGHTS] = (uint32_t)(flight - flights);
}

static void leave_queue(void)
{
	waiting_first = (waiting_first + 1) % FLIGHTS;
	waiting_count--;
}

/* Does the second begin where the first, with those that it leads, ends, on the disk and in memory? */
static bool are_neighbours(const struct flight *first, const struct flight *second)
{
	const struct storage_request *one = &first->request, *other = &second->request;

	return second->client == first->client && !first->is_alone && !second->is_alone &&
	       one->kind <= STORAGE_KIND_WRITE && other->kind == one->kind && other->pool == one->pool &&
	       other->first == one->first + first->count &&
	       other->offset == one->offset + (uint64_t)first->count * disk.sector_size &&
	       disk.most >= first->count && other->count <= disk.most - first->count;
}

/* Lets the flight, which is the first in the queue, lead those behind it that go on where it ends. */
static void gather(struct flight *leader)
{
	struct flight *last = leader;

	while (waiting_count > 1) {
		struct flight *flight = &flights[waiting[(waiting_first + 1) % FLIGHTS]];

		if (flight->next != NULL || flight->is_void || !are_neighbours(leader, flight)) {
			return;
		}
		/* The leader stays the first in the queue. */
		waiting[(waiting_first + 1) % FLIGHTS] = waiting[waiting_first];
		leave_queue();
		flight->state = FLIGHT_LED;
		leader->count += flight->count;
		last->next = flight;
		last = flight;
	}
}

static bool send(struct flight *flight)
{
	struct storage_request whole = flight->request;

	whole.count = flight->count;
	return disk_requests_send(&whole);
}

static void end_all(struct flight *flight)
{
	while (flight != NULL) {
		struct flight *next = flight->next;

		flight_end(flight);
		flight = next;
	}
}

void flights_send(void)
{
	while (waiting_count != 0) {
		struct flight *flight = &flights[waiting[waiting_first]];

		if (flight->is_void) {
			end_all(flight);
			leave_queue();
			continue;
		}
		if (flight->next == NULL) {
			gather(flight);
		}
		if (!send(flight)) {
			return; /* disk_requests_room(), or disk_session() */
		}
		flight->state = FLIGHT_OUT;
		leave_queue();
	}
}

static void wait_first(struct flight *flight)
{
	flight->state = FLIGHT_WAITING;
	waiting_first = (waiting_first + FLIGHTS - 1) % FLIGHTS;
	waiting[waiting_first] = (uint32_t)(flight - flights);
	waiting_count++;
}

void flights_repeat(void)
{
	for (uint32_t i = FLIGHTS; i-- > 0;) {
		if (flights[i].state != FLIGHT_OUT) {
			continue;
		}
		if (flights[i].is_void) {
			of[flights[i].client].out_void--;
		}
		wait_first(&flights[i]);
	}
}

struct flight *flight_out(uint64_t number)
{
	struct flight *flight = number < FLIGHTS ? &flights[number] : NULL;

	if (flight == NULL || flight->state != FLIGHT_OUT) {
		return NULL;
	}
	if (flight->is_void) {
		of[flight->client].out_void--;
	}
	return flight;
}

void flights_part(struct flight *leader)
{
	struct flight *flight = leader;

	while (flight != NULL) {
		struct flight *next = flight->next;

		flight->next = NULL;
		flight->is_alone = true;
		flight_go(flight);
		flight = next;
	}
}

/* ---- to the client ---------------------------------------------------------------------------- */

void flight_keep(struct flight *flight)
{
	const uint32_t client = flight->client;

	flight->state = FLIGHT_LANDED;
	flight->next = NULL;
	if (of[client].first == NULL) {
		of[client].first = flight;
	} else {
		of[client].last->next = flight;
	}
	of[client].last = flight;
}

struct flight *flight_kept(uint32_t client)
{
	return of[client].first;
}

void flight_let_go(uint32_t client)
{
	struct flight *flight = of[client].first;

	of[client].first = flight->next;
	flight_end(flight);
}

void flights_forget(uint32_t client)
{
	while (of[client].first != NULL) {
		flight_let_go(client);
	}
	for (uint32_t i = 0; i < FLIGHTS; i++) {
		struct flight *flight = &flights[i];

		if (flight->state == FLIGHT_FREE || flight->client != client || flight->is_void) {
			continue;
		}
		flight->is_void = true;
		of[client].out_void += flight->state == FLIGHT_OUT ? 1 : 0;
	}
}

bool flights_are_void(uint32_t client)
{
	return of[client].out_void != 0;
}
