/* SPDX-License-Identifier: MIT
 * CPUs that leave the machine and come back.
 */
#include "system.h"

#define FREE_CPU 2u /* the small system's threads live on 0 and 1 */

static void switch_cpu(uint64_t cpu, uint64_t on)
{
	act(A, simple_call(TENON_OP_PLATFORM_CPU, SLOT_PLATFORM, cpu, on, 0));
}

static void a_cpu_leaves_and_comes_back(void **state)
{
	(void)state;
	system_boot_waiting(3);
	for (unsigned round = 0; round < 3; round++) {
		assert_int_equal(core_cpu(FREE_CPU)->online, 1);
		switch_cpu(FREE_CPU, 0);
		assert_int_equal(status_of(A), TENON_OK);
		assert_int_equal(core_cpu(FREE_CPU)->online, 0);
		assert_int_equal(host_parked(FREE_CPU), HOST_STOPPED);
		assert_false(cpu_admit(core_cpu(FREE_CPU)));
		switch_cpu(FREE_CPU, 0); /* it is off already */
		assert_int_equal(status_of(A), TENON_OK);
		switch_cpu(FREE_CPU, 1);
		assert_int_equal(status_of(A), TENON_OK);
		host_power_settle();
		assert_int_equal(host_parked(FREE_CPU), HOST_IDLE);
		switch_cpu(FREE_CPU, 1); /* it is on already */
		assert_int_equal(status_of(A), TENON_OK);
	}
}

static void a_home_stays(void **state)
{
	(void)state;
	system_boot_waiting(3);
	switch_cpu(1, 0);
	assert_int_equal(status_of(A), TENON_BUSY);
	switch_cpu(0, 0);
	assert_int_equal(status_of(A), TENON_UNSUPPORTED);
	assert_int_equal(core_cpu(1)->online, 1);
	/* Somebody who does not exist moves in: nothing else is looked at meanwhile. */
	struct host_call off = simple_call(TENON_OP_PLATFORM_CPU, SLOT_PLATFORM, FREE_CPU, 0, 0);
	assert_true(cpu_admit(core_cpu(FREE_CPU)));
	host_syscall(thread_of(A)->home->index, &off);
	host_settle();
	assert_int_equal(status_of(A), TENON_BUSY);
	cpu_dismiss(core_cpu(FREE_CPU));
	switch_cpu(FREE_CPU, 0);
	assert_int_equal(status_of(A), TENON_OK);
}

static void a_cpu_on_its_way_is_busy(void **state)
{
	(void)state;
	system_boot_waiting(4);
	switch_cpu(2, 0);
	switch_cpu(3, 0);
	switch_cpu(2, 1);
	assert_int_equal(status_of(A), TENON_OK);
	switch_cpu(2, 1); /* it is coming */
	assert_int_equal(status_of(A), TENON_OK);
	switch_cpu(2, 0);
	assert_int_equal(status_of(A), TENON_BUSY);
	switch_cpu(3, 1); /* one at a time */
	assert_int_equal(status_of(A), TENON_BUSY);
	host_power_settle();
	switch_cpu(3, 1);
	assert_int_equal(status_of(A), TENON_OK);
	host_power_settle();
	assert_int_equal(core_cpu(3)->online, 1);
}

static void lines_move_to_the_boot_cpu(void **state)
{
	(void)state;
	system_boot_waiting(3);
	/* As if the line's server had lived there before. */
	core.interrupts[0].cpu = FREE_CPU;
	arch_interrupt_route(LINE, FREE_CPU);
	switch_cpu(FREE_CPU, 0);
	assert_int_equal(core.interrupts[0].cpu, 0);
	host_line(LINE);
	settle();
	assert_int_equal(word_of(SERVER, 0), 0x100);
}

static void arguments_are_checked(void **state)
{
	(void)state;
	system_boot_waiting(3);
	switch_cpu(3, 0);
	assert_int_equal(status_of(A), TENON_BAD_ARGUMENT);
	switch_cpu(UINT64_MAX, 1);
	assert_int_equal(status_of(A), TENON_BAD_ARGUMENT);
	switch_cpu(FREE_CPU, 2);
	assert_int_equal(status_of(A), TENON_BAD_ARGUMENT);
	act(A, simple_call(TENON_OP_PLATFORM_CPU, SLOT_CLOCK, FREE_CPU, 0, 0));
	assert_int_equal(status_of(A), TENON_BAD_TYPE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_cpu_leaves_and_comes_back), cmocka_unit_test(a_home_stays),
	    cmocka_unit_test(a_cpu_on_its_way_is_busy),    cmocka_unit_test(lines_move_to_the_boot_cpu),
	    cmocka_unit_test(arguments_are_checked),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
