/* SPDX-License-Identifier: MIT
 * A frame as it goes through here: its beginning as it was copied to where nobody else writes, so that what was checked is what is delivered, and
 * the rest where it lies.
 */
#ifndef NET_PACKET_H
#define NET_PACKET_H

#include "headers.h"

#include <stdbool.h>
#include <stdint.h>

#define PACKET_ADDRESS  6u   /* bytes of an address of Ethernet */
#define PACKET_ETHERNET 14u  /* of its header: two addresses and a type */
#define PACKET_HEAD     120u /* of the beginning, at most */
#define PACKET_PIECES   3u

struct packet {
	const uint8_t *
	    head; /* its beginning, at least PACKET_ETHERNET bytes and at most PACKET_HEAD; nobody else writes there */
	struct {
		const uint8_t *at;
		uint32_t bytes;
	} piece[PACKET_PIECES]; /* the first is `head` */
	uint32_t bytes;         /* of all of it */
	bool sums;              /* the checksum is still to be made, over all from `sum_from` on */
	uint32_t sum_from, sum_at;
	struct headers headers; /* once somebody has asked for them */
	bool has_headers;
};

/* The first piece are the `bytes` at `head`. */
void packet_begin(struct packet *packet, const uint8_t *head, uint32_t bytes);
/* One more, which stays where it is; none of no bytes. */
void packet_add(struct packet *packet, const uint8_t *at, uint32_t bytes);
/* What its head says. */
const struct headers *packet_headers(struct packet *packet);
/* `bytes` of a frame's beginning; often they are just the header of Ethernet. */
void packet_copy_head(uint8_t *to, const uint8_t *from, uint32_t bytes);
/* All of it to a place of as many bytes, with its checksum. */
void packet_copy(const struct packet *packet, uint8_t *to);

/* What Ethernet says that it carries. */
static inline uint32_t packet_type(const struct packet *packet)
{
	return (uint32_t)packet->head[2 * PACKET_ADDRESS] << 8 | packet->head[2 * PACKET_ADDRESS + 1];
}

static inline const uint8_t *packet_destination(const struct packet *packet)
{
	return packet->head;
}

static inline const uint8_t *packet_source(const struct packet *packet)
{
	return packet->head + PACKET_ADDRESS;
}

/* For several: multicast, or for all. */
static inline bool packet_is_for_group(const struct packet *packet)
{
	return (packet->head[0] & 1) != 0;
}

#endif
