/* SPDX-License-Identifier: MIT
 * Interleavings of stops, starts and faults, on three CPUs where two are not enough.
 */
#include "explore.h"

/* Three CPUs: a caller, its server, and a third that stops the caller while its deadline passes. */
static void prepare_three(void)
{
	explore_boot_three(1u << SERVER | 1u << C | 1u << LOW);
	act(SERVER, receive_of(0, SLOT_REPLY));
}

static void check_three(void)
{
	assert_int_equal(state_of(C), TENON_THREAD_STOPPED);
	assert_int_equal(status_of(LOW), TENON_OK);
	assert_true(is_current(LOW));
	assert_int_equal(core_cpu(1)->timer_count, 0);
	assert_ptr_equal(core.replies[0].caller, NULL);
}

static void three_cpus(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: call, answer, stop",
				    .cpus = 3,
				    .prepare = prepare_three,
				    .check = check_three};
	scenario.step[C][0] = call_until(0, 0, 1, 500000);
	scenario.step[SERVER][0] = reply_receive_of(0, SLOT_REPLY, 0, 10);
	scenario.step[LOW][0] = stop_of(C);
	explore(&scenario);
}

/* Two CPUs stop the same caller, which the server answers at that moment. */
static void check_two_stops(void)
{
	assert_int_equal(state_of(C), TENON_THREAD_STOPPED);
	assert_int_equal(status_of(LOW), TENON_OK);
	assert_int_equal(status_of(SERVER), TENON_OK);
	assert_ptr_equal(core.replies[0].caller, NULL);
	assert_ptr_equal(core.replies[1].caller, NULL);
}

static void prepare_received(void)
{
	prepare_three();
	act(C, call_of(0, 0, 1));
}

static void two_stops(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: answer, two stops",
				    .delays = 4,
				    .cpus = 3,
				    .prepare = prepare_received,
				    .check = check_two_stops};
	scenario.step[SERVER][0] = reply_of(SLOT_REPLY, 0, 10);
	scenario.step[SERVER][1] = stop_of(C);
	scenario.step[LOW][0] = stop_of(C);
	explore(&scenario);
}

/* The server is stopped while it holds a call whose deadline passes, and another one arrives. */
static void check_dying_server(void)
{
	assert_int_equal(state_of(SERVER), TENON_THREAD_STOPPED);
	ONE_OF(C, TENON_TIMED_OUT, TENON_RESTARTED);
	if (state_of(LOW) != TENON_THREAD_CALLING)
		assert_int_equal(status_of(LOW), TENON_RESTARTED);
}

static void prepare_dying_server(void)
{
	explore_boot_three(1u << SERVER | 1u << A | 1u << C | 1u << LOW);
	act(SERVER, receive_of(0, SLOT_REPLY));
	act(C, call_until(0, 0, 1, 500000));
}

static void dying_server(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: server stops, deadline passes, call arrives",
				    .delays = 5,
				    .cpus = 3,
				    .prepare = prepare_dying_server,
				    .check = check_dying_server};
	scenario.time_ns = 1000000;
	scenario.step[SERVER][0] = scenario.step[SERVER][1] = receive_of(0, 0);
	scenario.step[LOW][0] = call_of(0, 0, 2);
	scenario.step[A][0] = stop_of(SERVER);
	explore(&scenario);
}

/* A thread faults on one CPU while it is stopped from the other, with the supervisor on a third. */
static void check_fault_stop(void)
{
	ONE_OF(A, TENON_OK);
	assert_true(state_of(C) == TENON_THREAD_STOPPED);
}

static void prepare_fault(void)
{
	system_boot(2, 1u << SUPERVISOR | 1u << A | 1u << C);
	act(SUPERVISOR, receive_of(2, SLOT_REPLY + 3));
	host_fault(1, TENON_FAULT_READ, 8);
	settle();
	assert_true(is_current(SUPERVISOR));
	assert_int_equal(state_of(C), TENON_THREAD_FAULTED);
}

static void fault_against_stop(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "resume against stop", .cpus = 2, .prepare = prepare_fault, .check = check_fault_stop};
	scenario.step[SUPERVISOR][0] = reply_receive_of(2, SLOT_REPLY + 3, 0, 0);
	scenario.step[SUPERVISOR][1] = reply_receive_of(2, SLOT_REPLY + 3, 0, 0);
	scenario.step[C][0] = stop_of(C);
	scenario.step[C][1] = stop_of(C);
	scenario.step[A][0] = stop_of(C);
	explore(&scenario);
}

/* Start and stop of the same thread from two CPUs. */
static void check_start_stop(void)
{
	ONE_OF(A, TENON_OK, TENON_BUSY);
	assert_int_equal(status_of(C), TENON_OK);
	assert_true(state_of(LOW) == TENON_THREAD_STOPPED || state_of(LOW) == TENON_THREAD_READY);
	assert_true(is_current(A) && is_current(C));
}

static void prepare_start(void)
{
	system_boot(2, 1u << A | 1u << C);
}

static void start_against_stop(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "start against stop", .cpus = 2, .prepare = prepare_start, .check = check_start_stop};
	scenario.step[A][0] = start_of(LOW);
	scenario.step[A][1] = start_of(LOW);
	scenario.step[C][0] = stop_of(LOW);
	explore(&scenario);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(three_cpus),         cmocka_unit_test(two_stops),
	    cmocka_unit_test(dying_server),       cmocka_unit_test(fault_against_stop),
	    cmocka_unit_test(start_against_stop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
