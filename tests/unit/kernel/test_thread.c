/* SPDX-License-Identifier: MIT
 * Threads: scheduling, deadlines, stop and start on one CPU and across two, faults, message buffers.
 */
#include "system.h"

#define QUANTUM_NS 5000000u

static void priorities_and_yield(void **state)
{
	(void)state;
	system_boot(1, ALL_THREADS);
	assert_true(is_current(SUPERVISOR));
	act(SUPERVISOR, simple_call(TENON_OP_YIELD, 0, 0, 0, 0));
	assert_true(is_current(SUPERVISOR));
	act(SUPERVISOR, receive_of(2, SLOT_REPLY + 3));
	act(STORE, receive_of(1, SLOT_REPLY + 2));
	act(SERVER, receive_of(0, SLOT_REPLY));
	act(C, stop_of(C));
	assert_true(is_current(A));
	act(A, simple_call(TENON_OP_YIELD, 0, 0, 0, 0));
	assert_true(is_current(B));
	act(B, simple_call(TENON_OP_YIELD, 0, 0, 0, 0));
	assert_true(is_current(A));
}

static void round_robin_by_quantum(void **state)
{
	(void)state;
	system_boot(1, 1u << A | 1u << B);
	assert_true(is_current(A));
	advance_ns(QUANTUM_NS - 1);
	assert_true(is_current(A));
	advance_ns(1);
	assert_true(is_current(B));
	advance_ns(QUANTUM_NS);
	assert_true(is_current(A));
	/* Alone at its priority: no more timer than the one that is set. */
	act(A, stop_of(B));
	advance_ns(QUANTUM_NS);
	assert_true(is_current(A));
	assert_int_equal(core_cpu(0)->quantum_end_ticks, UINT64_MAX);
}

static void a_server_runs_on_its_callers_quantum(void **state)
{
	(void)state;
	system_boot(1, 1u << A | 1u << B | 1u << SERVER);
	act(SERVER, receive_of(0, SLOT_REPLY));
	advance_ns(QUANTUM_NS / 2);
	act(A, call_of(0, 0, 0));
	assert_true(is_current(SERVER));
	advance_ns(QUANTUM_NS / 2 + 1);
	assert_true(is_current(SERVER)); /* more urgent than b */
	act(SERVER, reply_receive_of(0, SLOT_REPLY, 0, 0));
	assert_true(is_current(B)); /* a has used its quantum, in the server */
	advance_ns(QUANTUM_NS);
	assert_true(is_current(A));
	act(A, call_of(0, 0, 0));
	advance_ns(1000);
	act(SERVER, reply_receive_of(0, SLOT_REPLY, 0, 0));
	assert_true(is_current(A)); /* the quantum goes on */
	assert_int_equal(thread_of(SERVER)->cpu_ticks, QUANTUM_NS / 2 + 1001);
}

static void many_deadlines(void **state)
{
	static const unsigned order[] = {A, B, C, LOW, STORE};
	static const unsigned at[] = {5, 2, 4, 1, 3};
	(void)state;
	system_boot(1, ALL_THREADS);
	act(SUPERVISOR, receive_of(2, 0));
	act(STORE, call_until(0, 0, 0, 3000000));
	act(SERVER, stop_of(SERVER));
	act(C, call_until(0, 0, 0, 4000000));
	act(A, call_until(0, 0, 0, 5000000));
	act(B, call_until(0, 0, 0, 2000000));
	act(LOW, call_until(0, 0, 0, 1000000));
	for (unsigned ms = 1; ms <= 5; ms++) {
		advance_ns(ms == 1 ? 1000001 : 1000000);
		for (unsigned i = 0; i < COUNT_OF(order); i++) {
			if (at[i] <= ms)
				assert_int_equal(status_of(order[i]), TENON_TIMED_OUT);
			else
				assert_int_equal(state_of(order[i]), TENON_THREAD_CALLING);
		}
	}
}

static void stop_on_another_cpu(void **state)
{
	(void)state;
	for (unsigned what = 0; what < 4; what++) {
		system_boot_waiting(2);
		act(A, stop_of(B));
		if (what == 1)
			act(C, call_of(0, 0, 0)); /* c waits for an answer */
		if (what == 2)
			act(C, receive_of(0, 0)); /* refused: c runs */
		if (what == 3)
			act(C, stop_of(C));
		unsigned stopper = is_current(SERVER) ? SERVER : A;
		act(stopper, stop_of(C));
		assert_int_equal(status_of(stopper), TENON_OK);
		assert_int_equal(state_of(C), TENON_THREAD_STOPPED);
		act(stopper, start_of(C));
		assert_int_equal(status_of(stopper), TENON_OK);
		assert_true(is_current(C));
		act(stopper, start_of(C));
		assert_int_equal(status_of(stopper), TENON_BUSY);
		assert_int_equal(thread_of(C)->starts, 2);
	}
}

static void registers_of_a_thread_that_runs_elsewhere(void **state)
{
	(void)state;
	system_boot_waiting(2);
	act(A, stop_of(B));
	thread_of(C)->context.pc = CODE_ADDRESS + 64;
	thread_of(C)->context.frame = 77;
	act(A, simple_call(TENON_OP_THREAD_READ, SLOT_THREAD + C, 0, 0, 0));
	assert_int_equal(status_of(A), TENON_OK);
	assert_int_equal(word_of(A, 0), TENON_THREAD_RUNNING);
	assert_int_equal(word_of(A, 1), CODE_ADDRESS + 64);
	assert_int_equal(word_of(A, 2), STACK_ADDRESS);
	assert_int_equal(word_of(A, 3), 77);
	assert_true(is_current(C));
}

static void start_checks_the_entry(void **state)
{
	(void)state;
	system_boot(2, 1u << A);
	struct host_call start = start_of(B);
	start.word[0] = STACK_ADDRESS - 8;
	act(A, start);
	assert_int_equal(status_of(A), TENON_BAD_ADDRESS);
	start.word[0] = UINT64_C(0xffffffff80000000);
	act(A, start);
	assert_int_equal(status_of(A), TENON_BAD_ADDRESS);
	start = start_of(C);
	start.word[0] = 0;
	act(A, start);
	assert_int_equal(status_of(A), TENON_BAD_ADDRESS);
	assert_int_equal(state_of(C), TENON_THREAD_STOPPED);
}

static void faults_are_calls(void **state)
{
	(void)state;
	system_boot_waiting(2);
	host_fault(0, TENON_FAULT_WRITE, 0xdead);
	settle();
	assert_true(is_current(SUPERVISOR));
	assert_int_equal(state_of(A), TENON_THREAD_FAULTED);
	assert_int_equal(control_of(SUPERVISOR, 1), tenon_tag(TENON_LABEL_FAULT, 56));
	assert_int_equal(control_of(SUPERVISOR, 2), 900 + A);
	assert_int_equal(word_of(SUPERVISOR, 0), TENON_FAULT_WRITE);
	assert_int_equal(word_of(SUPERVISOR, 1), CODE_ADDRESS);
	assert_int_equal(word_of(SUPERVISOR, 2), 0xdead);
	assert_int_equal(word_of(SUPERVISOR, 3), STACK_ADDRESS);
	assert_int_equal(word_of(SUPERVISOR, 6), 7);
	thread_of(A)->context.word[3] = 4711;
	act(SUPERVISOR, reply_receive_of(2, SLOT_REPLY + 3, 0, 99)); /* resumes */
	assert_true(is_current(A));
	assert_int_equal(word_of(A, 3), 4711);
	host_fault(0, TENON_FAULT_READ, 1);
	settle();
	act(SUPERVISOR, reply_receive_of(2, SLOT_REPLY + 3, 1, 0)); /* stays */
	assert_int_equal(state_of(A), TENON_THREAD_FAULTED);
	assert_true(is_current(B));
	act(B, simple_call(TENON_OP_THREAD_READ, SLOT_THREAD + A, 0, 0, 0));
	assert_int_equal(word_of(B, 0), TENON_THREAD_FAULTED);
	assert_int_equal(word_of(B, 4), TENON_FAULT_READ);
	act(B, stop_of(A));
	act(B, start_of(A));
	assert_int_equal(state_of(A), TENON_THREAD_READY);
	/* From the other CPU, queued while the supervisor is busy, then stopped. */
	host_fault(0, TENON_FAULT_READ, 2);
	host_fault(1, TENON_FAULT_EXECUTE, 3);
	settle();
	assert_int_equal(state_of(C), TENON_THREAD_FAULTED);
	act(SUPERVISOR, stop_of(C));
	act(SUPERVISOR, reply_receive_of(2, SLOT_REPLY + 3, 0, 0));
	assert_int_equal(state_of(SUPERVISOR), TENON_THREAD_RECEIVING);
}

static void a_faulted_thread_survives_the_end_of_its_supervisor(void **state)
{
	(void)state;
	system_boot_waiting(2);
	host_fault(0, TENON_FAULT_READ, 1);
	settle();
	act(SUPERVISOR, stop_of(SUPERVISOR));
	assert_int_equal(state_of(A), TENON_THREAD_FAULTED);
	act(B, state_call(3, TENON_ENDPOINT_CLOSED));
	host_fault(1, TENON_FAULT_READ, 1);
	settle();
	assert_int_equal(state_of(C), TENON_THREAD_FAULTED);
	act(B, stop_of(C));
	assert_int_equal(state_of(C), TENON_THREAD_STOPPED);
}

static void a_fault_of_the_supervisor_restarts_the_machine(void **state)
{
	(void)state;
	system_boot(1, ALL_THREADS);
	host_fault(0, TENON_FAULT_ARITHMETIC, 0x10);
	assert_int_equal(host_end, HOST_RESTARTED);
	assert_non_null(strstr(host_panic, "supervisor: arithmetic fault"));
	assert_non_null(strstr(host_panic, "pc 0x200000, address 0x10"));
	/* The next boot tells why, once. */
	system_boot(1, ALL_THREADS);
	assert_non_null(strstr(host_panic, "supervisor: arithmetic fault"));
	system_boot(1, ALL_THREADS);
	assert_string_equal(host_panic, "");
	/* What is not whole is not believed. */
	host_fault(0, TENON_FAULT_ARITHMETIC, 0x10);
	assert_int_equal(host_end, HOST_RESTARTED);
	((char *)core.retained)[40] ^= 1;
	system_boot(1, ALL_THREADS);
	assert_string_equal(host_panic, "");
}

static void message_buffers(void **state)
{
	(void)state;
	system_boot(1, 1u << A);
	act(A, simple_call(TENON_OP_THREAD_BUFFER, SLOT_THREAD + A, BUFFER_ADDRESS + 8, 0, 0));
	assert_int_equal(status_of(A), TENON_BAD_ARGUMENT);
	act(A, simple_call(TENON_OP_THREAD_BUFFER, SLOT_THREAD + A, UINT64_C(0x600000000), 0, 0));
	assert_int_equal(status_of(A), TENON_BAD_ADDRESS);
	act(A, simple_call(TENON_OP_THREAD_BUFFER, SLOT_THREAD + A, CODE_ADDRESS, 0, 0));
	assert_int_equal(status_of(A), TENON_BAD_ADDRESS);
	act(A, simple_call(TENON_OP_THREAD_BUFFER, SLOT_THREAD + B, BUFFER_ADDRESS, 0, 0));
	assert_int_equal(status_of(A), TENON_BAD_ARGUMENT);
	uint8_t *before = buffer_of(A);
	act(A, simple_call(TENON_OP_THREAD_BUFFER, SLOT_THREAD + A, STACK_ADDRESS - 4096, 0, 0));
	assert_int_equal(status_of(A), TENON_OK);
	assert_ptr_not_equal(buffer_of(A), before);
}

static void clock_ports_power(void **state)
{
	(void)state;
	system_boot(1, 1u << A);
	advance_ns(123456);
	act(A, simple_call(TENON_OP_CLOCK_READ, SLOT_CLOCK, 0, 0, 0));
	assert_in_range(word_of(A, 0), 123456, 123457);
	assert_int_equal(word_of(A, 1), 123456);
	assert_int_equal(word_of(A, 2), 1000000000);
	host_port_value = 0x5a;
	act(A, simple_call(TENON_OP_PORT_READ, SLOT_PORTS, 5, 1, 0));
	assert_int_equal(word_of(A, 0), 0x5a);
	act(A, simple_call(TENON_OP_PORT_READ, SLOT_PORTS, 7, 2, 0));
	assert_int_equal(status_of(A), TENON_BAD_ARGUMENT);
	act(A, simple_call(TENON_OP_PORT_READ, SLOT_PORTS, UINT64_MAX, 1, 0));
	assert_int_equal(status_of(A), TENON_BAD_ARGUMENT);
	act(A, simple_call(TENON_OP_PORT_READ, SLOT_PORTS, 0, 3, 0));
	assert_int_equal(status_of(A), TENON_BAD_ARGUMENT);
	act(A, simple_call(TENON_OP_PORT_WRITE, SLOT_PORTS, 0, 1, 256));
	assert_int_equal(status_of(A), TENON_BAD_ARGUMENT);
	act(A, simple_call(TENON_OP_PORT_WRITE, SLOT_PORTS, 4, 4, 0x12345678));
	assert_int_equal(host_port_value, 0x12345678);
	act(A, simple_call(TENON_OP_PLATFORM_POWER, SLOT_PLATFORM, 2, 0, 0));
	assert_int_equal(status_of(A), TENON_BAD_ARGUMENT);
	act(A, simple_call(TENON_OP_PLATFORM_POWER, SLOT_PLATFORM, TENON_POWER_OFF, 0, 0));
	assert_int_equal(host_end, HOST_POWERED_OFF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(priorities_and_yield),
	    cmocka_unit_test(round_robin_by_quantum),
	    cmocka_unit_test(a_server_runs_on_its_callers_quantum),
	    cmocka_unit_test(many_deadlines),
	    cmocka_unit_test(stop_on_another_cpu),
	    cmocka_unit_test(registers_of_a_thread_that_runs_elsewhere),
	    cmocka_unit_test(start_checks_the_entry),
	    cmocka_unit_test(faults_are_calls),
	    cmocka_unit_test(a_faulted_thread_survives_the_end_of_its_supervisor),
	    cmocka_unit_test(a_fault_of_the_supervisor_restarts_the_machine),
	    cmocka_unit_test(message_buffers),
	    cmocka_unit_test(clock_ports_power),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
