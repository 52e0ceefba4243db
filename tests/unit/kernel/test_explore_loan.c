/* SPDX-License-Identifier: MIT
 * Interleavings of loans: copies against the end of what was lent.
 */
#include "explore.h"

/* A copy between CPUs while the lender's deadline passes and somebody stops it: all that was copied, or the end. */
static void prepare_loan(void)
{
	system_boot(2, 1u << SERVER | 1u << A | 1u << C);
	act(SERVER, receive_of(0, SLOT_REPLY));
	memset(memory_of(C), 0x5a, MEMORY_WRITABLE);
	memset(memory_of(SERVER), 0, MEMORY_WRITABLE);
	loan_put(C, 0, MEMORY_ADDRESS, MEMORY_WRITABLE, TENON_RIGHT_READ);
	act(C, lending(call_until(0, 0, 1, 500000), 1));
	assert_true(is_current(SERVER));
}

static void check_loan(void)
{
	ONE_OF(SERVER, TENON_OK, TENON_LOAN_ENDED);
	uint64_t done = word_of(SERVER, 4);
	const uint8_t *own = memory_of(SERVER);
	assert_true((status_of(SERVER) == TENON_OK) == (done == MEMORY_WRITABLE));
	for (uint64_t i = 0; i < MEMORY_WRITABLE; i++)
		assert_int_equal(own[i], i < done ? 0x5a : 0);
	assert_ptr_equal(core.replies[0].caller, NULL);
}

static void check_loan_timeout(void)
{
	assert_int_equal(status_of(C), TENON_TIMED_OUT);
	check_loan();
}

static void copy_against_deadline(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "copy against deadline", .cpus = 2, .prepare = prepare_loan, .check = check_loan_timeout};
	scenario.time_ns = 1000000;
	scenario.step[SERVER][0] =
	    loan_of(TENON_OP_LOAN_READ, SLOT_REPLY, 0, 0, MEMORY_ADDRESS, MEMORY_WRITABLE);
	explore(&scenario);
}

/* c lends to the store of its CPU, which passes on to the server of the other; low, on a third, stops c. */
static void prepare_passed(void)
{
	explore_boot_three(1u << SERVER | 1u << STORE | 1u << C | 1u << LOW);
	act(SERVER, receive_of(0, SLOT_REPLY));
	act(STORE, receive_of(1, SLOT_REPLY + 2));
	memset(memory_of(C), 0x5a, MEMORY_WRITABLE);
	memset(memory_of(SERVER), 0, MEMORY_WRITABLE);
	loan_put(C, 0, MEMORY_ADDRESS, 0x2000, TENON_RIGHT_READ);
	act(C, lending(call_of(2, 0, 1), 1));
	loan_pass_on(STORE, 0, SLOT_REPLY + 2, 0, 0, 0x2000, TENON_RIGHT_READ);
	act(STORE, lending(call_of(0, 0, 1), 1));
	assert_true(is_current(SERVER));
}

static void check_passed(void)
{
	ONE_OF(SERVER, TENON_OK, TENON_LOAN_ENDED);
	assert_int_equal(state_of(C), TENON_THREAD_STOPPED);
	assert_int_equal(status_of(LOW), TENON_OK);
	assert_int_equal(state_of(STORE), TENON_THREAD_AWAITING_REPLY);
	uint64_t done = word_of(SERVER, 4);
	assert_true(done % 4096 == 0 && (status_of(SERVER) == TENON_OK) == (done == 0x2000));
	for (uint64_t i = 0; i < 0x2000; i++)
		assert_int_equal(memory_of(SERVER)[i], i < done ? 0x5a : 0);
}

static void passed_copy_against_stop(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: copy of a passed loan, stop of the lender",
				    .cpus = 3,
				    .prepare = prepare_passed,
				    .check = check_passed};
	scenario.step[SERVER][0] = loan_of(TENON_OP_LOAN_READ, SLOT_REPLY, 0, 0, MEMORY_ADDRESS, 0x2000);
	scenario.step[LOW][0] = stop_of(C);
	explore(&scenario);
}

/* The lender's memory is not there, and it is stopped while its fault is on the way from its own CPU. */
static void prepare_loan_fault(void)
{
	system_boot(2, 1u << SERVER | 1u << A | 1u << C | 1u << SUPERVISOR);
	act(SUPERVISOR, receive_of(2, SLOT_REPLY + 3));
	act(SERVER, receive_of(0, SLOT_REPLY));
	loan_put(C, 0, MEMORY_ADDRESS + MEMORY_WRITABLE, 8, TENON_RIGHT_WRITE);
	act(C, lending(call_of(0, 0, 1), 1));
	act(SERVER, loan_of(TENON_OP_LOAN_WRITE, SLOT_REPLY, 0, 0, MEMORY_ADDRESS, 8));
	assert_int_equal(status_of(SERVER), TENON_BAD_LOAN);
}

static void check_loan_fault(void)
{
	assert_int_equal(state_of(C), TENON_THREAD_STOPPED);
	assert_int_equal(status_of(A), TENON_OK);
	assert_false(thread_of(C)->loan_fault);
}

static void loan_fault_against_stop(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "fault of a loan against stop",
				    .cpus = 2,
				    .prepare = prepare_loan_fault,
				    .check = check_loan_fault};
	scenario.step[SERVER][0] = reply_receive_of(0, SLOT_REPLY, 0, 10);
	scenario.step[SUPERVISOR][0] = reply_receive_of(2, SLOT_REPLY + 3, 0, 0);
	scenario.step[SUPERVISOR][1] = reply_receive_of(2, SLOT_REPLY + 3, 0, 0);
	scenario.step[A][0] = stop_of(C);
	explore(&scenario);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(copy_against_deadline),
	    cmocka_unit_test(passed_copy_against_stop),
	    cmocka_unit_test(loan_fault_against_stop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
