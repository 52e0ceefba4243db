/* SPDX-License-Identifier: MIT
 * Frames and spaces at run time, tables that other threads fill, and capabilities in messages.
 */
#include "objects.h"

#define HERE UINT64_C(0x600000000)
enum { R = TENON_RIGHT_READ, W = TENON_RIGHT_WRITE, X = TENON_RIGHT_EXECUTE };

static uint64_t query(tenon_handle_t space, uint64_t address)
{
	act(A, simple_call(TENON_OP_SPACE_QUERY, space, address, 0, 0));
	assert_int_equal(status_of(A), TENON_OK);
	return word_of(A, 0);
}

static uint64_t unmap(tenon_handle_t frame)
{
	act(A, simple_call(TENON_OP_FRAME_UNMAP, frame, 0, 0, 0));
	return status_of(A);
}

static uint64_t protect(tenon_handle_t frame, uint64_t rights)
{
	act(A, simple_call(TENON_OP_FRAME_PROTECT, frame, rights, 0, 0));
	return status_of(A);
}

static void frames_map(void **state)
{
	(void)state;
	system_boot(2, 1u << A | 1u << C);
	uint64_t before = free_bytes();
	tenon_handle_t space = make(A, TENON_TYPE_SPACE, D(0), 0),
		       frame = make(A, TENON_TYPE_FRAME, D(1), 4096);
	tenon_handle_t other = copy(A, frame, D(2));
	assert_int_equal(query(space, HERE), 0);
	assert_int_equal(map_in(A, frame, space, HERE, R | W), TENON_OK);
	assert_int_equal(query(space, HERE), R | W);
	assert_int_equal(word_of(A, 1), 4096);
	act(A, simple_call(TENON_OP_CAP_READ, frame, 0, 0, 0));
	assert_int_equal(word_of(A, 4), HERE);
	assert_int_equal(map_in(A, frame, space, HERE + 4096, R), TENON_BUSY);
	assert_int_not_equal(map_in(A, other, space, HERE, R), TENON_OK);
	assert_int_equal(map_in(A, other, space, HERE + 4096, R | X), TENON_OK);
	assert_int_equal(protect(frame, R), TENON_OK);
	assert_int_equal(query(space, HERE), R);
	assert_int_equal(protect(frame, R | X), TENON_OK);
	assert_int_equal(protect(frame, R | W | X), TENON_BAD_ARGUMENT);
	assert_int_equal(protect(frame, 0), TENON_BAD_ARGUMENT);
	assert_int_equal(unmap(frame), TENON_OK);
	assert_int_equal(query(space, HERE), 0);
	assert_int_not_equal(unmap(frame), TENON_OK);
	assert_int_not_equal(protect(frame, R), TENON_OK);
	/* Revoked and deleted while mapped. */
	assert_int_equal(revoke_of(A, frame), TENON_OK);
	assert_int_equal(query(space, HERE + 4096), 0);
	assert_int_equal(map_in(A, frame, space, HERE, R), TENON_OK);
	assert_int_equal(delete_of(A, frame), TENON_OK);
	assert_int_equal(query(space, HERE), 0);
	assert_int_equal(delete_of(A, space), TENON_OK);
	assert_int_equal(free_bytes(), before);
}

static void mapping_is_refused(void **state)
{
	(void)state;
	system_boot(2, 1u << A);
	tenon_handle_t frame = make(A, TENON_TYPE_FRAME, D(1), 4096);
	assert_int_equal(map_in(A, frame, SLOT_SPACE, HERE, R | W | X), TENON_BAD_ARGUMENT);
	assert_int_equal(map_in(A, frame, SLOT_SPACE, HERE, 0), TENON_BAD_ARGUMENT);
	assert_int_equal(map_in(A, frame, SLOT_SPACE, HERE, 8), TENON_BAD_ARGUMENT);
	assert_int_equal(map_in(A, frame, SLOT_SPACE, HERE + 1, R), TENON_BAD_ARGUMENT);
	assert_int_equal(map_in(A, frame, SLOT_TABLE, HERE, R), TENON_BAD_TYPE);
	assert_int_equal(map_in(A, SLOT_TABLE, SLOT_SPACE, HERE, R), TENON_BAD_TYPE);
	assert_int_not_equal(map_in(A, frame, SLOT_SPACE, CODE_ADDRESS, R), TENON_OK);
	assert_int_not_equal(map_in(A, frame, SLOT_SPACE, UINT64_C(1) << 50, R), TENON_OK);
	assert_int_equal(copy_to(A, frame, 0, D(2), R, 0), TENON_OK);
	assert_int_equal(map_in(A, handle_of(A, D(2)), SLOT_SPACE, HERE, R | W), TENON_BAD_RIGHTS);
	assert_int_equal(map_in(A, handle_of(A, D(2)), SLOT_SPACE, HERE, R), TENON_OK);
	assert_int_equal(protect(handle_of(A, D(2)), R | W), TENON_BAD_RIGHTS);
	struct host_call call = simple_call(TENON_OP_FRAME_MAP, frame, HERE + 4096, R, TENON_CACHE_COUNT);
	call.reply = SLOT_SPACE;
	act(A, call);
	assert_int_equal(status_of(A), TENON_BAD_ARGUMENT);
}

/* The page at HERE of a space is what the CPU's TLB forgot, once. */
static void assert_forgotten(unsigned cpu, const struct space *space)
{
	assert_int_equal(host_forgotten[cpu].times, 1);
	assert_ptr_equal(host_forgotten[cpu].space, &space->arch);
	assert_int_equal(host_forgotten[cpu].address, HERE);
	assert_int_equal(host_forgotten[cpu].size, TENON_PAGE_SIZE);
}

/* A space that runs on both CPUs; then it ends while frames say that they are mapped in it. */
static void spaces_end_with_mappings(void **state)
{
	(void)state;
	system_boot(2, 1u << A);
	uint64_t before = free_bytes();
	tenon_handle_t space = make(A, TENON_TYPE_SPACE, D(0), 0),
		       frame = make(A, TENON_TYPE_FRAME, D(1), 4096);
	tenon_handle_t code = make(A, TENON_TYPE_FRAME, D(2), 4096);
	assert_int_equal(map_in(A, code, space, CODE_ADDRESS, R | X), TENON_OK);
	assert_int_equal(map_in(A, frame, space, HERE, R | W), TENON_OK);
	tenon_handle_t thread = make(A, TENON_TYPE_THREAD, D(3), 0),
		       table = make(A, TENON_TYPE_TABLE, D(4), 8);
	assert_int_equal(bind_of(A, thread, space, table, 0, 0), TENON_OK);
	act(A, simple_call(TENON_OP_THREAD_SCHEDULE, thread, 50, 0, 2));
	act(A, simple_call(TENON_OP_THREAD_START, thread, HERE, 0, 0));
	assert_int_equal(status_of(A), TENON_BAD_ADDRESS); /* not executable */
	act(A, simple_call(TENON_OP_THREAD_START, thread, CODE_ADDRESS, 0, 0));
	assert_int_equal(status_of(A), TENON_OK);
	assert_true(runs(made(A, D(3))));
	/* Both wait for the other CPU, whose TLB has forgotten the page when they are answered. */
	host_forgotten[1] = (struct host_forgotten){.times = 0};
	assert_int_equal(protect(frame, R), TENON_OK);
	assert_forgotten(1, made(A, D(3))->memory);
	host_forgotten[1] = (struct host_forgotten){.times = 0};
	assert_int_equal(unmap(frame), TENON_OK);
	assert_forgotten(1, made(A, D(3))->memory);
	assert_int_equal(map_in(A, frame, space, HERE, R), TENON_OK);
	assert_int_equal(delete_of(A, space), TENON_OK);
	assert_int_equal(made(A, D(3))->state, TENON_THREAD_STOPPED);
	assert_int_not_equal(protect(frame, R), TENON_OK); /* it thinks that it is mapped */
	(void)unmap(frame);
	space = make(A, TENON_TYPE_SPACE, D(0), 0);
	assert_int_equal(map_in(A, frame, space, HERE, R), TENON_OK);
	for (unsigned n = 0; n < 5; n++)
		assert_int_equal(delete_of(A, handle_of(A, D(n))), TENON_OK);
	assert_int_equal(free_bytes(), before);
}

/* ---- tables ---- */

static void other_tables(void **state)
{
	(void)state;
	system_boot(2, 1u << A | 1u << B | 1u << C);
	uint64_t before = free_bytes();
	tenon_handle_t frame = make(C, TENON_TYPE_FRAME, D(0), 4096);
	assert_int_equal(copy_to(C, frame, SLOT_TABLE_A, D(3), R, 0), TENON_OK); /* at home on CPU 0 */
	assert_int_equal(slot_of(A, D(3))->type, TENON_TYPE_FRAME);
	assert_int_equal(copy_to(C, frame, SLOT_TABLE_A, D(3), R, 0), TENON_OCCUPIED);
	assert_int_equal(copy_to(C, frame, SLOT_TABLE_A, SLOT_POOL, R, 0), TENON_BAD_ARGUMENT);
	tenon_handle_t moved = copy(C, frame, D(1));
	assert_int_equal(move_to(C, moved, SLOT_TABLE_A, D(4)), TENON_OK);
	assert_int_equal(slot_of(C, D(1))->type, TENON_TYPE_NONE);
	assert_int_equal(slot_of(A, D(4))->type, TENON_TYPE_FRAME);
	assert_int_equal(revoke_of(C, frame), TENON_OK);
	assert_int_equal(slot_of(A, D(3))->type, TENON_TYPE_NONE);
	assert_int_equal(slot_of(A, D(4))->type, TENON_TYPE_NONE);
	assert_int_equal(delete_of(C, frame), TENON_OK);
	assert_int_equal(free_bytes(), before);
}

static uint64_t grow(tenon_handle_t table, tenon_handle_t pool)
{
	act(A, simple_call(TENON_OP_TABLE_GROW, table, pool, 0, 0));
	return status_of(A);
}

static void tables_grow(void **state)
{
	(void)state;
	system_boot(2, 1u << A | 1u << C);
	uint64_t before = free_bytes();
	tenon_handle_t pool = make(A, TENON_TYPE_POOL, D(0), 262144);
	assert_int_equal(grow(SLOT_TABLE, SLOT_SPACE), TENON_BAD_TYPE);
	assert_int_equal(grow(SLOT_TABLE, pool), TENON_OK);
	assert_int_equal(word_of(A, 0), 128);
	for (uint64_t slots = 256; slots <= 1024; slots *= 2) {
		assert_int_equal(grow(SLOT_TABLE, pool),
				 TENON_OK); /* the larger ones are cleared in stretches */
		assert_int_equal(word_of(A, 0), slots);
	}
	tenon_handle_t frame = make(A, TENON_TYPE_FRAME, D(1), 4096);
	assert_int_equal(copy_to(A, frame, 0, 64, R, 0), TENON_BAD_ARGUMENT); /* the segment's own */
	assert_int_equal(copy_to(A, frame, 0, 65, R, 0), TENON_OK);
	assert_int_equal(copy_to(A, frame, 0, 1000, R, 0), TENON_OK);
	assert_int_equal(copy_to(A, frame, 0, 1024, R, 0), TENON_BAD_ARGUMENT);
	tenon_handle_t high = make(A, TENON_TYPE_POOL, 700, 16384);
	assert_int_equal(make_in(A, high, TENON_TYPE_FRAME, 701, 4096), TENON_OK);
	assert_int_equal(move_to(A, frame, 0, 66), TENON_BAD_RIGHTS); /* an owner into what was grown */
	assert_int_equal(move_to(A, high, 0, D(2)), TENON_OK);
	act(A, simple_call(TENON_OP_CAP_READ, handle_of(A, 701), 0, 0, 0));
	assert_int_equal(status_of(A), TENON_OK);
	(void)make(A, TENON_TYPE_SPACE, 300, 0);
	/* Who takes the pool back takes the slots. */
	assert_int_equal(revoke_of(A, pool), TENON_OK);
	assert_int_equal(captable_slots(thread_of(A)->table), 64);
	assert_int_equal(grow(SLOT_TABLE, pool), TENON_OK);
	assert_int_equal(word_of(A, 0), 128);
	for (unsigned n = 0; n < 3; n++)
		assert_int_equal(delete_of(A, handle_of(A, D(n))), TENON_OK);
	assert_int_equal(free_bytes(), before);
}

static void tables_are_reset(void **state)
{
	(void)state;
	system_boot(2, 1u << A | 1u << C);
	uint64_t before = free_bytes();
	(void)make(A, TENON_TYPE_FRAME, D(0), 4096);
	(void)make(A, TENON_TYPE_POOL, D(1), 65536);
	(void)child(A, 2, 0, 0);
	assert_int_equal(grow(SLOT_TABLE, handle_of(A, D(1))), TENON_OK);
	assert_int_equal(copy_to(A, SLOT_POOL, 0, 100, R, 0), TENON_OK);
	act(C, simple_call(TENON_OP_TABLE_RESET, SLOT_TABLE_A, 0, 0, 0));
	assert_int_equal(status_of(C), TENON_OK);
	assert_int_equal(free_bytes(), before);
	for (unsigned n = SLOT_STATIC_END; n < SLOTS; n++)
		assert_int_equal(slot_of(A, n)->type, TENON_TYPE_NONE);
}

/* ---- in messages ---- */

enum { GRANTED = 1 }; /* the endpoint with GRANT */

static struct host_call bring(struct host_call call, unsigned thread, tenon_handle_t handle, uint64_t how)
{
	((struct tenon_extras *)(void *)buffer_of(thread))->capability = handle;
	call.tag |= how;
	return call;
}

static void accept_in(unsigned thread, uint64_t slot, uint64_t status)
{
	act(thread, simple_call(TENON_OP_CAP_ACCEPT, 0, slot, 0, 0));
	assert_int_equal(status_of(thread), status);
}

static uint64_t arrived(unsigned thread)
{
	return control_of(thread, 1) & (TENON_TAG_COPY | TENON_TAG_MOVE);
}

static void messages_bring(unsigned caller)
{
	static const uint64_t ways[] = {TENON_TAG_COPY, TENON_TAG_MOVE};
	for (unsigned way = 0; way < 2; way++) {
		unsigned at = 4 * way;
		system_boot(2, 1u << caller | 1u << SERVER);
		act(SERVER, receive_of(0, SLOT_REPLY));
		tenon_handle_t frame = make(caller, TENON_TYPE_FRAME, D(at), 4096);
		tenon_handle_t shown = copy(caller, frame, D(at + 1));
		/* The server takes nothing as long as it names no slot. */
		act(caller, bring(call_of(GRANTED, 0, 1), caller, shown, ways[way]));
		assert_int_equal(arrived(SERVER), 0);
		accept_in(SERVER, D(at), TENON_OK);
		accept_in(SERVER, SLOT_POOL, TENON_BAD_ARGUMENT);
		act(SERVER, reply_receive_of(0, SLOT_REPLY, 0, 2));
		/* Not through an endpoint without GRANT. */
		act(caller, bring(call_of(0, 0, 1), caller, shown, ways[way]));
		assert_int_equal(arrived(SERVER), 0);
		act(SERVER, reply_receive_of(0, SLOT_REPLY, 0, 2));
		/* An owner does not travel by itself. */
		act(caller, bring(call_of(GRANTED, 0, 1), caller, frame, TENON_TAG_MOVE));
		assert_int_equal(arrived(SERVER), 0);
		act(SERVER, reply_receive_of(0, SLOT_REPLY, 0, 2));
		act(caller, bring(call_of(GRANTED, 0, 1), caller, shown, ways[way]));
		assert_int_equal(arrived(SERVER), ways[way]);
		tenon_handle_t handle = ((struct tenon_extras *)(void *)buffer_of(SERVER))->capability;
		assert_int_equal(handle, handle_of(SERVER, D(at)));
		assert_int_equal(slot_of(SERVER, D(at))->type, TENON_TYPE_FRAME);
		assert_int_equal(slot_of(caller, D(at + 1))->type,
				 way == 0 ? TENON_TYPE_FRAME : TENON_TYPE_NONE);
		/* And back. */
		struct host_call answer =
		    bring(reply_receive_of(0, SLOT_REPLY, 0, 0), SERVER, handle, ways[way]);
		act(SERVER, answer);
		assert_int_equal(arrived(caller), 0);
		accept_in(caller, D(at + 2), TENON_OK);
		act(caller, call_of(GRANTED, 0, 1));
		act(SERVER, answer);
		assert_int_equal(arrived(caller), ways[way]);
		assert_int_equal(slot_of(caller, D(at + 2))->type, TENON_TYPE_FRAME);
		assert_int_equal(revoke_of(caller, frame), TENON_OK);
		assert_int_equal(slot_of(SERVER, D(at))->type, TENON_TYPE_NONE);
		assert_int_equal(delete_of(caller, frame), TENON_OK);
	}
}

static void messages_bring_capabilities(void **state)
{
	(void)state;
	messages_bring(A);
	messages_bring(C);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(frames_map),
	    cmocka_unit_test(mapping_is_refused),
	    cmocka_unit_test(spaces_end_with_mappings),
	    cmocka_unit_test(other_tables),
	    cmocka_unit_test(tables_grow),
	    cmocka_unit_test(tables_are_reset),
	    cmocka_unit_test(messages_bring_capabilities),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
