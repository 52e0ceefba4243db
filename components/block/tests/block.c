/* SPDX-License-Identifier: MIT
 * The multiplexer between three clients and a driver that the test plays: ranges, turns, a driver and clients that begin anew.
 */
#include "disk.h"

TEST(a_client_hears_of_the_disk_once_its_table_was_read)
{
	test_start();
	assert_int_equal(client_volume_geometries_entries(0), 0);
	mock_disk_geometries_send(&whole);
	assert_int_equal(client_volume_geometries_entries(0), 0);
	send(0, 1, STORAGE_KIND_FLUSH, 0, 0);
	expect(0, 1, STORAGE_OUTCOME_ABSENT);
	serve_scan();
	assert_int_equal(told(0).sectors, SECTORS);
}

TEST(requests_go_to_the_driver_and_come_back)
{
	struct storage_request request;

	begin();
	send(1, 77, STORAGE_KIND_WRITE, 5, 3);
	request = asked();
	assert_int_equal(request.first, 5);
	assert_int_equal(request.count, 3);
	assert_int_not_equal(request.pool, 0);
	assert_int_equal(request.data.index, TENON_BUFFER_NONE);
	complete(request);
	expect(1, 77, STORAGE_OUTCOME_OK);
}

TEST(sectors_that_are_not_there_are_refused_here)
{
	begin();
	send(0, 1, STORAGE_KIND_READ, SECTORS, 1);
	send(0, 2, STORAGE_KIND_READ, SECTORS - 1, 2);
	send(0, 3, STORAGE_KIND_DISCARD, UINT64_MAX, 2);
	expect(0, 1, STORAGE_OUTCOME_OUT_OF_RANGE);
	expect(0, 2, STORAGE_OUTCOME_OUT_OF_RANGE);
	expect(0, 3, STORAGE_OUTCOME_OUT_OF_RANGE);
	assert_int_equal(mock_disk_requests_entries(), 0);
}

TEST(the_table_is_read_again_when_the_driver_dies_meanwhile)
{
	test_start();
	mock_disk_geometries_send(&whole);
	assert_int_equal(asked().kind, STORAGE_KIND_READ);
	mock_disk_server_restart();
	mock_disk_geometries_send(&whole);
	serve_scan();
	assert_int_equal(told(0).sectors, SECTORS);
}

TEST(what_a_dead_driver_had_is_repeated_in_its_order)
{
	begin();
	for (uint32_t i = 0; i < 5; i++) {
		send(i % 2, 10 + i, STORAGE_KIND_READ, i, 1);
	}
	assert_int_equal(asked().first, 0);
	mock_disk_server_restart();
	mock_disk_geometries_send(&whole);
	for (uint32_t i = 0; i < 5; i++) {
		struct storage_request request = asked();

		assert_int_equal(request.first, i);
		complete(request);
	}
	expect(0, 10, STORAGE_OUTCOME_OK);
	expect(1, 11, STORAGE_OUTCOME_OK);
	expect(0, 12, STORAGE_OUTCOME_OK);
	expect(1, 13, STORAGE_OUTCOME_OK);
	expect(0, 14, STORAGE_OUTCOME_OK);
}

TEST(clients_take_turns)
{
	begin();
	for (uint32_t i = 0; i < 60; i++) {
		send(0, i, STORAGE_KIND_FLUSH, 0, 0);
	}
	send(1, 100, STORAGE_KIND_READ, 9, 1);
	send(2, 200, STORAGE_KIND_READ, 10, 1);
	for (uint32_t i = 0; i < 60; i++) {
		complete(asked());
	}
	complete(asked());
	complete(asked());
	expect(1, 100, STORAGE_OUTCOME_OK);
	expect(2, 200, STORAGE_OUTCOME_OK);
}

/* The device may still write where the client's predecessor asked it to. */
TEST(a_client_that_begins_anew_waits_for_what_was_under_way)
{
	struct storage_request request;

	begin();
	(void)told(0);
	send(0, 1, STORAGE_KIND_READ, 3, 1);
	request = asked();
	test_client_restarts(0);
	assert_int_equal(client_volume_geometries_entries(0), 0);
	complete(request);
	assert_int_equal(client_volume_completions_entries(0), 0);
	assert_int_equal(told(0).sectors, SECTORS);
	send(0, 2, STORAGE_KIND_READ, 3, 1);
	complete(asked());
	expect(0, 2, STORAGE_OUTCOME_OK);
}

TEST(a_completion_that_nobody_waits_for_is_dropped)
{
	const struct storage_completion completion = {.number = 5, .data = {.index = TENON_BUFFER_NONE}};

	begin();
	mock_disk_completions_send(&completion);
	send(0, 1, STORAGE_KIND_FLUSH, 0, 0);
	complete(asked());
	expect(0, 1, STORAGE_OUTCOME_OK);
}

/* ---- who may what ---- */

TEST(who_may_only_read_changes_nothing)
{
	volume_parameters[1].read_only = true;
	begin();
	assert_int_equal(told(0).features & STORAGE_FEATURES_READ_ONLY, 0);
	assert_int_not_equal(told(1).features & STORAGE_FEATURES_READ_ONLY, 0);
	send(1, 1, STORAGE_KIND_WRITE, 0, 1);
	send(1, 2, STORAGE_KIND_DISCARD, 0, 1);
	send(1, 3, STORAGE_KIND_WRITE_ZEROES, 0, 1);
	expect(1, 1, STORAGE_OUTCOME_READ_ONLY);
	expect(1, 2, STORAGE_OUTCOME_READ_ONLY);
	expect(1, 3, STORAGE_OUTCOME_READ_ONLY);
	assert_int_equal(mock_disk_requests_entries(), 0);
	send(1, 4, STORAGE_KIND_READ, 0, 1);
	complete(asked());
	expect(1, 4, STORAGE_OUTCOME_OK);
}

static void send_raw(uint32_t client, struct storage_request request)
{
	client_volume_requests_send(client, &request);
}

TEST(data_that_is_not_where_it_is_said_to_be)
{
	const struct tenon_buffer none = {.index = TENON_BUFFER_NONE};
	struct tenon_buffer buffer;

	begin();
	assert_true(client_volume_data_allocate(0, &buffer));
	send_raw(0, (struct storage_request){.number = 1, .count = 1, .pool = 1, .data = none});
	send_raw(0, (struct storage_request){.number = 2, .count = 1, .pool = UINT32_MAX, .data = none});
	send_raw(0, (struct storage_request){.number = 3, .count = 1, .pool = 1, .data = buffer});
	expect(0, 1, STORAGE_OUTCOME_MALFORMED);
	expect(0, 2, STORAGE_OUTCOME_MALFORMED);
	expect(0, 3, STORAGE_OUTCOME_MALFORMED);
	assert_true(client_volume_data_allocate(0, &buffer));
	buffer.length = 2 * SIZE;
	send_raw(0, (struct storage_request){.number = 4, .count = 3, .data = buffer});
	expect(0, 4, STORAGE_OUTCOME_MALFORMED);
	assert_true(client_volume_data_allocate(0, &buffer));
	send_raw(0, (struct storage_request){.number = 5, .kind = STORAGE_KIND_FLUSH, .data = buffer});
	expect(0, 5, STORAGE_OUTCOME_MALFORMED);
	assert_int_equal(mock_disk_requests_entries(), 0);
}

/* What the interface does not allow ends the session of that client, and nobody else notices. */
TEST(a_client_that_breaks_its_channel_is_alone)
{
	begin();
	(void)told(0);
	send(1, 7, STORAGE_KIND_READ, 1, 1);
	send_raw(
	    0, (struct storage_request){.kind = (enum storage_kind)77, .data = {.index = TENON_BUFFER_NONE}});
	send(0, 8, STORAGE_KIND_FLUSH, 0, 0); /* nobody looks at it any more */
	assert_int_equal(mock_disk_requests_entries(), 1);
	complete(asked());
	expect(1, 7, STORAGE_OUTCOME_OK);
	test_client_restarts(0);
	assert_int_equal(told(0).sectors, SECTORS);
}

/* Completions that find no room wait, and so do that client's further requests. */
TEST(a_client_that_does_not_listen_waits_for_itself)
{
	uint32_t done = 0;

	begin();
	for (uint32_t i = 0; i < 200; i++) {
		if (client_volume_requests_room(0) != 0) {
			send(0, i, STORAGE_KIND_FLUSH, 0, 0);
		}
		while (mock_disk_requests_entries() != 0) {
			complete(asked());
			done++;
		}
	}
	assert_int_equal(client_volume_requests_room(0), 0);
	assert_in_range(done, 64, 64 + 63);
	send(1, 1000, STORAGE_KIND_READ, 0, 1);
	complete(asked());
	expect(1, 1000, STORAGE_OUTCOME_OK);
	for (uint32_t i = 0; i < done; i++) {
		expect(0, i, STORAGE_OUTCOME_OK);
	}
	assert_int_not_equal(mock_disk_requests_entries(), 0);
}

TEST(one_client_does_not_take_all_that_may_be_under_way)
{
	begin();
	for (uint32_t i = 0; i < 64; i++) {
		send(0, i, STORAGE_KIND_FLUSH, 0, 0);
	}
	assert_int_equal(mock_disk_requests_entries(), 63 - 2 * 4); /* four of each of the others' */
	for (uint32_t i = 0; i < 8; i++) {
		send(1 + i % 2, 100 + i, STORAGE_KIND_READ, i, 1);
	}
	assert_int_equal(mock_disk_requests_entries(), 63);
}

/* ---- neighbours ---- */

static const struct storage_geometry large = {
    .sectors = SECTORS, .sector_size = SIZE, .physical_size = SIZE, .most = 300, .most_discard = 1024};

/* Whole buffers, whose memory is in their order. What a driver had that died waits together, and goes together. */
static void send_neighbours(uint32_t requests)
{
	struct tenon_buffer buffer[3];

	test_start();
	mock_disk_geometries_send(&large);
	serve_scan();
	for (uint32_t i = 0; i < requests; i++) {
		assert_true(client_volume_data_allocate(0, &buffer[i]));
		assert_int_equal(buffer[i].index, buffer[0].index + i); /* so they are given out */
	}
	for (uint32_t i = 0; i < requests; i++) {
		send_raw(0, (struct storage_request){
				.number = i, .first = 1000 + i * 128, .count = 128, .data = buffer[i]});
	}
	mock_disk_server_restart();
	mock_disk_geometries_send(&large);
}

TEST(neighbours_go_together)
{
	struct storage_request request;

	send_neighbours(3);
	assert_int_equal(mock_disk_requests_entries(), 2); /* all three would be more than the disk takes */
	request = asked();
	assert_int_equal(request.first, 1000);
	assert_int_equal(request.count, 256);
	complete(request);
	expect(0, 0, STORAGE_OUTCOME_OK);
	expect(0, 1, STORAGE_OUTCOME_OK);
	request = asked();
	assert_int_equal(request.first, 1256);
	assert_int_equal(request.count, 128);
}

TEST(what_is_no_neighbour_goes_alone)
{
	test_start();
	mock_disk_geometries_send(&large);
	serve_scan();
	send(0, 1, STORAGE_KIND_READ, 1000, 128);
	send(0, 2, STORAGE_KIND_READ, 1129, 128);  /* not on the disk */
	send(1, 3, STORAGE_KIND_READ, 1257, 128);  /* another's */
	send(1, 4, STORAGE_KIND_WRITE, 1385, 128); /* of another kind */
	send(1, 5, STORAGE_KIND_WRITE, 1513, 8);
	send(1, 6, STORAGE_KIND_WRITE, 1521, 8); /* not in memory */
	mock_disk_server_restart();
	assert_int_equal(mock_disk_requests_entries(), 5); /* the fifth goes with the fourth */
}

TEST(neighbours_that_fail_are_tried_one_by_one)
{
	send_neighbours(2);
	complete_as(asked(), STORAGE_OUTCOME_FAILED);
	assert_int_equal(mock_disk_requests_entries(), 2);
	complete(asked());
	complete_as(asked(), STORAGE_OUTCOME_FAILED);
	expect(0, 0, STORAGE_OUTCOME_OK);
	expect(0, 1, STORAGE_OUTCOME_FAILED);
}

TEST(neighbours_are_repeated_together)
{
	send_neighbours(2);
	assert_int_equal(asked().count, 256);
	mock_disk_server_restart();
	assert_int_equal(mock_disk_requests_entries(), 1);
	complete(asked());
	expect(0, 0, STORAGE_OUTCOME_OK);
	expect(0, 1, STORAGE_OUTCOME_OK);
}

TEST(a_device_that_fails_is_the_clients_to_know)
{
	begin();
	send(0, 1, STORAGE_KIND_WRITE, 3, 1);
	complete_as(asked(), STORAGE_OUTCOME_FAILED);
	expect(0, 1, STORAGE_OUTCOME_FAILED);
	send(0, 2, STORAGE_KIND_DISCARD, 3, 1);
	complete_as(asked(), STORAGE_OUTCOME_UNSUPPORTED);
	expect(0, 2, STORAGE_OUTCOME_UNSUPPORTED);
}

TEST(a_disk_that_vanishes)
{
	const struct storage_geometry gone = {.sector_size = SIZE, .physical_size = SIZE};

	begin();
	(void)told(0);
	send(0, 1, STORAGE_KIND_READ, 3, 1);
	mock_disk_geometries_send(&gone);
	complete_as(asked(), STORAGE_OUTCOME_ABSENT);
	expect(0, 1, STORAGE_OUTCOME_ABSENT);
	assert_int_equal(told(0).sectors, 0);
	send(0, 2, STORAGE_KIND_READ, 3, 1);
	send(0, 3, STORAGE_KIND_FLUSH, 0, 0);
	expect(0, 2, STORAGE_OUTCOME_ABSENT);
	expect(0, 3, STORAGE_OUTCOME_ABSENT);
	mock_disk_geometries_send(&whole); /* and comes back */
	serve_scan();
	assert_int_equal(told(0).sectors, SECTORS);
}

TEST(a_driver_that_says_what_no_disk_can_be)
{
	struct storage_geometry odd = whole;

	test_start();
	odd.sector_size = 0;
	mock_disk_geometries_send(&odd);
	assert_int_equal(told(0).sectors, 0);
	odd.sector_size = 1000;
	mock_disk_geometries_send(&odd);
	odd = whole;
	odd.most = UINT32_MAX;
	mock_disk_geometries_send(&odd);
	assert_int_equal(mock_disk_requests_entries(), 0);
	send(0, 1, STORAGE_KIND_READ, 0, 1);
	expect(0, 1, STORAGE_OUTCOME_ABSENT);
}

/* The device must not reach memory for a client that is no more, also when the driver died with its request. */
TEST(a_client_and_the_driver_die_together)
{
	begin();
	(void)told(0);
	send(0, 1, STORAGE_KIND_READ, 3, 1);
	(void)asked();
	test_client_restarts(0);
	assert_int_equal(client_volume_geometries_entries(0), 0);
	mock_disk_server_restart();
	assert_int_equal(mock_disk_requests_entries(), 0);
	assert_int_equal(told(0).sectors, SECTORS);
}
