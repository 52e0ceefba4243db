/* SPDX-License-Identifier: MIT
 * See flights.h. There are no more flights than the driver's channel has entries, so one that goes has room there.
 */
#include "flights.h"

#include <tenon/string.h>

#define ALIGNED 8u
#define SLOT    (FLIGHT_HEAD + ALIGNED)
#define HEADS   (CARD_OUT_COUNT * CARD_OUT_SIZE / SLOT)
#define FLIGHTS (CARD_FRAMES_ENTRIES < HEADS ? CARD_FRAMES_ENTRIES : HEADS)
#define CLIENTS (LINKS_CLIENTS > 0 ? LINKS_CLIENTS : 1)
/* Flights that are each client's alone: half of all at most. */
#define RESERVED (FLIGHTS / 2 / CLIENTS < 16 ? FLIGHTS / 2 / CLIENTS : 16)

static struct flight flights[FLIGHTS];
static uint32_t free_flight[FLIGHTS], free_flights;
static struct {
	uint32_t used;  /* flights */
	uint32_t voids; /* those of them that are nobody's any more */
} of[CLIENTS];
static uint32_t reserved; /* free flights that belong to clients which have not taken them */
static uint64_t begun;    /* in all */

void flights_init(void)
{
	for (uint32_t i = 0; i < FLIGHTS; i++) {
		free_flight[free_flights++] = FLIGHTS - 1 - i;
	}
	reserved = RESERVED * CLIENTS;
}

struct flight *flight_begin(uint32_t client)
{
	struct flight *flight;

	if (of[client].used < RESERVED) {
		reserved--;
	} else if (free_flights <= reserved) {
		return NULL;
	}
	of[client].used++;
	flight = &flights[free_flight[--free_flights]];
	*flight = (struct flight){.state = FLIGHT_FRESH, .client = client, .mark = begun++};
	return flight;
}

void flight_end(struct flight *flight)
{
	const uint32_t client = flight->client;

	flight->state = FLIGHT_FREE;
	free_flight[free_flights++] = (uint32_t)(flight - flights);
	of[client].used--;
	of[client].voids -= flight->is_void ? 1 : 0;
	reserved += of[client].used < RESERVED ? 1 : 0;
}

/* As it was aligned: other copies go byte by byte. */
void flight_copy(struct flight *flight, const uint8_t *head, uint32_t bytes, struct network_run *run)
{
	const struct tenon_buffer first = {.length = CARD_OUT_SIZE};
	const uint64_t offset = (uint64_t)(flight - flights) * SLOT + (uintptr_t)head % ALIGNED;

	CHECK(bytes <= FLIGHT_HEAD);
	flight->head = (uint8_t *)card_out_write(&first) + offset;
	memcpy(flight->head, head, bytes);
	*run = (struct network_run){.offset = offset, .length = bytes};
}

void flight_go(struct flight *flight)
{
	flight->state = FLIGHT_OUT;
	flight->frame.number = (uint32_t)(flight - flights);
	(void)!card_frames_send(
	    &flight->frame); /* false: the session has just ended, and the next one repeats it */
}

struct flight *flight_out(uint32_t number)
{
	return number < FLIGHTS && flights[number].state == FLIGHT_OUT ? &flights[number] : NULL;
}

uint32_t flights_of(uint32_t client)
{
	return of[client].used - of[client].voids;
}

/* The oldest that is out and not older than `mark`. */
static struct flight *oldest_from(uint64_t mark)
{
	struct flight *oldest = NULL;

	for (uint32_t i = 0; i < FLIGHTS; i++) {
		struct flight *flight = &flights[i];

		if (flight->state == FLIGHT_OUT && flight->mark >= mark &&
		    (oldest == NULL || flight->mark < oldest->mark)) {
			oldest = flight;
		}
	}
	return oldest;
}

void flights_repeat(void)
{
	struct flight *flight;

	for (uint64_t mark = 0; (flight = oldest_from(mark)) != NULL; mark = flight->mark + 1) {
		if (flight->is_void) {
			flight_end(flight);
		} else {
			flight_go(flight);
		}
	}
}

void flights_forget(uint32_t client)
{
	for (uint32_t i = 0; i < FLIGHTS; i++) {
		struct flight *flight = &flights[i];

		if (flight->state != FLIGHT_FREE && flight->client == client && !flight->is_void) {
			flight->is_void = true;
			of[client].voids++;
		}
	}
}

bool flights_are_void(uint32_t client)
{
	return of[client].voids != 0;
}
