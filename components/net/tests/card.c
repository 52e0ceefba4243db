/* SPDX-License-Identifier: MIT
 * See card.h.
 */
#include "card.h"

#define ETHERNET 14u
#define TYPE     0x88b5u /* for experiments: IEEE 802 */
#define MOST     1514u

const struct network_card plain = {.address = {0x52, 0x54, 0x00, 0x12, 0x34, 0x56},
				   .is_up = true,
				   .speed = 1000,
				   .most = MOST,
				   .least = MOST,
				   .features = NETWORK_FEATURES_CHECKSUM | NETWORK_FEATURES_SEGMENTATION_4};
const uint8_t everybody[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
static uint8_t addresses[3][6];
static uint32_t used[3]; /* buffers of each client's pool */

struct network_card told(uint32_t client)
{
	struct network_card card;

	client_links_cards_receive(client, &card);
	memcpy(addresses[client], card.address, sizeof card.address);
	return card;
}

const uint8_t *own(uint32_t client)
{
	return addresses[client];
}

void give(uint32_t client, uint32_t number)
{
	const struct network_place place = {.number = number,
					    .run = {.offset = number * 2048, .length = 2048}};

	client_links_places_send(client, &place);
}

void begin(uint32_t places)
{
	memset(used, 0, sizeof used);
	test_start();
	mock_card_cards_send(&plain);
	for (uint32_t client = 0; client < 3; client++) {
		(void)told(client);
		for (uint32_t i = 0; i < places; i++) {
			give(client, i);
		}
	}
}

/* ---- frames of clients ---- */

static uint8_t byte_of(uint32_t number, uint32_t i)
{
	return (uint8_t)(number * 31 + i * 7 + i / 256);
}

static void fill(uint8_t *frame, const uint8_t *to, const uint8_t *from, uint32_t number, uint32_t bytes)
{
	memcpy(frame, to, 6);
	memcpy(frame + 6, from, 6);
	frame[12] = TYPE >> 8;
	frame[13] = TYPE & 0xff;
	for (uint32_t i = 0; i < bytes; i++) {
		frame[ETHERNET + i] = byte_of(number, i);
	}
}

void check_frame(const uint8_t *frame, const uint8_t *to, const uint8_t *from, uint32_t number,
		 uint32_t bytes)
{
	uint8_t same[2048];

	fill(same, to, from, number, bytes);
	assert_memory_equal(frame, same, ETHERNET + bytes);
}

void send_raw(uint32_t client, const struct network_frame *frame)
{
	client_links_frames_send(client, frame);
}

static uint8_t *next_buffer(uint32_t client, uint64_t *offset)
{
	const struct tenon_buffer first = {.length = 2048};

	*offset = (uint64_t)(used[client]++ % 256) * 2048;
	return (uint8_t *)client_links_out_write(client, &first) + *offset;
}

void send(uint32_t client, uint32_t number, const uint8_t *to, uint32_t bytes)
{
	struct network_frame frame = {.number = number, .head = {.length = ETHERNET + bytes}};

	fill(next_buffer(client, &frame.head.offset), to, own(client), number, bytes);
	send_raw(client, &frame);
}

void send_parts(uint32_t client, uint32_t number, const uint8_t *to, uint32_t bytes)
{
	struct network_frame frame = {
	    .number = number, .head = {.length = ETHERNET}, .body = {.length = bytes}};
	uint8_t *head = next_buffer(client, &frame.head.offset),
		*body = next_buffer(client, &frame.body.offset);

	fill(head, to, own(client), number, bytes);
	memcpy(body, head + ETHERNET, bytes);
	send_raw(client, &frame);
}

void expect_sent(uint32_t client, uint32_t number, enum network_outcome outcome)
{
	struct network_sent sent;

	assert_int_not_equal(client_links_sents_entries(client), 0);
	client_links_sents_receive(client, &sent);
	assert_int_equal(sent.number, number);
	assert_int_equal(sent.outcome, outcome);
}

/* ---- the driver ---- */

struct network_frame asked(void)
{
	struct network_frame frame;

	mock_card_frames_receive(&frame);
	return frame;
}

const uint8_t *bytes_of(uint32_t client, const struct network_frame *frame)
{
	const struct tenon_buffer first = {.length = 2048};
	static uint8_t all[4096];

	assert_int_equal(frame->head.pool, 0);
	memcpy(all, (const uint8_t *)mock_card_out_read(&first) + frame->head.offset, frame->head.length);
	if (frame->body.length != 0) {
		assert_int_equal(frame->body.pool, client + 1);
		memcpy(all + frame->head.length,
		       (const uint8_t *)client_links_out_write(client, &first) + frame->body.offset,
		       frame->body.length);
	}
	return all;
}

void finish(struct network_frame frame, enum network_outcome outcome)
{
	const struct network_sent sent = {.number = frame.number, .outcome = outcome};

	mock_card_sents_send(&sent);
}

void come_raw(const uint8_t *frame, uint32_t length)
{
	struct network_place place;
	struct tenon_buffer buffer;
	struct network_received received = {.length = length};

	mock_card_places_receive(&place);
	buffer = (struct tenon_buffer){.index = (uint32_t)(place.run.offset / 2048), .length = 2048};
	memcpy((uint8_t *)mock_card_in_write(&buffer) + place.run.offset % 2048, frame, length);
	received.number = place.number;
	mock_card_receiveds_send(&received);
}

void come(uint32_t number, const uint8_t *to, const uint8_t *from, uint32_t bytes)
{
	uint8_t frame[2048];

	fill(frame, to, from, number, bytes);
	come_raw(frame, ETHERNET + bytes);
}

/* ---- what clients get ---- */

static struct network_received next_received(uint32_t client)
{
	struct network_received received;

	assert_int_not_equal(client_links_receiveds_entries(client), 0);
	client_links_receiveds_receive(client, &received);
	return received;
}

void expect_received(uint32_t client, uint32_t number, const uint8_t *to, const uint8_t *from, uint32_t bytes)
{
	const struct network_received received = next_received(client);
	const struct tenon_buffer buffer = {.index = received.number, .length = 2048};

	assert_int_equal(received.outcome, NETWORK_OUTCOME_OK);
	assert_int_equal(received.length, ETHERNET + bytes);
	check_frame(client_links_in_read(client, &buffer), to, from, number, bytes);
}

void expect_back(uint32_t client, uint32_t place, enum network_outcome outcome)
{
	const struct network_received received = next_received(client);

	assert_int_equal(received.number, place);
	assert_int_equal(received.length, 0);
	assert_int_equal(received.outcome, outcome);
}

void expect_none(uint32_t client)
{
	assert_int_equal(client_links_receiveds_entries(client), 0);
}
