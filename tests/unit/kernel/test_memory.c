/* SPDX-License-Identifier: MIT
 * Much memory at once: large frames and pools are made, and frames leave the caches, in bounded stretches.
 */
#include "objects.h"
#include <sys/mman.h>

#define MIB     UINT64_C(0x100000)
#define STRETCH (8 * (uint64_t)TENON_PAGE_SIZE)
#define HERE    UINT64_C(0x1000000000)
enum { R = TENON_RIGHT_READ, W = TENON_RIGHT_WRITE, X = TENON_RIGHT_EXECUTE };

static struct tenon_pool large[POOLS];

/* A machine with 640 MiB, whose pool has nearly half (the retained page parts it in the middle). */
static int setup(void **state)
{
	(void)state;
	host_ram_size = 640 * MIB;
	host_ram = mmap(NULL, host_ram_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(host_ram, MAP_FAILED);
	struct tenon_tables *tables = system_tables(1u << A);
	large[0] = (struct tenon_pool){.name = "large", .bytes = 288 * MIB};
	large[1] = tables->pool[1];
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

/* ---- kinds and nodes ---- */

static uint64_t read_pool(tenon_handle_t pool)
{
	act(A, simple_call(TENON_OP_POOL_READ, pool, 0, 0, 0));
	return status_of(A);
}

/* The second node's memory has no CPU: it is slower memory. */
static bool boot_placed(struct tenon_pool pool)
{
	struct tenon_tables *tables = system_tables(1u << A);
	large[0] = pool;
	tables->pool = large;
	host_far_bytes = 300 * MIB;
	bool boots = host_boot(tables, 1);
	host_far_bytes = 0;
	return boots;
}

static void expect_placed(struct tenon_pool pool, uint32_t node, enum tenon_memory_kind kind)
{
	assert_true(boot_placed(pool));
	assert_int_equal(read_pool(SLOT_POOL), TENON_OK);
	assert_int_equal(word_of(A, 0), pool.bytes);
	assert_int_equal(word_of(A, 2), node);
	assert_int_equal(word_of(A, 3), kind);
	/* And so the pools and frames that are made of it. */
	tenon_handle_t inner = make(A, TENON_TYPE_POOL, D(0), 4 * MIB);
	assert_int_equal(read_pool(inner), TENON_OK);
	assert_int_equal(word_of(A, 2), node);
	assert_int_equal(word_of(A, 3), kind);
	assert_int_equal(make_in(A, inner, TENON_TYPE_FRAME, D(1), 4096), TENON_OK);
	assert_int_equal(map_in(A, handle_of(A, D(1)), SLOT_SPACE, HERE, R | W), TENON_OK);
	act(A, simple_call(TENON_OP_SPACE_QUERY, SLOT_SPACE, HERE, 0, 0));
	assert_int_equal(word_of(A, 2), node);
	assert_int_equal(word_of(A, 3), kind);
	uint64_t far = host_ram_base + host_ram_size - 4096 - 300 * MIB;
	assert_int_equal(frame_physical(slot_of(A, D(1))).value >= far, node == 1);
}

static void pools_lie_where_they_are_wanted(void **state)
{
	enum { RAM = TENON_KIND_BIT(TENON_MEMORY_RAM), SLOW = TENON_KIND_BIT(TENON_MEMORY_SLOW) };
	(void)state;
	expect_placed((struct tenon_pool){.bytes = 16 * MIB}, 0, TENON_MEMORY_RAM);
	expect_placed((struct tenon_pool){.bytes = 16 * MIB, .kinds = SLOW}, 1, TENON_MEMORY_SLOW);
	expect_placed((struct tenon_pool){.bytes = 16 * MIB, .placed = 1, .node = 1}, 1, TENON_MEMORY_SLOW);
	expect_placed((struct tenon_pool){.bytes = 16 * MIB, .placed = 1, .node = 0}, 0, TENON_MEMORY_RAM);
	expect_placed((struct tenon_pool){.bytes = 16 * MIB, .placed = 1, .node = 1, .kinds = SLOW | RAM}, 1,
		      TENON_MEMORY_SLOW);
	/* More than the near node has: elsewhere, unless that is not what was asked for. */
	expect_placed((struct tenon_pool){.bytes = 200 * MIB}, 1, TENON_MEMORY_SLOW);
	static const struct tenon_pool wrong[] = {
	    {.bytes = 16 * MIB, .placed = 1, .node = 2},
	    {.bytes = 16 * MIB, .placed = 1, .node = 1, .kinds = RAM},
	    {.bytes = 16 * MIB, .placed = 1, .node = 0, .kinds = SLOW},
	    {.bytes = 200 * MIB, .kinds = RAM},
	    {.bytes = 16 * MIB + 1},
	    {.bytes = 8192},
	    {.bytes = 4096, .physical = 0x40000000, .kinds = TENON_KIND_BIT(TENON_MEMORY_DEVICE)},
	    {.bytes = 4096, .physical = 0x10000001, .kinds = TENON_KIND_BIT(TENON_MEMORY_DEVICE)},
	    {.bytes = 4097, .physical = 0x10000000, .kinds = TENON_KIND_BIT(TENON_MEMORY_DEVICE)},
	    {.bytes = 8192, .physical = -UINT64_C(4096), .kinds = TENON_KIND_BIT(TENON_MEMORY_DEVICE)},
	};
	for (unsigned i = 0; i < COUNT_OF(wrong); i++) {
		if (boot_placed(wrong[i]))
			fail_msg("pool %u boots", i);
		assert_non_null(strstr(host_panic, "pool"));
	}
}

static uint64_t make_registers(uint64_t slot, uint64_t size, uint64_t offset)
{
	struct host_call call = simple_call(TENON_OP_POOL_MAKE, SLOT_REGISTERS, TENON_TYPE_FRAME, slot, size);
	call.word[3] = offset;
	act(A, call);
	return status_of(A);
}

/* Registers are no memory: frames over any part, never cleared, never past the device, gone with a revocation. */
static void frames_of_registers(void **state)
{
	(void)state;
	uint64_t before = free_bytes();
	host_swept_most = 0;
	assert_int_equal(read_pool(SLOT_REGISTERS), TENON_OK);
	assert_int_equal(word_of(A, 0), REGISTERS_BYTES);
	assert_int_equal(word_of(A, 1), 0);
	assert_int_equal(word_of(A, 3), TENON_MEMORY_DEVICE);
	static const uint64_t wrong[][2] = {
	    {4096, REGISTERS_BYTES},   {4096, 1}, {4096, 2048},      {4096, -UINT64_C(4096)}, {2 * MIB, 0},
	    {2 * MIB, 4096 + 4 * MIB}, {8192, 0}, {1024 * MIB, 4096}};
	for (unsigned i = 0; i < COUNT_OF(wrong); i++)
		assert_int_equal(make_registers(D(0), wrong[i][0], wrong[i][1]), TENON_BAD_ARGUMENT);
	static const enum tenon_type none[] = {TENON_TYPE_SPACE, TENON_TYPE_THREAD, TENON_TYPE_SCHEDULING,
					       TENON_TYPE_RECEIVE_SET};
	for (unsigned i = 0; i < COUNT_OF(none); i++)
		assert_int_equal(make_in(A, SLOT_REGISTERS, none[i], D(0), 0), TENON_NO_MEMORY);
	assert_int_equal(make_in(A, SLOT_REGISTERS, TENON_TYPE_POOL, D(0), 65536), TENON_NO_MEMORY);
	assert_int_equal(make_in(A, SLOT_REGISTERS, TENON_TYPE_TABLE, D(0), 2), TENON_NO_MEMORY);
	act(A, simple_call(TENON_OP_TABLE_GROW, SLOT_TABLE, SLOT_REGISTERS, 0, 0));
	assert_int_equal(status_of(A), TENON_NO_MEMORY);
	assert_int_equal(make_registers(D(0), 4096, REGISTERS_BYTES - 4096), TENON_OK);
	assert_int_equal(make_registers(D(1), 2 * MIB, 4096 + 2 * MIB), TENON_OK);
	assert_int_equal(make_registers(D(1), 4096, 0), TENON_OCCUPIED);
	assert_int_equal(make_registers(D(2), 4096, 4096 + 2 * MIB), TENON_OK); /* the same once more */
	assert_int_equal(frame_physical(slot_of(A, D(1))).value, REGISTERS + 4096 + 2 * MIB);
	tenon_handle_t frame = handle_of(A, D(1));
	assert_int_equal(map_as(frame, HERE, R | W, TENON_CACHE_NORMAL), TENON_BAD_ARGUMENT);
	assert_int_equal(map_as(frame, HERE, R | W, TENON_CACHE_TAGGED), TENON_BAD_ARGUMENT);
	assert_int_equal(map_as(handle_of(A, D(0)), HERE, R | X, TENON_CACHE_DEVICE), TENON_BAD_ARGUMENT);
	assert_int_equal(map_as(frame, HERE, R | W, TENON_CACHE_DEVICE), TENON_OK);
	act(A, simple_call(TENON_OP_SPACE_QUERY, SLOT_SPACE, HERE + 4096, 0, 0));
	assert_int_equal(word_of(A, 1), 2 * MIB);
	assert_int_equal(word_of(A, 3), TENON_MEMORY_DEVICE);
	assert_int_equal(host_swept_most, 0);
	assert_int_equal(host_flushed, 0);
	tenon_handle_t thread = make(A, TENON_TYPE_THREAD, D(3), 0);
	assert_int_equal(bind_of(A, thread, SLOT_SPACE, SLOT_TABLE, 0, handle_of(A, D(0))),
			 TENON_BAD_ARGUMENT);
	assert_int_equal(delete_of(A, thread), TENON_OK);
	assert_int_equal(delete_of(A, handle_of(A, D(0))), TENON_OK);
	assert_int_equal(revoke_of(A, SLOT_REGISTERS), TENON_OK);
	assert_int_equal(slot_of(A, D(1))->type, TENON_TYPE_NONE);
	assert_int_equal(slot_of(A, D(2))->type, TENON_TYPE_NONE);
	act(A, simple_call(TENON_OP_SPACE_QUERY, SLOT_SPACE, HERE, 0, 0));
	assert_int_equal(word_of(A, 0), 0);
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
	    TEST(pools_lie_where_they_are_wanted),
	    TEST(frames_of_registers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
