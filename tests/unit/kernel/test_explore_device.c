/* SPDX-License-Identifier: MIT
 * Interleavings of a device's fault with what its driver, on another CPU than the IOMMU's interrupt, does at that moment.
 */
#include "explore.h"

#define REQUESTER TENON_REQUESTER(0, 1, 8)

/* The driver is c on CPU 1; the report waits for CPU 0. */
static void prepare(unsigned started)
{
	physical_t physical;
	system_driver = C;
	system_boot(2, started | 1u << A | 1u << C);
	system_driver = A;
	if ((started >> SERVER & 1) != 0)
		act(SERVER, receive_of(0, SLOT_REPLY));
	act(A, simple_call(TENON_OP_DEVICE_ATTACH, SLOT_IO, REQUESTER, 1, 0));
	assert_int_equal(status_of(A), TENON_OK);
	assert_false(host_dma(REQUESTER, 8, TENON_RIGHT_READ, &physical));
}

static void check_faulted(void)
{
	assert_int_equal(state_of(C), TENON_THREAD_FAULTED);
	assert_int_equal(thread_of(C)->fault.kind, TENON_FAULT_DMA);
	assert_int_equal(core.device_faults, 0);
}

static void prepare_call(void)
{
	prepare(1u << SERVER);
}

/* Its call is delivered, answered, or times out. */
static void against_a_call(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "device fault against call", .cpus = 2, .prepare = prepare_call, .check = check_faulted};
	scenario.time_ns = 1000000;
	scenario.step[C][0] = call_until(0, 0, 1, 500000);
	scenario.step[SERVER][0] = reply_receive_of(0, SLOT_REPLY, 0, 10);
	explore(&scenario);
}

static void prepare_bare(void)
{
	prepare(0);
}

/* It is stopped from the other CPU: stopped it is in the end, faulted before or not. */
static void check_stopped(void)
{
	assert_int_equal(status_of(A), TENON_OK);
	assert_int_equal(core.device_faults, 0);
	assert_true(state_of(C) == TENON_THREAD_STOPPED);
}

static void against_a_stop(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "device fault against stop", .cpus = 2, .prepare = prepare_bare, .check = check_stopped};
	scenario.step[A][0] = stop_of(C);
	scenario.step[C][0] = signal_of(0);
	explore(&scenario);
}

/* It stops another thread, in the other CPU's hands. */
static void while_it_manages(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "device fault against stop by the driver",
				    .cpus = 2,
				    .prepare = prepare_bare,
				    .check = check_faulted};
	scenario.step[C][0] = stop_of(B);
	scenario.step[A][0] = signal_of(0);
	explore(&scenario);
}

/* Another CPU detaches and attaches anew meanwhile. */
static void check_attached(void)
{
	assert_int_equal(core.device_faults, 0);
	assert_int_equal(status_of(A), TENON_OK);
	assert_true(core.spaces[IO_SPACE].attached);
}

static void against_an_attach(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "device fault against attach",
				    .cpus = 2,
				    .prepare = prepare_bare,
				    .check = check_attached};
	scenario.step[A][0] = simple_call(TENON_OP_DEVICE_ATTACH, SLOT_IO, REQUESTER, 0, 0);
	scenario.step[A][1] = simple_call(TENON_OP_DEVICE_ATTACH, SLOT_IO, REQUESTER, 1, 0);
	scenario.step[C][0] = simple_call(TENON_OP_DEVICE_ATTACH, SLOT_IO, REQUESTER, 1, 0);
	explore(&scenario);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(against_a_call),
	    cmocka_unit_test(against_a_stop),
	    cmocka_unit_test(while_it_manages),
	    cmocka_unit_test(against_an_attach),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
