/* SPDX-License-Identifier: MIT
 * The multiplexer between three clients and a driver that the test plays: ranges, turns, a driver and clients that begin anew.
 */
#include "test.h"

#include "../table.h"

#define SECTORS 4096u
#define SIZE    512u

static uint8_t image[SECTORS * SIZE];
static const struct storage_geometry whole = {
    .sectors = SECTORS, .sector_size = SIZE, .physical_size = SIZE, .most = 128, .most_discard = 1024};

/* The driver's next request. */
static struct storage_request asked(void)
{
	struct storage_request request;

	mock_disk_requests_receive(&request);
	return request;
}

/* What a client is told of its volume. */
static struct storage_geometry told(uint32_t client)
{
	struct storage_geometry geometry;

	client_volume_geometries_receive(client, &geometry);
	return geometry;
}

/* The driver answers what has come of the component's own requests: reads of the image into the connection's pool. */
static void serve_scan(void)
{
	while (mock_disk_requests_entries() != 0) {
		struct storage_request request = asked();
		const struct storage_completion completion = {.number = request.number, .data = request.data};

		assert_int_equal(request.kind, STORAGE_KIND_READ);
		assert_int_equal(request.pool, 0);
		memcpy(mock_disk_data_write(&request.data), image + request.first * SIZE,
		       request.count * SIZE);
		mock_disk_completions_send(&completion);
	}
}

static void begin(void)
{
	test_start();
	mock_disk_geometries_send(&whole);
	serve_scan();
}

static void send(uint32_t client, uint64_t number, enum storage_kind kind, uint64_t first, uint32_t count)
{
	struct storage_request request = {.number = number, .first = first, .count = count, .kind = kind};

	request.data.index = TENON_BUFFER_NONE;
	if (kind == STORAGE_KIND_READ || kind == STORAGE_KIND_WRITE) {
		assert_true(client_volume_data_allocate(client, &request.data));
		request.data.length = count * SIZE;
	}
	client_volume_requests_send(client, &request);
}

static void complete(struct storage_request request)
{
	const struct storage_completion completion = {.number = request.number, .data = request.data};

	mock_disk_completions_send(&completion);
}

static void expect(uint32_t client, uint64_t number, enum storage_outcome outcome)
{
	struct storage_completion completion;

	assert_int_not_equal(client_volume_completions_entries(client), 0);
	client_volume_completions_receive(client, &completion);
	assert_int_equal(completion.number, number);
	assert_int_equal(completion.outcome, outcome);
	if (completion.data.index != TENON_BUFFER_NONE) {
		client_volume_data_release(client, &completion.data);
	}
}

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

/* ---- tables ---- */

static void put(uint8_t *at, uint64_t value, uint32_t bytes)
{
	for (uint32_t i = 0; i < bytes; i++) {
		at[i] = (uint8_t)(value >> 8 * i);
	}
}

TEST(a_table_of_the_old_kind)
{
	static struct table table;
	struct table_run wanted;
	static uint8_t sector[2 * SIZE];
	const struct table_disk disk = {SECTORS, SIZE};
	const struct table_run run = {sector, 0, 2};

	put(sector + 510, 0xaa55, 2);
	put(sector + 446 + 4, 0x83, 1);
	put(sector + 446 + 8, 100, 4);
	put(sector + 446 + 12, 50, 4);
	put(sector + 462 + 4, 0x83, 1);
	put(sector + 462 + 8, SECTORS - 1, 4);
	put(sector + 462 + 12, 2, 4); /* past the end */
	assert_int_equal(table_read(disk, run, run, &table, &wanted), TABLE_FOUND);
	assert_int_equal(table.scheme, TABLE_MBR);
	assert_int_equal(table.partitions, 1);
	assert_int_equal(table_find(&table, "1")->first, 100);
	assert_int_equal(table_find(&table, "1")->count, 50);
	assert_null(table_find(&table, "2"));
	assert_null(table_find(&table, ""));
}
