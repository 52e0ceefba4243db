/* SPDX-License-Identifier: MIT
 * Requests that are under way to the driver. A flight is a client's request as the driver knows it; it lands with an outcome,
 * and is over once the client has its completion.
 *
 * Neighbours, whose sectors and whose memory follow each other, go to the driver as one request: the first of them leads, and
 * the others land with it. Where that fails each is tried by itself, so that the outcome is each one's own.
 *
 * Each client has some flights that nobody else can take, so one that has many under way does not keep the others waiting.
 */
#ifndef BLOCK_FLIGHT_H
#define BLOCK_FLIGHT_H

#include "component.h"

#define FLIGHTS      64u /* as many as the driver's channel takes */
#define BLOCK_ITSELF UINT32_MAX

struct flight {
	enum { FLIGHT_FREE, FLIGHT_FRESH, FLIGHT_WAITING, FLIGHT_OUT, FLIGHT_LED, FLIGHT_LANDED } state;
	uint32_t client;                /* BLOCK_ITSELF: the table's reader */
	bool is_void;                   /* its client has begun anew, and is told nothing */
	bool is_alone;                  /* not to be one of several */
	uint64_t number;                /* the client's */
	struct tenon_buffer data;       /* the client's, which goes back to it */
	enum storage_outcome outcome;   /* of what has landed */
	struct storage_request request; /* as the driver would get it by itself: its number is the flight's */
	uint32_t count;                 /* sectors, with those of the flights that it leads */
	struct flight *next;            /* the next one that the same flight leads, or that has landed */
};

void flights_init(void);
/* The disk is this from now on. */
void flights_disk(const struct storage_geometry *now);
/* A fresh one for a client; NULL: all that it may have are under way. BLOCK_ITSELF has one at a time (CHECK). */
struct flight *flight_begin(uint32_t client);
/* A fresh one is to be sent. */
void flight_go(struct flight *flight);
/* Sends what waits, in the order in which it began. */
void flights_send(void);
/* The driver has begun anew: what was out waits again, before what waited already. */
void flights_repeat(void);
/* The flight that the driver calls so, if it is out; NULL otherwise: the driver is wrong. Those that it leads are its `next`. */
struct flight *flight_out(uint64_t number);
/* It failed, and leads others: each is sent by itself. */
void flights_part(struct flight *leader);
/* It is over. */
void flight_end(struct flight *flight);
/* It has landed, and its client cannot be told yet: it is the last of those of the client. */
void flight_keep(struct flight *flight);
/* The first one of this client that is kept, or NULL. */
struct flight *flight_kept(uint32_t client);
/* That one is over. */
void flight_let_go(uint32_t client);
/* Nobody is told of the client's flights any more. */
void flights_forget(uint32_t client);
/* Is something of the client's with the driver that was forgotten, so that the device may reach its memory? */
bool flights_are_void(uint32_t client);

#endif
