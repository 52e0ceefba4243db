/* SPDX-License-Identifier: MIT
 * Calls and answers: every path of endpoint.c, receive_set.c and reply.c.
 */
#include "system.h"

/* Boots with server, a, b, store, supervisor and c; the servers wait; a runs on CPU 0, c on CPU 1. */
static void boot(void)
{
	system_boot_waiting(2);
	assert_true(is_current(A) && is_current(C));
}

static void call_switches_straight_to_the_server_and_back(void **state)
{
	(void)state;
	boot();
	act(A, call_of(0, 77, 5));
	assert_true(is_current(SERVER));
	assert_int_equal(state_of(A), TENON_THREAD_AWAITING_REPLY);
	assert_int_equal(status_of(SERVER), TENON_OK);
	assert_int_equal(control_of(SERVER, 1), tenon_tag(77, 8));
	assert_int_equal(control_of(SERVER, 2), BADGE(0, A));
	assert_int_equal(control_of(SERVER, 3), TENON_SOURCE_CALL);
	assert_int_equal(word_of(SERVER, 0), 5);
	act(SERVER, reply_receive_of(0, SLOT_REPLY, 3, 6));
	assert_true(is_current(A));
	assert_int_equal(status_of(A), TENON_OK);
	assert_int_equal(control_of(A, 1), tenon_tag(3, 8));
	assert_int_equal(control_of(A, 2), 0);
	assert_int_equal(control_of(A, 3), 0);
	assert_int_equal(word_of(A, 0), 6);
	assert_int_equal(state_of(SERVER), TENON_THREAD_RECEIVING);
}

static void call_across_cpus(void **state)
{
	(void)state;
	boot();
	act(C, call_of(1, 1, 9));
	assert_true(is_current(SERVER));
	assert_int_equal(control_of(SERVER, 2), BADGE(1, C));
	assert_true(is_current(LOW));
	act(SERVER, reply_receive_of(0, SLOT_REPLY, 0, 10));
	assert_true(is_current(C) && is_current(A));
	assert_int_equal(word_of(C, 0), 10);
}

static void callers_queue_in_order(void **state)
{
	(void)state;
	boot();
	act(A, call_of(0, 1, 1));
	act(C, call_of(0, 1, 2));
	act(SERVER, simple_call(TENON_OP_YIELD, 0, 0, 0, 0));
	assert_true(is_current(SERVER));
	act(SERVER, reply_receive_of(0, SLOT_REPLY, 0, 0));
	assert_true(is_current(SERVER));
	assert_int_equal(word_of(SERVER, 0), 2);
	assert_int_equal(state_of(A), TENON_THREAD_READY);
	act(SERVER, reply_receive_of(0, SLOT_REPLY, 0, 0));
	assert_true(is_current(A) && is_current(C));
}

/* Every length from 0 to 4096 in steps around each border, both ways. */
static void message_lengths(void **state)
{
	static const unsigned lengths[] = {0,  1,  7,  8,  9,  15,  16,  31,   32,   40,   47,   56,   57,
					   63, 64, 65, 71, 72, 127, 128, 1000, 2048, 4000, 4088, 4095, 4096};
	(void)state;
	boot();
	for (unsigned i = 0; i < COUNT_OF(lengths); i++) {
		unsigned length = lengths[i];
		struct host_call call = call_of(0, 1, 0);
		struct host_call answer = reply_receive_of(0, SLOT_REPLY, 2, 0);
		call.tag = tenon_tag(1, length);
		answer.tag = tenon_tag(2, length);
		memset(buffer_of(SERVER), 0xee, 4096);
		for (unsigned n = 0; n < 8; n++) {
			call.word[n] = 0x1111111111111111u * (n + 1);
			answer.word[n] = ~call.word[n];
		}
		for (unsigned n = 64; n < 4096; n++)
			buffer_of(A)[n] = (uint8_t)(n * 7 + i);
		act(A, call);
		for (unsigned n = 0; n < 8; n++)
			assert_int_equal(word_of(SERVER, n), n * 8 < length ? call.word[n] : 0);
		for (unsigned n = 64; n < 4096; n++)
			assert_int_equal(buffer_of(SERVER)[n], n < length ? (uint8_t)(n * 7 + i) : 0xee);
		for (unsigned n = 64; n < 4096; n++)
			buffer_of(SERVER)[n] = (uint8_t)(n * 3 + i);
		memset(buffer_of(A), 0xdd, 4096);
		act(SERVER, answer);
		assert_int_equal(control_of(A, 1), tenon_tag(2, length));
		for (unsigned n = 0; n < 8; n++)
			assert_int_equal(word_of(A, n), n * 8 < length ? answer.word[n] : 0);
		for (unsigned n = 64; n < 4096; n++)
			assert_int_equal(buffer_of(A)[n], n < length ? (uint8_t)(n * 3 + i) : 0xdd);
	}
}

static void bad_tags(void **state)
{
	(void)state;
	boot();
	struct host_call call = call_of(0, 1, 1);
	call.tag = tenon_tag(1, 4097);
	act(A, call);
	assert_int_equal(status_of(A), TENON_BAD_ARGUMENT);
	call.tag = tenon_tag(1, 8) | UINT64_C(0x100000);
	act(A, call);
	assert_int_equal(status_of(A), TENON_BAD_ARGUMENT);
	act(A, call_of(0, 1, 1));
	struct host_call answer = reply_receive_of(0, SLOT_REPLY, 0, 0);
	answer.tag = tenon_tag(0, 5000);
	act(SERVER, answer);
	assert_int_equal(status_of(SERVER), TENON_BAD_ARGUMENT);
	assert_int_equal(state_of(A), TENON_THREAD_AWAITING_REPLY);
}

static void truncated(void **state)
{
	(void)state;
	boot();
	/* low has no buffer: it cannot send a long message, and gets 64 bytes of a long answer. */
	act(C, call_of(1, 0, 0)); /* c is with the server; low runs on CPU 1 */
	struct host_call call = call_of(2, 1, 1);
	call.tag = tenon_tag(1, 65);
	act(LOW, call);
	assert_int_equal(status_of(LOW), TENON_TRUNCATED);
	act(LOW, call_of(2, 1, 1));
	assert_true(is_current(STORE));
	struct host_call answer = reply_receive_of(1, SLOT_REPLY + 2, 9, 3);
	answer.tag = tenon_tag(9, 100);
	act(STORE, answer);
	assert_int_equal(status_of(LOW), TENON_TRUNCATED);
	assert_int_equal(control_of(LOW, 1), tenon_tag(9, 64));
	assert_int_equal(word_of(LOW, 0), 3);
	/* A server without a buffer: the caller hears of it, waiting or queued, and nothing arrives. */
	thread_of(STORE)->buffer = NULL;
	act(SERVER, reply_receive_of(0, SLOT_REPLY, 0, 0));
	call = call_of(2, 1, 1);
	call.tag = tenon_tag(1, 200);
	act(C, call);
	assert_int_equal(status_of(C), TENON_TRUNCATED);
	assert_int_equal(state_of(STORE), TENON_THREAD_RECEIVING);
	act(A, call_of(2, 1, 1));
	act(B, call);
	assert_int_equal(state_of(B), TENON_THREAD_CALLING);
	answer.tag = tenon_tag(0, 0);
	act(STORE, answer);
	assert_int_equal(status_of(B), TENON_TRUNCATED);
	/* And cannot send a long answer: nothing changes. */
	act(A, call_of(2, 1, 1));
	answer.tag = tenon_tag(0, 65);
	act(STORE, answer);
	assert_int_equal(status_of(STORE), TENON_TRUNCATED);
	assert_int_equal(state_of(A), TENON_THREAD_AWAITING_REPLY);
}

static void deadline_while_queued(void **state)
{
	(void)state;
	boot();
	act(A, call_of(0, 1, 1));
	act(C, call_until(0, 1, 2, 5000000));
	advance_ns(4000000);
	assert_int_equal(state_of(C), TENON_THREAD_CALLING);
	advance_ns(2000000);
	assert_true(is_current(C));
	assert_int_equal(status_of(C), TENON_TIMED_OUT);
	act(SERVER, reply_receive_of(0, SLOT_REPLY, 0, 0));
	assert_int_equal(state_of(SERVER), TENON_THREAD_RECEIVING);
	assert_int_equal(status_of(A), TENON_OK);
}

static void deadline_in_the_servers_hands(void **state)
{
	(void)state;
	boot();
	act(A, call_until(0, 1, 1, 1000000));
	assert_true(is_current(SERVER));
	advance_ns(2000000);
	assert_int_equal(status_of(A), TENON_TIMED_OUT);
	/* An answer with REPLY says so; one with REPLY_RECEIVE is dropped. */
	act(SERVER, reply_of(SLOT_REPLY, 0, 0));
	assert_int_equal(status_of(SERVER), TENON_CANCELLED);
	act(SERVER, receive_of(0, SLOT_REPLY));
	act(A, call_until(0, 1, 1, 3000000));
	advance_ns(2000000);
	act(SERVER, reply_receive_of(0, SLOT_REPLY, 0, 0));
	assert_int_equal(state_of(SERVER), TENON_THREAD_RECEIVING);
	assert_int_equal(status_of(A), TENON_TIMED_OUT);
}

static void later_answer_is_cancelled_once(void **state)
{
	(void)state;
	boot();
	act(A, call_until(0, 1, 1, 1000000));
	act(SERVER, receive_of(0, SLOT_REPLY + 1)); /* answers a later */
	assert_int_equal(state_of(SERVER), TENON_THREAD_RECEIVING);
	advance_ns(2000000);
	assert_true(is_current(SERVER));
	assert_int_equal(control_of(SERVER, 3), TENON_SOURCE_CANCELLED);
	assert_int_equal(control_of(SERVER, 2), BADGE(0, A));
	assert_int_equal(word_of(SERVER, 0), SLOT_REPLY);
	act(SERVER, reply_of(SLOT_REPLY, 0, 0));
	assert_int_equal(status_of(SERVER), TENON_CANCELLED);
	act(SERVER, receive_of(0, SLOT_REPLY + 1));
	assert_int_equal(state_of(SERVER), TENON_THREAD_RECEIVING);
	assert_int_equal(status_of(A), TENON_TIMED_OUT);
}

static void cancelled_while_the_server_is_busy(void **state)
{
	(void)state;
	boot();
	act(A, call_until(0, 1, 1, 1000000));
	act(SERVER, receive_of(0, SLOT_REPLY + 1));
	act(B, call_of(0, 1, 2));
	advance_ns(2000000);
	assert_true(is_current(SERVER));
	act(SERVER, reply_receive_of(0, SLOT_REPLY + 1, 0, 0));
	assert_int_equal(control_of(SERVER, 3), TENON_SOURCE_CANCELLED);
	assert_int_equal(word_of(SERVER, 0), SLOT_REPLY);
	assert_int_equal(status_of(B), TENON_OK);
}

static void answers_later_out_of_order(void **state)
{
	(void)state;
	boot();
	act(A, call_of(0, 1, 1));
	act(SERVER, receive_of(0, SLOT_REPLY + 1));
	act(B, call_of(0, 1, 2));
	assert_int_equal(word_of(SERVER, 0), 2);
	act(SERVER, receive_of(0, SLOT_REPLY));
	assert_int_equal(status_of(SERVER), TENON_BUSY);
	act(SERVER, reply_of(SLOT_REPLY + 1, 0, 22));
	assert_int_equal(status_of(SERVER), TENON_OK);
	act(SERVER, reply_of(SLOT_REPLY, 0, 11));
	act(SERVER, reply_of(SLOT_REPLY, 0, 11));
	assert_int_equal(status_of(SERVER), TENON_CANCELLED);
	act(SERVER, receive_of(0, SLOT_REPLY));
	assert_int_equal(word_of(A, 0), 11);
	assert_int_equal(word_of(B, 0), 22);
}

static void deadline_now(void **state)
{
	(void)state;
	boot();
	act(A, call_until(0, 1, 1, TENON_NOW)); /* the server waits: taken, and answered whenever */
	assert_true(is_current(SERVER));
	advance_ns(1000000);
	assert_int_equal(state_of(A), TENON_THREAD_AWAITING_REPLY);
	act(C, call_until(0, 1, 1, TENON_NOW));
	assert_int_equal(status_of(C), TENON_WOULD_BLOCK);
	struct host_call answer = reply_receive_of(0, SLOT_REPLY, 0, 1);
	answer.deadline = TENON_NOW;
	act(SERVER, answer);
	assert_int_equal(status_of(SERVER), TENON_WOULD_BLOCK);
	assert_int_equal(status_of(A), TENON_OK);
	assert_int_equal(word_of(A, 0), 1);
}

static void receive_deadline(void **state)
{
	(void)state;
	boot();
	act(A, call_of(0, 1, 1));
	struct host_call answer = reply_receive_of(0, SLOT_REPLY, 0, 1);
	answer.deadline = 10000000;
	act(SERVER, answer);
	assert_true(is_current(A));
	advance_ns(20000000);
	assert_true(is_current(SERVER));
	assert_int_equal(status_of(SERVER), TENON_TIMED_OUT);
	assert_int_equal(core_cpu(0)->timer_count, 0);
}

static void refusals(void **state)
{
	(void)state;
	boot();
	struct host_call call = call_of(0, 0, 0);
	call.handle = SLOT_WEAK;
	act(A, call);
	assert_int_equal(status_of(A), TENON_BAD_RIGHTS);
	call.handle = SLOT_CLOCK;
	act(A, call);
	assert_int_equal(status_of(A), TENON_BAD_TYPE);
	call.handle = 0;
	act(A, call);
	assert_int_equal(status_of(A), TENON_BAD_HANDLE);
	call.handle = SLOTS;
	act(A, call);
	assert_int_equal(status_of(A), TENON_BAD_HANDLE);
	call.handle = tenon_handle(SLOT_ENDPOINT, 1);
	act(A, call);
	assert_int_equal(status_of(A), TENON_BAD_HANDLE);
	act(A, receive_of(0, SLOT_REPLY)); /* another thread's set */
	assert_int_equal(status_of(A), TENON_BAD_RIGHTS);
	act(A, reply_receive_of(0, SLOT_REPLY, 0, 0));
	assert_int_equal(status_of(A), TENON_BAD_RIGHTS);
	act(A, (struct host_call){.operation = TENON_OPERATION_COUNT});
	assert_int_equal(status_of(A), TENON_BAD_OPERATION);
	act(A, (struct host_call){.operation = TENON_OP_NULL, .word = {1, 2}});
	assert_int_equal(status_of(A), TENON_OK);
	assert_int_equal(word_of(A, 1), 0);
	act(A, call_of(0, 0, 0));
	act(SERVER, receive_of(0, SLOT_REPLY + 2)); /* another set's reply */
	assert_int_equal(status_of(SERVER), TENON_BAD_ARGUMENT);
	act(SERVER, receive_of(0, SLOT_CLOCK));
	assert_int_equal(status_of(SERVER), TENON_BAD_TYPE);
	act(SERVER, reply_receive_of(0, 0, 0, 0));
	assert_int_equal(status_of(SERVER), TENON_BAD_HANDLE);
}

static void server_dies(void **state)
{
	(void)state;
	boot();
	act(A, call_of(0, 1, 1)); /* received */
	act(SERVER, receive_of(0, SLOT_REPLY + 1));
	act(B, call_of(0, 1, 2)); /* received */
	act(C, call_of(1, 1, 3)); /* queued */
	act(LOW, stop_of(SERVER));
	assert_int_equal(state_of(SERVER), TENON_THREAD_STOPPED);
	assert_int_equal(status_of(A), TENON_RESTARTED);
	assert_int_equal(status_of(B), TENON_RESTARTED);
	assert_int_equal(state_of(C), TENON_THREAD_CALLING);
	assert_int_equal(core.endpoints[0].state, TENON_ENDPOINT_DOWN);
	if (is_current(B))
		act(B, simple_call(TENON_OP_YIELD, 0, 0, 0, 0));
	act(A, call_of(0, 1, 4)); /* queues */
	act(LOW, start_of(SERVER));
	assert_int_equal(status_of(LOW), TENON_OK);
	assert_true(is_current(SERVER));
	act(SERVER, receive_of(0, SLOT_REPLY));
	assert_int_equal(word_of(SERVER, 0), 3);
	assert_int_equal(core.endpoints[0].state, TENON_ENDPOINT_OPEN);
	act(SERVER, reply_receive_of(0, SLOT_REPLY, 0, 0));
	assert_int_equal(word_of(SERVER, 0), 4);
}

static void caller_dies(void **state)
{
	(void)state;
	boot();
	act(C, call_of(0, 1, 1)); /* received */
	act(SERVER, receive_of(0, SLOT_REPLY + 1));
	act(A, stop_of(C));
	assert_true(is_current(SERVER));
	assert_int_equal(control_of(SERVER, 3), TENON_SOURCE_CANCELLED);
	act(LOW, call_of(0, 1, 2)); /* queued */
	act(SERVER, stop_of(LOW));
	assert_int_equal(status_of(SERVER), TENON_OK);
	act(SERVER, receive_of(0, SLOT_REPLY));
	assert_int_equal(state_of(SERVER), TENON_THREAD_RECEIVING);
}

static void closed_and_down(void **state)
{
	(void)state;
	boot();
	act(A, call_of(0, 1, 1));   /* received */
	act(C, call_of(0, 1, 2));   /* queued at 0 */
	act(LOW, call_of(1, 1, 3)); /* queued at 1 */
	act(SERVER, state_call(0, TENON_ENDPOINT_CLOSED));
	assert_int_equal(status_of(C), TENON_GONE);
	assert_int_equal(state_of(LOW), TENON_THREAD_CALLING);
	act(C, call_of(0, 1, 1));
	assert_int_equal(status_of(C), TENON_GONE);
	act(SERVER, reply_receive_of(0, SLOT_REPLY, 0, 0));
	assert_int_equal(word_of(SERVER, 0), 3);
	assert_int_equal(status_of(A), TENON_OK);
	act(SERVER, reply_receive_of(0, SLOT_REPLY, 0, 0));
	assert_int_equal(core.endpoints[0].state, TENON_ENDPOINT_CLOSED); /* receiving does not reopen it */
	act(A, state_call(0, TENON_ENDPOINT_DOWN));
	act(A, state_call(0, 3));
	assert_int_equal(status_of(A), TENON_BAD_ARGUMENT);
	act(C, call_of(0, 1, 5)); /* queues although the server waits */
	assert_int_equal(state_of(C), TENON_THREAD_CALLING);
	act(A, state_call(0, TENON_ENDPOINT_OPEN));
	assert_true(is_current(SERVER));
	assert_int_equal(word_of(SERVER, 0), 5);
	act(SERVER, state_call(0, TENON_ENDPOINT_DOWN));
	act(SERVER, reply_receive_of(0, SLOT_REPLY, 0, 0));
	assert_int_equal(core.endpoints[0].state, TENON_ENDPOINT_OPEN);
}

static void more_urgent_caller_than_server(void **state)
{
	(void)state;
	boot();
	/* store (120) calls the server (100): no straight switch, and the answer preempts nobody wrongly. */
	act(C, call_of(2, 1, 1));
	act(STORE, call_of(0, 2, 2));
	assert_true(is_current(SERVER));
	act(SERVER, reply_receive_of(0, SLOT_REPLY, 0, 4));
	assert_true(is_current(STORE));
	assert_int_equal(word_of(STORE, 0), 4);
	act(STORE, reply_receive_of(1, SLOT_REPLY + 2, 0, 0));
	system_boot_waiting(1);
	act(C, call_of(0, 1, 1));
	act(SERVER, call_of(2, 1, 1));
	act(STORE, call_of(3, 1, 1));
	assert_true(is_current(SUPERVISOR));
	act(SUPERVISOR, reply_receive_of(2, SLOT_REPLY + 3, 0, 0));
	act(STORE, reply_receive_of(1, SLOT_REPLY + 2, 0, 0));
	act(SERVER, reply_receive_of(0, SLOT_REPLY, 0, 0));
	assert_true(is_current(C));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(call_switches_straight_to_the_server_and_back),
	    cmocka_unit_test(call_across_cpus),
	    cmocka_unit_test(callers_queue_in_order),
	    cmocka_unit_test(message_lengths),
	    cmocka_unit_test(bad_tags),
	    cmocka_unit_test(truncated),
	    cmocka_unit_test(deadline_while_queued),
	    cmocka_unit_test(deadline_in_the_servers_hands),
	    cmocka_unit_test(later_answer_is_cancelled_once),
	    cmocka_unit_test(cancelled_while_the_server_is_busy),
	    cmocka_unit_test(answers_later_out_of_order),
	    cmocka_unit_test(deadline_now),
	    cmocka_unit_test(receive_deadline),
	    cmocka_unit_test(refusals),
	    cmocka_unit_test(server_dies),
	    cmocka_unit_test(caller_dies),
	    cmocka_unit_test(closed_and_down),
	    cmocka_unit_test(more_urgent_caller_than_server),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
