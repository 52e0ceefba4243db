/* SPDX-License-Identifier: MIT
 * Objects made from pools, copies of their capabilities, and how all of it ends without losing a byte.
 */
#include "objects.h"

static void boot(void)
{
	system_boot(2, 1u << A | 1u << C);
}

static const struct {
	unsigned type;
	uint64_t size;
} kinds[] = {
    {TENON_TYPE_FRAME, 4096}, {TENON_TYPE_POOL, 65536},   {TENON_TYPE_POOL, 16384},
    {TENON_TYPE_TABLE, 2},    {TENON_TYPE_TABLE, 1024},   {TENON_TYPE_SPACE, 0},
    {TENON_TYPE_THREAD, 0},   {TENON_TYPE_SCHEDULING, 0}, {TENON_TYPE_RECEIVE_SET, 0},
};

static void every_type_is_made_and_ended(void **state)
{
	(void)state;
	boot();
	uint64_t before = free_bytes();
	for (unsigned i = 0; i < COUNT_OF(kinds); i++) {
		tenon_handle_t handle = make(A, kinds[i].type, D(0), kinds[i].size);
		assert_true(free_bytes() < before);
		act(A, simple_call(TENON_OP_CAP_READ, handle, 0, 0, 0));
		assert_int_equal(word_of(A, 0), kinds[i].type);
		assert_int_equal(word_of(A, 1), TENON_RIGHTS_ALL);
		assert_int_equal(word_of(A, 3), kinds[i].type == TENON_TYPE_FRAME ? 4096 : 0);
		assert_int_equal(delete_of(A, handle), TENON_OK);
		assert_int_equal(free_bytes(), before);
		assert_int_equal(delete_of(A, handle), TENON_BAD_HANDLE);
	}
}

static void parts_of_sets(void **state)
{
	static const unsigned types[] = {TENON_TYPE_ENDPOINT, TENON_TYPE_REPLY, TENON_TYPE_NOTIFICATION};
	(void)state;
	boot();
	uint64_t before = free_bytes();
	tenon_handle_t set = make(A, TENON_TYPE_RECEIVE_SET, D(0), 0);
	for (unsigned i = 0; i < COUNT_OF(types); i++) {
		tenon_handle_t handle = part(A, set, types[i], D(1 + i));
		assert_int_equal(delete_of(A, handle), TENON_OK);
		(void)part(A, set, types[i], D(1 + i));
	}
	assert_int_equal(make_part(A, set, TENON_TYPE_FRAME, D(5), 0), TENON_BAD_ARGUMENT);
	assert_int_equal(make_part(A, set, TENON_TYPE_ENDPOINT, D(1), 0), TENON_OCCUPIED);
	assert_int_equal(make_part(A, set, TENON_TYPE_REPLY, D(2), 0), TENON_OCCUPIED);
	assert_int_equal(make_part(A, set, TENON_TYPE_NOTIFICATION, SLOT_POOL, 0), TENON_BAD_ARGUMENT);
	assert_int_equal(delete_of(A, set), TENON_OK); /* takes its parts along */
	for (unsigned i = 0; i < COUNT_OF(types); i++)
		assert_int_equal(slot_of(A, D(1 + i))->type, TENON_TYPE_NONE);
	assert_int_equal(free_bytes(), before);
}

static void part_limits(void **state)
{
	(void)state;
	boot();
	tenon_handle_t set = make(A, TENON_TYPE_RECEIVE_SET, D(0), 0),
		       table = make(A, TENON_TYPE_TABLE, D(1), 2);
	(void)table;
	struct receive_set *object = slot_of(A, D(0))->object;
	object->parts[0] = SET_PARTS;
	assert_int_equal(make_part(A, set, TENON_TYPE_ENDPOINT, D(2), 0), TENON_NO_MEMORY);
	object->parts[0] = 0;
	/* A set of the boot in an instance without a pool. */
	struct pool *pool = core.receive_sets[0].pool;
	core.receive_sets[0].pool = NULL;
	assert_int_equal(make_part(A, SLOT_SET, TENON_TYPE_ENDPOINT, D(2), 0), TENON_NO_MEMORY);
	core.receive_sets[0].pool = pool;
	assert_int_equal(make_part(A, SLOT_SET, TENON_TYPE_ENDPOINT, D(2), 0), TENON_OK);
}

static void refusals(void **state)
{
	(void)state;
	boot();
	uint64_t before = free_bytes();
	static const struct {
		uint64_t type, slot, size;
		uint64_t status;
	} wrong[] = {
	    {TENON_TYPE_FRAME, D(0), 8192, TENON_BAD_ARGUMENT},
	    {TENON_TYPE_FRAME, D(0), 0, TENON_BAD_ARGUMENT},
	    {TENON_TYPE_FRAME, D(0), 4097, TENON_BAD_ARGUMENT},
	    {TENON_TYPE_FRAME, D(0), 2u << 20, TENON_NO_MEMORY},
	    {TENON_TYPE_FRAME, D(0), 1u << 30, TENON_NO_MEMORY},
	    {TENON_TYPE_POOL, D(0), 4096, TENON_BAD_ARGUMENT},
	    {TENON_TYPE_POOL, D(0), UINT64_MAX, TENON_BAD_ARGUMENT},
	    {TENON_TYPE_POOL, D(0), 1u << 29, TENON_NO_MEMORY},
	    {TENON_TYPE_TABLE, D(0), 1, TENON_BAD_ARGUMENT},
	    {TENON_TYPE_TABLE, D(0), 3, TENON_BAD_ARGUMENT},
	    {TENON_TYPE_TABLE, D(0), 1u << 25, TENON_BAD_ARGUMENT},
	    {TENON_TYPE_TABLE, D(0), 1u << 24, TENON_NO_MEMORY},
	    {TENON_TYPE_ENDPOINT, D(0), 0, TENON_BAD_ARGUMENT},
	    {UINT64_MAX, D(0), 0, TENON_BAD_ARGUMENT},
	    {TENON_TYPE_FRAME, SLOT_POOL, 4096, TENON_BAD_ARGUMENT},
	    {TENON_TYPE_FRAME, SLOTS, 4096, TENON_BAD_ARGUMENT},
	    {TENON_TYPE_FRAME, UINT64_C(1) << 40, 4096, TENON_BAD_ARGUMENT},
	};
	for (unsigned i = 0; i < COUNT_OF(wrong); i++) {
		if (make_in(A, SLOT_POOL, (unsigned)wrong[i].type, wrong[i].slot, wrong[i].size) !=
		    wrong[i].status)
			fail_msg("refusal %u answers %u", i, (unsigned)status_of(A));
		assert_int_equal(free_bytes(), before);
	}
	(void)make(A, TENON_TYPE_FRAME, D(0), 4096);
	assert_int_equal(make_in(A, SLOT_POOL, TENON_TYPE_FRAME, D(0), 4096), TENON_OCCUPIED);
}

/* Nothing is left; then a page, which is not enough for what takes two; in the end all of it comes back. */
static void pools_run_out(void **state)
{
	(void)state;
	boot();
	uint64_t before = free_bytes();
	tenon_handle_t pool = make(A, TENON_TYPE_POOL, D(0), 32768);
	const struct pool *object = slot_of(A, D(0))->object;
	unsigned n = 1;
	while (n < 12 && make_in(A, pool, TENON_TYPE_FRAME, D(n), 4096) == TENON_OK)
		n++;
	assert_int_equal(status_of(A), TENON_NO_MEMORY);
	assert_int_equal(object->free_bytes, 0);
	act(A, simple_call(TENON_OP_POOL_READ, pool, 0, 0, 0));
	assert_int_equal(word_of(A, 0), 32768);
	assert_int_equal(word_of(A, 1), 0);
	for (unsigned i = 0; i < COUNT_OF(kinds); i++)
		assert_int_equal(make_in(A, pool, kinds[i].type, D(20), kinds[i].size), TENON_NO_MEMORY);
	assert_int_equal(delete_of(A, handle_of(A, D(1))), TENON_OK);
	assert_int_equal(make_in(A, pool, TENON_TYPE_SPACE, D(20), 0), TENON_NO_MEMORY);
	assert_int_equal(make_in(A, pool, TENON_TYPE_TABLE, D(20), 64), TENON_NO_MEMORY);
	assert_int_equal(object->free_bytes, 4096);
	assert_int_equal(revoke_of(A, pool), TENON_OK);
	assert_int_equal(object->free_bytes, 32768 - pool_overhead(32768));
	assert_int_equal(delete_of(A, pool), TENON_OK);
	assert_int_equal(free_bytes(), before);
}

static void pools_in_pools(void **state)
{
	(void)state;
	boot();
	uint64_t before = free_bytes();
	tenon_handle_t pool = SLOT_POOL;
	unsigned n = 0;
	/* Each as large as fits. */
	for (uint64_t bytes = 262144; bytes >= 16384; bytes /= 2) {
		if (make_in(A, pool, TENON_TYPE_POOL, D(n), bytes) != TENON_OK)
			break;
		pool = word_of(A, 0);
		n++;
	}
	assert_true(n >= 4);
	assert_int_equal(delete_of(A, handle_of(A, D(0))), TENON_OK);
	assert_int_equal(free_bytes(), before);
	((struct pool *)slot_of(A, SLOT_POOL)->object)->depth = POOL_DEPTH - 1;
	assert_int_equal(make_in(A, SLOT_POOL, TENON_TYPE_POOL, D(0), 65536), TENON_BAD_ARGUMENT);
	((struct pool *)slot_of(A, SLOT_POOL)->object)->depth = 0;
}

static void the_middle_hands_its_children_on(void **state)
{
	(void)state;
	boot();
	tenon_handle_t frame = make(A, TENON_TYPE_FRAME, D(0), 4096);
	tenon_handle_t middle = copy(A, frame, D(1));
	(void)copy(A, frame, D(2));
	(void)copy(A, middle, D(3));
	(void)copy(A, middle, D(4));
	assert_int_equal(delete_of(A, middle), TENON_OK);
	assert_int_equal(slot_of(A, D(3))->type, TENON_TYPE_FRAME);
	assert_int_equal(delete_of(A, handle_of(A, D(3))), TENON_OK);
	assert_int_equal(revoke_of(A, frame), TENON_OK);
	for (unsigned n = 1; n <= 4; n++)
		assert_int_equal(slot_of(A, D(n))->type, TENON_TYPE_NONE);
	assert_int_equal(slot_of(A, D(0))->type, TENON_TYPE_FRAME);
	assert_int_equal(delete_of(A, frame), TENON_OK);
}

/* A chain and a fan of many, in a table of its own: more than one stretch. */
static void trees_of_any_shape(void **state)
{
	(void)state;
	boot();
	uint64_t before = free_bytes();
	tenon_handle_t table = make(A, TENON_TYPE_TABLE, D(0), 256);
	tenon_handle_t frame = make(A, TENON_TYPE_FRAME, D(1), 4096), last = frame;
	for (unsigned shape = 0; shape < 3; shape++) {
		const struct captable *object = slot_of(A, D(0))->object;
		for (unsigned n = 1; n < 200; n++) {
			if (shape == 2) {
				/* Down a chain that is then moved away, so that it is shown again from the own table. */
				last = copy(A, last, D(2 + n % 2));
				assert_int_equal(copy_to(A, last, table, n, TENON_RIGHTS_ALL, 0), TENON_OK);
				(void)delete_of(A, handle_of(A, D(2 + (n + 1) % 2)));
				continue;
			}
			assert_int_equal(copy_to(A, shape == 0 ? frame : last, table, n, TENON_RIGHTS_ALL, 0),
					 TENON_OK);
		}
		assert_int_equal(revoke_of(A, frame), TENON_OK);
		for (unsigned n = 1; n < 200; n++)
			assert_int_equal(object->slots[n].type, TENON_TYPE_NONE);
		last = frame;
	}
	assert_int_equal(delete_of(A, table), TENON_OK);
	assert_int_equal(delete_of(A, frame), TENON_OK);
	assert_int_equal(free_bytes(), before);
}

static void moves(void **state)
{
	(void)state;
	boot();
	tenon_handle_t frame = make(A, TENON_TYPE_FRAME, D(0), 4096),
		       table = make(A, TENON_TYPE_TABLE, D(5), 8);
	tenon_handle_t kept = copy(A, frame, D(1));
	assert_int_equal(move_to(A, frame, 0, D(2)), TENON_OK);
	assert_int_equal(revoke_of(A, frame), TENON_BAD_HANDLE);
	frame = handle_of(A, D(2));
	assert_int_equal(move_to(A, frame, table, 1), TENON_BAD_RIGHTS); /* an owner stays in its table */
	assert_int_equal(move_to(A, kept, table, 1), TENON_OK);
	assert_int_equal(move_to(A, SLOT_POOL, 0, D(3)), TENON_BAD_ARGUMENT);
	assert_int_equal(move_to(A, frame, 0, D(5)), TENON_OCCUPIED);
	assert_int_equal(move_to(A, frame, SLOT_SPACE, 1), TENON_BAD_TYPE);
	assert_int_equal(move_to(A, 0, 0, D(3)), TENON_BAD_HANDLE);
	const struct captable *object = slot_of(A, D(5))->object;
	assert_int_equal(object->slots[1].type, TENON_TYPE_FRAME);
	assert_int_equal(revoke_of(A, frame), TENON_OK);
	assert_int_equal(object->slots[1].type, TENON_TYPE_NONE);
}

static void minting(void **state)
{
	(void)state;
	boot();
	tenon_handle_t set = make(A, TENON_TYPE_RECEIVE_SET, D(0), 0);
	tenon_handle_t door = part(A, set, TENON_TYPE_ENDPOINT, D(1));
	assert_int_equal(copy_to(A, door, 0, D(2), TENON_RIGHT_INVOKE, 77), TENON_OK);
	tenon_handle_t minted = handle_of(A, D(2));
	act(A, simple_call(TENON_OP_CAP_READ, minted, 0, 0, 0));
	assert_int_equal(word_of(A, 1), TENON_RIGHT_INVOKE);
	assert_int_equal(word_of(A, 2), 77);
	assert_int_equal(copy_to(A, minted, 0, D(3), TENON_RIGHTS_ALL, 78), TENON_BAD_RIGHTS);
	assert_int_equal(copy_to(A, minted, 0, D(3), TENON_RIGHTS_ALL, 77), TENON_OK);
	assert_int_equal(copy_to(A, door, 0, D(4), 0x80, 0), TENON_BAD_ARGUMENT);
	tenon_handle_t frame = make(A, TENON_TYPE_FRAME, D(5), 4096);
	assert_int_equal(copy_to(A, frame, 0, D(6), 1, 9), TENON_BAD_ARGUMENT);
	act(A, simple_call(TENON_OP_CAP_READ, frame + 1, 0, 0, 0));
	assert_int_equal(status_of(A), TENON_BAD_HANDLE);
	assert_int_equal(copy_to(A, minted, SLOT_WEAK, D(7), TENON_RIGHTS_ALL, 0), TENON_BAD_TYPE);
}

/* A slot's handle is never the same again, and revoking it by an old one does nothing. */
static void generations(void **state)
{
	(void)state;
	boot();
	tenon_handle_t last = 0;
	for (unsigned n = 0; n < 100; n++) {
		tenon_handle_t handle = make(A, TENON_TYPE_FRAME, D(0), 4096);
		assert_int_not_equal(handle, last);
		if (last != 0) {
			assert_int_equal(delete_of(A, last), TENON_BAD_HANDLE);
			assert_int_equal(revoke_of(A, last), TENON_BAD_HANDLE);
		}
		assert_int_equal(delete_of(A, handle), TENON_OK);
		last = handle;
	}
	assert_int_equal(revoke_of(A, SLOT_CLOCK), TENON_OK);
	assert_int_equal(delete_of(A, SLOT_CLOCK), TENON_BAD_ARGUMENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_type_is_made_and_ended),
	    cmocka_unit_test(parts_of_sets),
	    cmocka_unit_test(part_limits),
	    cmocka_unit_test(refusals),
	    cmocka_unit_test(pools_run_out),
	    cmocka_unit_test(pools_in_pools),
	    cmocka_unit_test(the_middle_hands_its_children_on),
	    cmocka_unit_test(trees_of_any_shape),
	    cmocka_unit_test(moves),
	    cmocka_unit_test(minting),
	    cmocka_unit_test(generations),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
