/* SPDX-License-Identifier: MIT
 * Interleavings of migration: a thread moves while it is answered, times out, is stopped, or moves elsewhere.
 */
#include "explore.h"

/* A caller on CPU 1 moves while it is answered, times out, is stopped, or moves elsewhere. */
static struct host_call move_of(unsigned thread, uint64_t mask)
{
	return simple_call(TENON_OP_THREAD_SCHEDULE, SLOT_THREAD + thread, 10, TENON_BAND_REAL_TIME, mask);
}

static void prepare_move(void)
{
	explore_boot_three(1u << SERVER | 1u << A | 1u << C | 1u << LOW);
	act(SERVER, receive_of(0, SLOT_REPLY));
	act(C, call_until(0, 0, 1, 500000));
}

static void check_move(void)
{
	ONE_OF(C, TENON_OK, TENON_TIMED_OUT);
	ONE_OF(SERVER, TENON_OK, TENON_CANCELLED);
	assert_int_equal(status_of(LOW), TENON_OK);
	assert_ptr_equal(thread_of(C)->home, core_cpu(2));
	assert_int_equal(state_of(C) == TENON_THREAD_RUNNING || state_of(C) == TENON_THREAD_READY, true);
	for (unsigned cpu = 0; cpu < 3; cpu++)
		assert_int_equal(core_cpu(cpu)->timer_count, 0);
	assert_ptr_equal(core.replies[0].caller, NULL);
}

static void move_against_answer(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: move, answer, deadline",
				    .delays = 4,
				    .cpus = 3,
				    .prepare = prepare_move,
				    .check = check_move};
	scenario.time_ns = 1000000;
	scenario.step[SERVER][0] = reply_of(SLOT_REPLY, 0, 10);
	scenario.step[LOW][0] = move_of(C, 4);
	explore(&scenario);
}

static void check_move_stop(void)
{
	assert_int_equal(status_of(LOW), TENON_OK);
	assert_int_equal(status_of(SERVER), TENON_OK);
	assert_int_equal(state_of(C), TENON_THREAD_STOPPED);
	assert_ptr_equal(thread_of(C)->home, core_cpu(2));
	for (unsigned cpu = 0; cpu < 3; cpu++)
		assert_int_equal(core_cpu(cpu)->timer_count, 0);
}

static void move_against_stop(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: move, answer, stop",
				    .delays = 4,
				    .cpus = 3,
				    .prepare = prepare_move,
				    .check = check_move_stop};
	scenario.step[SERVER][0] = reply_of(SLOT_REPLY, 0, 10);
	scenario.step[SERVER][1] = stop_of(C);
	scenario.step[LOW][0] = move_of(C, 4);
	explore(&scenario);
}

/* It has never waited for anything but the answer that it waits for now. */
static void prepare_asking(void)
{
	explore_boot_three(1u << A | 1u << C | 1u << LOW);
}

static void check_asking(void)
{
	assert_int_equal(status_of(LOW), TENON_OK);
	ONE_OF(C, TENON_OK);
	assert_ptr_equal(thread_of(C)->home, core_cpu(2));
}

static void move_against_request(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: move, request",
				    .delays = 4,
				    .cpus = 3,
				    .prepare = prepare_asking,
				    .check = check_asking};
	scenario.step[C][0] = simple_call(TENON_OP_THREAD_READ, SLOT_THREAD + A, 0, 0, 0);
	scenario.step[C][1] = simple_call(TENON_OP_THREAD_READ, SLOT_THREAD + A, 0, 0, 0);
	scenario.step[LOW][0] = move_of(C, 4);
	explore(&scenario);
}

static void check_two_moves(void)
{
	assert_int_equal(status_of(LOW), TENON_OK);
	assert_int_equal(status_of(SERVER), TENON_OK);
	ONE_OF(C, TENON_OK);
	assert_true(thread_of(C)->home == core_cpu(0) || thread_of(C)->home == core_cpu(2));
	for (unsigned cpu = 0; cpu < 3; cpu++)
		assert_int_equal(core_cpu(cpu)->timer_count, 0);
}

static void two_moves(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: two moves, answer",
				    .delays = 4,
				    .cpus = 3,
				    .prepare = prepare_move,
				    .check = check_two_moves};
	scenario.step[SERVER][0] = move_of(C, 1);
	scenario.step[SERVER][1] = reply_of(SLOT_REPLY, 0, 10);
	scenario.step[LOW][0] = move_of(C, 4);
	explore(&scenario);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(move_against_answer),
	    cmocka_unit_test(move_against_stop),
	    cmocka_unit_test(move_against_request),
	    cmocka_unit_test(two_moves),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
