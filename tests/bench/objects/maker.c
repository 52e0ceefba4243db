/* SPDX-License-Identifier: MIT
 * Objects from a pool: making each kind, mapping, minting, revoking. What is made in a loop is deleted outside of what is
 * counted.
 */
#include "component.h"

#include <tenon/areas.h>
#include <tenon/object.h>

#include "../support/measure.h"

#define TIMES      256u
#define FIRST      SLOT_FREE
#define COPIES     1024u
#define OWN_WINDOW TENON_AREA_OWN

/* Every status that is not OK; a run that measures refusals ends with 1. */
static unsigned failed;

static uint64_t counted_ns;

#define OK(call) (failed += (call) != TENON_OK)

/* Only `operation` is counted; `after` makes the next turn possible. */
#define MEASURE_EACH(name, mark, times, operation, after)                                                    \
	do {                                                                                                 \
		uint64_t each_ns = 0;                                                                        \
		for (unsigned each_i = 0; each_i < (times); each_i++) {                                      \
			const uint64_t each_start = clock_ns();                                              \
			operation;                                                                           \
			each_ns += clock_ns() - each_start;                                                  \
			after;                                                                               \
		}                                                                                            \
		for (unsigned each_i = 0; each_i < MARKED_TURNS; each_i++) {                                 \
			MARK_BEGIN(mark);                                                                    \
			operation;                                                                           \
			MARK_END(mark);                                                                      \
			after;                                                                               \
		}                                                                                            \
		measure_print(name, mark, each_ns - (times) * counted_ns, times);                            \
	} while (0)

/* What the two readings of the clock add. */
static void measure_clock(void)
{
	const uint64_t start = clock_ns();

	for (unsigned i = 0; i < TIMES; i++) {
		(void)clock_ns();
	}
	counted_ns = (clock_ns() - start) / (TIMES + 1);
}

static tenon_handle_t made;

#define MAKE(name, mark, type, size)                                                                         \
	MEASURE_EACH(name, mark, TIMES, OK(tenon_pool_make(SLOT_POOL, type, FIRST, size, &made)),            \
		     OK(tenon_cap_delete(made)))

static void measure_making(void)
{
	MAKE("make_pool", 1, TENON_TYPE_POOL, 64 << 10);
	MAKE("make_frame_4k", 2, TENON_TYPE_FRAME, 4096);
	MAKE("make_space", 3, TENON_TYPE_SPACE, 0);
	MAKE("make_table", 4, TENON_TYPE_TABLE, 16);
	MAKE("make_thread", 5, TENON_TYPE_THREAD, 0);
	MAKE("create_thread", 6, TENON_TYPE_THREAD, 0);
	MAKE("make_scheduling", 7, TENON_TYPE_SCHEDULING, 0);
	MAKE("make_receive_set", 8, TENON_TYPE_RECEIVE_SET, 0);
	MEASURE("frame_make_delete", 9, TIMES, {
		OK(tenon_pool_make(SLOT_POOL, TENON_TYPE_FRAME, FIRST, 4096, &made));
		OK(tenon_cap_delete(made));
	});
}

#define MAKE_IN_SET(name, mark, type)                                                                        \
	MEASURE_EACH(name, mark, TIMES, OK(tenon_set_make(set, type, FIRST + 1, 1, &made)),                  \
		     OK(tenon_cap_delete(made)))

static void measure_sets(void)
{
	tenon_handle_t set;

	OK(tenon_pool_make(SLOT_POOL, TENON_TYPE_RECEIVE_SET, FIRST, 0, &set));
	MAKE_IN_SET("make_endpoint", 10, TENON_TYPE_ENDPOINT);
	MAKE_IN_SET("make_notification", 11, TENON_TYPE_NOTIFICATION);
	MAKE_IN_SET("make_reply", 12, TENON_TYPE_REPLY);
	OK(tenon_cap_delete(set));
}

/* The page before in the same table is mapped: no table is made meanwhile. */
static void measure_mapping(void)
{
	tenon_handle_t neighbour, frame;
	const uint32_t rights = TENON_RIGHT_READ | TENON_RIGHT_WRITE;

	OK(tenon_pool_make(SLOT_POOL, TENON_TYPE_FRAME, FIRST, 4096, &neighbour));
	OK(tenon_frame_map(neighbour, SLOT_SPACE, OWN_WINDOW, rights, TENON_CACHE_NORMAL));
	OK(tenon_pool_make(SLOT_POOL, TENON_TYPE_FRAME, FIRST + 1, 4096, &frame));
	MEASURE_EACH("map_4k", 13, TIMES,
		     OK(tenon_frame_map(frame, SLOT_SPACE, OWN_WINDOW + 4096, rights, TENON_CACHE_NORMAL)),
		     OK(tenon_frame_unmap(frame)));
	OK(tenon_frame_map(frame, SLOT_SPACE, OWN_WINDOW + 4096, rights, TENON_CACHE_NORMAL));
	*(volatile uint64_t *)(OWN_WINDOW + 4096) = 1;
	MEASURE_EACH("unmap_4k", 14, TIMES, OK(tenon_frame_unmap(frame)),
		     OK(tenon_frame_map(frame, SLOT_SPACE, OWN_WINDOW + 4096, rights, TENON_CACHE_NORMAL)));
	OK(tenon_cap_delete(frame));
	OK(tenon_cap_delete(neighbour));
}

static void copy_often(tenon_handle_t from, unsigned copies)
{
	for (unsigned i = 0; i < copies; i++) {
		OK(tenon_cap_copy(from, 0, FIRST + 1 + i, TENON_RIGHTS_ALL, 0, NULL));
	}
}

/* An endpoint's capability with fewer rights and a badge. */
static void measure_mint(void)
{
	tenon_handle_t set, endpoint;

	OK(tenon_pool_make(SLOT_POOL, TENON_TYPE_RECEIVE_SET, FIRST, 0, &set));
	OK(tenon_set_make(set, TENON_TYPE_ENDPOINT, FIRST + 1, 0, &endpoint));
	MEASURE_EACH("mint", 15, TIMES,
		     OK(tenon_cap_copy(endpoint, 0, FIRST + 2, TENON_RIGHT_INVOKE, 7, &made)),
		     OK(tenon_cap_delete(made)));
	OK(tenon_cap_delete(set));
}

static void measure_derivation(void)
{
	tenon_handle_t frame;

	measure_mint();
	OK(tenon_pool_make(SLOT_POOL, TENON_TYPE_FRAME, FIRST, 4096, &frame));
	copy_often(frame, 1);
	MEASURE_EACH("revoke_1", 16, TIMES, OK(tenon_cap_revoke(frame)), copy_often(frame, 1));
	OK(tenon_cap_revoke(frame));
	copy_often(frame, 64);
	MEASURE_EACH("revoke_64", 17, 32, OK(tenon_cap_revoke(frame)), copy_often(frame, 64));
	OK(tenon_cap_revoke(frame));
	copy_often(frame, COPIES);
	MEASURE_EACH("revoke_1024", 18, 4, OK(tenon_cap_revoke(frame)), copy_often(frame, COPIES));
	OK(tenon_cap_delete(frame));
}

void component_start(void)
{
	measure_begin(clock_ns);
	measure_clock();
	measure_making();
	measure_sets();
	measure_mapping();
	measure_derivation();
	log_info("objects: %u operations failed", failed);
	(void)power_end(failed == 0 ? 0 : 1); /* does not come back when it succeeds */
}
