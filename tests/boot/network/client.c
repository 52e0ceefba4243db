/* SPDX-License-Identifier: MIT
 * Asks the router of the emulator's network where it is (ARP) and for echoes of many sizes (ICMP), while the card's driver is
 * restarted again and again. A frame that is not answered in time is sent again, as frames may be lost.
 *
 * State: which echoes are under way, each in a place of the pool of its own.
 */
#include "component.h"

#include <tenon/string.h>

#define ECHOES     1000u
#define WINDOW     16u
#define RESTARTS   10u
#define LOOK_NS    UINT64_C(20000000)
#define LOST_LOOKS 3u  /* without an answer, after which a frame is sent again */
#define HEADERS    42u /* Ethernet, IPv4, ICMP */
#define MOST       1514u
#define ARP        UINT32_MAX /* the number of that frame */

static const uint8_t own[4] = {10, 0, 2, 15}, router[4] = {10, 0, 2, 2};

static struct {
	bool is_used, is_with_card;
	uint32_t echo, looks;
} flights[WINDOW];
static struct network_card card;
static uint8_t router_address[6];
static bool is_known; /* router_address */
static uint32_t begun, answered, restarts, repeated, sessions, looks;
static uint32_t checks, wrong, refused;

static void check(bool holds, const char *what)
{
	checks++;
	if (!holds) {
		wrong++;
		log_error("wrong: %s", what);
	}
}

/* ---- memory ---- */

static uint8_t *out_at(uint64_t offset)
{
	const struct tenon_buffer first = {.length = CARD_OUT_SIZE};

	return (uint8_t *)card_out_write(&first) + offset;
}

static const uint8_t *in_at(uint64_t offset)
{
	const struct tenon_buffer first = {.length = CARD_IN_SIZE};

	return (const uint8_t *)card_in_read(&first) + offset;
}

static void give(uint32_t place)
{
	const struct network_place entry = {
	    .number = place, .run = {.offset = (uint64_t)place * CARD_IN_SIZE, .length = CARD_IN_SIZE}};

	check(card_places_send(&entry), "room for a place");
}

/* ---- frames ---- */

static void put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static uint32_t get16(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

/* RFC 1071, of a part with an even length before it. */
static uint32_t sum(const uint8_t *data, uint32_t bytes, uint32_t before)
{
	for (uint32_t i = 0; i < bytes; i++) {
		before += i % 2 == 0 ? (uint32_t)data[i] << 8 : data[i];
	}
	while (before >> 16 != 0) {
		before = (before & 0xffff) + (before >> 16);
	}
	return before;
}

static void put_ethernet(uint8_t *frame, const uint8_t to[6], uint32_t type)
{
	memcpy(frame, to, 6);
	memcpy(frame + 6, card.address, 6);
	put16(frame + 12, type);
}

/* RFC 826. */
static void ask_where(void)
{
	static const uint8_t everybody[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
	const struct network_frame frame = {
	    .number = ARP, .head = {.offset = (uint64_t)WINDOW * 2 * CARD_OUT_SIZE, .length = 42}};
	uint8_t *at = out_at(frame.head.offset);

	put_ethernet(at, everybody, 0x0806);
	put16(at + 14, 1);
	put16(at + 16, 0x0800);
	at[18] = 6;
	at[19] = 4;
	put16(at + 20, 1);
	memcpy(at + 22, card.address, 6);
	memcpy(at + 28, own, 4);
	memset(at + 32, 0, 6);
	memcpy(at + 38, router, 4);
	(void)!card_frames_send(&frame); /* asked again with the next look */
}

static uint32_t body_of(uint32_t echo)
{
	return echo * 37 % (MOST - HEADERS + 1);
}

static uint8_t byte_of(uint32_t echo, uint32_t i)
{
	return (uint8_t)((echo + 1) * 31 + i * 7 + i / 256);
}

/* An echo request (RFC 792): its headers in one buffer, what it carries in another. */
static void send_echo(uint32_t flight)
{
	const uint32_t echo = flights[flight].echo, bytes = body_of(echo);
	const struct network_frame frame = {
	    .number = flight,
	    .head = {.offset = (uint64_t)flight * 2 * CARD_OUT_SIZE, .length = HEADERS},
	    .body = {.offset = ((uint64_t)flight * 2 + 1) * CARD_OUT_SIZE, .length = bytes}};
	uint8_t *head = out_at(frame.head.offset), *body = out_at(frame.body.offset);

	for (uint32_t i = 0; i < bytes; i++) {
		body[i] = byte_of(echo, i);
	}
	memset(head, 0, HEADERS);
	put_ethernet(head, router_address, 0x0800);
	head[14] = 0x45;
	put16(head + 16, HEADERS - 14 + bytes);
	head[22] = 64;
	head[23] = 1;
	memcpy(head + 26, own, 4);
	memcpy(head + 30, router, 4);
	put16(head + 24, ~sum(head + 14, 20, 0));
	head[34] = 8;
	put16(head + 38, 0x7e40);
	put16(head + 40, echo);
	put16(head + 36, ~sum(body, bytes, sum(head + 34, 8, 0)));
	flights[flight].looks = 0;
	flights[flight].is_with_card = card_frames_send(&frame);
}

static void end_when_done(void)
{
	if (answered < ECHOES || restarts < RESTARTS || refused < 6) {
		return;
	}
	log_info("%u checks, %u wrong; %u echoes, %s; %u sessions", checks, wrong, answered,
		 repeated > 0 ? "some repeated" : "none repeated", sessions);
	(void)power_end(wrong);
}

/* All that the window has room for. Echoes go on until the driver was restarted often enough. */
static void go_on(void)
{
	for (uint32_t i = 0; i < WINDOW && is_known; i++) {
		if (!flights[i].is_used && !flights[i].is_with_card &&
		    (begun < ECHOES || restarts < RESTARTS)) {
			flights[i].is_used = true;
			flights[i].echo = begun++ % 65536;
			send_echo(i);
		}
	}
}

/* ---- what comes ---- */

static void take_arp(const uint8_t *frame, uint32_t length)
{
	if (length >= 42 && get16(frame + 20) == 2 && memcmp(frame + 28, router, 4) == 0) {
		memcpy(router_address, frame + 22, 6);
		is_known = true;
	}
}

static bool is_same(const uint8_t *data, uint32_t echo)
{
	uint32_t i = 0;

	while (i < body_of(echo) && data[i] == byte_of(echo, i)) {
		i++;
	}
	return i == body_of(echo);
}

static void take_echo(const uint8_t *frame, uint32_t length)
{
	const uint32_t bytes = length >= HEADERS ? get16(frame + 16) : 0;

	if (bytes < HEADERS - 14 || bytes > length - 14 || frame[23] != 1 || frame[34] != 0) {
		return;
	}
	check(sum(frame + 14, 20, 0) == 0xffff, "the sum of IP");
	check(sum(frame + 34, bytes - 20, 0) == 0xffff, "the sum of ICMP");
	for (uint32_t i = 0; i < WINDOW; i++) {
		if (flights[i].is_used && flights[i].echo == get16(frame + 40)) {
			check(bytes == HEADERS - 14 + body_of(flights[i].echo) &&
				  is_same(frame + HEADERS, flights[i].echo),
			      "what an echo carries");
			check(memcmp(frame, card.address, 6) == 0, "whom it is for");
			flights[i].is_used = false;
			answered++;
		}
	}
}

void card_receiveds(void)
{
	struct network_received received;

	while (card_receiveds_receive(&received)) {
		const uint8_t *frame = in_at((uint64_t)received.number * CARD_IN_SIZE);

		if (received.number >= CARD_IN_COUNT) {
			refused++;
			check(received.outcome != NETWORK_OUTCOME_OK && received.length == 0, "no place");
			continue;
		}
		if (received.outcome == NETWORK_OUTCOME_OK && received.length >= 14) {
			if (get16(frame + 12) == 0x0806) {
				take_arp(frame, received.length);
			} else if (get16(frame + 12) == 0x0800) {
				take_echo(frame, received.length);
			}
		}
		if (received.outcome != NETWORK_OUTCOME_ABSENT) {
			give(received.number);
		}
	}
	go_on();
	end_when_done();
}

void card_sents(void)
{
	struct network_sent sent;

	while (card_sents_receive(&sent)) {
		if (sent.number < WINDOW) {
			flights[sent.number].is_with_card = false;
		} else if (sent.number != ARP) {
			refused++;
			check(sent.outcome == NETWORK_OUTCOME_MALFORMED ||
				  sent.outcome == NETWORK_OUTCOME_UNSUPPORTED,
			      "what cannot be sent");
		}
	}
	go_on();
	end_when_done();
}

/* ---- the card ---- */

/* What is refused, and reaches no device. */
static void try_wrong(void)
{
	const struct network_frame frames[] = {
	    {.number = 100, .head = {.length = 13}},
	    {.number = 101, .head = {.length = MOST + 1}},
	    {.number = 102, .head = {.offset = UINT64_MAX - 100, .length = 200}},
	    {.number = 103, .head = {.length = 60}, .body = {.length = 60, .pool = 1}},
	    {.number = 104, .head = {.length = 60}, .segmentation = NETWORK_SEGMENTATION_TCP6, .segment = 1},
	    {.number = 105, .head = {.length = UINT32_MAX}, .body = {.length = 15}},
	};
	const struct network_place places[] = {
	    {.number = 1000, .run = {.length = 100}},
	    {.number = 1001,
	     .run = {.offset = (uint64_t)CARD_IN_COUNT * CARD_IN_SIZE, .length = CARD_IN_SIZE}},
	};

	for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
		check(card_frames_send(&frames[i]), "room");
	}
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		check(card_places_send(&places[i]), "room");
	}
}

void card_cards(void)
{
	struct network_card now;

	while (card_cards_receive(&now)) {
		if (now.most == MOST && card.most == 0) {
			card = now;
			for (uint32_t place = 0; place < CARD_IN_COUNT - 2; place++) {
				give(place);
			}
			if (refused == 0) {
				try_wrong();
			}
			ask_where();
		}
	}
}

void card_session(bool open)
{
	sessions += open;
	card.most = 0;
	for (uint32_t i = 0; i < WINDOW; i++) {
		flights[i].is_with_card = false;
	}
}

void card_frames_room(void)
{
	go_on();
}

void card_places_room(void)
{
}

/* What is missing is sent again, and the driver starts anew in between. */
void look(void)
{
	if (!is_known && card.most != 0) {
		ask_where();
	}
	for (uint32_t i = 0; i < WINDOW; i++) {
		if (flights[i].is_used && !flights[i].is_with_card && ++flights[i].looks >= LOST_LOOKS) {
			repeated++;
			send_echo(i);
		}
	}
	if (is_known && restarts < RESTARTS && ++looks % 2 == 0) {
		restarts++;
		CHECK(supervisor_restart("card") == SUPERVISOR_OK);
	}
	go_on();
	end_when_done();
	look_at(clock_ns() + LOOK_NS);
}

void component_start(void)
{
	look_at(clock_ns() + LOOK_NS);
}
