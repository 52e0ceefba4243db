/* SPDX-License-Identifier: MIT
 * Notifications, receive sets that hold several of them, interrupts.
 */
#include "system.h"

static void signals_accumulate_until_received(void **state)
{
	(void)state;
	system_boot(1, 1u << A | 1u << B | 1u << SERVER);
	struct host_call receive = receive_of(0, SLOT_REPLY);
	receive.deadline = TENON_NOW;
	act(SERVER, receive);
	assert_int_equal(status_of(SERVER), TENON_WOULD_BLOCK);
	act(SERVER, signal_of(0));
	act(SERVER, signal_of(1));
	act(SERVER, simple_call(TENON_OP_CAP_COPY, SLOT_NOTIFICATION, 50, TENON_RIGHTS_ALL, 0));
	act(SERVER, simple_call(TENON_OP_SIGNAL, 50, 0, 0, 0));
	act(SERVER, receive);
	assert_int_equal(control_of(SERVER, 3), TENON_SOURCE_SIGNAL);
	assert_int_equal(control_of(SERVER, 2), SOURCE(0));
	assert_int_equal(word_of(SERVER, 0), 1u << SERVER);
	act(SERVER, receive);
	assert_int_equal(control_of(SERVER, 2), SOURCE(1));
	act(SERVER, receive);
	assert_int_equal(status_of(SERVER), TENON_WOULD_BLOCK);
}

static void a_waiting_server_wakes(void **state)
{
	(void)state;
	system_boot_waiting(2);
	act(A, signal_of(1));
	assert_true(is_current(SERVER));
	assert_int_equal(control_of(SERVER, 2), SOURCE(1));
	assert_int_equal(word_of(SERVER, 0), 1u << A);
	act(SERVER, receive_of(0, SLOT_REPLY));
	act(C, signal_of(0)); /* from the other CPU */
	assert_true(is_current(SERVER));
	assert_int_equal(word_of(SERVER, 0), 1u << C);
	assert_true(is_current(C));
}

static void signals_go_before_calls(void **state)
{
	(void)state;
	system_boot_waiting(2);
	act(A, call_of(0, 1, 1));
	act(C, call_of(0, 1, 2));
	act(LOW, signal_of(0));
	act(SERVER, reply_receive_of(0, SLOT_REPLY, 0, 0));
	assert_int_equal(control_of(SERVER, 3), TENON_SOURCE_SIGNAL);
	act(SERVER,
	    reply_receive_of(0, SLOT_REPLY, 0, 0)); /* the reply object holds nobody: received with only */
	assert_int_equal(control_of(SERVER, 3), TENON_SOURCE_CALL);
	assert_int_equal(word_of(SERVER, 0), 2);
}

/* A signal before every receive does not keep callers out. */
static void signals_cannot_shut_callers_out(void **state)
{
	(void)state;
	system_boot_waiting(2);
	act(A, call_of(0, 1, 1));
	act(C, call_of(0, 1, 2));
	unsigned turns = 0;
	do {
		act(LOW, signal_of(0));
		act(LOW, signal_of(1));
		act(SERVER, reply_receive_of(0, SLOT_REPLY, 0, 0));
		turns++;
	} while (control_of(SERVER, 3) != TENON_SOURCE_CALL && turns < 10);
	assert_int_equal(turns, 2);
	assert_int_equal(word_of(SERVER, 0), 2);
	act(SERVER, reply_receive_of(0, SLOT_REPLY, 0, 0));
	assert_int_equal(control_of(SERVER, 3), TENON_SOURCE_SIGNAL);
}

static void a_server_that_takes_signals_only(void **state)
{
	(void)state;
	system_boot(2, ALL_THREADS);
	act(SUPERVISOR, receive_of(2, 0));
	act(SERVER, receive_of(0, 0));
	act(A, call_of(0, 1, 1));
	assert_int_equal(state_of(A), TENON_THREAD_CALLING);
	act(B, signal_of(0));
	assert_true(is_current(SERVER));
	assert_int_equal(control_of(SERVER, 3), TENON_SOURCE_SIGNAL);
	act(SERVER, receive_of(0, SLOT_REPLY));
	assert_int_equal(word_of(SERVER, 0), 1);
}

static void interrupts_wait_for_their_acknowledgement(void **state)
{
	(void)state;
	system_boot_waiting(2);
	host_line(LINE);
	settle();
	assert_true(is_current(SERVER));
	assert_int_equal(control_of(SERVER, 2), SOURCE(0));
	assert_int_equal(word_of(SERVER, 0), 0x100);
	assert_true(host_masked(LINE));
	act(SERVER, receive_of(0, SLOT_REPLY));
	host_line(LINE);
	settle();
	assert_int_equal(state_of(SERVER), TENON_THREAD_RECEIVING);
	act(A, simple_call(TENON_OP_INTERRUPT_ACK, SLOT_INTERRUPT, 0, 0, 0));
	assert_true(is_current(SERVER));
	assert_int_equal(word_of(SERVER, 0), 0x100);
}

static void an_interrupt_ends_the_idling(void **state)
{
	(void)state;
	system_boot(1, 1u << SERVER);
	act(SERVER, receive_of(0, SLOT_REPLY));
	assert_int_equal(host_parked(0), HOST_IDLE);
	host_ticks += 5000;
	host_line(LINE);
	settle();
	assert_true(is_current(SERVER));
	assert_int_equal(core_cpu(0)->idle_ticks, 5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(signals_accumulate_until_received),
	    cmocka_unit_test(a_waiting_server_wakes),
	    cmocka_unit_test(signals_go_before_calls),
	    cmocka_unit_test(signals_cannot_shut_callers_out),
	    cmocka_unit_test(a_server_that_takes_signals_only),
	    cmocka_unit_test(interrupts_wait_for_their_acknowledgement),
	    cmocka_unit_test(an_interrupt_ends_the_idling),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
