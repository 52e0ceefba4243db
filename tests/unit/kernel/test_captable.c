/* SPDX-License-Identifier: MIT
 * Capabilities: generations, rights, copy, delete, stale handles.
 */
#include "system.h"

static void boot(void)
{
	system_boot(1, 1u << A);
	assert_true(is_current(A));
}

static tenon_handle_t copy(tenon_handle_t from, uint64_t to, uint64_t rights, uint64_t badge, uint64_t status)
{
	act(A, simple_call(TENON_OP_CAP_COPY, from, to, rights, badge));
	assert_int_equal(status_of(A), status);
	return word_of(A, 0);
}

static uint64_t try(tenon_handle_t handle, enum tenon_operation operation)
{
	act(A, (struct host_call){.operation = operation, .handle = handle});
	return status_of(A);
}

static void copy_narrows_rights(void **state)
{
	(void)state;
	boot();
	tenon_handle_t all = copy(SLOT_NOTIFICATION, 40, TENON_RIGHTS_ALL, 0, TENON_OK);
	assert_int_equal(all, tenon_handle(40, 0));
	assert_int_equal(slot_rights(&thread_of(A)->slots[40]), TENON_RIGHT_INVOKE);
	assert_int_equal(try(all, TENON_OP_SIGNAL), TENON_OK);
	assert_int_equal(core.notifications[0].bits, 1u << A);
	tenon_handle_t none = copy(SLOT_NOTIFICATION, 41, TENON_RIGHT_READ, 0, TENON_OK);
	assert_int_equal(try(none, TENON_OP_SIGNAL), TENON_BAD_RIGHTS);
	tenon_handle_t again = copy(none, 42, TENON_RIGHTS_ALL, 0, TENON_OK);
	assert_int_equal(try(again, TENON_OP_SIGNAL), TENON_BAD_RIGHTS);
}

static void badge_needs_manage(void **state)
{
	(void)state;
	boot();
	(void)copy(SLOT_ENDPOINT, 40, TENON_RIGHTS_ALL, 12345, TENON_BAD_RIGHTS);
	assert_int_equal(slot_type(&thread_of(A)->slots[40]), TENON_TYPE_NONE);
	(void)copy(SLOT_ENDPOINT, 40, TENON_RIGHTS_ALL, BADGE(0, A), TENON_OK);
	(void)copy(SLOT_DOOR, 41, TENON_RIGHTS_ALL, 12345, TENON_OK);
	assert_int_equal(thread_of(A)->slots[41].badge, 12345);
}

static void copy_refusals(void **state)
{
	(void)state;
	boot();
	(void)copy(SLOT_ENDPOINT, SLOT_STATIC_END - 1, TENON_RIGHTS_ALL, 0, TENON_BAD_ARGUMENT);
	(void)copy(SLOT_ENDPOINT, 0, TENON_RIGHTS_ALL, 0, TENON_BAD_ARGUMENT);
	(void)copy(SLOT_ENDPOINT, SLOTS, TENON_RIGHTS_ALL, 0, TENON_BAD_ARGUMENT);
	(void)copy(SLOT_ENDPOINT, UINT64_C(1) << 32 | 40, TENON_RIGHTS_ALL, 0, TENON_BAD_ARGUMENT);
	(void)copy(SLOT_ENDPOINT, 40, 0x80, 0, TENON_BAD_ARGUMENT);
	(void)copy(0, 40, TENON_RIGHTS_ALL, 0, TENON_BAD_HANDLE);
	(void)copy(SLOT_ENDPOINT, 40, TENON_RIGHTS_ALL, 0, TENON_OK);
	(void)copy(SLOT_CLOCK, 40, TENON_RIGHTS_ALL, 0, TENON_OCCUPIED);
	(void)copy(SLOT_ENDPOINT, SLOTS - 1, TENON_RIGHTS_ALL, 0, TENON_OK);
}

static void deleted_handles_are_stale(void **state)
{
	(void)state;
	boot();
	tenon_handle_t first = copy(SLOT_NOTIFICATION, 40, TENON_RIGHTS_ALL, 0, TENON_OK);
	assert_int_equal(try(first, TENON_OP_CAP_DELETE), TENON_OK);
	assert_int_equal(try(first, TENON_OP_SIGNAL), TENON_BAD_HANDLE);
	assert_int_equal(try(first, TENON_OP_CAP_DELETE), TENON_BAD_HANDLE);
	tenon_handle_t second = copy(SLOT_NOTIFICATION, 40, TENON_RIGHTS_ALL, 0, TENON_OK);
	assert_int_equal(second, tenon_handle(40, 1));
	assert_int_equal(try(first, TENON_OP_SIGNAL), TENON_BAD_HANDLE);
	assert_int_equal(try(second, TENON_OP_SIGNAL), TENON_OK);
	assert_int_equal(try(SLOT_NOTIFICATION, TENON_OP_CAP_DELETE), TENON_BAD_ARGUMENT);
	assert_int_equal(try(0, TENON_OP_CAP_DELETE), TENON_BAD_HANDLE);
}

static void generation_does_not_wrap(void **state)
{
	(void)state;
	boot();
	thread_of(A)->slots[40].handle = tenon_handle(40, UINT32_MAX - 1);
	tenon_handle_t last = copy(SLOT_NOTIFICATION, 40, TENON_RIGHTS_ALL, 0, TENON_OK);
	assert_int_equal(try(last, TENON_OP_CAP_DELETE), TENON_OK);
	(void)copy(SLOT_NOTIFICATION, 40, TENON_RIGHTS_ALL, 0, TENON_OCCUPIED);
	assert_int_equal(try(last, TENON_OP_SIGNAL), TENON_BAD_HANDLE);
}

static void a_new_start_finds_the_table_as_described(void **state)
{
	(void)state;
	system_boot(1, 1u << A | 1u << SUPERVISOR);
	act(SUPERVISOR, receive_of(2, SLOT_REPLY + 3));
	tenon_handle_t old = copy(SLOT_NOTIFICATION, 40, TENON_RIGHTS_ALL, 0, TENON_OK);
	act(A, call_of(3, 0, 0));
	act(SUPERVISOR, stop_of(A));
	act(SUPERVISOR, simple_call(TENON_OP_TABLE_RESET, SLOT_TABLE_A, 0, 0, 0));
	assert_int_equal(status_of(SUPERVISOR), TENON_OK);
	act(SUPERVISOR, start_of(A));
	act(SUPERVISOR, receive_of(2, SLOT_REPLY + 3));
	assert_int_equal(control_of(SUPERVISOR, 3), TENON_SOURCE_CANCELLED);
	act(SUPERVISOR, receive_of(2, SLOT_REPLY + 3));
	assert_int_equal(word_of(A, 0), 7);
	assert_int_equal(try(old, TENON_OP_SIGNAL), TENON_BAD_HANDLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(copy_narrows_rights),
	    cmocka_unit_test(badge_needs_manage),
	    cmocka_unit_test(copy_refusals),
	    cmocka_unit_test(deleted_handles_are_stale),
	    cmocka_unit_test(generation_does_not_wrap),
	    cmocka_unit_test(a_new_start_finds_the_table_as_described),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
