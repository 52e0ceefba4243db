/* SPDX-License-Identifier: MIT
 * Much memory at once: large frames and pools are made, and frames leave the caches, in bounded stretches.
 */
#include "objects.h"
#include <sys/mman.h>

#define MIB     UINT64_C(0x100000)
#define STRETCH (8 * (uint64_t)TENON_PAGE_SIZE)
#define HERE    UINT64_C(0x1000000000)
enum { R = TENON_RIGHT_READ, W = TENON_RIGHT_WRITE, X = TENON_RIGHT_EXECUTE };

static const struct tenon_pool large[] = {{.name = "large", .bytes = 288 * MIB}};

/* A machine with 640 MiB, whose pool has nearly half (in the middle lies the retained page). */
static int setup(void **state)
{
	(void)state;
	host_ram_size = 640 * MIB;
	host_ram = mmap(NULL, host_ram_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(host_ram, MAP_FAILED);
	struct tenon_tables *tables = system_tables(1u << A);
	tables->pool = large;
	if (!host_boot(tables, 1))
		fail_msg("%s", host_panic);
	host_swept_most = 0;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	host_leaf_limit = UINT64_C(1) << 30;
	return munmap(host_ram, host_ram_size);
}

static uint64_t map_as(tenon_handle_t frame, uint64_t address, unsigned rights, enum tenon_cache cache)
{
	struct host_call call = simple_call(TENON_OP_FRAME_MAP, frame, address, rights, cache);
	call.reply = SLOT_SPACE;
	act(A, call);
	return status_of(A);
}

static void all_zero(const uint8_t *at, uint64_t bytes)
{
	for (uint64_t i = 0; i < bytes; i++)
		assert_int_equal(at[i], 0);
}

/* The map of a pool's pages grows with the pool: it is cleared in stretches, and only it. */
static void pools_are_made_in_stretches(void **state)
{
	(void)state;
	uint64_t before = free_bytes(), overhead = pool_overhead(128 * MIB);
	uint8_t *memory = host_ram + (core.pools[0]->base_page << 12) - host_ram_base;
	assert_true(overhead > STRETCH);
	/* Wherever the run will be. */
	for (uint64_t at = MIB; at < 288 * MIB; at += TENON_PAGE_SIZE)
		memory[at + 100] = 0xcc;
	tenon_handle_t pool = make(A, TENON_TYPE_POOL, D(0), 128 * MIB);
	assert_in_range(host_swept_most, 1, STRETCH);
	const struct pool *object = slot_of(A, D(0))->object;
	assert_int_equal(object->free_bytes, 128 * MIB - overhead);
	assert_int_equal(make_in(A, pool, TENON_TYPE_POOL, D(1), 32 * MIB), TENON_OK);
	assert_int_equal(make_in(A, pool, TENON_TYPE_FRAME, D(2), 2 * MIB), TENON_OK);
	assert_in_range(host_swept_most, 1, STRETCH);
	assert_int_equal(delete_of(A, pool), TENON_OK);
	assert_int_equal(free_bytes(), before);
}

/* What a call that was broken off had cleared may be more than the next one with a run of that size asks for. */
static void another_call_takes_over(void **state)
{
	(void)state;
	uint64_t before = free_bytes();
	struct host_call call = simple_call(TENON_OP_POOL_MAKE, SLOT_POOL, TENON_TYPE_POOL, D(0), 128 * MIB);
	struct thread *thread = thread_of(A);
	host_step(0, &call);
	assert_int_equal(thread->making_done, 8 * TENON_PAGE_SIZE);
	thread->making_done = 200 * MIB; /* as if it had been a frame */
	thread->context.restarted = false;
	(void)make(A, TENON_TYPE_POOL, D(0), 128 * MIB);
	assert_int_equal(delete_of(A, handle_of(A, D(0))), TENON_OK);
	assert_int_equal(free_bytes(), before);
}

static void frames_past_the_machine(void **state)
{
	(void)state;
	host_leaf_limit = 2 * MIB;
	assert_int_equal(make_in(A, SLOT_POOL, TENON_TYPE_FRAME, D(0), 1024 * MIB), TENON_BAD_ARGUMENT);
	assert_int_equal(make_in(A, SLOT_POOL, TENON_TYPE_FRAME, D(0), 2 * MIB), TENON_OK);
	host_leaf_limit = 1024 * MIB;
	assert_int_equal(make_in(A, SLOT_POOL, TENON_TYPE_FRAME, D(1), 1024 * MIB), TENON_NO_MEMORY);
}

/* What clears a frame stays in the caches until it is mapped past them. */
static void frames_leave_the_caches(void **state)
{
	static const enum tenon_cache past[] = {TENON_CACHE_UNCACHED, TENON_CACHE_DEVICE};
	(void)state;
	tenon_handle_t frame = make(A, TENON_TYPE_FRAME, D(0), 2 * MIB),
		       page = make(A, TENON_TYPE_FRAME, D(1), 4096);
	all_zero(arch_direct(frame_physical(slot_of(A, D(0)))), 2 * MIB);
	host_swept_most = 0;
	assert_int_equal(map_as(frame, HERE, R | W, TENON_CACHE_NORMAL), TENON_OK);
	act(A, simple_call(TENON_OP_FRAME_UNMAP, frame, 0, 0, 0));
	assert_int_equal(map_as(page, HERE, R | X, TENON_CACHE_UNCACHED), TENON_BAD_ARGUMENT);
	assert_int_equal(map_as(page, HERE + 1, R, TENON_CACHE_UNCACHED), TENON_BAD_ARGUMENT);
	assert_int_equal(host_flushed, 0);
	for (unsigned i = 0; i < COUNT_OF(past); i++) {
		host_flushed = 0;
		assert_int_equal(map_as(frame, HERE, R | W, past[i]), TENON_OK);
		assert_int_equal(host_flushed, 2 * MIB);
		assert_int_equal(map_as(frame, HERE + 2 * MIB, R | W, past[i]), TENON_BUSY);
		assert_int_equal(map_as(page, HERE + 2 * MIB, R, past[i]), TENON_OK);
		assert_int_equal(host_flushed, 2 * MIB + 4096);
		act(A, simple_call(TENON_OP_FRAME_UNMAP, page, 0, 0, 0));
		assert_int_equal(status_of(A), TENON_OK);
		act(A, simple_call(TENON_OP_FRAME_UNMAP, frame, 0, 0, 0));
		assert_int_equal(status_of(A), TENON_OK);
	}
	assert_in_range(host_swept_most, 1, STRETCH + TENON_PAGE_SIZE); /* and a table */
}

/* A mapping that was begun and not finished is none: nothing finds it, and the frame ends as any other. */
static void half_a_flush(void **state)
{
	(void)state;
	uint64_t before = free_bytes();
	tenon_handle_t frame = make(A, TENON_TYPE_FRAME, D(0), 2 * MIB), other = copy(A, frame, D(1));
	struct host_call call = simple_call(TENON_OP_FRAME_MAP, frame, HERE, R, TENON_CACHE_UNCACHED);
	struct thread *thread = thread_of(A);
	call.reply = SLOT_SPACE;
	host_step(0, &call);
	assert_true(thread->context.restarted);
	assert_int_equal(host_flushed, 8 * TENON_PAGE_SIZE);
	thread->context.restarted = false; /* it was stopped, and does something else */
	act(A, simple_call(TENON_OP_CAP_READ, frame, 0, 0, 0));
	assert_int_equal(word_of(A, 4), 0);
	act(A, simple_call(TENON_OP_FRAME_UNMAP, frame, 0, 0, 0));
	assert_int_equal(status_of(A), TENON_BAD_ADDRESS);
	assert_int_equal(map_as(other, HERE, R, TENON_CACHE_UNCACHED), TENON_OK);
	assert_int_equal(host_flushed, 2 * MIB + 8 * TENON_PAGE_SIZE);
	assert_int_equal(delete_of(A, other), TENON_OK);
	assert_int_equal(map_as(frame, HERE, R, TENON_CACHE_UNCACHED), TENON_OK);
	assert_int_equal(host_flushed, 4 * MIB);
	assert_int_equal(delete_of(A, frame), TENON_OK);
	assert_int_equal(free_bytes(), before);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(pools_are_made_in_stretches),
	    TEST(another_call_takes_over),
	    TEST(frames_past_the_machine),
	    TEST(frames_leave_the_caches),
	    TEST(half_a_flush),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
