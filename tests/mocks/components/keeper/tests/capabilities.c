/* SPDX-License-Identifier: MIT
 * Capabilities that clients hand over and mocks answer with.
 */
#include "test.h"

#define READ_WRITE (TENON_RIGHT_READ | TENON_RIGHT_WRITE)

TEST(a_page_is_passed_on_with_the_right_that_the_interface_names)
{
	const tenon_handle_t page = test_capability(TENON_TYPE_FRAME, READ_WRITE);

	mock_bank_put_answers();
	assert_int_equal(client_keep_put(0, 7, page), VAULT_OK);
	assert_int_equal(mock_bank_put_call(0)->label, 7);
	assert_true(test_capability_same(mock_bank_put_call(0)->page, page));
	assert_int_equal(test_capability_rights(mock_bank_put_call(0)->page), TENON_RIGHT_READ);
	assert_int_equal(test_capabilities_held(), 0);
	test_capability_revoke(page);
	assert_int_equal(test_capability_type(mock_bank_put_call(0)->page), TENON_TYPE_NONE);
	assert_int_equal(test_capability_rights(page), READ_WRITE);
}

TEST(another_kind_and_none_are_refused)
{
	assert_int_equal(client_keep_put(0, 7, test_capability(TENON_TYPE_POOL, READ_WRITE)),
			 VAULT_MALFORMED);
	assert_int_equal(client_keep_put(0, 7, test_capability(TENON_TYPE_FRAME, TENON_RIGHT_WRITE)),
			 VAULT_MALFORMED);
	assert_int_equal(client_keep_put(0, 7, 0), VAULT_MALFORMED);
	assert_int_equal(mock_bank_put_calls(), 0);
	assert_int_equal(test_capabilities_held(), 0);
}

TEST(what_a_handler_refuses_does_not_stay)
{
	for (uint32_t i = 0; i < 20; i++) {
		assert_int_equal(client_keep_put(1, 100, test_capability(TENON_TYPE_FRAME, READ_WRITE)),
				 VAULT_FULL);
		mock_bank_put_fails(VAULT_FULL);
		assert_int_equal(client_keep_put(1, 7, test_capability(TENON_TYPE_FRAME, READ_WRITE)),
				 VAULT_FULL);
	}
	assert_int_equal(test_capabilities_held(), 0);
}

TEST(each_client_leaves_as_many_as_it_may)
{
	const tenon_handle_t page = test_capability(TENON_TYPE_FRAME, READ_WRITE);

	test_times(mock_bank_put_answers(), 5);
	for (uint32_t client = 0; client < 2; client++) {
		assert_int_equal(client_keep_put(client, 101, page), VAULT_OK);
		assert_int_equal(client_keep_put(client, 101, page), VAULT_OK);
		assert_int_equal(client_keep_put(client, 101, page), VAULT_QUOTA);
	}
	assert_int_equal(test_capabilities_held(), 4);
	test_capability_revoke(page);
	assert_int_equal(test_capabilities_held(), 0);
	assert_int_equal(client_keep_put(0, 101, page), VAULT_OK);
}

TEST(an_answer_brings_one)
{
	const tenon_handle_t bell = test_capability(TENON_TYPE_NOTIFICATION, TENON_RIGHTS_ALL);
	tenon_handle_t given = 0;
	uint32_t uses = 0;

	for (uint32_t i = 0; i < 5; i++) {
		mock_bank_get_answers(i, bell);
		assert_int_equal(client_keep_get(2, 1, &uses, &given), VAULT_OK);
		assert_int_equal(uses, i);
		assert_true(test_capability_same(given, bell));
		assert_int_equal(test_capability_rights(given), TENON_RIGHT_INVOKE);
		test_capability_delete(given);
	}
	mock_bank_get_answers(1, test_capability(TENON_TYPE_FRAME, READ_WRITE));
	assert_int_equal(client_keep_get(2, 1, &uses, &given), VAULT_MALFORMED);
	assert_int_equal(uses, 4);
}

TEST(a_stub_repeats_what_a_restart_ended)
{
	const tenon_handle_t bell = test_capability(TENON_TYPE_NOTIFICATION, TENON_RIGHTS_ALL);
	tenon_handle_t given = 0;
	uint32_t uses = 0;

	mock_bank_get_fails(VAULT_RESTARTED);
	test_delay_ms(mock_bank_get_answers(3, bell), 10);
	struct test_call *call = client_keep_get_begin(0, 1, &uses, &given);

	test_advance_ms(20);
	assert_int_equal(client_keep_get_end(call), VAULT_OK);
	assert_true(test_capability_same(given, bell));
}

TEST(one_that_is_answered_later)
{
	const tenon_handle_t page = test_capability(TENON_TYPE_FRAME, READ_WRITE);
	tenon_handle_t given = 0;
	struct test_call *call = client_keep_order_begin(0, &given);

	assert_false(test_answered(call));
	assert_int_equal(client_keep_put(1, 7, page), VAULT_OK);
	assert_int_equal(client_keep_order_end(call), VAULT_OK);
	assert_true(test_capability_same(given, page));
	assert_int_equal(test_capabilities_held(), 1);
}

TEST(bells_that_were_left_ring_until_they_are_taken_back)
{
	const tenon_handle_t bell = test_capability(TENON_TYPE_NOTIFICATION, TENON_RIGHTS_ALL);
	uint32_t bells = 0;

	for (uint32_t client = 0; client < 3; client++)
		for (uint32_t i = 0; i < 3; i++) /* the third is one too many, and nobody hears of it */
			assert_int_equal(client_keep_drop(client, bell), VAULT_OK);
	assert_int_equal(client_keep_ring(0, &bells), VAULT_OK);
	assert_int_equal(bells, 6);
	assert_int_equal(test_capability_signals(bell), 6);
	test_capability_revoke(bell);
	assert_int_equal(client_keep_ring(0, &bells), VAULT_OK);
	assert_int_equal(bells, 0);
}

TEST(a_restart_leaves_nothing)
{
	const tenon_handle_t bell = test_capability(TENON_TYPE_NOTIFICATION, TENON_RIGHTS_ALL);

	assert_int_equal(client_keep_drop(0, bell), VAULT_OK);
	assert_int_equal(test_capabilities_held(), 1);
	test_restart();
	assert_int_equal(test_capabilities_held(), 0);
}
