/* SPDX-License-Identifier: MIT
 * The crasher: what of its misbehaviour needs no machine.
 */
#include "test.h"

TEST(a_failed_check_is_its_end)
{
	test_expect_panic();
	(void)client_port_fault_begin(0, CRASHER_KIND_CHECK); /* never answered */
	assert_non_null(strstr(test_panic(), "CHECK failed"));
	assert_false(test_heartbeat());
	test_client_dies(0);
	test_restart();
	assert_true(test_heartbeat());
}

TEST(who_called_hears_of_the_restart)
{
	struct test_call *call;

	test_expect_panic();
	call = client_port_fault_begin(1, CRASHER_KIND_CHECK);
	test_restart();
	assert_int_equal(client_port_fault_end(call), CRASHER_RESTARTED);
}
