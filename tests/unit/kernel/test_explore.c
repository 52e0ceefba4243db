/* SPDX-License-Identifier: MIT
 * Interleavings of messages: calls, answers, signals, deadlines, stops of either side on two CPUs.
 */
#include "explore.h"

static void prepare_two(void)
{
	system_boot(2, 1u << SERVER | 1u << A | 1u << C);
	act(SERVER, receive_of(0, SLOT_REPLY));
}

/* c calls the server on the other CPU while a does. */
static void check_calls(void)
{
	assert_int_equal(status_of(A), TENON_OK);
	assert_int_equal(status_of(C), TENON_OK);
	assert_int_equal(state_of(SERVER), TENON_THREAD_RECEIVING);
	assert_int_equal(word_of(A, 0) + word_of(C, 0), 30);
}

static void two_callers(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "two callers", .cpus = 2, .prepare = prepare_two, .check = check_calls};
	scenario.step[A][0] = call_of(0, 0, 1);
	scenario.step[C][0] = call_of(0, 0, 2);
	scenario.step[SERVER][0] = reply_receive_of(0, SLOT_REPLY, 0, 10);
	scenario.step[SERVER][1] = reply_receive_of(0, SLOT_REPLY, 0, 20);
	explore(&scenario);
}

/* c's call times out at any moment: queued, in the server's hands, being answered. */
static void check_timeout(void)
{
	ONE_OF(C, TENON_OK, TENON_TIMED_OUT);
	assert_int_equal(core_cpu(1)->timer_count, 0);
	assert_true(is_current(C));
	assert_ptr_equal(core.replies[0].caller, NULL);
}

static void timeout_against_answer(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "time-out against answer", .cpus = 2, .prepare = prepare_two, .check = check_timeout};
	scenario.time_ns = 1000000;
	scenario.step[C][0] = call_until(0, 0, 2, 500000);
	scenario.step[SERVER][0] = reply_receive_of(0, SLOT_REPLY, 0, 10);
	scenario.step[SERVER][1] = reply_receive_of(0, SLOT_REPLY, 0, 20);
	explore(&scenario);
}

/* The same for a server that answers later: it hears of the cancellation, or answers. */
static void check_later(void)
{
	ONE_OF(C, TENON_OK, TENON_TIMED_OUT);
	assert_true(is_current(C));
}

static void timeout_against_later_answer(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "time-out against later answer", .cpus = 2, .prepare = prepare_two, .check = check_later};
	scenario.time_ns = 1000000;
	scenario.step[C][0] = call_until(0, 0, 2, 500000);
	scenario.step[SERVER][0] =
	    receive_of(0, SLOT_REPLY + 1); /* woken by the signal or the cancellation */
	scenario.step[SERVER][1] = reply_of(SLOT_REPLY, 0, 5);
	scenario.step[SERVER][2] = receive_of(0, SLOT_REPLY + 1);
	scenario.step[A][0] = signal_of(0);
	explore(&scenario);
}

/* The server is stopped from the other CPU while it serves. */
static void check_stop(void)
{
	if (state_of(A) == TENON_THREAD_CALLING)
		assert_ptr_equal(thread_of(A)->endpoint,
				 &core.endpoints[0]); /* until the server is there again */
	else
		ONE_OF(A, TENON_OK, TENON_RESTARTED);
	assert_int_equal(state_of(SERVER), TENON_THREAD_STOPPED);
	assert_int_equal(status_of(C), TENON_OK);
	assert_true(is_current(C));
}

static void stop_against_call(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "stop against call", .cpus = 2, .prepare = prepare_two, .check = check_stop};
	scenario.step[A][0] = call_of(0, 0, 1);
	scenario.step[SERVER][0] = reply_receive_of(0, SLOT_REPLY, 0, 10);
	scenario.step[C][0] = stop_of(SERVER);
	explore(&scenario);
}

/* A caller on the other CPU is stopped while it calls, is served, is answered. */
static void check_stop_caller(void)
{
	assert_int_equal(state_of(C), TENON_THREAD_STOPPED);
	assert_int_equal(status_of(A), TENON_OK);
	assert_ptr_equal(core.replies[0].caller, NULL);
}

static void stop_against_caller(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "stop against caller", .cpus = 2, .prepare = prepare_two, .check = check_stop_caller};
	scenario.step[C][0] = call_of(0, 0, 1);
	scenario.step[SERVER][0] = reply_receive_of(0, SLOT_REPLY, 0, 10);
	scenario.step[A][0] = stop_of(C);
	explore(&scenario);
}

/* Two threads stop each other. */
static void check_each_other(void)
{
	assert_true(state_of(A) == TENON_THREAD_STOPPED || state_of(C) == TENON_THREAD_STOPPED);
}

static void stop_each_other(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "stop each other", .cpus = 2, .prepare = prepare_two, .check = check_each_other};
	scenario.step[A][0] = stop_of(C);
	scenario.step[C][0] = stop_of(A);
	explore(&scenario);
}

/* Signals from two CPUs to a server that waits with a deadline: no bit is lost, none counted twice. */
static void prepare_signals(void)
{
	system_boot(2, 1u << SERVER | 1u << A | 1u << C);
	struct host_call receive = receive_of(0, SLOT_REPLY);
	receive.deadline = 500000;
	act(SERVER, receive);
}

static void check_signals(void)
{
	/* The server received at most twice; what it did not take is still there. */
	uint64_t pending = core.notifications[0].bits;
	uint64_t both = 1u << A | 1u << C;
	assert_int_equal(pending & ~both, 0);
	assert_true(is_current(A) || is_current(SERVER));
	if (state_of(SERVER) == TENON_THREAD_RECEIVING)
		assert_int_equal(pending, 0);
	ONE_OF(SERVER, TENON_OK, TENON_TIMED_OUT, TENON_OP_RECEIVE | SLOT_SET << TENON_OPERATION_BITS);
}

static void signals_against_deadline(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "signals against deadline",
				    .cpus = 2,
				    .prepare = prepare_signals,
				    .check = check_signals};
	scenario.time_ns = 1000000;
	scenario.step[A][0] = signal_of(0);
	scenario.step[C][0] = signal_of(0);
	scenario.step[SERVER][0] = receive_of(0, SLOT_REPLY);
	explore(&scenario);
}

/* The supervisor closes an endpoint while a call goes to it. */
static void check_closing(void)
{
	ONE_OF(C, TENON_OK, TENON_GONE);
	assert_true(is_current(C));
}

static void closing_against_call(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "closing against call", .cpus = 2, .prepare = prepare_two, .check = check_closing};
	scenario.step[C][0] = call_of(0, 0, 1);
	scenario.step[SERVER][0] = reply_receive_of(0, SLOT_REPLY, 0, 10);
	scenario.step[A][0] = state_call(0, TENON_ENDPOINT_CLOSED);
	explore(&scenario);
}

/* Two senders on two CPUs and a deadline: each message arrives once, or its sender is told that it did not. */
static void prepare_sends(void)
{
	system_boot(2, 1u << SERVER | 1u << A | 1u << C);
	act(SERVER, receive_of(0, SLOT_REPLY));
}

static void check_sends(void)
{
	assert_int_equal(status_of(A), TENON_OK);
	ONE_OF(C, TENON_OK, TENON_TIMED_OUT);
	assert_true(is_current(A) && is_current(C));
	assert_true(list_empty(&core.receive_sets[0].callers));
	assert_ptr_equal(core.replies[0].caller, NULL);
}

static void two_senders(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "two senders and a deadline", .cpus = 2, .prepare = prepare_sends, .check = check_sends};
	scenario.time_ns = 1000000;
	scenario.step[A][0] = send_of(0, 0, 1);
	scenario.step[C][0] = send_of(0, 0, 2);
	scenario.step[C][0].deadline = 500000;
	scenario.step[SERVER][0] = receive_of(0, SLOT_REPLY);
	scenario.step[SERVER][1] = receive_of(0, SLOT_REPLY);
	explore(&scenario);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(two_callers),
	    cmocka_unit_test(timeout_against_answer),
	    cmocka_unit_test(timeout_against_later_answer),
	    cmocka_unit_test(stop_against_call),
	    cmocka_unit_test(stop_against_caller),
	    cmocka_unit_test(stop_each_other),
	    cmocka_unit_test(signals_against_deadline),
	    cmocka_unit_test(closing_against_call),
	    cmocka_unit_test(two_senders),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
