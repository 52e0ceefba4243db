/* SPDX-License-Identifier: MIT
 * Interleavings of the end of a thread: it is deleted from a third CPU while it is woken, calls, times out, moves, is
 * stopped, or loses its table. However it goes, the invariants and the census find nothing of it, and nobody waits for it.
 *
 * low, on CPU 2, makes the thread and deletes it; it lives on CPU 1; server and a are on CPU 0.
 */
#include "explore.h"
#include "objects.h"

static struct thread *target;

static const struct host_call call_server = {
    .operation = TENON_OP_CALL, .handle = 1, .tag = 8, .deadline = TENON_NEVER};

static struct host_call delete_call(uint64_t handle)
{
	return simple_call(TENON_OP_CAP_DELETE, handle, 0, 0, 0);
}

/* Made, copied to a, moved to CPU 1. */
static void prepare_running(void)
{
	explore_boot_three(1u << SERVER | 1u << A | 1u << LOW);
	act(SERVER, receive_of(0, SLOT_REPLY));
	target = child(LOW, 0, 0, 0);
	act(LOW, simple_call(TENON_OP_THREAD_SCHEDULE, D(0), 10, TENON_BAND_REAL_TIME, 1u << 1));
	assert_ptr_equal(target->home, core_cpu(1));
	assert_int_equal(copy_to(LOW, D(0), SLOT_TABLE_A, D(0), TENON_RIGHTS_ALL, 0), TENON_OK);
	assert_true(runs(target));
}

static void prepare_awaiting(void)
{
	prepare_running();
	act_made(target, call_server);
	assert_int_equal(target->state, TENON_THREAD_AWAITING_REPLY);
}

static void prepare_awaiting_until(void)
{
	struct host_call call = call_server;
	prepare_running();
	call.deadline = 500000;
	act_made(target, call);
	assert_int_equal(target->state, TENON_THREAD_AWAITING_REPLY);
}

/* What holds in the end of each. */
static void check_gone(void)
{
	assert_int_equal(status_of(LOW), TENON_OK);
	assert_true(is_current(LOW));
	assert_int_equal(slot_of(LOW, D(0))->type, TENON_TYPE_NONE);
	assert_int_equal(slot_of(A, D(0))->type, TENON_TYPE_NONE);
	assert_ptr_equal(core_cpu(1)->current, NULL);
	assert_ptr_equal(core.replies[0].caller, NULL);
	for (unsigned cpu = 0; cpu < 3; cpu++)
		assert_int_equal(core_cpu(cpu)->timer_count, 0);
}

static void check_woken(void)
{
	check_gone();
	ONE_OF(SERVER, TENON_OK, TENON_CANCELLED);
}

static void deleted_while_woken(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: delete against answer",
				    .cpus = 3,
				    .delays = 2,
				    .prepare = prepare_awaiting,
				    .check = check_woken};
	scenario.step[SERVER][0] = reply_of(SLOT_REPLY, 0, 10);
	scenario.step[LOW][0] = delete_call(D(0));
	explore(&scenario);
}

static void deleted_while_timed_out(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: delete, answer, deadline",
				    .cpus = 3,
				    .delays = 2,
				    .prepare = prepare_awaiting_until,
				    .check = check_woken};
	scenario.time_ns = 1000000;
	scenario.step[SERVER][0] = reply_of(SLOT_REPLY, 0, 10);
	scenario.step[LOW][0] = delete_call(D(0));
	explore(&scenario);
}

static void check_called(void)
{
	check_gone();
	assert_true(list_empty(&core.receive_sets[0].callers));
}

static void deleted_while_calling(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: delete against call",
				    .cpus = 3,
				    .delays = 2,
				    .prepare = prepare_running,
				    .check = check_called};
	scenario.step[MADE][0] = scenario.step[MADE][1] = call_server;
	scenario.step[SERVER][0] = reply_receive_of(0, SLOT_REPLY, 0, 10);
	scenario.step[LOW][0] = delete_call(D(0));
	explore(&scenario);
}

/* The move may arrive before, during and after the end; who asked for it is answered. */
static void check_moved(void)
{
	check_gone();
	ONE_OF(A, TENON_OK, TENON_GONE, TENON_BAD_HANDLE);
	assert_true(is_current(A));
}

static void deleted_while_moved(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: delete against move",
				    .cpus = 3,
				    .delays = 2,
				    .prepare = prepare_running,
				    .check = check_moved};
	scenario.step[A][0] = simple_call(TENON_OP_THREAD_SCHEDULE, D(0), 10, TENON_BAND_REAL_TIME, 1);
	scenario.step[LOW][0] = delete_call(D(0));
	explore(&scenario);
}

/* It waits with a deadline, which moves with it. */
static void prepare_timed_move(void)
{
	prepare_awaiting_until();
	act(SERVER, receive_of(0, 0));
	assert_true(is_current(A));
}

static void deleted_while_moved_and_timed_out(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: delete, move, deadline",
				    .cpus = 3,
				    .delays = 2,
				    .prepare = prepare_timed_move,
				    .check = check_moved};
	scenario.time_ns = 1000000;
	scenario.step[SERVER][0] = receive_of(0, 0);
	scenario.step[A][0] = simple_call(TENON_OP_THREAD_SCHEDULE, D(0), 10, TENON_BAND_REAL_TIME, 1);
	scenario.step[LOW][0] = delete_call(D(0));
	explore(&scenario);
}

static void check_stopped(void)
{
	check_gone();
	ONE_OF(A, TENON_OK, TENON_BAD_HANDLE);
	assert_true(is_current(A) || is_current(SERVER));
}

static void deleted_while_stopped(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: delete against stop",
				    .cpus = 3,
				    .delays = 2,
				    .prepare = prepare_running,
				    .check = check_stopped};
	scenario.step[MADE][0] = call_server;
	scenario.step[A][0] = simple_call(TENON_OP_THREAD_STOP, D(0), 0, 0, 0);
	scenario.step[LOW][0] = delete_call(D(0));
	explore(&scenario);
}

/* Its table goes, for which it has to stop, and it as well. */
static void prepare_table(void)
{
	prepare_running();
	assert_int_equal(make_in(LOW, SLOT_POOL, TENON_TYPE_TABLE, D(2), 16), TENON_OK);
}

static void check_table(void)
{
	assert_int_equal(status_of(LOW), TENON_OK);
	ONE_OF(A, TENON_OK, TENON_BAD_HANDLE);
	assert_int_equal(slot_of(LOW, D(1))->type, TENON_TYPE_NONE);
	assert_int_equal(target->state, TENON_THREAD_STOPPED);
	assert_ptr_equal(target->table, NULL);
	assert_ptr_equal(core.replies[0].caller, NULL);
}

static void table_ends_while_it_calls(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: end of its table, call, read",
				    .cpus = 3,
				    .delays = 2,
				    .prepare = prepare_table,
				    .check = check_table};
	scenario.step[MADE][0] = call_server;
	scenario.step[A][0] = simple_call(TENON_OP_THREAD_READ, D(0), 0, 0, 0);
	scenario.step[LOW][0] = delete_call(D(1));
	explore(&scenario);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(deleted_while_woken),
	    cmocka_unit_test(deleted_while_timed_out),
	    cmocka_unit_test(deleted_while_calling),
	    cmocka_unit_test(deleted_while_moved),
	    cmocka_unit_test(deleted_while_moved_and_timed_out),
	    cmocka_unit_test(deleted_while_stopped),
	    cmocka_unit_test(table_ends_while_it_calls),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
