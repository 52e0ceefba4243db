/* SPDX-License-Identifier: MIT
 * See disk.h.
 */
#include "disk.h"

uint8_t image[SECTORS * SIZE];
const struct storage_geometry whole = {
    .sectors = SECTORS, .sector_size = SIZE, .physical_size = SIZE, .most = 128, .most_discard = 1024};

/* The driver's next request. */
struct storage_request asked(void)
{
	struct storage_request request;

	mock_disk_requests_receive(&request);
	return request;
}

/* What a client is told of its volume. */
struct storage_geometry told(uint32_t client)
{
	struct storage_geometry geometry;

	client_volume_geometries_receive(client, &geometry);
	return geometry;
}

/* The driver answers what has come of the component's own requests: reads of the image into the connection's pool. */
void serve_scan(void)
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

void begin(void)
{
	test_start();
	mock_disk_geometries_send(&whole);
	serve_scan();
}

void send(uint32_t client, uint64_t number, enum storage_kind kind, uint64_t first, uint32_t count)
{
	struct storage_request request = {.number = number, .first = first, .count = count, .kind = kind};

	request.data.index = TENON_BUFFER_NONE;
	if (kind == STORAGE_KIND_READ || kind == STORAGE_KIND_WRITE) {
		assert_true(client_volume_data_allocate(client, &request.data));
		request.data.length = count * SIZE;
	}
	client_volume_requests_send(client, &request);
}

void complete_as(struct storage_request request, enum storage_outcome outcome)
{
	const struct storage_completion completion = {
	    .number = request.number, .outcome = outcome, .data = request.data};

	mock_disk_completions_send(&completion);
}

void complete(struct storage_request request)
{
	complete_as(request, STORAGE_OUTCOME_OK);
}

void expect(uint32_t client, uint64_t number, enum storage_outcome outcome)
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

void disk_clear(void)
{
	memset(image, 0, sizeof image);
}

void put(uint8_t *at, uint64_t value, uint32_t bytes)
{
	for (uint32_t i = 0; i < bytes; i++) {
		at[i] = (uint8_t)(value >> 8 * i);
	}
}
