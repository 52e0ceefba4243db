/* SPDX-License-Identifier: MIT
 * Clients and mocks of channels and pools, on either side of one component.
 */
#include "test.h"

static struct drops_reading reading(uint32_t drops)
{
	return (struct drops_reading){
	    .when = 7, .drops = drops, .weather = DROPS_WEATHER_WET, .picture = {.index = TENON_BUFFER_NONE}};
}

static void send(uint32_t gauge, uint32_t drops)
{
	const struct drops_reading entry = reading(drops);

	mock_gauges_readings_send(gauge, &entry);
}

static uint64_t total(void)
{
	uint64_t drops = 0;

	assert_int_equal(client_rain_total(0, &drops), DROPS_OK);
	return drops;
}

TEST(every_client_gets_what_any_gauge_sends)
{
	struct drops_reading got;

	assert_true(client_rain_is_open(2));
	assert_true(mock_gauges_is_open(1));
	send(1, 5);
	send(0, 6);
	for (uint32_t client = 0; client < 3; client++) {
		assert_int_equal(client_rain_readings_entries(client), 2);
		client_rain_readings_receive(client, &got);
		assert_int_equal(got.drops, 5);
		assert_int_equal(got.when, 7);
		assert_int_equal(got.weather, DROPS_WEATHER_WET);
		client_rain_readings_receive(client, &got);
		assert_int_equal(got.drops, 6);
		assert_int_equal(client_rain_readings_entries(client), 0);
	}
	assert_int_equal(total(), 11);
}

TEST(pictures_are_copied_and_given_back)
{
	struct drops_reading entry = reading(1), got;
	struct drops_seen seen;

	for (uint32_t i = 0; i < 10; i++) {
		assert_true(mock_gauges_pictures_allocate(0, &entry.picture));
		memset(mock_gauges_pictures_write(0, &entry.picture), (int)i, 64);
		mock_gauges_readings_send(0, &entry);
		for (uint32_t client = 0; client < 3; client++) {
			client_rain_readings_receive(client, &got);
			assert_int_equal(*(const uint8_t *)client_rain_pictures_read(client, &got.picture),
					 i);
			seen.picture = got.picture;
			client_rain_returns_send(client, &seen);
		}
		mock_gauges_returns_receive(0, &seen);
		assert_int_equal(seen.picture.index, entry.picture.index);
		mock_gauges_pictures_release(0, &seen.picture);
	}
}

TEST(who_does_not_take_holds_the_others_up)
{
	struct drops_reading got;

	for (uint32_t i = 1; i <= 6; i++)
		send(0, i);
	assert_int_equal(client_rain_readings_entries(0), 4);
	assert_int_equal(mock_gauges_readings_room(0), 3); /* the fifth is in the relay's hands */
	assert_int_equal(total(), 1 + 2 + 3 + 4);
	for (uint32_t i = 1; i <= 4; i++)
		for (uint32_t client = 0; client < 3; client++)
			client_rain_readings_receive(client, &got);
	assert_int_equal(total(), 1 + 2 + 3 + 4 + 5 + 6);
}

TEST(a_client_that_starts_anew_begins_a_new_session)
{
	struct drops_reading got;

	send(0, 5);
	test_client_restarts(1);
	assert_int_equal(client_rain_sessions(1), 1); /* its memory is new */
	assert_int_equal(client_rain_readings_entries(1), 0);
	send(0, 6);
	client_rain_readings_receive(1, &got);
	assert_int_equal(got.drops, 6);
	assert_int_equal(client_rain_readings_entries(2), 2);
}

TEST(the_component_starts_anew_between_its_peers)
{
	struct drops_reading got;

	send(0, 5);
	test_restart();
	assert_int_equal(client_rain_sessions(0), 2);
	assert_int_equal(mock_gauges_sessions(1), 2);
	assert_int_equal(client_rain_readings_entries(0), 0);
	send(1, 9);
	client_rain_readings_receive(0, &got);
	assert_int_equal(got.drops, 9);
}

TEST(a_gauge_that_starts_anew_has_all_its_pictures)
{
	struct tenon_buffer picture;

	for (uint32_t i = 0; i < 3; i++)
		assert_true(mock_gauges_pictures_allocate(0, &picture));
	assert_false(mock_gauges_pictures_allocate(0, &picture));
	mock_gauges_server_restart();
	assert_true(mock_gauges_is_open(0));
	assert_true(mock_gauges_pictures_allocate(0, &picture));
	send(0, 3);
	assert_int_equal(total(), 3);
}

TEST(a_hostile_gauge_is_shut_out)
{
	mock_gauges_readings_break(0);
	send(1, 4);
	assert_int_equal(total(), 4);
	assert_int_equal(mock_log_write_calls(), 1);
	mock_gauges_server_restart();
	send(0, 2);
	assert_int_equal(total(), 6);
}
