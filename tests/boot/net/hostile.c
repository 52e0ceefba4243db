/* SPDX-License-Identifier: MIT
 * A client of the card that sends from addresses of others, says lengths and places that cannot be, floods all others, and listens to nothing
 * but what became of that. Others go on, which the clients of the host see.
 */
#include "component.h"

#include <tenon/string.h>

#define FRAMES 2000u /* after which it says what it saw, and goes on */
#define BYTES  60u

static struct network_card card;
static uint32_t state = 1, frames, refused, wrong, sessions;

static uint32_t draw(void)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

/* Even numbers: a frame to everybody from another's address, or one that cannot be; odd ones: a frame to everybody of its own. */
static struct network_frame anything(uint32_t number)
{
	static const uint8_t other[6] = {2, 0, 0, 0, 0, 2};
	const struct tenon_buffer first = {.length = CARD_OUT_SIZE};
	struct network_frame frame = {.number = number, .head = {.length = BYTES}};
	uint8_t *at = (uint8_t *)card_out_write(&first);

	memset(at, 0xff, 6);
	memcpy(at + 6, card.address, 6);
	if (number % 2 == 0) {
		switch (draw() % 4) {
		case 0:
			at += 64;
			memset(at, 0xff, 6);
			memcpy(at + 6, other, sizeof other);
			frame.head.offset = 64;
			break;
		case 1:
			frame.head.length = draw() % 14;
			break;
		case 2:
			frame.head.offset = UINT64_MAX - draw() % BYTES;
			break;
		default:
			frame.body = (struct network_run){.length = 1, .pool = 1 + draw() % 5};
			break;
		}
	}
	return frame;
}

static void give_anything(void)
{
	const struct network_place place = {.number = draw(),
					    .run = {.offset = draw(), .length = draw(), .pool = draw() % 2}};

	(void)!card_places_send(&place);
}

/* Who shares the card, and what became of the frames of each. */
static void look(void)
{
	struct traffic_counts counts;
	uint8_t address[6];
	char name[64];
	uint32_t links = 0;

	while (traffic_read(links, name, address, &counts) == TRAFFIC_OK) {
		log_info("%s: %llu sent, %llu spoofed, %llu malformed, %llu received, %llu without a place",
			 name, (unsigned long long)counts.sent, (unsigned long long)counts.spoofed,
			 (unsigned long long)counts.malformed, (unsigned long long)counts.received,
			 (unsigned long long)counts.no_place);
		links++;
	}
	CHECK(traffic_read(UINT32_MAX, name, address, &counts) == TRAFFIC_NO_MORE);
	log_info("%u frames, %u refused, %u wrong; %u share the card", frames, refused, wrong, links);
}

static void go_on(void)
{
	while (card.most != 0) {
		const struct network_frame frame = anything(frames);

		give_anything();
		if (!card_frames_send(&frame)) {
			return; /* card_frames_room() goes on, or the next session */
		}
		if (++frames == FRAMES) {
			look();
		}
	}
}

void card_frames_room(void)
{
	go_on();
}

void card_sents(void)
{
	struct network_sent sent;

	while (card_sents_receive(&sent)) {
		const bool is_refused =
		    sent.outcome == NETWORK_OUTCOME_REFUSED || sent.outcome == NETWORK_OUTCOME_MALFORMED;

		refused += is_refused;
		wrong += sent.number % 2 == 0 && !is_refused && sent.outcome != NETWORK_OUTCOME_ABSENT;
	}
	go_on();
}

/* What comes is left where it is. */
void card_receiveds(void)
{
}

void card_places_room(void)
{
}

void card_cards(void)
{
	while (card_cards_receive(&card)) {
	}
	go_on();
}

void card_session(bool open)
{
	sessions += open;
	card.most = 0;
}
