/* SPDX-License-Identifier: MIT
 * Workers on three CPUs signal one listener, each waits for the signal that comes back: a wake-up that is lost stops both.
 */
#include "component.h"

#include "maker.h"

#define SLOT_STORM                                                                                           \
	(SLOT_SPARE) /* the listener's notification, a copy with a badge of its own; one of each worker's */
#define BIT(n) (UINT64_C(1) << (n))
#define DONE   BIT(WORKERS)

void try_signals(void)
{
	struct share *listener = &shared->share[SERVER];
	tenon_handle_t heard = 0, back[WORKERS], last = 0;
	uint64_t turns = 0;

	expect(tenon_set_make(member[SERVER].set, TENON_TYPE_NOTIFICATION, SLOT_STORM, 1, &heard) ==
		       TENON_OK &&
		   tenon_cap_copy(heard, 0, SLOT_STORM + 1, TENON_RIGHTS_ALL, DONE, &last) == TENON_OK,
	       "the listener's notification", 0);
	for (unsigned i = 0; i < WORKERS; i++) {
		expect(tenon_set_make(member[i].set, TENON_TYPE_NOTIFICATION, SLOT_STORM + 2 + i, 1,
				      &back[i]) == TENON_OK,
		       "a worker's notification", i);
		worker_give(i, heard, 0, BIT(i));
		expect(tenon_cap_copy(back[i], member[SERVER].table, WORKER_BASE + i, TENON_RIGHTS_ALL, 1,
				      &listener->handle[i]) == TENON_OK,
		       "the way back", i);
		shared->share[i].done = shared->share[i].wrong = 0;
	}
	listener->done = listener->wrong = 0;
	member_tell(SERVER, WORKER_LISTEN, 0, 0);
	for (unsigned i = 0; i < WORKERS; i++)
		member_tell(i, WORKER_PING, PARAMETER_SIGNALS, i == 0 ? 1 : 1 + random_below(3));
	for (unsigned i = 0; i < WORKERS; i++) {
		(void)member_ask(i, WORKER_ECHO, 0, 0);
		expect(shared->share[i].wrong == 0, "a signal is lost on its way back", i);
		turns += shared->share[i].done;
	}
	__atomic_store_n(&listener->stop, 1, __ATOMIC_SEQ_CST);
	expect(tenon_signal(last) == TENON_OK, "the last signal", 0);
	(void)member_ask(SERVER, WORKER_ECHO, 0, 0);
	expect(listener->wrong == 0, "a signal is lost", 0);
	expect(turns == WORKERS * (uint64_t)PARAMETER_SIGNALS, "all came back", turns);
	log_info("signals: %llu there and back, %llu wake-ups of the listener", (unsigned long long)turns,
		 (unsigned long long)listener->done);
	expect(tenon_cap_delete(heard) == TENON_OK, "ended", 0);
	for (unsigned i = 0; i < WORKERS; i++)
		expect(tenon_cap_delete(back[i]) == TENON_OK, "ended", i);
}
