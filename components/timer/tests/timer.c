/* SPDX-License-Identifier: MIT
 * The timer: sleeps end at their time and not before, timers keep their rhythm, and clients do not disturb each other.
 */
#include "test.h"

TEST(tells_the_time)
{
	uint64_t now = 0;

	test_start();
	test_advance_ns(123);
	assert_int_equal(client_timer_now(0, &now), TIMER_OK);
	assert_int_equal(now, test_now_ns());
}

TEST(a_sleep_ends_at_its_time)
{
	struct test_call *call = client_timer_sleep_begin(0, 5000000);

	test_advance_ns(4999999);
	assert_false(test_answered(call));
	test_advance_ns(1);
	assert_int_equal(client_timer_sleep_end(call), TIMER_OK);
}

TEST(sleepers_wake_in_the_order_of_their_times)
{
	struct test_call *late = client_timer_sleep_begin(0, 30000000),
			 *early = client_timer_sleep_begin(1, 10000000);
	struct test_call *now = client_timer_sleep_begin(2, 0);

	assert_int_equal(client_timer_sleep_end(now), TIMER_OK);
	test_advance_ms(10);
	assert_int_equal(client_timer_sleep_end(early), TIMER_OK);
	assert_false(test_answered(late));
	test_advance_ms(20);
	assert_int_equal(client_timer_sleep_end(late), TIMER_OK);
}

TEST(a_sleep_without_end_has_none)
{
	struct test_call *call = client_timer_sleep_begin(0, UINT64_MAX);

	test_advance_ms(UINT64_C(1000) * 3600 * 24 * 365);
	assert_false(test_answered(call));
	test_call_times_out(call);
	assert_int_equal(client_timer_sleep_end(call), TIMER_TIMED_OUT);
	assert_true(test_waits());
}

TEST(a_sleeper_that_died_is_not_answered)
{
	struct test_call *other = client_timer_sleep_begin(1, 20000000);

	(void)client_timer_sleep_begin(0, 10000000); /* it does not end */
	test_client_dies(0);
	test_advance_ms(20);
	assert_int_equal(client_timer_sleep_end(other), TIMER_OK);
	assert_int_equal(client_timer_sleep_end(client_timer_sleep_begin(0, 0)), TIMER_OK);
}

TEST(a_sleep_may_not_be_repeated)
{
	struct test_call *call = client_timer_sleep_begin(0, 10000000);

	test_restart();
	assert_int_equal(client_timer_sleep_end(call), TIMER_RESTARTED);
}

TEST(who_has_set_a_timer_is_told_that_it_is_lost)
{
	assert_int_equal(client_timer_start(0, 7, 1000000, 0), TIMER_OK);
	test_restart();
	assert_int_equal(client_timer_start(0, 7, 1000000, 0), TIMER_RESTARTED);
	assert_int_equal(client_timer_start(0, 7, 1000000, 0), TIMER_OK);
	assert_int_equal(client_timer_start(1, 7, 1000000, 0), TIMER_OK); /* had set none */
}

TEST(a_client_that_starts_anew_has_no_timers)
{
	struct test_call *call = client_timer_sleep_begin(0, 1000000);

	for (uint32_t number = 0; number < 8; number++)
		assert_int_equal(client_timer_start(0, number, 1000000, 1000000), TIMER_OK);
	assert_int_equal(client_timer_start(1, 0, 1000000, 0), TIMER_OK);
	test_advance_ms(1);
	(void)client_timer_took_expired(0);
	test_client_restarts(0);
	test_advance_ms(10);
	assert_int_equal(client_timer_took_expired(0), 0);
	assert_int_equal(client_timer_took_expired(1), 1);
	assert_int_equal(client_timer_start(0, 0, 1000000, 0), TIMER_OK); /* there is room for 8 again */
	(void)call;
}

TEST(a_timer_fires_once)
{
	uint32_t count[8];

	assert_int_equal(client_timer_start(0, 7, 1000000, 0), TIMER_OK);
	test_advance_ns(999999);
	assert_int_equal(client_timer_took_expired(0), 0);
	test_advance_ns(1);
	assert_int_equal(client_timer_took_expired(0), 1);
	test_advance_ms(100);
	assert_int_equal(client_timer_took_expired(0), 0);
	assert_int_equal(client_timer_take_expired(0, count), TIMER_OK);
	assert_int_equal(count[7], 1);
	assert_int_equal(client_timer_take_expired(0, count), TIMER_OK);
	assert_int_equal(count[7], 0);
}

TEST(a_periodic_timer_keeps_its_rhythm)
{
	uint32_t count[8];

	assert_int_equal(client_timer_start(1, 0, 2000000, 3000000), TIMER_OK);
	test_advance_ms(2 + 3 * 10);
	assert_int_equal(client_timer_took_expired(1), 11);
	assert_int_equal(client_timer_took_expired(0), 0);
	assert_int_equal(client_timer_take_expired(1, count), TIMER_OK);
	assert_int_equal(count[0], 11);
	assert_int_equal(client_timer_stop(1, 0), TIMER_OK);
	test_advance_ms(100);
	assert_int_equal(client_timer_took_expired(1), 0);
}

TEST(refuses_what_the_interface_excludes)
{
	assert_int_equal(client_timer_start(0, 8, 1, 0), TIMER_BAD_TIMER);
	assert_int_equal(client_timer_start(0, UINT32_MAX, 1, 0), TIMER_BAD_TIMER);
	assert_int_equal(client_timer_start(0, 0, 1, 99999), TIMER_TOO_SHORT);
	assert_int_equal(client_timer_stop(0, 8), TIMER_BAD_TIMER);
	assert_int_equal(client_timer_start(0, 0, UINT64_MAX, UINT64_MAX), TIMER_OK);
	test_advance_ms(1000);
	assert_int_equal(client_timer_took_expired(0), 0);
}

TEST(one_sleep_at_a_time)
{
	struct test_call *first = client_timer_sleep_begin(0, 5000000),
			 *second = client_timer_sleep_begin(0, 0);
	struct test_call *other = client_timer_sleep_begin(1, 5000000);

	assert_int_equal(client_timer_sleep_end(second), TIMER_QUOTA);
	test_advance_ns(5000000);
	assert_int_equal(client_timer_sleep_end(first), TIMER_OK);
	assert_int_equal(client_timer_sleep_end(other), TIMER_OK);
	assert_int_equal(client_timer_sleep_end(client_timer_sleep_begin(0, 0)), TIMER_OK);
}

/* The caller that gave up may not have been heard of when the next call comes. */
TEST(a_sleeper_that_gave_up_may_sleep_again)
{
	struct test_call *call = client_timer_sleep_begin(0, 5000000);

	test_call_times_out(call);
	assert_int_equal(client_timer_sleep_end(call), TIMER_TIMED_OUT);
	assert_int_equal(client_timer_sleep_end(client_timer_sleep_begin(0, 0)), TIMER_OK);
}

TEST(who_has_all_its_timers_takes_none_of_another)
{
	uint32_t count[8];

	for (uint32_t i = 0; i < 8; i++)
		assert_int_equal(client_timer_start(0, i, 1000000, 1000000), TIMER_OK);
	for (uint32_t i = 0; i < 100; i++)
		assert_int_equal(client_timer_start(0, 8 + i, 1000000, 0), TIMER_BAD_TIMER);
	for (uint32_t i = 0; i < 8; i++)
		assert_int_equal(client_timer_start(1, i, 2000000, 0), TIMER_OK);
	test_advance_ms(2);
	assert_int_equal(client_timer_take_expired(1, count), TIMER_OK);
	for (uint32_t i = 0; i < 8; i++)
		assert_int_equal(count[i], 1);
}
