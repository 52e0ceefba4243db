/* SPDX-License-Identifier: MIT
 * Interleavings of CPUs that leave and come back with what asks all CPUs: grace rounds, and threads that move in. Nobody
 * lives on CPU 2; a, on CPU 0, switches it; c, on CPU 1, frees memory or moves b there.
 */
#include "explore.h"
#include "objects.h"

static uint64_t before;

static struct host_call power_call(unsigned on)
{
	return simple_call(TENON_OP_PLATFORM_CPU, SLOT_PLATFORM, 2, on, 0);
}

static void prepare_round(void)
{
	system_boot(3, 1u << A | 1u << C);
	before = free_bytes();
	(void)make(C, TENON_TYPE_FRAME, D(0), 4096);
	assert_int_equal(map_in(C, D(0), SLOT_SPACE, 0x300000, TENON_RIGHT_READ), TENON_OK);
}

static void prepare_round_off(void)
{
	prepare_round();
	act(A, power_call(0));
	assert_int_equal(host_parked(2), HOST_STOPPED);
}

static void check_round(void)
{
	assert_int_equal(status_of(C), TENON_OK);
	ONE_OF(A, TENON_OK, TENON_BUSY);
	assert_true(is_current(A) && is_current(C));
	assert_int_equal(free_bytes(), before);
	assert_true(host_parked(2) == (core_cpu(2)->online != 0 ? HOST_IDLE : HOST_STOPPED));
	assert_int_equal(core.online_count, core_cpu(2)->online != 0 ? 3 : 2);
}

static void round_against_off(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: grace round against CPU off",
				    .cpus = 3,
				    .delays = 3,
				    .prepare = prepare_round,
				    .check = check_round};
	scenario.step[A][0] = power_call(0);
	scenario.step[C][0] = simple_call(TENON_OP_CAP_DELETE, D(0), 0, 0, 0);
	explore(&scenario);
}

static void round_against_on(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: grace round against CPU on",
				    .cpus = 3,
				    .delays = 3,
				    .prepare = prepare_round_off,
				    .check = check_round};
	scenario.step[A][0] = power_call(1);
	scenario.step[C][0] = simple_call(TENON_OP_CAP_DELETE, D(0), 0, 0, 0);
	explore(&scenario);
}

static void round_against_off_and_on(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: grace round against CPU off and on",
				    .cpus = 3,
				    .delays = 2,
				    .prepare = prepare_round,
				    .check = check_round};
	scenario.step[A][0] = power_call(0);
	scenario.step[A][1] = power_call(1);
	scenario.step[A][2] = power_call(1);
	scenario.step[C][0] = simple_call(TENON_OP_CAP_DELETE, D(0), 0, 0, 0);
	explore(&scenario);
}

/* ---- somebody moves in ---- */

static void prepare_move_in(void)
{
	system_boot(3, 1u << A | 1u << C);
}

static void check_move_in(void)
{
	bool there = thread_of(B)->home == core_cpu(2);
	ONE_OF(A, TENON_OK, TENON_BUSY);
	ONE_OF(C, TENON_OK, TENON_BAD_ARGUMENT);
	assert_true(is_current(A) && is_current(C));
	assert_int_equal(status_of(C) == TENON_OK, there);
	assert_int_equal(core_cpu(2)->online, there);
	assert_int_equal(status_of(A) == TENON_OK, !there);
}

static void move_in_against_off(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: a thread moves in, the CPU leaves",
				    .cpus = 3,
				    .delays = 3,
				    .prepare = prepare_move_in,
				    .check = check_move_in};
	scenario.step[A][0] = power_call(0);
	scenario.step[C][0] =
	    simple_call(TENON_OP_THREAD_SCHEDULE, SLOT_THREAD + B, 10, TENON_BAND_REAL_TIME, 4);
	explore(&scenario);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(round_against_off),
	    cmocka_unit_test(round_against_on),
	    cmocka_unit_test(round_against_off_and_on),
	    cmocka_unit_test(move_in_against_off),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
