/* SPDX-License-Identifier: MIT
 * See packet.h.
 */
#include "packet.h"

#include "component.h"

#include <tenon/string.h>

void packet_begin(struct packet *packet, const uint8_t *head, uint32_t bytes)
{
	CHECK(bytes >= PACKET_ETHERNET && bytes <= PACKET_HEAD);
	packet->head = head;
	packet->piece[0].at = head;
	packet->piece[0].bytes = packet->bytes = bytes;
	packet->piece[1].at = packet->piece[2].at = head;
	packet->piece[1].bytes = packet->piece[2].bytes = 0;
	packet->sums = packet->has_headers = false;
}

void packet_add(struct packet *packet, const uint8_t *at, uint32_t bytes)
{
	const uint32_t next = packet->piece[1].bytes == 0 ? 1 : 2;

	CHECK(packet->piece[next].bytes == 0);
	packet->piece[next].at = at;
	packet->piece[next].bytes = bytes;
	packet->bytes += bytes;
}

const struct headers *packet_headers(struct packet *packet)
{
	if (!packet->has_headers) {
		headers_read(packet->head, packet->piece[0].bytes, &packet->headers);
		packet->has_headers = true;
	}
	return &packet->headers;
}

/* The one's complement sum of RFC 1071. */
static uint32_t sum_of(const uint8_t *at, uint32_t bytes)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < bytes; i++) {
		sum += i % 2 == 0 ? (uint32_t)at[i] << 8 : at[i];
	}
	while (sum >> 16 != 0) {
		sum = (sum & UINT16_MAX) + (sum >> 16);
	}
	return (uint32_t)sum;
}

void packet_copy_head(uint8_t *to, const uint8_t *from, uint32_t bytes)
{
	if (bytes == PACKET_ETHERNET) {
		memcpy(to, from, PACKET_ETHERNET); /* without a call */
	} else {
		memcpy(to, from, bytes);
	}
}

void packet_copy(const struct packet *packet, uint8_t *to)
{
	uint32_t at = packet->piece[0].bytes;

	packet_copy_head(to, packet->head, at);
	for (uint32_t i = 1; i < PACKET_PIECES && packet->piece[i].bytes > 0; i++) {
		memcpy(to + at, packet->piece[i].at, packet->piece[i].bytes);
		at += packet->piece[i].bytes;
	}
	if (packet->sums) {
		/* A sum of zero is sent as its other form, as UDP wants it (RFC 768), and TCP allows. */
		const uint32_t sum =
		    ~sum_of(to + packet->sum_from, packet->bytes - packet->sum_from) & UINT16_MAX;
		uint8_t *place = to + packet->sum_from + packet->sum_at;

		place[0] = (uint8_t)((sum == 0 ? UINT16_MAX : sum) >> 8);
		place[1] = (uint8_t)(sum == 0 ? UINT16_MAX : sum);
	}
}
