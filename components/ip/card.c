/* SPDX-License-Identifier: MIT
 * See card.h. A place or a frame has the number of its slot; slots of frames are free or with the card, places with the card,
 * with lwIP, or at home, which is where they wait for a session.
 */
#include "card.h"

#include "component.h"
#include "ip.h"
#include "frames.h"
#include "timers.h"

#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/pbuf.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/ethernet.h"
#include "netif/ethernet.h"

#include <tenon/string.h>

#define PLACES      (CARD_PLACES_ENTRIES < CARD_IN_COUNT ? CARD_PLACES_ENTRIES : CARD_IN_COUNT)
#define HEADERS     128u /* of SHIFT, Ethernet 14, IPv6 40, TCP 60 */
#define FEW_PLACES  32u  /* not with lwIP, below which what came out of order is forgotten */
#define SOME_PLACES 96u  /* below which no more is held for clients that are slow */
#define ETHERNET    14u
#define SHORTEST    60u             /* IEEE 802.3, without the check sequence */
#define PROTOCOL_4  (ETHERNET + 9u) /* where IP says what it carries: RFC 791, 3.1; RFC 8200, 3 */
#define FRAGMENT_4  (ETHERNET + 6u)
#define PROTOCOL_6  (ETHERNET + 6u)
#define HEADER_6    40u
#define TCP_LENGTH  12u /* where a segment says how long its header is: RFC 9293, 3.1 */
#define IS_FRAGMENT 0x3fffu
#define SUMS        (NETIF_CHECKSUM_CHECK_TCP | NETIF_CHECKSUM_CHECK_UDP)
/* Of a frame in its place, if the card can do without them: what TCP carries is aligned to 8 then, or to 4. */
#define SHIFT 2u

/* A place that is with lwIP: as one pbuf, or as headers and the rest. */
struct place {
	struct pbuf_custom head, rest; /* the first members: lwIP gives them back by their address */
	uint64_t headers[HEADERS / sizeof(uint64_t)]; /* the frame's, from SHIFT on */
	uint32_t pieces;
	uint32_t number;
};

enum where { HOME, CARD, LWIP };
static struct place places[PLACES];
static enum where where[PLACES];
static uint32_t homes[PLACES], home, with_card;
static bool is_there; /* a card that takes frames and places */
static uint32_t shift;
static struct netif interface;
static struct network_card card;

struct netif *card_interface(void)
{
	return &interface;
}

/* ---- places -------------------------------------------------------------------------------------- */

static void give_places(void)
{
	while (is_there && home > 0) {
		const uint32_t number = homes[home - 1];
		const struct network_place place = {.number = number,
						    .run = {.offset = (uint64_t)number * CARD_IN_SIZE + shift,
							    .length = CARD_IN_SIZE - shift}};

		if (!card_places_send(&place)) {
			return; /* card_places_room() goes on */
		}
		where[number] = CARD;
		home--;
		with_card++;
	}
}

void card_places_room(void)
{
	give_places();
}

static void come_home(uint32_t number)
{
	where[number] = HOME;
	homes[home++] = number;
}

static void piece_is_free(struct place *place)
{
	if (--place->pieces == 0) {
		come_home(place->number);
	}
}

static void head_is_free(struct pbuf *pbuf)
{
	piece_is_free((struct place *)(void *)pbuf);
}

static void rest_is_free(struct pbuf *pbuf)
{
	piece_is_free((struct place *)(void *)((uint8_t *)pbuf - offsetof(struct place, rest)));
}

bool card_has_places(void)
{
	return with_card + home >= SOME_PLACES;
}

uint32_t card_places_held(void)
{
	return PLACES - with_card - home;
}

/* ---- frames that come ---- */

static uint32_t get16(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

/* Of a frame's copied beginning: if it is a whole segment of TCP, the bytes of its headers; otherwise 0. */
static uint32_t segment_headers(const uint8_t *headers)
{
	const uint32_t type = get16(headers + 12);
	uint32_t before = ETHERNET + HEADER_6;

	if (type == ETHTYPE_IP && headers[PROTOCOL_4] == IP_PROTO_TCP &&
	    (get16(headers + FRAGMENT_4) & IS_FRAGMENT) == 0) {
		before = ETHERNET + 4 * (headers[ETHERNET] & 15u);
	} else if (type != ETHTYPE_IPV6 || headers[PROTOCOL_6] != IP6_NEXTH_TCP) {
		return 0;
	}
	return before + 4 * (uint32_t)(headers[before + TCP_LENGTH] >> 4); /* `before` is 74 at most */
}

static struct pbuf *wrap_headers(uint32_t number, uint32_t length)
{
	struct place *place = &places[number];

	place->head.custom_free_function = head_is_free;
	place->number = number;
	place->pieces = 1;
	where[number] = LWIP;
	return pbuf_alloced_custom(PBUF_RAW, (u16_t)length, PBUF_REF, &place->head,
				   (uint8_t *)place->headers + SHIFT, (u16_t)length);
}

/* Frames without a copy of all: what is behind the headers stays in the card's pool. */
static struct pbuf *wrap(uint32_t number, uint8_t *frame, uint32_t length, uint32_t headers)
{
	struct pbuf *head = wrap_headers(number, headers);
	struct place *place = &places[number];
	const u16_t rest = (u16_t)(length - headers);

	place->rest.custom_free_function = rest_is_free;
	place->pieces = 2;
	pbuf_cat(head, pbuf_alloced_custom(PBUF_RAW, rest, PBUF_REF, &place->rest, frame + headers, rest));
	return head;
}

static struct pbuf *copy(const uint8_t *frame, uint32_t length)
{
	struct pbuf *pbuf = pbuf_alloc(PBUF_RAW, (u16_t)(SHIFT + length), PBUF_RAM);

	if (pbuf != NULL) {
		(void)pbuf_remove_header(pbuf, SHIFT);
		memcpy(pbuf->payload, frame, length);
	}
	return pbuf;
}

/*
 * What is not longer than headers may be is copied there, and all that is not TCP into memory of its own. A frame that is shorter than
 * any on a cable gets zeroes at its end: lwIP 2.1 reads of a header before it looks whether it is there.
 */
static void take_frame(uint32_t number, uint32_t length, bool is_checked)
{
	const struct tenon_buffer buffer = {.index = number, .offset = shift, .length = length};
	uint8_t *frame = card_in_write(&buffer), *headers = (uint8_t *)places[number].headers + SHIFT;
	const uint32_t first = length < HEADERS - SHIFT ? length : HEADERS - SHIFT;
	struct pbuf *pbuf;
	uint32_t end;

	memcpy(headers, frame, first);
	for (uint32_t i = length; i < SHORTEST; i++) {
		headers[i] = 0;
	}
	if (length <= HEADERS - SHIFT) {
		pbuf = wrap_headers(number, length < SHORTEST ? SHORTEST : length);
	} else if ((end = segment_headers(headers)) > 0 && end <= first && end < length) {
		pbuf = wrap(number, frame, length, end);
	} else {
		pbuf = copy(frame, length);
		come_home(number);
	}
	/* The card has looked at what TCP and UDP carry, or it comes from where nothing changes it on its way. */
	interface.chksum_flags &= (u16_t)~SUMS;
	interface.chksum_flags |= is_checked ? 0 : SUMS;
	if (pbuf != NULL && ethernet_input(pbuf, &interface) != ERR_OK) {
		pbuf_free(pbuf);
	}
}

void card_receiveds(void)
{
	struct network_received received;

	tenon_batch_begin();
	timers_wake();
	while (card_receiveds_receive(&received)) {
		if (received.number >= PLACES || where[received.number] != CARD) {
			continue; /* a driver that makes things up */
		}
		with_card--;
		if (received.outcome == NETWORK_OUTCOME_OK && received.length >= ETHERNET &&
		    received.length <= CARD_IN_SIZE - shift) {
			take_frame(received.number, received.length, received.check != NETWORK_CHECK_UNKNOWN);
		} else {
			come_home(received.number);
		}
		if (with_card + home < FEW_PLACES) {
			pbuf_free_ooseq();
		}
	}
	give_places();
	ip_settle();
	tenon_batch_end();
}

/* ---- frames that went ---- */

static void go_on(void)
{
	if (frames_were_refused()) {
		frames_flush();
		tcp_txnow();
	}
	ip_settle();
}

void card_sents(void)
{
	struct network_sent sent;

	tenon_batch_begin();
	while (card_sents_receive(&sent)) {
		frames_end(sent.number);
	}
	go_on();
	tenon_batch_end();
}

void card_frames_room(void)
{
	go_on();
}

/* ---- the card, which comes and goes -------------------------------------------------------------- */

void card_cards(void)
{
	struct network_card now;

	while (card_cards_receive(&now)) {
		if (with_card == 0) {
			shift = now.least <= CARD_IN_SIZE - SHIFT ? SHIFT : 0;
		}
		is_there = now.most > ETHERNET && now.least <= CARD_IN_SIZE - shift;
		frames_set_card(&interface, is_there ? &now : &(struct network_card){.most = 0});
		if (!is_there) {
			log_error("%s: there is no card", card_server_line());
			netif_set_link_down(&interface);
			continue;
		}
		if (card.most == 0 || memcmp(card.address, now.address, sizeof card.address) != 0) {
			memcpy(interface.hwaddr, now.address, sizeof now.address);
			interface.mtu = (u16_t)((now.most < 1514 ? now.most : 1514) - ETHERNET);
			card = now;
			ip_configure();
		}
		card = now;
		if (now.is_up) {
			netif_set_link_up(&interface);
		} else {
			netif_set_link_down(&interface);
		}
		give_places();
	}
	go_on();
}

/* What the driver had is lost, and its device stands still before a new session opens; the card is the first that one brings. */
void card_session(bool open)
{
	is_there = false;
	frames_set_card(&interface, &(struct network_card){.most = 0});
	if (open) {
		frames_end_all(); /* not before: the card may read them until its next driver has begun */
	}
	with_card = 0;
	for (uint32_t i = 0; i < PLACES && open; i++) {
		if (where[i] == CARD) {
			come_home(i);
		}
	}
	ip_settle();
}

static err_t begin_interface(struct netif *netif)
{
	netif->name[0] = 'e';
	netif->name[1] = 'n';
	netif->hwaddr_len = ETH_HWADDR_LEN;
	netif->mtu = 1500;
	netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_IGMP |
		       NETIF_FLAG_MLD6;
	netif->output = etharp_output;
	netif->output_ip6 = ethip6_output;
	netif->linkoutput = frames_send;
	return ERR_OK;
}

void card_begin(void)
{
	frames_begin();
	for (uint32_t i = 0; i < PLACES; i++) {
		come_home(i);
	}
	CHECK(netif_add_noaddr(&interface, NULL, begin_interface, ethernet_input) != NULL);
	netif_set_default(&interface);
}
