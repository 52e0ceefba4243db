/* SPDX-License-Identifier: MIT
 * SEND: a call without an answer.
 */
#include "system.h"

/* The server waits: it has the message, the reply object stays free, the sender goes on when it is its turn. */
static void to_a_waiting_server(void **state)
{
	(void)state;
	system_boot_waiting(2);
	act(A, send_of(0, 7, 70));
	assert_true(is_current(SERVER));
	assert_int_equal(status_of(SERVER), TENON_OK);
	assert_int_equal(control_of(SERVER, 3), TENON_SOURCE_SEND);
	assert_int_equal(control_of(SERVER, 2), BADGE(0, A));
	assert_int_equal(tenon_tag_label(control_of(SERVER, 1)), 7);
	assert_int_equal(word_of(SERVER, 0), 70);
	assert_null(core.replies[0].caller);
	assert_int_equal(state_of(A), TENON_THREAD_READY);
	assert_int_equal(status_of(A), TENON_OK);
	/* An answer is for nobody; receiving with the same reply object works. */
	act(SERVER, reply_of(SLOT_REPLY, 0, 1));
	assert_int_equal(status_of(SERVER), TENON_CANCELLED);
	act(SERVER, receive_of(0, SLOT_REPLY));
	assert_true(is_current(A));
}

/* A queue of callers and senders, in order of arrival; senders go on when their message is taken. */
static void queued_with_the_callers(void **state)
{
	(void)state;
	system_boot(2, 1u << SERVER | 1u << A | 1u << B | 1u << C);
	act(SERVER, receive_of(0, 0));
	act(C, send_of(0, 1, 10));
	assert_int_equal(state_of(C), TENON_THREAD_CALLING);
	act(A, call_of(0, 2, 20));
	act(B, send_of(0, 3, 30));
	/* The signal lets the server receive calls. */
	host_line(LINE);
	settle();
	act(SERVER, receive_of(0, SLOT_REPLY));
	assert_int_equal(control_of(SERVER, 3), TENON_SOURCE_SEND);
	assert_int_equal(word_of(SERVER, 0), 10);
	assert_true(is_current(C));
	act(SERVER, receive_of(0, SLOT_REPLY));
	assert_int_equal(control_of(SERVER, 3), TENON_SOURCE_CALL);
	assert_int_equal(word_of(SERVER, 0), 20);
	act(SERVER, reply_receive_of(0, SLOT_REPLY, 0, 0));
	assert_int_equal(control_of(SERVER, 3), TENON_SOURCE_SEND);
	assert_int_equal(word_of(SERVER, 0), 30);
	assert_int_equal(status_of(B), TENON_OK);
}

static void deadlines(void **state)
{
	(void)state;
	system_boot(1, 1u << SERVER | 1u << A);
	struct host_call send = send_of(0, 1, 10);
	act(SERVER, receive_of(0, 0));
	send.deadline = TENON_NOW;
	act(A, send);
	assert_int_equal(status_of(A), TENON_WOULD_BLOCK);
	send.deadline = clock_ns(host_ticks) + 5000;
	act(A, send);
	assert_int_equal(state_of(A), TENON_THREAD_CALLING);
	advance_ns(10000);
	assert_true(is_current(A));
	assert_int_equal(status_of(A), TENON_TIMED_OUT);
	assert_true(list_empty(&core.receive_sets[0].callers));
}

/* A server that waits takes a send that waits for nothing. */
static void now_to_a_waiting_server(void **state)
{
	(void)state;
	system_boot_waiting(2);
	struct host_call send = send_of(0, 1, 10);
	send.deadline = TENON_NOW;
	act(A, send);
	assert_int_equal(status_of(A), TENON_OK);
	assert_int_equal(word_of(SERVER, 0), 10);
}

static void server_dies_and_endpoint_closes(void **state)
{
	(void)state;
	system_boot(1, 1u << SERVER | 1u << A | 1u << B | 1u << SUPERVISOR);
	act(SUPERVISOR, stop_of(SERVER));
	struct host_call wait = receive_of(2, SLOT_REPLY + 3);
	wait.deadline = clock_ns(host_ticks) + 1000;
	act(SUPERVISOR, wait);
	act(A, send_of(0, 1, 10));
	act(B, send_of(0, 2, 20));
	/* The next instance takes what was queued. */
	advance_ns(5000);
	act(SUPERVISOR, start_of(SERVER));
	wait.deadline = clock_ns(host_ticks) + 1000;
	act(SUPERVISOR, wait);
	assert_true(is_current(SERVER));
	act(SERVER, receive_of(0, SLOT_REPLY));
	assert_int_equal(control_of(SERVER, 3), TENON_SOURCE_SEND);
	assert_int_equal(word_of(SERVER, 0), 10);
	assert_int_equal(state_of(B), TENON_THREAD_CALLING);
	advance_ns(5000);
	act(SUPERVISOR, state_call(0, TENON_ENDPOINT_CLOSED));
	assert_int_equal(status_of(B), TENON_GONE);
	assert_int_equal(state_of(B), TENON_THREAD_READY);
}

/* Across CPUs, with a message through the buffers. */
static void to_another_cpu(void **state)
{
	(void)state;
	system_boot_waiting(2);
	struct host_call send = send_of(0, 4, 40);
	send.tag = tenon_tag(4, 200);
	buffer_of(C)[199] = 0x5a;
	act(C, send);
	assert_true(is_current(C));
	assert_int_equal(status_of(C), TENON_OK);
	assert_int_equal(control_of(SERVER, 3), TENON_SOURCE_SEND);
	assert_int_equal(buffer_of(SERVER)[199], 0x5a);
}

static void refusals(void **state)
{
	(void)state;
	system_boot_waiting(2);
	struct host_call send = send_of(0, 4, 40);
	loan_put(A, 0, MEMORY_ADDRESS, 8, TENON_RIGHT_READ);
	act(A, lending(send, 1));
	assert_int_equal(status_of(A), TENON_BAD_ARGUMENT);
	send.handle = SLOT_WEAK;
	act(A, send);
	assert_int_equal(status_of(A), TENON_BAD_RIGHTS);
	act(A, state_call(0, TENON_ENDPOINT_CLOSED));
	act(A, send_of(0, 4, 40));
	assert_int_equal(status_of(A), TENON_GONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(to_a_waiting_server),
	    cmocka_unit_test(queued_with_the_callers),
	    cmocka_unit_test(deadlines),
	    cmocka_unit_test(now_to_a_waiting_server),
	    cmocka_unit_test(server_dies_and_endpoint_closes),
	    cmocka_unit_test(to_another_cpu),
	    cmocka_unit_test(refusals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
