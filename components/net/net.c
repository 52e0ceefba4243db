/* SPDX-License-Identifier: MIT
 * Between the driver of a network card and those who share the card.
 *
 * A frame's way out: it comes through its client's channel (links_frames), clients take turns (take_turns), its beginning is copied and
 * checked (take), and it goes to those of the other clients that it is for, and to the driver as a flight. What the driver is done
 * with its client is told (card_sents). A frame's way in: the driver fills a place of ours (card_receiveds), and the frame is copied to a
 * place of each client that it is for.
 *
 * While there is no driver nothing is taken from clients. When it is there again flights are repeated: who hears a frame twice
 * knows that from cables.
 */
#include "flights.h"
#include "links.h"
#include "packet.h"

#include <tenon/string.h>

#define TURN    8u  /* frames of one client before it is the next one's turn */
#define ROUNDS  32u /* before what came has its turn again, however fast clients send */
#define LONGEST (PACKET_ETHERNET + 65535u)
#define CLIENTS (LINKS_CLIENTS > 0 ? LINKS_CLIENTS : 1)
#define PLACES  (CARD_PLACES_ENTRIES < CARD_IN_COUNT ? CARD_PLACES_ENTRIES : CARD_IN_COUNT)
#define SHIFT                                                                                                \
	2u /* of a frame in its place, as stacks have it in theirs: copies of what is aligned alike go by words */
_Static_assert(PACKET_HEAD == FLIGHT_HEAD, "a packet's head is a flight's");

static bool may_have_more[CLIENTS]; /* frames may wait in its channel */
static uint32_t next_turn;
static bool is_there;    /* a driver that has said what its card is */
static uint32_t longest; /* bytes of a frame that comes */
static enum { HOME, CARD, REFUSED } where[PLACES];
static uint32_t homes[PLACES], home;

/* ---- frames that are sent --------------------------------------------------------------------- */

/* The memory of a run, of the client's own pool or of one that it passes on; NULL: it is not in there. */
static const uint8_t *find_run(uint32_t client, const struct network_run *run)
{
	const struct tenon_buffer first = {.length = LINKS_OUT_SIZE};
	const uint64_t size = (uint64_t)links_out_count(client) * LINKS_OUT_SIZE;
	uint64_t address;

	if (run->pool != 0) {
		return links_passed(client, run->pool, run->offset, run->length, &address)
			   ? (const uint8_t *)(uintptr_t)address
			   : NULL;
	}
	if (run->offset > size || run->length > size - run->offset) {
		return NULL;
	}
	return (const uint8_t *)links_out_read(client, &first) + run->offset;
}

static bool is_supported(const struct network_card *card, const struct network_frame *frame)
{
	static const uint32_t needs[] = {[NETWORK_SEGMENTATION_NONE] = 0,
					 [NETWORK_SEGMENTATION_TCP4] = NETWORK_FEATURES_SEGMENTATION_4,
					 [NETWORK_SEGMENTATION_TCP6] = NETWORK_FEATURES_SEGMENTATION_6};
	const uint32_t all = needs[frame->segmentation] | (frame->checksum ? NETWORK_FEATURES_CHECKSUM : 0);

	return (card->features & all) == all &&
	       (frame->head.length <= FLIGHT_HEAD || frame->body.length == 0);
}

/* Do its lengths fit together? How it is to be cut the driver judges. */
static bool is_well_formed(const struct network_card *card, const struct network_frame *frame)
{
	uint32_t bytes;

	if (frame->head.length < PACKET_ETHERNET || frame->head.length > LONGEST ||
	    frame->body.length > LONGEST - frame->head.length) {
		return false;
	}
	bytes = frame->head.length + frame->body.length;
	if (frame->checksum && (uint32_t)frame->sum_from + frame->sum_at + sizeof(uint16_t) > bytes) {
		return false;
	}
	return frame->segmentation != NETWORK_SEGMENTATION_NONE || bytes <= card->most;
}

/* Where a frame's two runs lie for us. */
struct runs {
	const uint8_t *head, *body;
};

/* What the client asks for, checked once. OK: *runs says where it lies. */
static enum network_outcome check(uint32_t client, const struct network_frame *frame, struct runs *runs)
{
	if (!link_has_card(client)) {
		return NETWORK_OUTCOME_ABSENT;
	}
	if (!is_supported(link_card(client), frame)) {
		return NETWORK_OUTCOME_UNSUPPORTED;
	}
	if (!is_well_formed(link_card(client), frame) || frame->head.pool != 0) {
		return NETWORK_OUTCOME_MALFORMED;
	}
	runs->head = find_run(client, &frame->head);
	runs->body = frame->body.length == 0 ? runs->head : find_run(client, &frame->body);
	return runs->head != NULL && runs->body != NULL ? NETWORK_OUTCOME_OK : NETWORK_OUTCOME_MALFORMED;
}

/* The frame as the driver gets it: its first bytes are ours, what follows is the client's, in a pool that we pass on. */
static void place(const struct network_frame *from, struct flight *flight, const uint8_t *head)
{
	const uint32_t bytes = from->head.length < FLIGHT_HEAD ? from->head.length : FLIGHT_HEAD;
	struct network_frame *to = &flight->frame;

	*to = *from;
	flight_copy(flight, head, bytes, &to->head);
	if (from->head.length > bytes) {
		to->body = (struct network_run){.offset = from->head.offset + bytes,
						.length = from->head.length - bytes};
	}
	to->body.pool = to->body.length == 0 ? 0 : links_out_at_card(flight->client, to->body.pool);
}

/* The same frame as clients get it. */
static void describe(const struct network_frame *from, const struct flight *flight, const struct runs *runs,
		     struct packet *packet)
{
	packet_begin(packet, flight->head, flight->frame.head.length);
	packet->sums = from->checksum;
	packet->sum_from = from->sum_from;
	packet->sum_at = from->sum_at;
	packet_add(packet, runs->head + flight->frame.head.length,
		   from->head.length - flight->frame.head.length);
	packet_add(packet, runs->body, from->body.length);
}

/* A frame that was checked, to whom it is for. */
static void send(const struct network_frame *frame, struct flight *flight, const struct runs *runs)
{
	const uint32_t client = flight->client, number = flight->number;
	struct packet packet;
	enum network_outcome outcome;

	place(frame, flight, runs->head);
	describe(frame, flight, runs, &packet);
	outcome = link_judge(client, &packet);
	if (outcome == NETWORK_OUTCOME_OK) {
		link_count_sent(client, &packet);
		if (LINKS_CLIENTS == 1 || !links_deliver(&packet, client, NETWORK_CHECK_UNKNOWN)) {
			flight_go(flight);
			return;
		}
	}
	flight_end(flight);
	link_sent(client, number, outcome);
}

/* The next frame of a client. False: it has none, or we cannot take it now; see link_may_go(). */
static bool take(uint32_t client, uint64_t *when_ns)
{
	struct network_frame frame;
	struct flight *flight;
	struct runs runs;
	enum network_outcome outcome;

	if (!link_may_go(client, when_ns) || (flight = flight_begin(client)) == NULL) {
		return false; /* card_sents() goes on, too */
	}
	if (!links_frames_receive(client, &frame)) {
		flight_end(flight);
		may_have_more[client] = false;
		return false;
	}
	flight->number = frame.number;
	link_charge(client, &frame);
	outcome = check(client, &frame, &runs);
	if (outcome == NETWORK_OUTCOME_OK) {
		send(&frame, flight, &runs);
	} else {
		flight_end(flight);
		link_count_malformed(client);
		link_sent(client, frame.number, outcome);
	}
	return true;
}

/* Some frames of each client that has any, around and around, from the one behind whom it was stopped last. */
static void take_turns(void)
{
	uint64_t when_ns = UINT64_MAX;
	uint32_t idle = 0, turns = 0;

	while (LINKS_CLIENTS > 0 && idle < LINKS_CLIENTS && turns++ < ROUNDS * LINKS_CLIENTS) {
		const uint32_t client = next_turn;
		uint32_t taken = 0;

		next_turn = client + 1 < LINKS_CLIENTS ? client + 1 : 0;
		while (taken < TURN && may_have_more[client] && (is_there || !link_has_card(client)) &&
		       take(client, &when_ns)) {
			taken++;
		}
		idle = taken != 0 ? 0 : idle + 1;
	}
	if (LINKS_CLIENTS > 0 && idle < LINKS_CLIENTS) {
		when_ns = 0;
	}
	if (when_ns != UINT64_MAX) {
		go_on_at(when_ns);
	}
}

/* A client's rate allows more. */
void go_on(void)
{
	tenon_batch_begin();
	take_turns();
	tenon_batch_end();
}

void links_frames(uint32_t client)
{
	may_have_more[client] = true;
	tenon_batch_begin();
	take_turns();
	tenon_batch_end();
}

void card_sents(void)
{
	struct network_sent sent;
	bool was_void = false;

	tenon_batch_begin();
	while (card_sents_receive(&sent)) {
		struct flight *flight = flight_out(sent.number);

		if (flight == NULL) {
			log_warning("the driver is done with a frame that it does not have");
			continue;
		}
		was_void |= flight->is_void;
		if (!flight->is_void) {
			link_sent(flight->client, flight->number, sent.outcome);
		}
		flight_end(flight);
	}
	if (was_void) {
		links_tell();
	}
	take_turns();
	tenon_batch_end();
}

/* A flight that found no session is repeated by the next one. */
void card_frames_room(void)
{
}

/* ---- frames that come ------------------------------------------------------------------------- */

static void give_places(void)
{
	while (is_there && home > 0) {
		const uint32_t number = homes[home - 1];
		const struct network_place place = {.number = number,
						    .run = {.offset = (uint64_t)number * CARD_IN_SIZE + SHIFT,
							    .length = CARD_IN_SIZE - SHIFT}};

		if (!card_places_send(&place)) {
			return; /* card_places_room() goes on, or the next session */
		}
		where[number] = CARD;
		home--;
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

/* Only as much of it is copied before as somebody looks at. */
static void take_frame(const struct network_received *received)
{
	const struct tenon_buffer buffer = {
	    .index = received->number, .offset = SHIFT, .length = received->length};
	const uint8_t *at = card_in_read(&buffer);
	_Alignas(uint64_t) uint8_t head[SHIFT + PACKET_HEAD];
	const uint32_t most = links_look() ? PACKET_HEAD : PACKET_ETHERNET;
	const uint32_t bytes = received->length < most ? received->length : most;
	struct packet packet;

	packet_copy_head(head + SHIFT, at, bytes);
	packet_begin(&packet, head + SHIFT, bytes);
	packet_add(&packet, at + bytes, received->length - bytes);
	(void)links_deliver(&packet, NOBODY, received->check); /* nobody else gets it */
}

void card_receiveds(void)
{
	struct network_received received;

	tenon_batch_begin();
	while (card_receiveds_receive(&received)) {
		if (received.number >= PLACES || where[received.number] != CARD) {
			log_warning("the driver fills a place that it does not have");
			continue;
		}
		if (received.outcome != NETWORK_OUTCOME_OK) {
			where[received.number] = REFUSED; /* until there is another card */
			continue;
		}
		if (received.length >= PACKET_ETHERNET && received.length <= longest) {
			take_frame(&received);
		}
		come_home(received.number);
	}
	give_places();
	tenon_batch_end();
}

/* ---- who comes and goes ----------------------------------------------------------------------- */

void links_session(uint32_t client, bool open)
{
	may_have_more[client] = false;
	link_session(client, open);
}

/* What the driver had is lost, and its device stands still before a new session opens; the card is the first that one brings. */
void card_session(bool open)
{
	is_there = false;
	for (uint32_t i = 0; i < PLACES && open; i++) {
		if (where[i] == CARD) {
			come_home(i);
		}
	}
}

/* What the driver says, checked once: a card that frames do not fit is none. */
static struct network_card checked(struct network_card card)
{
	if (card.most <= PACKET_ETHERNET || card.most > card.least || card.least > CARD_IN_SIZE - SHIFT ||
	    (card.address[0] & 1) != 0) {
		card.most = 0;
	}
	return card;
}

static bool is_same(const struct network_card *one, const struct network_card *other)
{
	return memcmp(one->address, other->address, sizeof one->address) == 0 && one->is_up == other->is_up &&
	       one->speed == other->speed && one->most == other->most && one->least == other->least &&
	       one->features == other->features;
}

void card_cards(void)
{
	static struct network_card told;
	struct network_card now;

	tenon_batch_begin();
	while (card_cards_receive(&now)) {
		const bool is_new = !is_there;

		now = checked(now);
		if (now.most == 0) {
			log_error("%s: there is no card", card_server_line());
		}
		is_there = true;
		longest = now.most == 0 ? 0 : now.least;
		for (uint32_t i = 0; i < PLACES; i++) {
			if (where[i] == REFUSED) {
				come_home(i);
			}
		}
		if (is_new) {
			flights_repeat();
		}
		if (!is_same(&now, &told)) {
			told = now;
			links_card(&now);
		}
		give_places();
	}
	links_tell();
	take_turns();
	tenon_batch_end();
}

void component_start(void)
{
	flights_init();
	links_init();
	for (uint32_t i = 0; i < PLACES; i++) {
		come_home(i);
	}
}
