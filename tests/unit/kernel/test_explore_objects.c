/* SPDX-License-Identifier: MIT
 * Interleavings of objects made at run time.
 */
#include "explore.h"
#include "objects.h"

/* c, on the other CPU, owns a frame; a has a copy of it. */
static void prepare_copies(void)
{
	system_boot(2, 1u << A | 1u << C);
	act(C, simple_call(TENON_OP_POOL_MAKE, SLOT_POOL, TENON_TYPE_FRAME, D(0), 4096));
	struct host_call copy = simple_call(TENON_OP_CAP_COPY, D(0), D(1), TENON_RIGHTS_ALL, 0);
	copy.reply = SLOT_TABLE_A;
	act(C, copy);
	assert_int_equal(status_of(C), TENON_OK);
}

static void check_revoked(void)
{
	ONE_OF(A, TENON_OK, TENON_BAD_HANDLE);
	assert_int_equal(status_of(C), TENON_OK);
	for (uint64_t n = D(1); n < D(1) + 3; n++)
		assert_int_equal(thread_of(A)->slots[n].type, TENON_TYPE_NONE);
}

/* It is copied on while it is revoked: no copy is left. */
static void revoke_against_copy(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "revoke against copy", .cpus = 2, .prepare = prepare_copies, .check = check_revoked};
	scenario.step[A][0] = simple_call(TENON_OP_CAP_COPY, D(1), D(1) + 1, TENON_RIGHTS_ALL, 0);
	scenario.step[C][0] = simple_call(TENON_OP_CAP_REVOKE, D(0), 0, 0, 0);
	explore(&scenario);
}

/* Two take from one tree. */
static void two_revokers(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "two revokers", .cpus = 2, .prepare = prepare_copies, .check = check_revoked};
	scenario.step[A][0] = simple_call(TENON_OP_CAP_DELETE, D(1), 0, 0, 0);
	scenario.step[C][0] = simple_call(TENON_OP_CAP_REVOKE, D(0), 0, 0, 0);
	explore(&scenario);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(revoke_against_copy),
	    cmocka_unit_test(two_revokers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
