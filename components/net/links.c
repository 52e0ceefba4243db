/* SPDX-License-Identifier: MIT
 * See links.h.
 */
#include "links.h"

#include "filter.h"
#include "flights.h"
#include "rate.h"
#include "text.h"

#include <tenon/string.h>

#define CLIENTS  (LINKS_CLIENTS > 0 ? LINKS_CLIENTS : 1)
#define TRIES    8u /* of places of one client, for one frame */
#define ARP      0x0806u
#define SHORTEST 64u /* bytes of a frame that a rate counts: what it costs is more than what is in it */
#define LONGEST  65536u

static struct link {
	bool has_address; /* of its own, not the card's */
	bool is_barred;   /* its wire cannot be read: it gets no card */
	bool is_open;     /* a session */
	bool is_told;     /* it knows the card */
	struct network_card card;
	struct network_sent sent[LINKS_SENTS_ENTRIES]; /* to be told, from `first` on */
	uint32_t first, count;
	struct network_received received; /* to be told */
	bool has_received;
	struct rate out, in;
	struct traffic_counts counts;
} links[CLIENTS];
static struct network_card card;
static bool is_known; /* `card` */
static bool anybody_looks;

void links_init(void)
{
	for (uint32_t client = 0; client < LINKS_CLIENTS; client++) {
		const char *address = links_parameters[client].address;
		struct link *link = &links[client];

		link->has_address = address[0] != '\0';
		if (link->has_address && !text_hardware(address, link->card.address)) {
			log_error(
			    "%s: %s has no card: \"%s\" is no address of one card, such as 02:00:00:00:00:01",
			    links_client_line(client), links_client_name(client), address);
			link->is_barred = true;
		}
		if (!filter_init(client)) {
			link->is_barred = true;
		}
		anybody_looks |= filter_looks(client);
		rate_init(&link->out, links_parameters[client].send_rate, links_parameters[client].burst,
			  clock_ns());
		rate_init(&link->in, links_parameters[client].receive_rate, links_parameters[client].burst,
			  clock_ns());
	}
}

/* ---- the card --------------------------------------------------------------------------------- */

static void tell(uint32_t client)
{
	struct link *link = &links[client];
	struct network_card mine = link->is_barred ? (struct network_card){.most = 0} : card;

	if (!is_known || !link->is_open || flights_are_void(client)) {
		return;
	}
	if (link->has_address) {
		memcpy(mine.address, link->card.address, sizeof mine.address);
	}
	if (LINKS_CLIENTS > 1) { /* what one sends to another nobody cuts */
		mine.features &= ~(NETWORK_FEATURES_SEGMENTATION_4 | NETWORK_FEATURES_SEGMENTATION_6);
	}
	link->card = mine;
	link->is_told = true;
	(void)!links_cards_send(client, &mine); /* without room links_cards_room() tells it */
}

void links_cards_room(uint32_t client)
{
	tell(client);
}

void links_card(const struct network_card *now)
{
	card = *now;
	is_known = true;
	for (uint32_t client = 0; client < LINKS_CLIENTS; client++) {
		tell(client);
	}
}

void links_tell(void)
{
	for (uint32_t client = 0; client < LINKS_CLIENTS; client++) {
		if (!links[client].is_told) {
			tell(client);
		}
	}
}

bool link_has_card(uint32_t client)
{
	return links[client].is_told && links[client].card.most != 0;
}

const struct network_card *link_card(uint32_t client)
{
	return &links[client].card;
}

void link_session(uint32_t client, bool open)
{
	struct link *link = &links[client];

	flights_forget(client);
	link->is_open = open;
	link->is_told = false;
	link->count = 0;
	link->has_received = false;
	tell(client);
}

/* ---- what was sent ---------------------------------------------------------------------------- */

bool link_may_go(uint32_t client, uint64_t *when_ns)
{
	struct link *link = &links[client];
	uint64_t when;

	if (link->count + flights_of(client) >= LINKS_SENTS_ENTRIES) {
		return false; /* links_sents_room(), or card_sents() */
	}
	if (link->out.bytes_per_s == 0 || rate_allows(&link->out, clock_ns())) {
		return true;
	}
	when = rate_when(&link->out);
	*when_ns = when < *when_ns ? when : *when_ns;
	return false;
}

void link_sent(uint32_t client, uint32_t number, enum network_outcome outcome)
{
	struct link *link = &links[client];
	const struct network_sent sent = {.number = number, .outcome = outcome};

	if (link->count > 0 || !links_sents_send(client, &sent)) {
		link->sent[(link->first + link->count++) % LINKS_SENTS_ENTRIES] = sent;
	}
}

/* Of what waited; the caller goes on with what the client sends. */
static void tell_sent(uint32_t client)
{
	struct link *link = &links[client];

	while (link->count > 0 && links_sents_send(client, &link->sent[link->first])) {
		link->first = (link->first + 1) % LINKS_SENTS_ENTRIES;
		link->count--;
	}
}

void links_sents_room(uint32_t client)
{
	tell_sent(client);
	links_frames(client);
}

/* ---- what comes ------------------------------------------------------------------------------- */

/* The client knows that there are places again when it needs them; a frame finds them. */
void links_places(uint32_t client)
{
	(void)client;
}

void links_receiveds_room(uint32_t client)
{
	struct link *link = &links[client];

	if (link->has_received) {
		link->has_received = !links_receiveds_send(client, &link->received);
	}
}

static void tell_received(uint32_t client, const struct network_received *received)
{
	if (!links_receiveds_send(client, received)) {
		links[client].received = *received;
		links[client].has_received = true;
	}
}

/* The memory of a place; NULL: it is none. */
static uint8_t *find_place(uint32_t client, const struct network_run *run)
{
	const struct tenon_buffer first = {.length = LINKS_IN_SIZE};
	const uint64_t size = (uint64_t)links_in_count(client) * LINKS_IN_SIZE;

	if (run->pool != 0 || run->length < links[client].card.least || run->offset > size ||
	    run->length > size - run->offset) {
		return NULL;
	}
	return (uint8_t *)links_in_write(client, &first) + run->offset;
}

/* The next place of the client; NULL: it has none now. Those that are none are given back. */
static uint8_t *next_place(uint32_t client, uint32_t *number)
{
	struct network_place place;

	for (uint32_t i = 0; i < TRIES && !links[client].has_received && links_places_receive(client, &place);
	     i++) {
		uint8_t *at = find_place(client, &place.run);

		if (at != NULL) {
			*number = place.number;
			return at;
		}
		links[client].counts.malformed++;
		tell_received(client, &(struct network_received){.number = place.number,
								 .outcome = NETWORK_OUTCOME_MALFORMED});
	}
	return NULL;
}

static void deliver(uint32_t client, const struct packet *packet, enum network_check check)
{
	struct link *link = &links[client];
	struct network_received received = {.length = packet->bytes, .check = check};
	uint8_t *place = next_place(client, &received.number);

	if (place == NULL) {
		link->counts.no_place++;
		return;
	}
	packet_copy(packet, place);
	link->counts.received++;
	link->counts.received_bytes += packet->bytes;
	tell_received(client, &received);
}

/* Does the client hear what is for its address? What it does not is counted. */
static bool hears(uint32_t client, struct packet *packet)
{
	struct link *link = &links[client];

	if (!link_has_card(client)) {
		return false;
	}
	if (packet->bytes > link->card.least ||
	    (filter_looks(client) &&
	     filter_received(client, packet_headers(packet), packet_is_for_group(packet)) != FILTER_PASSES)) {
		link->counts.not_heard++;
		return false;
	}
	if (link->in.bytes_per_s != 0 && !rate_allows(&link->in, clock_ns())) {
		link->counts.over_rate++;
		return false;
	}
	rate_take(&link->in, packet->bytes);
	return true;
}

/* For each frame, so without a call. */
static bool is_own(uint32_t client, const uint8_t *address)
{
	const uint8_t *own = links[client].card.address;

	return ((own[0] ^ address[0]) | (own[1] ^ address[1]) | (own[2] ^ address[2]) |
		(own[3] ^ address[3]) | (own[4] ^ address[4]) | (own[5] ^ address[5])) == 0;
}

bool links_look(void)
{
	return anybody_looks;
}

bool links_deliver(struct packet *packet, uint32_t sender, enum network_check check)
{
	const bool is_for_group = packet_is_for_group(packet);
	bool is_for_one = false;

	for (uint32_t client = 0; client < LINKS_CLIENTS; client++) {
		if (client == sender || !(is_for_group || is_own(client, packet_destination(packet)))) {
			continue;
		}
		is_for_one = !is_for_group;
		if (hears(client, packet)) {
			deliver(client, packet, check);
		}
	}
	return is_for_one;
}

/* ---- what may be sent ------------------------------------------------------------------------- */

static bool is_spoofed(uint32_t client, struct packet *packet)
{
	if (!is_own(client, packet_source(packet))) {
		return true;
	}
	return packet_type(packet) == ARP && packet_headers(packet)->kind == HEADERS_ARP &&
	       !is_own(client, packet_headers(packet)->hardware);
}

enum network_outcome link_judge(uint32_t client, struct packet *packet)
{
	struct traffic_counts *counts = &links[client].counts;
	enum filter_verdict verdict = FILTER_PASSES;

	if (is_spoofed(client, packet)) {
		verdict = FILTER_IS_SPOOFED;
	} else if (filter_looks(client)) {
		verdict = filter_sent(client, packet_headers(packet));
	}
	counts->spoofed += verdict == FILTER_IS_SPOOFED;
	counts->not_allowed += verdict == FILTER_IS_NOT_ALLOWED;
	return verdict == FILTER_PASSES ? NETWORK_OUTCOME_OK : NETWORK_OUTCOME_REFUSED;
}

void link_charge(uint32_t client, const struct network_frame *frame)
{
	uint64_t bytes = (uint64_t)frame->head.length + frame->body.length;

	bytes = bytes < SHORTEST ? SHORTEST : bytes;
	rate_take(&links[client].out, bytes < LONGEST ? (uint32_t)bytes : LONGEST);
}

void link_count_sent(uint32_t client, const struct packet *packet)
{
	links[client].counts.sent++;
	links[client].counts.sent_bytes += packet->bytes;
}

void link_count_malformed(uint32_t client)
{
	links[client].counts.malformed++;
}

enum traffic_status traffic_read(uint32_t client, uint32_t link, char name[63 + 1],
				 uint8_t address[PACKET_ADDRESS], struct traffic_counts *counts)
{
	(void)client;
	if (link >= LINKS_CLIENTS) {
		return TRAFFIC_NO_MORE;
	}
	memcpy(name, links_client_name(link),
	       strlen(links_client_name(link)) + 1); /* of 63 at most, as names are */
	memcpy(address, links[link].card.address, PACKET_ADDRESS);
	*counts = links[link].counts;
	return TRAFFIC_OK;
}
