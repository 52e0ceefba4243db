/* SPDX-License-Identifier: MIT
 * Threads that end on another CPU, whatever they do there: compute, wait in a queue, wait for an answer, wait for a message,
 * or are about to be woken. Servers that end with callers of three CPUs, callers that end in the hands of a server.
 */
#include "component.h"

#include "../objects/puppet.h"
#include "maker.h"

#define BIT(n)       (UINT64_C(1) << (n))
#define SLOT_NOBODY  (SLOT_SPARE)     /* a set that nobody receives in, and its endpoint */
#define SLOT_SERVICE (SLOT_SPARE + 2) /* an endpoint of the maker's own set */
#define SLOT_WAKE    (SLOT_SPARE + 3) /* a notification of the puppet's */
#define OVER         (BIT(TENON_GONE) | BIT(TENON_RESTARTED))
#define DEATHS       20u /* in each round */
#define ENDS         3u

enum activity { COMPUTES, QUEUES, AWAITS, RECEIVES, IS_WOKEN, ACTIVITIES };

static tenon_handle_t nobody, service;

/* Has the puppet call the endpoint in slot 3 of its table, without waiting for that. */
static void tell_to_call(const struct tenon_process *puppet)
{
	struct tenon_ipc ipc;

	ipc.tag = tenon_tag(PUPPET_TRAP, 64);
	ipc.word[0] = tenon_control(TENON_OP_CALL, 3);
	ipc.word[1] = tenon_tag(1, 16);
	ipc.word[2] = 0;
	ipc.word[3] = TENON_NEVER;
	expect(tenon_send(puppet->endpoint, TENON_NEVER, &ipc) == TENON_OK, "told to call", ipc.status);
}

/* All workers call the puppet and signal it, for as long as it lives. */
static void wake(const struct tenon_process *puppet)
{
	tenon_handle_t notification = 0;

	expect(tenon_set_make(puppet->set, TENON_TYPE_NOTIFICATION, SLOT_WAKE, 1, &notification) == TENON_OK,
	       "a notification", 0);
	for (unsigned i = 0; i < WORKERS; i++) {
		worker_give(i, puppet->endpoint, 0, 0);
		worker_give(i, notification, 1, BIT(i));
	}
	workers_run(BIT(USE_SIGNAL) | BIT(USE_CALL) | BIT(USE_READ), 2, OVER | BIT(TENON_BAD_TYPE));
}

static void start(const struct tenon_process *puppet, enum activity activity)
{
	struct tenon_ipc ipc;

	if (activity == COMPUTES)
		expect(puppet_tell(puppet->endpoint, PUPPET_COUNT, PUPPET_STACK - 2 * TENON_PAGE_SIZE, 0) ==
			   TENON_OK,
		       "told to count", 0);
	else if (activity == QUEUES || activity == AWAITS)
		tell_to_call(puppet);
	else if (activity == IS_WOKEN)
		wake(puppet);
	if (activity == AWAITS)
		expect(tenon_receive(fault_set, fault_reply, clock_ns() + 20000 * MILLISECOND, &ipc) ==
			       TENON_OK &&
			   ipc.source == TENON_SOURCE_CALL,
		       "its call arrives", ipc.source);
}

/* Its thread first, or all at once. */
static void end(struct tenon_process *puppet)
{
	const uint64_t way = random_below(3);
	enum tenon_status status = TENON_OK;

	if (way == 0)
		status = tenon_cap_delete(puppet->thread);
	else if (way == 1)
		status = tenon_thread_stop(puppet->thread);
	expect(status == TENON_OK, "its thread is ended", (uint64_t)status);
	status = tenon_process_destroy(puppet);
	expect(status == TENON_OK, "it is ended", (uint64_t)status);
}

/* Of a call that was received nothing is left but word of its end, once. */
static void expect_cancelled(void)
{
	struct tenon_ipc ipc;
	const bool answered = random_below(2) != 0;

	ipc.tag = tenon_tag(0, 0);
	if (answered)
		expect(tenon_reply(fault_reply, &ipc) == TENON_CANCELLED, "an answer to nobody", ipc.status);
	(void)tenon_receive(fault_set, fault_reply, TENON_NOW, &ipc);
	expect(ipc.status == TENON_OK ? ipc.source == TENON_SOURCE_CANCELLED : answered,
	       "the caller's end is told", ipc.status);
	expect(tenon_receive(fault_set, fault_reply, TENON_NOW, &ipc) == TENON_WOULD_BLOCK, "once",
	       ipc.source);
}

static void try_death(enum activity activity)
{
	struct tenon_process puppet = {.pool = 0};
	struct counts sum = {.uses = 0};
	tenon_handle_t endpoint = activity == QUEUES ? nobody : service;

	puppet_make(&puppet, 0, (unsigned)random_below(WORKERS + 1), endpoint);
	start(&puppet, activity);
	if (activity == IS_WOKEN)
		workers_wait(1 + random_below(10));
	pause_for(random_below(300) * MICROSECOND);
	end(&puppet);
	if (activity == AWAITS)
		expect_cancelled();
	if (activity != IS_WOKEN)
		return;
	__atomic_store_n(&shared->revoked, 1, __ATOMIC_SEQ_CST);
	pause_for(100 * MICROSECOND);
	workers_stop(&sum);
	expect(sum.uses != 0, "it was woken", sum.uses);
}

void try_deaths(void)
{
	tenon_handle_t set = 0;

	expect(tenon_pool_make(SLOT_POOL, TENON_TYPE_RECEIVE_SET, SLOT_NOBODY, 0, &set) == TENON_OK &&
		   tenon_set_make(set, TENON_TYPE_ENDPOINT, SLOT_NOBODY + 1, 0, &nobody) == TENON_OK &&
		   tenon_set_make(fault_set, TENON_TYPE_ENDPOINT, SLOT_SERVICE, 0, &service) == TENON_OK,
	       "endpoints for callers", 0);
	for (unsigned i = 0; i < DEATHS; i++)
		try_death((enum activity)(i < ACTIVITIES ? i : random_below(ACTIVITIES)));
	expect(tenon_cap_delete(set) == TENON_OK && tenon_cap_delete(service) == TENON_OK, "they are ended",
	       0);
}

/* ---- servers and callers ---- */

/* A server that computes, one caller of each CPU in its queue: each is told of its end, once. */
static void end_server(void)
{
	struct tenon_process puppet = {.pool = 0};
	struct counts sum;

	puppet_make(&puppet, 0, (unsigned)random_below(WORKERS + 1), fault_endpoint);
	for (unsigned i = 0; i < WORKERS; i++)
		worker_give(i, puppet.endpoint, 0, 0);
	start(&puppet, COMPUTES);
	workers_run(BIT(USE_CALL), 1, OVER);
	pause_for(random_below(1000) * MICROSECOND);
	end(&puppet);
	__atomic_store_n(&shared->revoked, 1, __ATOMIC_SEQ_CST);
	pause_for(100 * MICROSECOND);
	workers_stop(&sum);
	/* One that had not called yet found nothing any more. */
	expect(sum.done == 0 && sum.over <= WORKERS, "who is told of the server's end", sum.over);
}

void try_server_end(void)
{
	for (unsigned i = 0; i < ENDS; i++)
		end_server();
}

/* Workers end in the middle of calls to a server on another CPU, which goes on. */
static void end_callers(tenon_handle_t endpoint)
{
	const unsigned number = (unsigned)random_below(WORKERS);
	struct counts sum;

	for (unsigned i = 0; i < WORKERS; i++)
		worker_give(i, endpoint, 0, 0);
	workers_run(BIT(USE_CALL), 1, 0);
	workers_wait(1 + random_below(10));
	member_end(number);
	member_make(number, number + 1, 20);
	pause_for(random_below(300) * MICROSECOND);
	workers_stop(&sum);
	expect(member_ask(SERVER, WORKER_ECHO, 41, 0) == 42, "the server goes on", 0);
}

void try_caller_end(void)
{
	tenon_handle_t owner = 0;

	expect(tenon_set_make(member[SERVER].set, TENON_TYPE_ENDPOINT, SLOT_SPARE, 0, &owner) == TENON_OK,
	       "an endpoint", 0);
	for (unsigned i = 0; i < ENDS; i++) {
		tenon_handle_t copy = 0;

		expect(tenon_cap_copy(owner, 0, SLOT_SPARE + 1, TENON_RIGHTS_ALL, 0, &copy) == TENON_OK,
		       "a root", 0);
		end_callers(copy);
		expect(tenon_cap_revoke(owner) == TENON_OK, "taken back", 0);
	}
	expect(tenon_cap_delete(owner) == TENON_OK, "ended", 0);
}
