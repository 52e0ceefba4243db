/* SPDX-License-Identifier: MIT
 * What tests can do with a component, and that it works.
 */
#include "test.h"

static enum echo_status say(const char *text, int32_t number, char same[21])
{
	return client_front_say(0, text, number, ECHO_KIND_LARGE, "da\0ta", 5, same);
}

/* What the component was answered last. */
static uint32_t answered(void)
{
	uint32_t status = UINT32_MAX;

	assert_int_equal(client_front_once(0, UINT32_MAX, &status), ECHO_OK);
	return status;
}

TEST(right_answers_come_in_their_order)
{
	char same[21];

	mock_back_say_answers("one");
	mock_back_say_fails(ECHO_REFUSED);
	test_times(mock_back_say_answers("many"), 2);
	assert_int_equal(say("a", 1, same), ECHO_OK);
	assert_string_equal(same, "one");
	assert_int_equal(say("b", -2, same), ECHO_REFUSED);
	assert_int_equal(say("c", 3, same), ECHO_OK);
	assert_int_equal(say("d", 4, same), ECHO_OK);
	assert_string_equal(same, "many");
	assert_int_equal(mock_back_say_calls(), 4);
	assert_string_equal(mock_back_say_call(1)->text, "b");
	assert_int_equal(mock_back_say_call(1)->number, -2);
	assert_int_equal(mock_back_say_call(1)->kind, ECHO_KIND_LARGE);
	assert_int_equal(mock_back_say_call(1)->data_size, 5);
	assert_memory_equal(mock_back_say_call(1)->data, "da\0ta", 5);
}

static enum echo_status shout(const struct mock_back_say_call *call, struct mock_back_say_answer *answer)
{
	answer->same[0] = (char)(call->text[0] - 'a' + 'A');
	return call->number == 5 ? ECHO_REFUSED : ECHO_OK;
}

TEST(right_a_function_answers)
{
	char same[21];

	test_always(mock_back_say_does(shout));
	assert_int_equal(say("x", 1, same), ECHO_OK);
	assert_string_equal(same, "X");
	assert_int_equal(say("y", 5, same), ECHO_REFUSED);
}

TEST(right_a_delayed_answer_comes_in_time)
{
	char same[21];
	struct test_call *call;

	test_delay_ms(mock_back_say_answers("slow"), 30);
	call = client_front_say_begin(0, "a", 1, ECHO_KIND_SMALL, NULL, 0, same);
	test_advance_ns(29999999);
	assert_false(test_answered(call));
	assert_false(test_waits());
	test_advance_ns(1);
	assert_int_equal(client_front_say_end(call), ECHO_OK);
	assert_string_equal(same, "slow");
}

/* Its deadline is 50 ms. */
TEST(right_an_answer_can_be_too_late)
{
	char same[21];
	struct test_call *call;

	test_delay_ms(mock_back_say_answers("slow"), 51);
	call = client_front_say_begin(0, "a", 1, ECHO_KIND_SMALL, NULL, 0, same);
	test_advance_ms(50);
	assert_int_equal(client_front_say_end(call), ECHO_REFUSED);
	assert_int_equal(answered(), ECHO_TIMED_OUT);
	test_advance_ms(10);
	mock_back_say_answers("next");
	assert_int_equal(say("b", 1, same), ECHO_OK);
	assert_string_equal(same, "next");
}

TEST(right_a_held_answer_waits_to_be_told)
{
	char same[21];
	struct test_answer *answer = test_hold(mock_back_say_answers("at last"));
	struct test_call *call = client_front_say_begin(2, "a", 1, ECHO_KIND_SMALL, NULL, 0, same);
	struct test_call *behind = client_front_say_begin(1, "b", 1, ECHO_KIND_SMALL, NULL, 0, same);

	test_advance_ms(10);
	assert_false(test_answered(call) || test_answered(behind));
	assert_int_equal(mock_back_say_calls(), 1);
	mock_back_say_answers("behind");
	test_release(answer);
	assert_int_equal(client_front_say_end(call), ECHO_OK);
	assert_int_equal(client_front_say_end(behind), ECHO_OK);
	assert_string_equal(same, "behind");
}

TEST(right_a_stub_repeats_what_it_may)
{
	char same[21];
	uint32_t number;

	mock_back_say_fails(ECHO_RESTARTED);
	mock_back_say_answers("again");
	assert_int_equal(say("a", 1, same), ECHO_OK);
	assert_int_equal(mock_back_say_calls(), 2);
	mock_back_once_fails(ECHO_RESTARTED);
	assert_int_equal(client_front_once(0, 1, &number), ECHO_REFUSED);
	assert_int_equal(answered(), ECHO_RESTARTED);
	assert_int_equal(mock_back_once_calls(), 1);
}

TEST(right_servers_come_and_go)
{
	char same[21];
	struct test_call *call;
	uint32_t number;

	mock_back_server_down();
	call = client_front_say_begin(0, "a", 1, ECHO_KIND_SMALL, NULL, 0, same);
	assert_int_equal(mock_back_say_calls(), 0);
	mock_back_say_answers("up");
	mock_back_server_up();
	assert_int_equal(client_front_say_end(call), ECHO_OK);
	test_hold(mock_back_once_answers(5));
	call = client_front_once_begin(0, 1, &number);
	mock_back_server_restart();
	assert_int_equal(client_front_once_end(call), ECHO_REFUSED);
	assert_int_equal(answered(), ECHO_RESTARTED);
	test_hold(mock_back_once_answers(5));
	call = client_front_once_begin(0, 1, &number);
	mock_back_server_gone();
	assert_int_equal(client_front_once_end(call), ECHO_REFUSED);
	assert_int_equal(say("b", 1, same), ECHO_REFUSED);
	assert_int_equal(answered(), ECHO_GONE);
}

TEST(right_status_of_every_kind_arrives)
{
	static const enum echo_status status[] = {ECHO_RESTARTED, ECHO_GONE, ECHO_MALFORMED, ECHO_QUOTA,
						  ECHO_REFUSED};
	uint32_t number;

	for (size_t i = 0; i < sizeof status / sizeof status[0]; i++) {
		mock_back_once_fails(status[i]);
		assert_int_equal(client_front_once(0, 1, &number), ECHO_REFUSED);
		assert_int_equal(answered(), status[i]);
	}
}

TEST(right_later_answers_and_cancelled_calls)
{
	struct test_call *one = client_front_wait_begin(0, 10), *two;
	uint32_t number = 0;

	test_advance_ms(9);
	assert_false(test_answered(one));
	test_advance_ms(1);
	assert_int_equal(client_front_wait_end(one), ECHO_OK);
	one = client_front_wait_begin(1, 10);
	two = client_front_wait_begin(2, 10);
	test_call_times_out(one);
	assert_int_equal(client_front_wait_end(one), ECHO_TIMED_OUT);
	test_client_dies(2);
	assert_int_equal(client_front_once(0, 0, &number), ECHO_OK);
	assert_int_equal(number, 2000); /* both were cancelled */
	assert_true(test_answered(two));
	test_advance_ms(10);
	assert_true(test_waits());
}

TEST(right_messages_without_an_answer)
{
	mock_back_tell_answers();
	mock_back_tell_answers();
	assert_int_equal(client_front_tell(1, 41), ECHO_OK);
	assert_int_equal(client_front_tell(1, 42), ECHO_OK);
	assert_int_equal(mock_back_tell_call(1)->number, 42);
	assert_int_equal(client_front_took_rang(1), 2);
	assert_int_equal(client_front_took_rang(1), 0);
	assert_int_equal(client_front_took_rang(0), 0);
}

static enum echo_status reverse(const struct mock_back_copy_call *call)
{
	for (uint32_t i = 0; i < call->to_count; i++)
		call->to[i] = call->from[call->from_count - 1 - i];
	return ECHO_OK;
}

TEST(right_memory_is_lent_both_ways)
{
	uint8_t from[4] = {1, 2, 3, 4}, to[4] = {0};

	mock_back_copy_does(reverse);
	assert_int_equal(client_front_copy(2, from, 4, to, 4), ECHO_OK);
	assert_memory_equal(to, ((uint8_t[]){4, 3, 2, 1}), 4);
}

TEST(right_events_and_shared_memory)
{
	uint32_t number;

	test_start();
	assert_int_equal(*(const uint32_t *)client_front_notice(0),
			 7); /* the least that the parameter may be */
	mock_back_signal_rang();
	mock_back_signal_rang();
	assert_int_equal(client_front_once(0, 0, &number), ECHO_OK);
	assert_int_equal(number, 2000000);
	assert_int_equal(((const uint8_t *)mock_back_board())[2], 2);
	memset(client_front_board(2), 5, FRONT_BOARD_SIZE);
	memset(mock_back_notice(), 5, BACK_NOTICE_SIZE);
}

TEST(right_the_next_test_finds_nothing_of_it)
{
	uint32_t number;

	assert_int_equal(client_front_once(0, 0, &number), ECHO_OK);
	assert_int_equal(number, 0);
	assert_int_equal(((const uint8_t *)mock_back_board())[2], 0);
	assert_int_equal(mock_back_say_calls(), 0);
	assert_int_equal(test_now_ns(), 1000000000);
}

TEST(right_a_death_and_a_new_life)
{
	char same[21];
	uint32_t number;
	struct test_call *lost, *call;

	test_expect_panic();
	call = client_front_say_begin(0, "a", 98, ECHO_KIND_SMALL, NULL, 0, same);
	assert_non_null(strstr(test_panic(), "CHECK failed: number != FAIL_A_CHECK"));
	assert_false(test_heartbeat());
	lost = client_front_wait_begin(1, 10);
	assert_false(test_answered(call)); /* its stub repeats it, and it waits */
	mock_back_say_answers("never asked for");
	test_client_dies(0);
	test_client_dies(1);
	test_restart();
	assert_true(test_answered(lost));
	assert_true(test_heartbeat());
	assert_int_equal(client_front_once(2, 0, &number), ECHO_OK);
	assert_int_equal(number, 0);
	assert_int_equal(say("b", 1, same), ECHO_OK);
}

TEST(right_a_restart_ends_what_it_had_in_hand)
{
	char same[21];
	struct test_answer *answer = test_hold(mock_back_say_answers("dropped"));
	struct test_call *call = client_front_say_begin(0, "a", 1, ECHO_KIND_SMALL, NULL, 0, same);
	struct test_call *wait = client_front_wait_begin(1, 10);

	(void)answer;
	mock_back_say_answers("anew");
	test_restart();
	assert_int_equal(client_front_say_end(call), ECHO_OK); /* the stub repeated it */
	assert_string_equal(same, "anew");
	assert_int_equal(mock_back_say_calls(), 2);
	test_advance_ms(10);
	assert_int_equal(client_front_wait_end(wait), ECHO_OK); /* it had not been received yet */
}

TEST(right_an_array_of_ports)
{
	uint32_t number;

	assert_int_equal(LINES_COUNT, 2);
	mock_lines_once_answers(5);
	mock_lines_once_answers(6);
	assert_int_equal(client_front_once(0, 1001, &number), ECHO_OK);
	assert_int_equal(client_front_once(0, 1000, &number), ECHO_OK);
	assert_int_equal(number, 6);
	assert_int_equal(mock_lines_once_call(0)->server, 1);
	assert_int_equal(mock_lines_once_call(0)->number, 1001);
	assert_int_equal(mock_lines_once_call(1)->server, 0);
	mock_lines_signal_rang(1);
	assert_int_equal(client_front_once(0, 0, &number), ECHO_OK);
	assert_int_equal(number, 20000000);
	assert_int_equal(((const uint8_t *)mock_lines_board(1))[0], 20);
	assert_int_equal(((const uint8_t *)mock_lines_board(0))[0], 0);
}
