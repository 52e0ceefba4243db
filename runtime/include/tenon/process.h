/* SPDX-License-Identifier: MIT
 * Processes that a component makes at run time, from its pool.
 *
 * A process is a pool of its own inside the maker's, and in it a space, a
 * table, a thread and frames. The maker's table holds the owners of all of
 * them, in a run of slots that the plan names. The pool's owner goes and
 * everything is over: that is tenon_process_destroy().
 *
 * State: struct tenon_process is the maker's, from create to destroy. While it
 * runs, create maps one page at a time at the plan's window.
 */
#ifndef TENON_PROCESS_H
#define TENON_PROCESS_H

#include <tenon/object.h>

/* A run of pages of the new space. Of `frames` and `bytes` one is given, or neither: then it is all zero. */
struct tenon_process_segment {
	uint64_t address; /* page-aligned */
	uint64_t size;    /* bytes; rounded up to whole pages */
	uint32_t rights;  /* of the mapping: TENON_RIGHT_*; never WRITE and EXECUTE */
	uint64_t image;   /* how many of `bytes` are copied to its start; what follows is zero */
	const void *bytes;
	const tenon_handle_t
	    *frames; /* one for each page: mapped, not copied; they stay the maker's, and may serve more */
};
#define TENON_PROCESS_SHARED 8u /* pages of `frames` in all segments together */

/* A copy in the new table. In a new table a handle is its slot. */
struct tenon_process_capability {
	tenon_handle_t handle;
	uint32_t slot; /* in the new table, at least 1 */
	uint32_t rights;
	uint64_t badge; /* 0: as it is */
};

/* Slots of the new table that the process finds filled where the plan says `serves`. */
#define TENON_PROCESS_SLOT_SET   1u
#define TENON_PROCESS_SLOT_REPLY 2u

struct tenon_process_plan {
	tenon_handle_t pool;  /* WRITE */
	tenon_handle_t space; /* the maker's own, WRITE */
	uint64_t window;      /* an address where that space has nothing: TENON_AREA_OWN and up */
	uint32_t slot, slots; /* free slots of the maker's table, at least tenon_process_slots() */
	uint64_t pool_bytes;  /* what the process may take in all: page tables, objects and frames */

	const struct tenon_process_segment *segment;
	uint32_t segments;
	uint64_t stack_top, stack_bytes; /* page multiples; the pages below stay unmapped */
	uint64_t buffer;                 /* address of the message buffer's page; 0: none */
	uint64_t entry, argument;

	uint32_t table_slots; /* a power of two, at least 4 */
	const struct tenon_process_capability *capability;
	uint32_t capabilities;
	bool serves; /* it gets a receive set and a reply object, and the maker its endpoint */

	tenon_handle_t fault_endpoint; /* INVOKE; 0: none */
	uint32_t priority;
	enum tenon_band band;
	uint64_t affinity; /* bit i for CPU i */
};

struct tenon_process {
	tenon_handle_t pool; /* the owner of everything */
	tenon_handle_t space, table, thread;
	tenon_handle_t set,
	    endpoint; /* 0 unless it serves; the endpoint with all rights, for the maker to hand on */
	tenon_handle_t shared[TENON_PROCESS_SHARED]; /* copies of `frames`, which outlive the pool */
	uint32_t shares;
};

/* How many slots of the maker's table a process of this plan takes. */
uint32_t tenon_process_slots(const struct tenon_process_plan *plan);

/*
 * Makes and starts a process. On failure nothing is left of it, and `process` is not written: TENON_NO_MEMORY when the pool
 * or pool_bytes do not suffice, TENON_OCCUPIED when one of the slots is not free, TENON_BAD_ARGUMENT for a plan that is
 * none, and what the single operations answer.
 */
enum tenon_status tenon_process_create(const struct tenon_process_plan *plan, struct tenon_process *process);

/* Ends it, on whichever CPU it runs; its memory is back in the pool, its slots are free. Callers get TENON_GONE. Nothing
 * is changed on failure. */
enum tenon_status tenon_process_destroy(struct tenon_process *process);

#endif
