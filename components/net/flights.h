/* SPDX-License-Identifier: MIT
 * Frames that are with the driver. A flight is a client's frame as the driver knows it: its first bytes stand in memory of ours, where nobody
 * changes them once they were checked, and the rest stays in the client's.
 *
 * Each client has some flights that nobody else can take, so one that sends much does not keep the others waiting.
 */
#ifndef NET_FLIGHTS_H
#define NET_FLIGHTS_H

#include "component.h"

#define FLIGHT_HEAD 120u /* bytes of a frame that are ours; Ethernet, IPv6 and TCP with all options are 114 */

struct flight {
	enum { FLIGHT_FREE, FLIGHT_FRESH, FLIGHT_OUT } state;
	uint32_t client;
	bool is_void;    /* its client has begun anew, and is told nothing */
	uint32_t number; /* the client's */
	uint64_t mark;   /* when it began: flights are repeated in this order */
	uint8_t *head;   /* of its frame */
	struct network_frame frame;
};

void flights_init(void);
/* A fresh one; NULL: all that the client may have are under way. */
struct flight *flight_begin(uint32_t client);
/* Copies the beginning of its frame, at most FLIGHT_HEAD bytes, to where the driver finds it, which `run` says. */
void flight_copy(struct flight *flight, const uint8_t *head, uint32_t bytes, struct network_run *run);
/* A fresh one whose frame is made goes to the driver: now, or with its next session. */
void flight_go(struct flight *flight);
/* The flight that the driver calls so, if it is out; NULL otherwise: the driver is wrong. */
struct flight *flight_out(uint32_t number);
/* It is over. */
void flight_end(struct flight *flight);
/* How many the client has that it hears of. */
uint32_t flights_of(uint32_t client);
/* The driver has begun anew: what was out goes again, and what is nobody's is over. */
void flights_repeat(void);
/* Nobody is told of the client's flights any more. */
void flights_forget(uint32_t client);
/* Is something of the client's with the driver that was forgotten, so that the card may read its memory? */
bool flights_are_void(uint32_t client);

#endif
