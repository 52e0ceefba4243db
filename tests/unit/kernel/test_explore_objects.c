/* SPDX-License-Identifier: MIT
 * Interleavings of objects made at run time: each ends on one CPU while others copy it, fill it, map in it, make from it,
 * bind it, wait in it or call it. After each run the census finds every capability in a tree and every page accounted for.
 *
 * low, on CPU 2, makes the objects, gives a copy to a, and ends them; a is on CPU 0 or 1.
 */
#include "explore.h"
#include "objects.h"

static uint64_t before; /* bytes free when the scenario began */

static struct host_call delete_call(uint64_t handle)
{
	return simple_call(TENON_OP_CAP_DELETE, handle, 0, 0, 0);
}

static struct host_call copy_call(uint64_t from, uint64_t table, uint64_t slot)
{
	struct host_call call = simple_call(TENON_OP_CAP_COPY, from, slot, TENON_RIGHTS_ALL, 0);
	call.reply = table;
	return call;
}

static void give_to_a(uint64_t slot)
{
	assert_int_equal(copy_to(LOW, slot, SLOT_TABLE_A, slot, TENON_RIGHTS_ALL, 0), TENON_OK);
}

static void boot_apart(void)
{
	explore_boot_apart(1u << SERVER | 1u << A | 1u << LOW, 1);
	before = free_bytes();
}

/* Both are through; what low deleted in D(n) is gone, a's copy as well. */
static void check_gone(uint64_t slot)
{
	assert_int_equal(status_of(LOW), TENON_OK);
	assert_true(is_current(LOW));
	assert_int_equal(slot_of(LOW, slot)->type, TENON_TYPE_NONE);
	assert_int_equal(slot_of(A, slot)->type, TENON_TYPE_NONE);
}

/* ---- copies ---- */

/* c, on the other CPU, owns a frame; a has a copy of it. */
static void prepare_copies(void)
{
	system_boot(2, 1u << A | 1u << C);
	assert_int_equal(make_in(C, SLOT_POOL, TENON_TYPE_FRAME, D(0), 4096), TENON_OK);
	assert_int_equal(copy_to(C, D(0), SLOT_TABLE_A, D(1), TENON_RIGHTS_ALL, 0), TENON_OK);
}

static void check_revoked(void)
{
	ONE_OF(A, TENON_OK, TENON_BAD_HANDLE);
	assert_int_equal(status_of(C), TENON_OK);
	for (uint64_t n = D(1); n < D(4); n++)
		assert_int_equal(thread_of(A)->slots[n].type, TENON_TYPE_NONE);
}

/* It is copied on while it is revoked: no copy is left. */
static void revoke_against_copy(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "revoke against copy", .cpus = 2, .prepare = prepare_copies, .check = check_revoked};
	scenario.step[A][0] = copy_call(D(1), 0, D(2));
	scenario.step[C][0] = simple_call(TENON_OP_CAP_REVOKE, D(0), 0, 0, 0);
	explore(&scenario);
}

/* Two take from one tree. */
static void two_revokers(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "two revokers", .cpus = 2, .prepare = prepare_copies, .check = check_revoked};
	scenario.step[A][0] = delete_call(D(1));
	scenario.step[C][0] = simple_call(TENON_OP_CAP_REVOKE, D(0), 0, 0, 0);
	explore(&scenario);
}

/* Into the table of another CPU, and from there: both travel. */
static void check_crossing(void)
{
	ONE_OF(A, TENON_OK, TENON_OCCUPIED);
	ONE_OF(C, TENON_OK, TENON_OCCUPIED);
	assert_true((status_of(A) == TENON_OK) != (status_of(C) == TENON_OK));
}

static void copies_cross(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "copies cross", .cpus = 2, .prepare = prepare_copies, .check = check_crossing};
	scenario.step[A][0] = delete_call(D(1));
	scenario.step[A][1] = copy_call(SLOT_POOL, 0, D(2));
	scenario.step[C][0] = copy_call(D(0), SLOT_TABLE_A, D(2));
	explore(&scenario);
}

/* c maps its frame by D(2), and moves that into a slot of a's, which is taken until a empties it. */
static void prepare_move(void)
{
	prepare_copies();
	assert_int_equal(make_in(C, SLOT_POOL, TENON_TYPE_SPACE, D(3), 0), TENON_OK);
	(void)copy(C, D(0), D(2));
	assert_int_equal(map_in(C, D(2), D(3), 0x300000, TENON_RIGHT_READ), TENON_OK);
}

/* It is there or here, under its old handle; and maps. */
static void check_moved(void)
{
	bool moved = status_of(C) == TENON_OK;
	ONE_OF(C, TENON_OK, TENON_OCCUPIED);
	assert_int_equal(slot_of(A, D(1))->type, moved ? TENON_TYPE_FRAME : TENON_TYPE_NONE);
	assert_int_equal(slot_of(C, D(2))->type, moved ? TENON_TYPE_NONE : TENON_TYPE_FRAME);
	assert_true(moved || slot_of(C, D(2))->handle == D(2));
	assert_int_equal(((struct space *)slot_of(C, D(3))->object)->arch.count, 1);
	assert_int_equal(revoke_of(C, D(0)), TENON_OK);
	assert_int_equal(((struct space *)slot_of(C, D(3))->object)->arch.count, 0);
}

static void move_into_occupied(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "move into an occupied slot", .cpus = 2, .prepare = prepare_move, .check = check_moved};
	scenario.step[A][0] = delete_call(D(1));
	scenario.step[C][0] = simple_call(TENON_OP_CAP_MOVE, D(2), D(1), 0, 0);
	scenario.step[C][0].reply = SLOT_TABLE_A;
	explore(&scenario);
}

/* ---- tables ---- */

/* A table whose thread lives on CPU 1, a on CPU 0 has a capability to it. */
static void prepare_table(void)
{
	explore_boot_three(1u << A | 1u << LOW);
	(void)child(LOW, 0, 0, 0);
	act(LOW, simple_call(TENON_OP_THREAD_SCHEDULE, D(0), 10, TENON_BAND_REAL_TIME, 1u << 1));
	give_to_a(D(1));
}

static void check_table(void)
{
	check_gone(D(1));
	ONE_OF(A, TENON_OK, TENON_GONE, TENON_BAD_HANDLE);
	assert_true(is_current(A));
}

static void copy_against_end_of_table(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: copy against the end of the table",
				    .cpus = 3,
				    .delays = 2,
				    .prepare = prepare_table,
				    .check = check_table};
	scenario.step[A][0] = copy_call(SLOT_ENDPOINT, D(1), 9);
	scenario.step[LOW][0] = delete_call(D(1));
	explore(&scenario);
}

/* Nobody is at home in it: the copy is made where it is asked for. */
static void prepare_homeless(void)
{
	explore_boot_three(1u << A | 1u << LOW);
	before = free_bytes();
	(void)make(LOW, TENON_TYPE_TABLE, D(1), 16);
	give_to_a(D(1));
}

static void check_homeless(void)
{
	check_table();
	assert_int_equal(free_bytes(), before);
}

static void copy_against_end_of_homeless_table(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: copy against the end of a table without threads",
				    .cpus = 3,
				    .delays = 3,
				    .prepare = prepare_homeless,
				    .check = check_homeless};
	scenario.step[A][0] = copy_call(SLOT_ENDPOINT, D(1), 9);
	scenario.step[LOW][0] = delete_call(D(1));
	explore(&scenario);
}

static void growth_against_end_of_table(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: growth against the end of the table",
				    .cpus = 3,
				    .delays = 3,
				    .prepare = prepare_homeless,
				    .check = check_homeless};
	scenario.step[A][0] = simple_call(TENON_OP_TABLE_GROW, D(1), SLOT_POOL, 0, 0);
	scenario.step[A][1] = copy_call(SLOT_ENDPOINT, D(1), 17);
	scenario.step[LOW][0] = delete_call(D(1));
	explore(&scenario);
}

/* a binds a thread of its own to it. */
static void prepare_bind(void)
{
	prepare_homeless();
	(void)make(A, TENON_TYPE_THREAD, D(2), 0);
}

static void check_bind(void)
{
	check_gone(D(1));
	ONE_OF(A, TENON_OK, TENON_BUSY, TENON_BAD_HANDLE);
	assert_ptr_equal(made(A, D(2))->table, NULL);
}

static void bind_against_end_of_table(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: bind against the end of the table",
				    .cpus = 3,
				    .delays = 3,
				    .prepare = prepare_bind,
				    .check = check_bind};
	scenario.step[A][0] = simple_call(TENON_OP_THREAD_BIND, D(2), SLOT_SPACE, D(1), 0);
	scenario.step[LOW][0] = delete_call(D(1));
	explore(&scenario);
}

/* ---- pools and spaces ---- */

static void prepare_pool(void)
{
	boot_apart();
	(void)make(LOW, TENON_TYPE_POOL, D(0), 65536);
	give_to_a(D(0));
}

/* Nothing of the pool is left, and all of it is back. */
static void check_pool(void)
{
	check_gone(D(0));
	ONE_OF(A, TENON_OK, TENON_BAD_HANDLE);
	assert_int_equal(slot_of(A, D(1))->type, TENON_TYPE_NONE);
	assert_int_equal(slot_of(A, D(2))->type, TENON_TYPE_NONE);
	assert_int_equal(free_bytes(), before);
}

static void make_against_end_of_pool(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: make against the end of the pool",
				    .cpus = 3,
				    .delays = 3,
				    .prepare = prepare_pool,
				    .check = check_pool};
	scenario.step[A][0] = simple_call(TENON_OP_POOL_MAKE, D(0), TENON_TYPE_FRAME, D(1), 4096);
	scenario.step[A][1] = simple_call(TENON_OP_POOL_MAKE, D(0), TENON_TYPE_SPACE, D(2), 0);
	scenario.step[LOW][0] = delete_call(D(0));
	explore(&scenario);
}

/* low's space, and a frame that a may map there. */
static void prepare_space(void)
{
	boot_apart();
	(void)make(LOW, TENON_TYPE_SPACE, D(0), 0);
	(void)make(LOW, TENON_TYPE_FRAME, D(1), 4096);
	give_to_a(D(0));
	give_to_a(D(1));
}

static void check_space(void)
{
	check_gone(D(0));
	ONE_OF(A, TENON_OK, TENON_GONE, TENON_BAD_HANDLE, TENON_BAD_ADDRESS);
	assert_int_equal(free_bytes(), before - 4096);
}

static void map_against_end_of_space(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: map against the end of the space",
				    .cpus = 3,
				    .delays = 3,
				    .prepare = prepare_space,
				    .check = check_space};
	struct host_call map = simple_call(TENON_OP_FRAME_MAP, D(1), 0x300000, TENON_RIGHT_READ, 0);
	map.reply = D(0);
	scenario.step[A][0] = map;
	scenario.step[A][1] = simple_call(TENON_OP_FRAME_PROTECT, D(1), TENON_RIGHT_READ, 0, 0);
	scenario.step[LOW][0] = delete_call(D(0));
	explore(&scenario);
}

/* The frame goes instead of the space. */
static void check_frame(void)
{
	check_gone(D(1));
	ONE_OF(A, TENON_OK, TENON_BAD_HANDLE, TENON_BAD_ADDRESS);
	assert_int_equal(((struct space *)slot_of(LOW, D(0))->object)->arch.count, 0);
}

static void map_against_end_of_frame(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: map against the end of the frame",
				    .cpus = 3,
				    .delays = 3,
				    .prepare = prepare_space,
				    .check = check_frame};
	struct host_call map = simple_call(TENON_OP_FRAME_MAP, D(1), 0x300000, TENON_RIGHT_READ, 0);
	map.reply = D(0);
	scenario.step[A][0] = map;
	scenario.step[A][1] = simple_call(TENON_OP_FRAME_UNMAP, D(1), 0, 0, 0);
	scenario.step[LOW][0] = delete_call(D(1));
	explore(&scenario);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(revoke_against_copy),
	    cmocka_unit_test(two_revokers),
	    cmocka_unit_test(copies_cross),
	    cmocka_unit_test(move_into_occupied),
	    cmocka_unit_test(copy_against_end_of_table),
	    cmocka_unit_test(copy_against_end_of_homeless_table),
	    cmocka_unit_test(growth_against_end_of_table),
	    cmocka_unit_test(bind_against_end_of_table),
	    cmocka_unit_test(make_against_end_of_pool),
	    cmocka_unit_test(map_against_end_of_space),
	    cmocka_unit_test(map_against_end_of_frame),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
