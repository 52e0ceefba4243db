/* SPDX-License-Identifier: MIT
 * Mocks and clients that start anew: sessions that are opened again, and others that are lost, of two servers each.
 */
#include "test.h"

static uint32_t counted(void)
{
	uint32_t number = UINT32_MAX;

	assert_int_equal(client_front_count(2, &number), PLEDGE_OK);
	return number;
}

static enum pledge_status does(uint32_t what)
{
	return client_front_give(0, what);
}

static void open_both(void)
{
	test_always(mock_drawers_pull_answers());
	assert_int_equal(does(0), PLEDGE_OK);
	assert_int_equal(does(1), PLEDGE_OK);
	assert_int_equal(mock_drawers_pull_calls(), 2);
}

TEST(a_drawer_is_opened_again_before_anybody_looks)
{
	open_both();
	mock_drawers_server_restart();
	assert_int_equal(mock_drawers_pull_calls(), 4); /* by its loop */
	assert_int_equal(mock_drawers_pull_call(3)->server, 1);
	assert_int_equal(mock_drawers_pull_call(3)->number, 1);
	assert_int_equal(mock_drawers_pull_call(3)->label_size, 90);
	assert_int_equal(((const uint8_t *)mock_drawers_pull_call(3)->label)[89], 7);
	assert_int_equal(counted(), 101);
	mock_drawers_look_answers(11);
	assert_int_equal(does(11), PLEDGE_OK);
}

TEST(a_drawer_that_dies_over_a_look_is_opened_again)
{
	open_both();
	mock_drawers_look_fails(DRAWER_RESTARTED);
	mock_drawers_look_answers(10);
	assert_int_equal(does(10), PLEDGE_OK);
	assert_int_equal(mock_drawers_look_calls(), 2);
	assert_int_equal(mock_drawers_pull_call(2)->number, 0);
	mock_drawers_put_fails(DRAWER_RESTARTED);
	assert_int_equal(does(21), PLEDGE_AGAIN);
	mock_drawers_put_answers();
	assert_int_equal(does(21), PLEDGE_OK);
	assert_int_equal(mock_drawers_put_calls(), 2);
}

TEST(a_drawer_that_does_not_open_any_more_is_told)
{
	mock_drawers_pull_answers();
	assert_int_equal(does(0), PLEDGE_OK);
	mock_drawers_pull_fails(DRAWER_LOCKED); /* the loop's */
	mock_drawers_server_restart();
	assert_int_equal(counted(), 0);
	mock_drawers_pull_fails(DRAWER_LOCKED);
	assert_int_equal(does(20), PLEDGE_AGAIN);
	mock_drawers_pull_answers();
	assert_int_equal(does(20), PLEDGE_AGAIN);
	mock_drawers_put_answers();
	assert_int_equal(does(20), PLEDGE_OK);
}

TEST(a_drawer_that_was_never_open_stays_closed)
{
	assert_int_equal(does(20), PLEDGE_SHUT);
	assert_int_equal(does(30), PLEDGE_OK);
	mock_drawers_server_restart();
	assert_int_equal(mock_drawers_pull_calls(), 0);
	assert_int_equal(mock_drawers_hint_calls(), 0);
}

TEST(a_look_waits_for_a_drawer_that_is_down)
{
	struct test_call *call;

	open_both();
	mock_drawers_server_down();
	call = client_front_give_begin(0, 10);
	assert_false(test_answered(call));
	mock_drawers_look_answers(10);
	mock_drawers_server_up();
	assert_int_equal(client_front_give_end(call), PLEDGE_OK);
	assert_int_equal(mock_drawers_pull_call(2)->number, 0);
}

TEST(a_pledge_is_lost_once)
{
	test_always(mock_pledges_give_answers());
	assert_int_equal(does(40), PLEDGE_OK);
	mock_pledges_server_restart();
	assert_int_equal(counted(), 10000); /* of the other one there was none */
	assert_int_equal(does(40), PLEDGE_OK);
	assert_int_equal(does(41), PLEDGE_OK);
	assert_int_equal(mock_pledges_give_calls(), 3);
	mock_pledges_server_restart();
	assert_int_equal(counted(), 1020000);
}

TEST(a_pledge_whose_call_died_is_not_lost_twice)
{
	mock_pledges_give_fails(PLEDGE_RESTARTED);
	assert_int_equal(does(41), PLEDGE_AGAIN);
	mock_pledges_give_answers();
	assert_int_equal(does(41), PLEDGE_OK);
	assert_int_equal(counted(), 0);
}

TEST(who_starts_anew_has_nothing)
{
	test_always(mock_drawers_pull_answers());
	test_always(mock_pledges_give_answers());
	assert_int_equal(does(0), PLEDGE_OK);
	assert_int_equal(does(40), PLEDGE_OK);
	test_restart();
	assert_int_equal(does(40), PLEDGE_RESTARTED); /* the holder has lost what it promised this client */
	assert_int_equal(does(40), PLEDGE_OK);
	assert_int_equal(does(20), PLEDGE_SHUT);
	mock_drawers_server_restart();
	assert_int_equal(mock_drawers_pull_calls(), 1);
}

TEST(clients_start_anew_by_themselves)
{
	test_always(mock_pledges_give_answers());
	assert_int_equal(does(40), PLEDGE_OK);
	test_client_restarts(1);
	assert_int_equal(counted(), 200000000);
	test_client_restarts(0);
	assert_int_equal(counted(), 300000000);
	test_restart();
	assert_int_equal(client_front_give(1, 40), PLEDGE_OK);
	assert_int_equal(does(40), PLEDGE_OK); /* nothing since */
}
