/* SPDX-License-Identifier: MIT
 * The program of the processes that use capabilities while others take them back, and the memory that all of them share
 * with the maker: there a worker finds the handles of what it was given, and counts what its system calls answered.
 *
 * The program refers to nothing outside itself, so that its bytes run at any address. It serves: a request says by its
 * label what to do, and the answer has the same label and a number in word 0.
 */
#ifndef WORKER_H
#define WORKER_H

#include <tenon/object.h>

#define WORKERS      3u /* users on three CPUs */
#define SERVER       WORKERS
#define TICKER       (WORKERS + 1)
#define MEMBERS      (WORKERS + 2)
#define WORKER_SLOTS 4096u /* of a worker's table */
#define WORKER_BASE  16u   /* the first of those that it fills */
#define WORKER_FILLS (WORKER_SLOTS - WORKER_BASE)

#define WORKER_BYTES 8192u /* of code */
#define WORKER_CODE  UINT64_C(0x10000000)
#define WORKER_STACK UINT64_C(0x10020000) /* the top */
#define WORKER_WORLD UINT64_C(0x40000000) /* struct world, one page of 2 MiB */
#define WORKER_MAPS  UINT64_C(0x50000000) /* where it maps the page of slot n at page n */

/* Slots of a worker's table, behind set and reply object. */
#define WORKER_SLOT_TABLE 3u /* the next worker's */
#define WORKER_SLOT_SPACE 4u /* its own */
#define WORKER_SLOT_CLOCK 5u

enum worker_request {
	WORKER_ECHO = 1, /* answers word 0 plus one */
	WORKER_FILL, /* copies of handle[0], and copies of copies, until there are word 0; answers how many */
	WORKER_RUN, /* uses of its handles until `stop`; word 0: bits of enum use, word 1: of the first handles */
	WORKER_CHECK, /* answers how many slots are not empty, or have a handle that still finds something */
	WORKER_TICK,  /* deadlines, word 0 ns apart, until `stop` */
	WORKER_PING, /* word 0 times a signal to handle[0], word 1 at once, and waits for the one that comes back */
	WORKER_LISTEN, /* answers each signal bit n with a signal to handle[n], until `stop` */
};

enum use {
	USE_CALL = 0,
	USE_SIGNAL,
	USE_READ,
	USE_COPY,
	USE_MOVE,
	USE_COPY_OVER, /* into the next worker's table */
	USE_MOVE_OVER,
	USE_DELETE,
	USE_REVOKE,
	USE_MAP,
	USE_UNMAP,
	USE_PROTECT,
	USES = 16, /* a power of two */
};

/* Written by one member, or by the maker while that one waits. */
struct share {
	uint64_t stop, random;
	uint64_t uses, done, stale; /* calls, those that answered OK, those that answered BAD_HANDLE */
	uint64_t over;              /* those that found the object at its end: GONE, RESTARTED */
	uint64_t wrong, wrong_use, wrong_status; /* answers that cannot be, and the last of them */
	uint64_t latest_ns;                      /* of deadlines */
	uint64_t handle[WORKER_FILLS];           /* of slot WORKER_BASE + n; the neighbour writes here, too */
};

struct world {
	uint64_t revoked; /* from now on no use may find anything */
	uint64_t allowed; /* bits of further statuses that are right */
	struct share share[MEMBERS];
};

#define WORLD_BYTES (UINT64_C(2) << 20)
_Static_assert(sizeof(struct world) <= WORLD_BYTES, "the world has one page of 2 MiB");

/* Its argument is its number. */
void worker_main(uint64_t number);

/* Where the program ends. */
void worker_end(void);

#endif
