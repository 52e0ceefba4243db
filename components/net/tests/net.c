/* SPDX-License-Identifier: MIT
 * The multiplexer between three clients and a driver that the test plays: whom frames are for, turns, lies, who dies.
 */
#include "card.h"

static const uint8_t peer[6] = {0x52, 0x55, 0x0a, 0x00, 0x02, 0x02};

/* Addresses of their own for the second and the third; the first has the card's. */
static void begin_apart(uint32_t places)
{
	links_parameters[1].address = "02:00:00:00:00:01";
	links_parameters[2].address = "02:00:00:00:00:0A";
	begin(places);
}

TEST(clients_hear_of_the_card_with_their_address)
{
	const uint8_t second[6] = {2, 0, 0, 0, 0, 1};

	begin_apart(0);
	assert_memory_equal(own(0), plain.address, 6);
	assert_memory_equal(own(1), second, 6);
	mock_card_cards_send(
	    &(struct network_card){.address = {2}, .most = 1514, .least = 1514, .is_up = false});
	assert_false(told(1).is_up);
}

TEST(what_several_share_nobody_cuts)
{
	test_start();
	mock_card_cards_send(&plain);
	assert_int_equal(told(0).features, NETWORK_FEATURES_CHECKSUM);
}

TEST(who_has_an_address_that_is_none_has_no_card)
{
	links_parameters[1].address = "03:00:00:00:00:01";
	test_start();
	mock_card_cards_send(&plain);
	assert_int_equal(told(0).most, plain.most);
	assert_int_equal(told(1).most, 0);
	send(1, 1, peer, 50);
	expect_sent(1, 1, NETWORK_OUTCOME_ABSENT);
}

TEST(frames_go_to_the_card_and_come_back)
{
	struct network_frame frame;

	begin_apart(0);
	send(1, 77, peer, 20);
	frame = asked();
	assert_int_equal(frame.body.length, 0);
	check_frame(bytes_of(1, &frame), peer, own(1), 77, 20);
	finish(frame, NETWORK_OUTCOME_OK);
	expect_sent(1, 77, NETWORK_OUTCOME_OK);
}

/* Their first 120 bytes are ours, the rest the card reads from the client's pool. */
TEST(what_a_frame_carries_is_not_copied)
{
	struct network_frame frame;

	begin_apart(0);
	send(2, 1, peer, 1500);
	frame = asked();
	assert_int_equal(frame.head.length, 120);
	assert_int_equal(frame.body.length, 1514 - 120);
	check_frame(bytes_of(2, &frame), peer, own(2), 1, 1500);
	send_parts(2, 2, peer, 1000);
	frame = asked();
	assert_int_equal(frame.head.length, 14);
	check_frame(bytes_of(2, &frame), peer, own(2), 2, 1000);
}

TEST(frames_that_come_go_to_whom_they_are_for)
{
	begin_apart(2);
	come(5, own(1), peer, 60);
	expect_received(1, 5, own(1), peer, 60);
	come(6, own(0), peer, 1500);
	expect_received(0, 6, own(0), peer, 1500);
	come(7, everybody, peer, 100);
	for (uint32_t client = 0; client < 3; client++) {
		expect_received(client, 7, everybody, peer, 100);
	}
	come(8, peer, peer, 100);
	for (uint32_t client = 0; client < 3; client++) {
		expect_none(client);
	}
	assert_int_equal(mock_card_places_entries(), PLACES);
}

TEST(clients_reach_each_other)
{
	begin_apart(2);
	send(0, 1, own(2), 1500);
	expect_sent(0, 1, NETWORK_OUTCOME_OK);
	expect_received(2, 1, own(2), own(0), 1500);
	send_parts(2, 2, own(1), 700);
	expect_received(1, 2, own(1), own(2), 700);
	assert_int_equal(mock_card_frames_entries(), 0);
	send(1, 3, everybody, 50);
	expect_received(0, 3, everybody, own(1), 50);
	expect_received(2, 3, everybody, own(1), 50);
	expect_none(1);
	finish(asked(), NETWORK_OUTCOME_OK);
	expect_sent(1, 3, NETWORK_OUTCOME_OK);
}

/* RFC 1071: what the card would have summed. */
TEST(sums_of_what_stays_here_are_made_here)
{
	struct network_frame frame = {
	    .number = 1, .checksum = true, .sum_from = 14, .sum_at = 2, .head = {.length = 20}};
	const struct tenon_buffer first = {.length = 2048};
	const uint8_t carried[6] = {0x12, 0x34, 0x00, 0x10, 0xff, 0xf0};
	struct network_received received;
	uint8_t *at;

	begin_apart(1);
	at = client_links_out_write(0, &first);
	memcpy(at, own(1), 6);
	memcpy(at + 6, own(0), 6);
	memcpy(at + 14, carried, sizeof carried);
	send_raw(0, &frame);
	client_links_receiveds_receive(1, &received);
	at = (uint8_t *)(uintptr_t)client_links_in_read(1, &first);
	assert_int_equal(at[16] << 8 | at[17], 0xedca); /* not 0x1234 + 0x0010 + 0xfff0, folded */
}

TEST(who_says_to_be_another_is_refused)
{
	struct network_frame frame = {.number = 4, .head = {.length = 64}};
	const struct tenon_buffer first = {.length = 2048};
	uint8_t *at;

	begin_apart(2);
	at = client_links_out_write(1, &first);
	memcpy(at, everybody, 6);
	memcpy(at + 6, own(0), 6);
	send_raw(1, &frame);
	expect_sent(1, 4, NETWORK_OUTCOME_REFUSED);
	assert_int_equal(mock_card_frames_entries(), 0);
	expect_none(0);
}

TEST(frames_that_cannot_be)
{
	static const struct network_frame wrong[] = {
	    {.head = {.length = 13}},
	    {.head = {.length = 1515}},
	    {.head = {.length = UINT32_MAX}},
	    {.head = {.length = 60}, .body = {.length = UINT32_MAX}},
	    {.head = {.length = 60, .offset = 256 * 2048}},
	    {.head = {.length = 60, .offset = UINT64_MAX - 30}},
	    {.head = {.length = 60, .pool = 1}},
	    {.head = {.length = 60}, .body = {.length = 60, .pool = 1}},
	    {.head = {.length = 60}, .body = {.length = 60, .pool = UINT32_MAX}},
	    {.head = {.length = 60}, .body = {.length = 60, .offset = 256 * 2048 - 59}},
	    {.head = {.length = 60}, .checksum = true, .sum_from = 50, .sum_at = 9},
	    {.head = {.length = 60}, .checksum = true, .sum_from = UINT16_MAX, .sum_at = UINT16_MAX},
	};
	static const struct network_frame unsupported[] = {
	    {.head = {.length = 121}, .body = {.length = 1}},
	    {.head = {.length = 60}, .segmentation = NETWORK_SEGMENTATION_TCP6, .checksum = true},
	};

	begin_apart(2);
	for (uint32_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		send_raw(0, &wrong[i]);
		expect_sent(0, 0, NETWORK_OUTCOME_MALFORMED);
	}
	for (uint32_t i = 0; i < sizeof unsupported / sizeof *unsupported; i++) {
		send_raw(0, &unsupported[i]);
		expect_sent(0, 0, NETWORK_OUTCOME_UNSUPPORTED);
	}
	assert_int_equal(mock_card_frames_entries(), 0);
}

TEST(places_that_are_none_come_back)
{
	const struct network_place wrong[] = {
	    {.number = 10, .run = {.length = 100}},
	    {.number = 11, .run = {.length = 2048, .pool = 1}},
	    {.number = 12, .run = {.length = 2048, .offset = 256 * 2048 - 2047}},
	    {.number = 13, .run = {.length = 2048, .offset = UINT64_MAX - 100}},
	};

	begin_apart(0);
	for (uint32_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		client_links_places_send(1, &wrong[i]);
	}
	give(1, 3);
	come(1, own(1), peer, 60);
	for (uint32_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		expect_back(1, wrong[i].number, NETWORK_OUTCOME_MALFORMED);
	}
	expect_received(1, 1, own(1), peer, 60);
}

TEST(who_has_no_place_misses_a_frame_and_nobody_else)
{
	begin_apart(1);
	come(1, own(1), peer, 60);
	come(2, own(1), peer, 60);
	come(3, own(2), peer, 60);
	expect_received(2, 3, own(2), peer, 60);
	expect_received(1, 1, own(1), peer, 60);
	expect_none(1);
	give(1, 0);
	come(4, own(1), peer, 60);
	expect_received(1, 4, own(1), peer, 60);
}

/* What waits for a client that does not listen waits in its own memory, and its flights are over. */
TEST(a_client_that_does_not_listen_waits_for_itself)
{
	uint32_t done = 0;

	begin_apart(0);
	for (uint32_t i = 0; i < 600; i++) {
		if (client_links_frames_room(0) != 0) {
			send(0, i, peer, 50);
		}
		while (mock_card_frames_entries() != 0) {
			finish(asked(), NETWORK_OUTCOME_OK);
			done++;
		}
	}
	assert_int_equal(client_links_frames_room(0), 0);
	assert_int_equal(done, 128 + 128);
	for (uint32_t i = 0; i < 100; i++) {
		send(1, i, peer, 50);
	}
	assert_int_equal(mock_card_frames_entries(), 128 - 2 * 16);
	for (uint32_t i = 0; i < done; i++) {
		expect_sent(0, i, NETWORK_OUTCOME_OK);
	}
}

TEST(one_client_does_not_take_all_that_may_be_under_way)
{
	begin_apart(0);
	for (uint32_t i = 0; i < 128; i++) {
		send(0, i, peer, 50);
	}
	assert_int_equal(mock_card_frames_entries(), 128 - 2 * 16);
	for (uint32_t i = 0; i < 32; i++) {
		send(1 + i % 2, i, peer, 50);
	}
	assert_int_equal(mock_card_frames_entries(), 128);
}

/* ---- who dies ---- */

TEST(what_a_dead_driver_had_is_repeated_in_its_order)
{
	begin_apart(0);
	for (uint32_t i = 0; i < 5; i++) {
		send(i % 2, 10 + i, peer, 50);
	}
	finish(asked(), NETWORK_OUTCOME_OK);
	expect_sent(0, 10, NETWORK_OUTCOME_OK);
	send(0, 20, peer, 50);
	mock_card_server_restart();
	assert_int_equal(mock_card_frames_entries(), 0);
	send(0, 21, peer, 50);
	assert_int_equal(mock_card_frames_entries(), 0);
	mock_card_cards_send(&plain);
	assert_int_equal(mock_card_places_entries(), PLACES);
	for (uint32_t i = 0; i < 6; i++) {
		static const uint32_t numbers[] = {11, 12, 13, 14, 20, 21};
		static const uint32_t clients[] = {1, 0, 1, 0, 0, 0};
		struct network_frame frame = asked();

		check_frame(bytes_of(clients[i], &frame), peer, own(clients[i]), numbers[i], 50);
		finish(frame, NETWORK_OUTCOME_OK);
		expect_sent(clients[i], numbers[i], NETWORK_OUTCOME_OK);
	}
	assert_int_equal(client_links_cards_entries(0), 0); /* the clients have not noticed */
	assert_int_equal(client_links_sessions(0), 1);
}

/* The card may still read where the client's predecessor had its frames. */
TEST(a_client_that_begins_anew_waits_for_what_was_under_way)
{
	struct network_frame frame;

	begin_apart(0);
	send(1, 1, peer, 1000);
	frame = asked();
	test_client_restarts(1);
	assert_int_equal(client_links_cards_entries(1), 0);
	send(1, 2, peer, 50);
	expect_sent(1, 2, NETWORK_OUTCOME_ABSENT);
	finish(frame, NETWORK_OUTCOME_OK);
	assert_int_equal(client_links_sents_entries(1), 0);
	assert_int_equal(told(1).most, plain.most);
	send(1, 3, peer, 50);
	finish(asked(), NETWORK_OUTCOME_OK);
	expect_sent(1, 3, NETWORK_OUTCOME_OK);
}

TEST(a_client_and_the_driver_die_together)
{
	begin_apart(0);
	send(1, 1, peer, 1000);
	test_client_restarts(1);
	mock_card_server_restart();
	assert_int_equal(client_links_cards_entries(1), 0);
	mock_card_cards_send(&plain);
	assert_int_equal(mock_card_frames_entries(), 0);
	assert_int_equal(told(1).most, plain.most);
}

TEST(a_client_that_breaks_its_channel_is_alone)
{
	begin_apart(1);
	send_raw(0, &(struct network_frame){.segmentation = (enum network_segmentation)9});
	send(1, 7, peer, 50);
	finish(asked(), NETWORK_OUTCOME_OK);
	expect_sent(1, 7, NETWORK_OUTCOME_OK);
	come(1, everybody, peer, 60);
	expect_received(1, 1, everybody, peer, 60);
	test_client_restarts(0);
	assert_int_equal(told(0).most, plain.most);
}

/* ---- a driver that lies ---- */

TEST(a_driver_that_says_what_no_card_can_be)
{
	struct network_card odd = plain;

	test_start();
	odd.most = 4000;
	mock_card_cards_send(&odd);
	assert_int_equal(told(0).most, 0);
	odd = plain;
	odd.least = UINT32_MAX;
	mock_card_cards_send(&odd);
	odd = plain;
	odd.address[0] = 1;
	mock_card_cards_send(&odd);
	send_raw(0, &(struct network_frame){.number = 3, .head = {.length = 60}});
	expect_sent(0, 3, NETWORK_OUTCOME_ABSENT);
}

TEST(places_and_frames_that_the_driver_does_not_have)
{
	begin_apart(1);
	mock_card_receiveds_send(&(struct network_received){.number = PLACES, .length = 60});
	mock_card_receiveds_send(&(struct network_received){.number = UINT32_MAX, .length = 60});
	mock_card_receiveds_send(&(struct network_received){.number = 1, .length = UINT32_MAX});
	mock_card_receiveds_send(&(struct network_received){.number = 2, .length = 13});
	mock_card_receiveds_send(&(struct network_received){.number = 3, .length = 1515});
	mock_card_receiveds_send(
	    &(struct network_received){.number = 4, .outcome = NETWORK_OUTCOME_MALFORMED});
	mock_card_receiveds_send(
	    &(struct network_received){.number = 4, .length = 60}); /* it has it no more */
	mock_card_sents_send(&(struct network_sent){.number = 5});
	mock_card_sents_send(&(struct network_sent){.number = UINT32_MAX});
	for (uint32_t client = 0; client < 3; client++) {
		expect_none(client);
	}
	come(1, own(1), peer, 60);
	expect_received(1, 1, own(1), peer, 60);
}

TEST(a_card_that_vanishes_and_comes_back)
{
	const struct network_card none = {.most = 0};

	begin_apart(1);
	send(0, 1, peer, 50);
	mock_card_cards_send(&none);
	finish(asked(), NETWORK_OUTCOME_ABSENT);
	expect_sent(0, 1, NETWORK_OUTCOME_ABSENT);
	assert_int_equal(told(0).most, 0);
	mock_card_receiveds_send(&(struct network_received){.number = 0, .outcome = NETWORK_OUTCOME_ABSENT});
	send(0, 2, peer, 50);
	expect_sent(0, 2, NETWORK_OUTCOME_ABSENT);
	mock_card_cards_send(&plain);
	assert_int_equal(told(0).most, plain.most);
	come(1, own(0), peer, 60);
	expect_received(0, 1, own(0), peer, 60);
}
