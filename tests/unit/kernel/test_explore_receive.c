/* SPDX-License-Identifier: MIT
 * Interleavings of receive sets and messages with the end of what they use: a set and its parts end while a server waits in
 * it, answers, is signalled and called from other CPUs; a capability is revoked while a message carries it.
 *
 * low, on CPU 2, makes the set and ends it; a, on CPU 1, is its server; a made thread on CPU 0 signals and calls.
 */
#include "explore.h"
#include "objects.h"

enum { SET = SLOT_STATIC_END, DOOR, BELL, REPLY, CALLER, CALLER_TABLE };

static struct thread *caller;

static struct host_call delete_call(uint64_t handle)
{
	return simple_call(TENON_OP_CAP_DELETE, handle, 0, 0, 0);
}

static struct host_call receive_call(void)
{
	return (struct host_call){
	    .operation = TENON_OP_RECEIVE, .handle = SET, .deadline = TENON_NEVER, .reply = REPLY};
}

/* In its table, the set's door is 4 and its bell 5. */
static const struct host_call call_door = {
    .operation = TENON_OP_CALL, .handle = 4, .tag = 8, .deadline = TENON_NEVER};
static const struct host_call signal_bell = {.operation = TENON_OP_SIGNAL, .handle = 5};

static void prepare_set(void)
{
	explore_boot_apart(1u << A | 1u << LOW, 1);
	(void)make(LOW, TENON_TYPE_RECEIVE_SET, SET, 0);
	(void)part(LOW, SET, TENON_TYPE_ENDPOINT, DOOR);
	(void)part(LOW, SET, TENON_TYPE_NOTIFICATION, BELL);
	(void)part(LOW, SET, TENON_TYPE_REPLY, REPLY);
	caller = child(LOW, CALLER - SLOT_STATIC_END, 0, 0);
	act(LOW, simple_call(TENON_OP_THREAD_SCHEDULE, CALLER, 10, TENON_BAND_REAL_TIME, 1));
	assert_ptr_equal(caller->home, core_cpu(0));
	assert_int_equal(copy_to(LOW, DOOR, CALLER_TABLE, 4, TENON_RIGHTS_ALL, 0), TENON_OK);
	assert_int_equal(copy_to(LOW, BELL, CALLER_TABLE, 5, TENON_RIGHTS_ALL, 1), TENON_OK);
	for (uint64_t slot = SET; slot <= REPLY; slot++)
		assert_int_equal(copy_to(LOW, slot, SLOT_TABLE_A, slot, TENON_RIGHTS_ALL, 0), TENON_OK);
}

static void prepare_waiting(void)
{
	prepare_set();
	act(A, receive_call());
	assert_int_equal(state_of(A), TENON_THREAD_RECEIVING);
}

static void prepare_serving(void)
{
	prepare_waiting();
	act_made(caller, call_door);
	assert_int_equal(caller->state, TENON_THREAD_AWAITING_REPLY);
	assert_true(is_current(A));
}

/* Nobody waits for what is gone. */
static void check_set(void)
{
	assert_int_equal(status_of(LOW), TENON_OK);
	ONE_OF(A, TENON_OK, TENON_GONE, TENON_BAD_HANDLE, TENON_CANCELLED);
	assert_true(is_current(A) && is_current(LOW) && runs(caller));
	assert_int_equal(slot_of(LOW, SET)->type, TENON_TYPE_NONE);
	assert_ptr_equal(thread_of(A)->sets, NULL);
}

static void set_ends_against_signal(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: a set ends, a receiver waits, a signal comes",
				    .cpus = 3,
				    .delays = 2,
				    .prepare = prepare_waiting,
				    .check = check_set};
	scenario.step[MADE][0] = signal_bell;
	scenario.step[LOW][0] = delete_call(SET);
	explore(&scenario);
}

static void set_ends_against_receive_and_call(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: a set ends, a server joins it, a call comes",
				    .cpus = 3,
				    .delays = 2,
				    .prepare = prepare_set,
				    .check = check_set};
	scenario.step[MADE][0] = call_door;
	scenario.step[A][0] = receive_call();
	scenario.step[LOW][0] = delete_call(SET);
	explore(&scenario);
}

static void set_ends_against_answer(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: a set ends, its server answers",
				    .cpus = 3,
				    .delays = 2,
				    .prepare = prepare_serving,
				    .check = check_set};
	scenario.step[A][0] = reply_of(REPLY, 0, 10);
	scenario.step[LOW][0] = delete_call(SET);
	explore(&scenario);
}

/* One part ends, the set stays. */
static void check_part(void)
{
	assert_int_equal(status_of(LOW), TENON_OK);
	assert_true(is_current(LOW) && runs(caller));
	assert_true(caller->context.control[0] == TENON_OK || caller->context.control[0] == TENON_GONE ||
		    caller->context.control[0] == TENON_RESTARTED ||
		    caller->context.control[0] == TENON_BAD_HANDLE);
}

static void door_ends_against_call(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: an endpoint ends, a call goes to it",
				    .cpus = 3,
				    .delays = 3,
				    .prepare = prepare_waiting,
				    .check = check_part};
	scenario.step[MADE][0] = call_door;
	scenario.step[A][0] = reply_of(REPLY, 0, 10);
	scenario.step[LOW][0] = delete_call(DOOR);
	explore(&scenario);
}

static void reply_ends_against_answer(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: a reply object ends, the server answers with it",
				    .cpus = 3,
				    .delays = 3,
				    .prepare = prepare_serving,
				    .check = check_part};
	scenario.step[A][0] = reply_of(REPLY, 0, 10);
	scenario.step[A][1] = receive_call();
	scenario.step[LOW][0] = delete_call(REPLY);
	explore(&scenario);
}

static void bell_ends_against_signal(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: a notification ends, a signal comes",
				    .cpus = 3,
				    .delays = 3,
				    .prepare = prepare_waiting,
				    .check = check_part};
	scenario.step[MADE][0] = scenario.step[MADE][1] = signal_bell;
	scenario.step[A][0] = receive_call();
	scenario.step[LOW][0] = delete_call(BELL);
	explore(&scenario);
}

/* ---- a capability in a message ---- */

/* low's frame; a, on CPU 1, has a copy that it sends to the server, on CPU 0, which accepts it. */
static void prepare_transfer(void)
{
	explore_boot_apart(1u << SERVER | 1u << A | 1u << LOW, 1);
	(void)make(LOW, TENON_TYPE_FRAME, D(0), 4096);
	assert_int_equal(copy_to(LOW, D(0), SLOT_TABLE_A, D(0), TENON_RIGHTS_ALL, 0), TENON_OK);
	act(SERVER, simple_call(TENON_OP_CAP_ACCEPT, 0, D(1), 0, 0));
	act(SERVER, receive_of(0, SLOT_REPLY));
	((struct tenon_extras *)(void *)buffer_of(A))->capability = D(0);
}

/* The message arrives, the capability does not stay. */
static void check_transfer(void)
{
	assert_int_equal(status_of(LOW), TENON_OK);
	assert_int_equal(status_of(A), TENON_OK);
	assert_int_equal(slot_of(A, D(0))->type, TENON_TYPE_NONE);
	assert_int_equal(slot_of(SERVER, D(1))->type, TENON_TYPE_NONE);
	assert_ptr_equal(slot_of(LOW, D(0))->first, NULL);
}

static void message_brings(uint64_t how, const char *name)
{
	struct scenario scenario = {
	    .name = name, .cpus = 3, .delays = 3, .prepare = prepare_transfer, .check = check_transfer};
	scenario.step[A][0] = call_of(1, 0, 1);
	scenario.step[A][0].tag |= how;
	scenario.step[SERVER][0] = reply_receive_of(0, SLOT_REPLY, 0, 10);
	scenario.step[LOW][0] = simple_call(TENON_OP_CAP_REVOKE, D(0), 0, 0, 0);
	explore(&scenario);
}

static void copy_in_message_against_revoke(void **state)
{
	(void)state;
	message_brings(TENON_TAG_COPY, "three CPUs: a copy in a message against revoke");
}

static void move_in_message_against_revoke(void **state)
{
	(void)state;
	message_brings(TENON_TAG_MOVE, "three CPUs: a move in a message against revoke");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(set_ends_against_signal),
	    cmocka_unit_test(set_ends_against_receive_and_call),
	    cmocka_unit_test(set_ends_against_answer),
	    cmocka_unit_test(door_ends_against_call),
	    cmocka_unit_test(reply_ends_against_answer),
	    cmocka_unit_test(bell_ends_against_signal),
	    cmocka_unit_test(copy_in_message_against_revoke),
	    cmocka_unit_test(move_in_message_against_revoke),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
