/* SPDX-License-Identifier: MIT
 * Frames of both sizes, mapped, protected and taken away again, seen from a process and from its maker.
 */
#include "component.h"
#include "maker.h"
#include "puppet.h"

#define BIG        (UINT64_C(2) << 20)
#define HERE       (TENON_AREA_OWN + UINT64_C(0x10000)) /* in the maker's own space, whose tables there stay */
#define HERE_BIG   (TENON_AREA_OWN + 2 * BIG)
#define READ_WRITE (TENON_RIGHT_READ | TENON_RIGHT_WRITE)

static void mapping(tenon_handle_t space, uint64_t address, uint64_t rights, uint64_t bytes, const char *what)
{
	uint32_t found = 77;
	uint64_t size = 0;
	enum tenon_status status = tenon_space_query(space, address, &found, &size);

	expect(status == TENON_OK && found == rights && (rights == 0 || size == bytes), what, found);
}

/* One frame of `bytes`: shared with the maker, made read-only, taken away. `puppet` comes back restarted. */
static void try_frame(const struct tenon_process *puppet, uint64_t bytes)
{
	/* Page tables stay, so a large page has a place of its own. */
	const uint64_t there = PUPPET_SPARE + (bytes == BIG ? BIG : 0), last = there + bytes - 8;
	const uint64_t own = bytes == BIG ? HERE_BIG : HERE;
	volatile uint64_t *here = (volatile uint64_t *)(uintptr_t)(own + bytes - 8);
	tenon_handle_t frame = spare_make(TENON_TYPE_FRAME, 0, bytes), copy = 0;
	struct tenon_ipc ipc;

	expect(tenon_frame_map(frame, puppet->space, there, READ_WRITE, TENON_CACHE_NORMAL) == TENON_OK,
	       "mapped in the process", bytes);
	expect(tenon_cap_copy(frame, 0, SLOT_SPARE + 1, TENON_RIGHTS_ALL, 0, &copy) == TENON_OK &&
		   tenon_frame_map(frame, SLOT_SPACE, own, READ_WRITE, TENON_CACHE_NORMAL) == TENON_BUSY &&
		   tenon_frame_map(copy, SLOT_SPACE, own, READ_WRITE, TENON_CACHE_NORMAL) == TENON_OK,
	       "mapped in the maker", bytes);
	mapping(puppet->space, last, READ_WRITE, bytes, "query of a mapping");
	mapping(puppet->space, there + bytes, 0, 0, "query behind a mapping");
	expect(*here == 0, "a new frame is clear", *here);
	expect(puppet_ask(puppet->endpoint, PUPPET_WRITE, last, 4711, &ipc) == TENON_OK && *here == 4711,
	       "shared memory", *here);
	expect(tenon_frame_protect(frame, TENON_RIGHT_READ) == TENON_OK, "protected", bytes);
	mapping(puppet->space, last, TENON_RIGHT_READ, bytes, "query of what is read-only");
	puppet_faults(puppet, PUPPET_WRITE, last, TENON_FAULT_WRITE);
	expect(*here == 4711, "not written", *here);
	puppet_again(puppet, 0);
	expect(puppet_ask(puppet->endpoint, PUPPET_READ, last, 0, &ipc) == TENON_OK && ipc.word[1] == 4711,
	       "still read", ipc.word[1]);
	puppet_faults(puppet, PUPPET_JUMP, there, TENON_FAULT_EXECUTE);
	puppet_again(puppet, 0);
	expect(tenon_frame_unmap(frame) == TENON_OK && tenon_frame_unmap(frame) == TENON_BAD_ADDRESS,
	       "unmapped", bytes);
	mapping(puppet->space, last, 0, 0, "query of what is gone");
	puppet_faults(puppet, PUPPET_READ, last, TENON_FAULT_READ);
	puppet_again(puppet, 0);
	expect(*here == 4711, "the other mapping stays", *here);
	expect(tenon_cap_delete(frame) == TENON_OK, "the frame is ended", bytes);
	mapping(SLOT_SPACE, own, 0, 0, "with the frame all mappings go");
	expect(tenon_cap_read(copy, &(struct tenon_cap_view){.bytes = 0}) == TENON_BAD_HANDLE,
	       "and all copies", bytes);
}

/* No way leads to memory that can be written and executed through one mapping. */
static void try_writable_or_executable(const struct tenon_process *puppet)
{
	const uint32_t both = READ_WRITE | TENON_RIGHT_EXECUTE;
	tenon_handle_t frame = spare_make(TENON_TYPE_FRAME, 0, TENON_PAGE_SIZE), copy = 0;

	expect(tenon_frame_map(frame, puppet->space, PUPPET_SPARE, both, TENON_CACHE_NORMAL) ==
		   TENON_BAD_ARGUMENT,
	       "mapped writable and executable", 0);
	expect(tenon_frame_map(frame, puppet->space, PUPPET_SPARE, TENON_RIGHT_READ | TENON_RIGHT_EXECUTE,
			       TENON_CACHE_NORMAL) == TENON_OK &&
		   tenon_frame_protect(frame, both) == TENON_BAD_ARGUMENT,
	       "made writable too", 0);
	mapping(puppet->space, PUPPET_SPARE, TENON_RIGHT_READ | TENON_RIGHT_EXECUTE, TENON_PAGE_SIZE,
		"what was refused changed nothing");
	puppet_faults(puppet, PUPPET_WRITE, PUPPET_SPARE, TENON_FAULT_WRITE);
	puppet_again(puppet, 0);
	expect(tenon_frame_unmap(frame) == TENON_OK &&
		   tenon_cap_copy(frame, 0, SLOT_SPARE + 1, TENON_RIGHT_READ, 0, &copy) == TENON_OK &&
		   tenon_frame_map(copy, puppet->space, PUPPET_SPARE, READ_WRITE, TENON_CACHE_NORMAL) ==
		       TENON_BAD_RIGHTS,
	       "mapped with more rights than the copy has", 0);
	expect(tenon_cap_delete(frame) == TENON_OK, "ended", 0);
}

/* Memory tags are there on the board that says `mte=on`, and nowhere else. */
static void try_tags(const struct tenon_process *puppet)
{
#if defined(__aarch64__)
	const enum tenon_status right = TENON_OK;
#else
	const enum tenon_status right = TENON_UNSUPPORTED;
#endif
	tenon_handle_t frame = spare_make(TENON_TYPE_FRAME, 0, TENON_PAGE_SIZE);
	enum tenon_status status;

	expect(tenon_frame_map(frame, puppet->space, PUPPET_SPARE, TENON_RIGHT_READ | TENON_RIGHT_EXECUTE,
			       TENON_CACHE_TAGGED) == TENON_BAD_ARGUMENT,
	       "mapped tagged and executable", 0);
	status = tenon_frame_map(frame, puppet->space, PUPPET_SPARE, READ_WRITE, TENON_CACHE_TAGGED);
	expect(status == right, "mapped tagged", status);
	mapping(puppet->space, PUPPET_SPARE, right == TENON_OK ? READ_WRITE : 0,
		right == TENON_OK ? TENON_PAGE_SIZE : 0, "what is tagged is mapped, or nothing is");
	expect(tenon_frame_unmap(frame) == (right == TENON_OK ? TENON_OK : TENON_BAD_ADDRESS), "unmapped", 0);
	expect(tenon_frame_map(frame, puppet->space, PUPPET_SPARE, READ_WRITE, TENON_CACHE_NORMAL) ==
		       TENON_OK &&
		   tenon_cap_delete(frame) == TENON_OK,
	       "mapped without tags, and ended", 0);
}

static void try_bad_places(const struct tenon_process *puppet)
{
	static const uint64_t places[] = {1,
					  8,
					  TENON_PAGE_SIZE - 1,
					  PUPPET_SPARE + 8,
					  TENON_AREA_END,
					  UINT64_C(1) << 47,
					  UINT64_C(0xffff800000000000),
					  UINT64_MAX - 4095,
					  UINT64_MAX};
	tenon_handle_t frame = spare_make(TENON_TYPE_FRAME, 0, TENON_PAGE_SIZE);
	enum tenon_status status;

	for (unsigned i = 0; i < sizeof places / sizeof places[0]; i++) {
		status =
		    tenon_frame_map(frame, puppet->space, places[i], TENON_RIGHT_READ, TENON_CACHE_NORMAL);
		expect(status == TENON_BAD_ARGUMENT || status == TENON_BAD_ADDRESS, "a place that is none",
		       places[i]);
		if (status == TENON_OK)
			(void)tenon_frame_unmap(frame);
	}
	expect(tenon_frame_map(frame, puppet->space, PUPPET_CODE, TENON_RIGHT_READ, TENON_CACHE_NORMAL) ==
		   TENON_BAD_ADDRESS,
	       "mapped over something", 0);
	expect(tenon_cap_delete(frame) == TENON_OK, "ended", 0);
}

/* Pools in pools, large ones and small ones; what is made twice is there once. */
static void try_pools(void)
{
	tenon_handle_t large = spare_make(TENON_TYPE_POOL, 0, UINT64_C(16) << 20), inner = 0, frame = 0,
		       big[16];
	struct tenon_pool_view view = {.bytes = 0};
	unsigned made = 0;

	expect(tenon_pool_read(large, &view) == TENON_OK && view.bytes == UINT64_C(16) << 20, "a large pool",
	       view.bytes);
	while (made < 16 &&
	       tenon_pool_make(large, TENON_TYPE_FRAME, SLOT_SPARE + 2 + made, BIG, &big[made]) == TENON_OK)
		made++;
	expect(made == 7 || made == 8, "frames of 2 MiB from 16 MiB", made);
	for (unsigned i = 0; i < made; i += 2)
		expect(tenon_cap_delete(big[i]) == TENON_OK, "every second is ended", i);
	expect(tenon_cap_revoke(large) == TENON_OK && is_whole(large, view.free),
	       "revoked, the pool is whole", 0);
	expect(
	    tenon_pool_make(large, TENON_TYPE_POOL, SLOT_SPARE + 1, UINT64_C(1) << 20, &inner) == TENON_OK &&
		tenon_pool_make(inner, TENON_TYPE_FRAME, SLOT_SPARE + 2, BIG, NULL) == TENON_NO_MEMORY &&
		tenon_pool_make(inner, TENON_TYPE_FRAME, SLOT_SPARE + 2, TENON_PAGE_SIZE, &frame) == TENON_OK,
	    "a pool in a pool", 0);
	expect(tenon_cap_delete(large) == TENON_OK && tenon_cap_delete(frame) == TENON_BAD_HANDLE &&
		   tenon_cap_delete(inner) == TENON_BAD_HANDLE,
	       "it goes with all that is in it", 0);
}

void try_memory(void)
{
	struct tenon_process puppet;

	puppet_make(&puppet, 0, 0, 3);
	try_frame(&puppet, TENON_PAGE_SIZE);
	try_frame(&puppet, BIG);
	try_writable_or_executable(&puppet);
	try_tags(&puppet);
	try_bad_places(&puppet);
	expect(tenon_process_destroy(&puppet) == TENON_OK, "ended", 0);
	try_pools();
}
