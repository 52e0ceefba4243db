/* SPDX-License-Identifier: MIT
 * What the parts of the maker share: its members, its puppets, and the count of checks.
 */
#ifndef MAKER_H
#define MAKER_H

#include <tenon/process.h>

#include "worker.h"

/* Slots of the maker's table. */
#define SLOT_PUPPET  (SLOT_FREE)     /* the puppets' code */
#define SLOT_PROGRAM (SLOT_FREE + 1) /* the workers', two pages */
#define SLOT_WORLD   (SLOT_FREE + 3) /* the page that all share; and a copy for each member */
#define SLOT_FAULTS                                                                                          \
	(SLOT_WORLD + 1 + MEMBERS) /* set, endpoint, reply object; and an endpoint for each member */
#define SLOT_SPARE  (SLOT_FAULTS + 3 + MEMBERS + 1) /* for what one round makes and ends */
#define SLOT_MEMBER (SLOT_SPARE + 16)               /* of the first member; then puppets */
#define SLOTS_EACH  24u
#define PUPPETS     4u

#define MICROSECOND UINT64_C(1000)
#define MILLISECOND UINT64_C(1000000)

/* Of all workers. */
struct counts {
	uint64_t uses, done, stale, over; /* as in struct share */
};

extern struct world *const shared;
extern struct tenon_process member[MEMBERS];
extern tenon_handle_t fault_set, fault_endpoint, fault_reply;

extern uint64_t deadlines_served; /* while something was taken back */

void expect(bool holds, const char *what, uint64_t detail);
uint64_t random_below(uint64_t limit);
uint64_t pool_free(void);

/* Waits until so much of the pool is free: the last of it comes back when all CPUs have taken an interrupt. */
void expect_whole(uint64_t free, const char *what);

/* Lets time pass, and others run. */
void pause_for(uint64_t ns);

/* Makes a member anew on a CPU, with an empty share and a random number of its own; ends it. */
void member_make(unsigned number, unsigned cpu, uint32_t priority);
void member_end(unsigned number);

/* A request that is answered within a bounded time; its answer. One that goes on until member_stop(). */
uint64_t member_ask(unsigned number, enum worker_request request, uint64_t word0, uint64_t word1);
void member_tell(unsigned number, enum worker_request request, uint64_t word0, uint64_t word1);

/* Ends what the workers do with handles, waits until each is done, and sums up their counts into `sum`. */
void workers_run(uint64_t uses, uint64_t slots, uint64_t allowed);
void workers_wait(uint64_t done); /* until each has done so much, or some seconds have passed */
void workers_wait_stale(void);    /* until each has found something gone, or some seconds have passed */
void workers_stop(struct counts *sum);

/* Gives worker `number` a copy in its n-th slot, with all rights of the source; the handle stands in its share. */
void worker_give(unsigned number, tenon_handle_t handle, uint64_t n, uint64_t badge);

/* A puppet on a CPU that has `endpoint` in slot 3 of its table. */
void puppet_make(struct tenon_process *puppet, unsigned number, unsigned cpu, tenon_handle_t endpoint);

void try_copies(void); /* copies.c */
void try_mappings(void);
void try_deaths(void); /* deaths.c */
void try_server_end(void);
void try_caller_end(void);
void try_signals(void); /* signals.c */

#endif
