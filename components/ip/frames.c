/* SPDX-License-Identifier: MIT
 * See frames.h. A frame has the number of its slot. Segments that are joined have a slot each, of which the first is the frame's: the others
 * hang behind it until it is sent.
 */
#include "frames.h"

#include "card.h"
#include "runs.h"

#include "lwip/inet_chksum.h"
#include "lwip/pbuf.h"
#include "lwip/prot/ethernet.h"
#include "lwip/prot/ip.h"

#include <tenon/string.h>

#define FRAMES      CARD_FRAMES_ENTRIES
#define NONE        UINT32_MAX
#define ETHERNET    14u
#define TYPE        12u /* where a frame says what it carries */
#define IP_MOST     65535u
#define LENGTH_4    2u /* where IP has its lengths, sum, protocol and addresses: RFC 791, 3.1; RFC 8200, 3 */
#define PROTOCOL_4  9u
#define SUM_4       10u
#define ADDRESSES_4 12u
#define HEADER_4    20u
#define LENGTH_6    4u
#define PROTOCOL_6  6u
#define ADDRESSES_6 8u
#define HEADER_6    40u
#define SEQUENCE    4u /* and TCP: RFC 9293, 3.1 */
#define ACKNOWLEDGE 8u
#define FLAGS       13u
#define SUM         16u
#define TCP_ACK     0x10u
#define TCP_PSH     0x08u

static struct {
	struct pbuf *pbuf; /* a reference of ours, or */
	void *copy;        /* a copy; neither: free */
	uint64_t mark;
	uint32_t next; /* joined behind this one, or NONE */
	bool is_given; /* the card knows its number */
} frames[FRAMES];
static uint32_t free_frames[FRAMES], frees;
static uint64_t given;       /* frames in all */
static uint64_t first_under; /* no frame before this one is with the card */
static bool was_refused;
static struct network_card card;

/* What waits for more: a segment of TCP, and those joined to it. */
static struct {
	struct network_frame frame;
	uint8_t *headers;   /* NULL: nothing waits */
	uint32_t last;      /* slot */
	uint32_t ip;        /* bytes of its header */
	uint32_t following; /* number of the byte behind it */
	bool is_short;      /* the last one is, so nothing can follow */
} open;

void frames_begin(void)
{
	for (uint32_t slot = 0; slot < FRAMES; slot++) {
		free_frames[frees++] = slot;
	}
}

void frames_set_card(struct netif *netif, const struct network_card *now)
{
	const bool sums = (now->features & NETWORK_FEATURES_CHECKSUM) != 0;

	card = *now;
	NETIF_SET_CHECKSUM_CTRL(netif, sums ? NETIF_CHECKSUM_ENABLE_ALL & ~NETIF_CHECKSUM_GEN_TCP
					    : NETIF_CHECKSUM_ENABLE_ALL);
}

bool frames_were_refused(void)
{
	const bool was = was_refused;

	was_refused = false;
	return was;
}

/* ---- slots --------------------------------------------------------------------------------------- */

static void free_slot(uint32_t slot)
{
	if (frames[slot].pbuf != NULL) {
		pbuf_free(frames[slot].pbuf);
	} else {
		lwip_free(frames[slot].copy);
	}
	frames[slot].pbuf = NULL;
	frames[slot].copy = NULL;
	free_frames[frees++] = slot;
}

static bool is_free(uint32_t slot)
{
	return frames[slot].pbuf == NULL && frames[slot].copy == NULL;
}

/* A driver that makes things up ends nothing that waits, or is joined behind another. */
void frames_end(uint32_t number)
{
	if (number >= FRAMES || is_free(number) || !frames[number].is_given) {
		return;
	}
	while (number != NONE) {
		const uint32_t next = frames[number].next;

		free_slot(number);
		number = next;
	}
}

void frames_end_all(void)
{
	open.headers = NULL;
	for (uint32_t slot = 0; slot < FRAMES; slot++) {
		if (!is_free(slot)) {
			free_slot(slot);
		}
	}
}

static void take_slot(struct pbuf *pbuf, void *copy, bool is_given)
{
	const uint32_t slot = free_frames[--frees];

	frames[slot].copy = copy;
	frames[slot].mark = given++;
	frames[slot].next = NONE;
	frames[slot].is_given = is_given;
	if (copy == NULL) {
		pbuf_ref(pbuf);
		frames[slot].pbuf = pbuf;
	}
}

/* The oldest frame that is with the card may be gone: which one is it now? */
static void find_first(void)
{
	first_under = given;
	for (uint32_t i = 0; i < FRAMES && frees < FRAMES; i++) {
		if (!is_free(i) && frames[i].mark < first_under) {
			first_under = frames[i].mark;
		}
	}
}

uint64_t card_mark(void)
{
	return given;
}

bool card_is_past(uint64_t mark)
{
	if (first_under < mark) {
		find_first();
	}
	return first_under >= mark;
}

/* ---- what the card does -------------------------------------------------------------------------- */

static uint32_t get16(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

static uint32_t get32(const uint8_t *at)
{
	return get16(at) << 16 | get16(at + 2);
}

static void put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* Of a frame of lwIP's own, which are well formed: bytes of IP's header where it carries TCP, otherwise 0. */
static uint32_t ip_of_segment(const uint8_t *headers, uint32_t length)
{
	const uint32_t type = length > ETHERNET + HEADER_4 ? get16(headers + TYPE) : 0;

	if (type == ETHTYPE_IP && headers[ETHERNET + PROTOCOL_4] == IP_PROTO_TCP) {
		return 4 * (headers[ETHERNET] & 15u);
	}
	return type == ETHTYPE_IPV6 && length > ETHERNET + HEADER_6 &&
		       headers[ETHERNET + PROTOCOL_6] == IP_PROTO_TCP
		   ? HEADER_6
		   : 0;
}

static bool is_4(const uint8_t *headers)
{
	return get16(headers + TYPE) == ETHTYPE_IP;
}

/* The card adds TCP's part to the sum of the pseudo header, `bytes` of TCP in all (RFC 9293, 3.1; RFC 8200, 8.1). */
static void ask_for_sum(struct network_frame *frame, uint8_t *headers, uint32_t ip, uint32_t bytes)
{
	const uint32_t at = ETHERNET + (is_4(headers) ? ADDRESSES_4 : ADDRESSES_6);
	const uint32_t length = is_4(headers) ? 8 : 32;
	uint32_t sum = IP_PROTO_TCP + bytes;

	for (uint32_t i = 0; i < length; i += 2) {
		sum += get16(headers + at + i);
	}
	sum = (sum & UINT16_MAX) + (sum >> 16);
	sum = (sum & UINT16_MAX) + (sum >> 16);
	put16(headers + ETHERNET + ip + SUM, sum);
	frame->checksum = true;
	frame->sum_from = (uint16_t)(ETHERNET + ip);
	frame->sum_at = SUM;
}

static bool cuts(const uint8_t *headers)
{
	return (card.features &
		(is_4(headers) ? NETWORK_FEATURES_SEGMENTATION_4 : NETWORK_FEATURES_SEGMENTATION_6)) != 0;
}

/* What was one segment became several: the card makes each one's headers of these, and says so in no other way than we do. */
static void make_one(void)
{
	uint8_t *ip = open.headers + ETHERNET;
	const uint32_t bytes = open.frame.head.length + open.frame.body.length - ETHERNET;

	open.frame.headers = (uint16_t)open.frame.head.length;
	if (is_4(open.headers)) {
		open.frame.segmentation = NETWORK_SEGMENTATION_TCP4;
		put16(ip + LENGTH_4, bytes);
		put16(ip + SUM_4, 0);
		put16(ip + SUM_4, lwip_ntohs(inet_chksum(ip, (u16_t)open.ip)));
	} else {
		open.frame.segmentation = NETWORK_SEGMENTATION_TCP6;
		put16(ip + LENGTH_6, bytes - HEADER_6);
	}
	ask_for_sum(&open.frame, open.headers, open.ip, bytes - open.ip);
}

void frames_flush(void)
{
	if (open.headers == NULL) {
		return;
	}
	if (frames[open.frame.number].next != NONE) {
		make_one();
	}
	if (card_frames_send(&open.frame)) {
		frames[open.frame.number].is_given = true;
		open.headers = NULL;
	} else {
		was_refused = true;
	}
}

/* Does it continue what waits, so that one frame has both? */
static bool follows(const struct network_frame *frame, const uint8_t *headers)
{
	const uint8_t *tcp = headers + ETHERNET + open.ip, *before = open.headers + ETHERNET + open.ip;
	const uint32_t addresses = ETHERNET + (is_4(headers) ? ADDRESSES_4 : ADDRESSES_6);
	const uint32_t tail = ACKNOWLEDGE + ETHERNET + open.ip; /* up to the flags: acknowledged, length */

	return !open.is_short && frame->head.length == open.frame.head.length &&
	       memcmp(headers, open.headers, ETHERNET) == 0 &&
	       memcmp(headers + addresses, open.headers + addresses,
		      ETHERNET + open.ip + SEQUENCE - addresses) == 0 &&
	       memcmp(headers + tail, open.headers + tail, FLAGS - ACKNOWLEDGE) == 0 &&
	       memcmp(tcp + FLAGS + 1, before + FLAGS + 1, 2) == 0 &&
	       memcmp(tcp + SUM + 2, before + SUM + 2, frame->head.length - ETHERNET - open.ip - SUM - 2) ==
		   0 &&
	       get32(tcp + SEQUENCE) == open.following && frame->body.pool == open.frame.body.pool &&
	       frame->body.offset == open.frame.body.offset + open.frame.body.length &&
	       frame->body.length <= open.frame.segment &&
	       frame->body.length + open.frame.body.length + open.frame.head.length <= IP_MOST;
}

/* A segment that may wait: of data and an acknowledgement alone. */
static bool may_wait(const struct network_frame *frame, const uint8_t *headers, uint32_t ip)
{
	const uint32_t flags = headers[ETHERNET + ip + FLAGS];

	return cuts(headers) && frame->body.length > 0 && (flags & ~TCP_PSH) == TCP_ACK &&
	       frame->head.length == ETHERNET + ip + 4 * (uint32_t)(headers[ETHERNET + ip + FLAGS - 1] >> 4);
}

static void wait(const struct network_frame *frame, uint8_t *headers, uint32_t ip)
{
	open.frame = *frame;
	open.frame.segment = (uint16_t)frame->body.length;
	open.headers = headers;
	open.last = frame->number;
	open.ip = ip;
	open.following = get32(headers + ETHERNET + ip + SEQUENCE) + frame->body.length;
	open.is_short = false;
}

static void join(const struct network_frame *frame, const uint8_t *headers)
{
	frames[open.last].next = frame->number;
	open.last = frame->number;
	open.frame.body.length += frame->body.length;
	open.following += frame->body.length;
	open.is_short = frame->body.length < open.frame.segment;
	open.headers[ETHERNET + open.ip + FLAGS] |= headers[ETHERNET + open.ip + FLAGS] & TCP_PSH;
}

/* ---- sending ------------------------------------------------------------------------------------- */

static err_t refuse(void *gathered)
{
	if (gathered != NULL) {
		lwip_free(gathered);
	}
	was_refused = true;
	return ERR_MEM;
}

err_t frames_send(struct netif *netif, struct pbuf *pbuf)
{
	struct network_frame frame = {.number = frees > 0 ? free_frames[frees - 1] : NONE};
	void *gathered = NULL;
	uint8_t *headers = pbuf->payload;
	uint32_t ip;

	(void)netif;
	if (card.most == 0 || frees == 0) {
		return refuse(NULL);
	}
	if (!runs_describe(pbuf, &frame) && (headers = gathered = runs_gather(pbuf, &frame)) == NULL) {
		return ERR_MEM;
	}
	ip = (card.features & NETWORK_FEATURES_CHECKSUM) != 0 ? ip_of_segment(headers, frame.head.length) : 0;
	if (ip > 0 && open.headers != NULL && may_wait(&frame, headers, ip) && ip == open.ip &&
	    follows(&frame, headers)) {
		join(&frame, headers);
		take_slot(pbuf, NULL, false);
		return ERR_OK;
	}
	frames_flush();
	if (open.headers != NULL) {
		return refuse(gathered);
	}
	if (ip > 0) {
		ask_for_sum(&frame, headers, ip, pbuf->tot_len - ETHERNET - ip);
	}
	if (ip > 0 && gathered == NULL && may_wait(&frame, headers, ip)) {
		wait(&frame, headers, ip);
		take_slot(pbuf, NULL, false);
		return ERR_OK;
	}
	if (!card_frames_send(&frame)) {
		return refuse(gathered);
	}
	take_slot(pbuf, gathered, true);
	return ERR_OK;
}
