/* SPDX-License-Identifier: MIT
 * A network card of Intel's 82574 family, with one ring for each way, for the first connection.
 *
 * A frame to be sent comes through its client's channel (card_frames), is checked (check_frame) and put into a ring; what was sent is
 * told when the card interrupts. Places for frames that come go the same way through the other ring. The frames stay in the
 * client's pools: the card reads and writes there.
 *
 * An interrupt's causes are off from its message on until its ring was looked at: while frames come faster than they are taken, there is
 * one message for many. Frames are not cut into segments: the card wants another sum of the pseudo header in them than the
 * client's, and nobody writes into a client's frames.
 *
 * When this component dies, the bus stops the card, the client gives its places anew, and what was on its way is lost, as frames may be.
 */
#include "check.h"
#include "done.h"
#include "registers.h"
#include "rings.h"

#define CLIENT     DONE_CLIENT
#define MTU        1500u
#define RECOVERIES 5u                  /* of a card that misbehaves */
#define RESET_NS   UINT64_C(100000000) /* it takes a microsecond */

enum { INTERRUPT_OTHER, INTERRUPT_RECEIVED, INTERRUPT_SENT, INTERRUPTS };

static struct network_card card;
static bool works; /* the card: from its start until it is given up */
static uint32_t recoveries;

/* ---- the client ------------------------------------------------------------------------------- */

void card_frames(uint32_t client)
{
	struct network_frame frame;
	struct check_places places;

	while (client == CLIENT && rings_out_count() + done_out_count() < DONE_OUT &&
	       card_frames_receive(client, &frame)) {
		enum network_outcome outcome = check_frame(&card, client, &frame, &places);

		if (outcome == NETWORK_OUTCOME_OK && !rings_put_frame(&frame, &places)) {
			outcome = NETWORK_OUTCOME_UNSUPPORTED;
		}
		if (outcome != NETWORK_OUTCOME_OK) {
			done_out(frame.number, outcome);
		}
	}
	if (works) {
		rings_kick_out();
	}
	done_tell_out();
}

void card_sents_room(uint32_t client)
{
	if (client == CLIENT) {
		done_tell_out();
		card_frames(client);
	}
}

void card_places(uint32_t client)
{
	struct network_place place;
	uint64_t address;

	while (client == CLIENT && rings_in_count() + done_in_count() < DONE_IN &&
	       card_places_receive(client, &place)) {
		const enum network_outcome outcome = check_place(&card, client, &place, &address);

		if (outcome == NETWORK_OUTCOME_OK) {
			rings_put_place(place.number, address);
		} else {
			done_in(place.number, 0, NETWORK_CHECK_UNKNOWN, outcome);
		}
	}
	if (works) {
		rings_kick_in();
	}
	done_tell_in();
}

void card_receiveds_room(uint32_t client)
{
	if (client == CLIENT) {
		done_tell_in();
		card_places(client);
	}
}

static void announce(void)
{
	(void)card_cards_send(CLIENT, &card); /* where there is no room, card_cards_room() says when */
}

void card_cards_room(uint32_t client)
{
	if (client == CLIENT) {
		announce();
	}
}

/* ---- the card --------------------------------------------------------------------------------- */

static uint32_t read32(uint32_t at)
{
	return device_read32(0, at);
}

static void write32(uint32_t at, uint32_t value)
{
	device_write32(0, at, value);
}

static bool await(uint32_t at, uint32_t bits)
{
	const uint64_t end = clock_ns() + RESET_NS;

	while ((read32(at) & bits) != 0) {
		if (clock_ns() > end) {
			return false;
		}
	}
	return true;
}

static void give_up(const char *why)
{
	log_error("%s; the card is given up", why);
	write32(CAUSES_OFF, CAUSES_ALL);
	(void)bus_master(false); /* refused only where the claim was, and then nothing here runs */
	card = (struct network_card){.most = 0};
	works = false;
}

/* Requests to memory end before the reset (chapter 10, device control). */
static bool reset(void)
{
	write32(CAUSES_OFF, CAUSES_ALL);
	write32(CONTROL, read32(CONTROL) | CONTROL_QUIET);
	if (!await(STATUS, STATUS_ACTIVE)) {
		log_warning("its requests to memory do not end");
	}
	write32(CONTROL, read32(CONTROL) | CONTROL_RESET);
	if (!await(CONTROL, CONTROL_RESET)) {
		return false;
	}
	write32(CAUSES_OFF, CAUSES_ALL);
	(void)read32(CAUSES); /* which clears them */
	return true;
}

static void read_link(void)
{
	static const uint32_t speeds[] = {10, 100, 1000, 1000};
	const uint32_t status = read32(STATUS);

	card.is_up = (status & STATUS_LINK) != 0;
	card.speed = card.is_up ? speeds[STATUS_SPEED(status)] : 0;
}

/* The address that the card's memory has, of one station and not of a group (IEEE 802.3, 3.2.3). */
static bool read_address(void)
{
	const uint32_t low = read32(ADDRESS_LOW), high = read32(ADDRESS_HIGH);

	for (uint32_t i = 0; i < sizeof card.address; i++) {
		card.address[i] = (uint8_t)(i < 4 ? low >> 8 * i : high >> 8 * (i - 4));
	}
	return (high & ADDRESS_VALID) != 0 && (card.address[0] & 1) == 0;
}

/* Messages: as many as the function has, the last for what is left. */
static void set_interrupts(void)
{
	const uint32_t vectors = device_identity()->vectors;
	const uint32_t last = vectors == 0 ? 0 : (vectors < INTERRUPTS ? vectors : INTERRUPTS) - 1;
	const uint32_t received = last < INTERRUPT_RECEIVED ? last : INTERRUPT_RECEIVED;

	write32(CAUSE_VECTORS,
		VECTOR_OTHER((uint32_t)INTERRUPT_OTHER) | VECTOR_RECEIVED(received) | VECTOR_SENT(last));
	write32(CONTROL_MORE, read32(CONTROL_MORE) | CONTROL_MORE_PBA);
	write32(CAUSES_CLEARED, CAUSE_RECEIVED | CAUSE_SENT | CAUSE_OTHER);
}

static void allow_interrupts(void)
{
	write32(CAUSES_ON, CAUSE_RECEIVED | CAUSE_SENT | CAUSE_OTHER | CAUSE_LINK);
}

/* From reset to work; `card` says what became of it. */
static void start_card(void)
{
	card = (struct network_card){.most = 0};
	works = false;
	if (!reset()) {
		give_up("it does not reset");
		return;
	}
	if (!read_address()) {
		give_up("it has no address");
		return;
	}
	card.most = CHECK_ETHERNET + MTU;
	card.least = RECEIVE_BYTES;
	card.features = NETWORK_FEATURES_CHECKSUM | NETWORK_FEATURES_CHECKED;
	for (uint32_t at = MULTICAST; at < MULTICAST_END; at += sizeof(uint32_t)) {
		write32(at, 0);
	}
	rings_init();
	set_interrupts();
	if (bus_master(true) != BUS_OK) {
		give_up("it has been taken out");
		return;
	}
	write32(CONTROL, read32(CONTROL) | CONTROL_LINK | CONTROL_SPEED_AUTO);
	write32(SEND_GAPS, SEND_GAPS_IEEE);
	write32(RECEIVE_SUMS, RECEIVE_SUMS_IP | RECEIVE_SUMS_TCP);
	write32(SEND, SEND_ON | SEND_PAD | SEND_COLLISION);
	write32(RECEIVE,
		RECEIVE_ON | RECEIVE_UNICAST | RECEIVE_MULTICAST | RECEIVE_BROADCAST | RECEIVE_NO_CRC);
	works = true;
	read_link();
	rings_kick_in();
	allow_interrupts();
}

/* The card was reset or given up: what was to be sent is lost, and places that it cannot have come back. */
static void go_on(void)
{
	uint32_t number;

	announce();
	while (rings_drop_frame(&number)) {
		done_out(number, NETWORK_OUTCOME_OK);
	}
	while (!works && rings_drop_place(&number)) {
		done_in(number, 0, NETWORK_CHECK_UNKNOWN, NETWORK_OUTCOME_ABSENT);
	}
}

/* The client is told, and gets its places back. */
void bus_gone(void)
{
	card = (struct network_card){.most = 0};
	works = false;
	go_on();
}

/* It misbehaved. That may pass, but not for ever. */
static void recover(const char *why)
{
	if (recoveries++ < RECOVERIES) {
		log_warning("%s: the card begins anew", why);
		start_card();
	} else {
		give_up(why);
	}
	go_on();
}

static bool take_received(void)
{
	struct rings_received received;
	bool is_broken = false;

	while (rings_take_received(&received, &is_broken)) {
		if (received.is_good) {
			done_in(received.number, received.length, received.check, NETWORK_OUTCOME_OK);
		} else {
			done_in(received.number, 0, NETWORK_CHECK_UNKNOWN, NETWORK_OUTCOME_OK);
		}
	}
	done_tell_in();
	return !is_broken;
}

static void take_sent(void)
{
	uint32_t number;

	while (rings_take_sent(&number)) {
		done_out(number, NETWORK_OUTCOME_OK);
	}
	done_tell_out();
}

static void look_at_link(void)
{
	const bool was_up = card.is_up;

	write32(CAUSES, CAUSE_LINK); /* seen; writing clears it */
	read_link();
	if (card.is_up != was_up) {
		log_info("the cable is %s", card.is_up ? "in" : "out");
		announce();
	}
}

/* Causes that came while they were off interrupt at once when they are on. */
void device_interrupt(uint32_t index)
{
	bool is_right = true;

	if (!works) {
		return;
	}
	tenon_batch_begin();
	if (index == INTERRUPT_OTHER) {
		look_at_link();
	}
	is_right = take_received();
	take_sent();
	tenon_batch_end();
	if (is_right) {
		allow_interrupts();
	} else {
		recover("it says what cannot be");
	}
	card_places(CLIENT);
	card_frames(CLIENT);
}

/* ---- start, and clients that come and go ------------------------------------------------------ */

/* A client that starts anew has all its memory: the card must not write there any more for the one before. */
void card_session(uint32_t client, bool open)
{
	static const struct network_card none;
	uint32_t number;

	if (client != CLIENT) {
		if (open) {
			(void)card_cards_send(client, &none); /* a new session has room */
		}
		return;
	}
	done_forget();
	if (rings_in_count() > 0 || rings_out_count() > 0) {
		while (rings_drop_place(&number) || rings_drop_frame(&number)) {
		}
		start_card();
	}
	if (open) {
		announce();
	}
}

void component_start(void)
{
	start_card();
	if (works) {
		log_info("%02x:%02x:%02x:%02x:%02x:%02x, the cable is %s", card.address[0], card.address[1],
			 card.address[2], card.address[3], card.address[4], card.address[5],
			 card.is_up ? "in" : "out");
	}
}
