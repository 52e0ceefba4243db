/* SPDX-License-Identifier: MIT
 * Hostile components: random system calls, biased to those that succeed, because only these move capabilities. What a
 * component can see of its own table (CAP_READ tells it all) it uses to choose; threads that it makes are hostile too.
 */
#include "hostile.h"

struct hostile_counts hostile_counts;

static unsigned current_cpu;
static struct thread *actor; /* who runs there */

static bool one_in(uint32_t n)
{
	return small_below(n) == 0;
}

/* Another thread runs: what the actor was about to do comes to nothing. */
static bool is_gone(void)
{
	return host_end != HOST_ON || host_parked(current_cpu) != HOST_USER ||
	       core_cpu(current_cpu)->current != actor;
}

/* A used slot of the own table, of a type or (NONE) of any; 0: there is none. */
static tenon_handle_t pick(enum tenon_type type)
{
	if (is_gone())
		return 0;
	const struct captable *table = actor->table;
	uint32_t slots = (uint32_t)captable_slots(table), start = small_below(slots);
	for (uint32_t n = 0; n < slots; n++) {
		const struct slot *slot = captable_at(table, (start + n) % slots);
		if (slot != NULL && slot_type(slot) != TENON_TYPE_NONE &&
		    (type == TENON_TYPE_NONE || slot_type(slot) == type))
			return slot->handle;
	}
	return 0;
}

/* Mostly of the type, now and then of any, or nonsense. */
static tenon_handle_t some(enum tenon_type type)
{
	if (one_in(64))
		return tenon_handle(small_below(80), small_below(3));
	return pick(one_in(24) ? TENON_TYPE_NONE : type);
}

/* An index for a new capability, mostly a free one. */
static uint64_t place(void)
{
	if (is_gone())
		return 0;
	const struct captable *table = actor->table;
	uint32_t slots = (uint32_t)captable_slots(table), index = small_below(slots);
	for (unsigned n = 0; n < 16 && !one_in(24); n++) {
		struct slot *vacant;
		index = small_below(slots);
		if (captable_vacant(table, index, &vacant) == TENON_OK)
			break;
	}
	return index;
}

static uint64_t some_rights(void)
{
	return one_in(2) ? TENON_RIGHTS_ALL : small_below(one_in(32) ? 256 : TENON_RIGHTS_ALL + 1);
}

/* The actor makes the call. False: it failed, or somebody else runs now. `word0` NULL: not asked for. */
static bool attempt(struct host_call call, uint64_t *word0)
{
	hostile_counts.steps++;
	host_settle(); /* so that nobody else makes the call in its place */
	if (is_gone())
		return false;
	hostile_counts.made_ran += actor->pool != NULL;
	host_syscall(current_cpu, &call);
	host_settle();
	if (is_gone())
		return false;
	uint64_t status = actor->context.control[0];
	if (status < TENON_STATUS_COUNT)
		hostile_counts.answered[status]++;
	if (word0 != NULL)
		*word0 = actor->context.word[0];
	return status == TENON_OK;
}

static bool simple(enum tenon_operation operation, tenon_handle_t handle, uint64_t word0, uint64_t word1,
		   uint64_t word2)
{
	return attempt((struct host_call){.operation = operation,
					  .handle = handle,
					  .tag = tenon_tag(small_below(3), 8 * small_below(9)),
					  .word = {word0, word1, word2}},
		       NULL);
}

/* ---- messages ---- */

/* What travels with a message, named in the buffer. */
static uint64_t message_tag(void)
{
	uint64_t tag = tenon_tag(small_below(2), one_in(8) ? 8 * small_below(40) : 8 * small_below(9));
	if (is_gone() || actor->buffer == NULL || one_in(3))
		return tag;
	((struct tenon_extras *)(void *)actor->buffer)->capability = some(TENON_TYPE_NONE);
	return tag | (one_in(4) ? TENON_TAG_MOVE : TENON_TAG_COPY);
}

/* Component 0 never waits for ever (NOW is about being taken, not about the answer): it brings the others back. */
static uint64_t deadline(void)
{
	if (actor->index != 0 && one_in(4))
		return TENON_NOW;
	if (actor->index == 0 || one_in(4))
		return host_ticks + 1000 * (1 + small_below(1000));
	return TENON_NEVER;
}

static void accept(void)
{
	if (!one_in(4) && actor->accept == 0)
		(void)simple(TENON_OP_CAP_ACCEPT, 0, place(), 0, 0);
}

static void count_arrival(bool answered)
{
	hostile_counts.carried +=
	    answered && (actor->context.control[1] & (TENON_TAG_COPY | TENON_TAG_MOVE)) != 0;
}

/* An endpoint, most often one that can be called, and that carries capabilities. */
static tenon_handle_t some_endpoint(void)
{
	tenon_handle_t handle = 0;
	for (unsigned n = 0; n < 3; n++) {
		handle = some(TENON_TYPE_ENDPOINT);
		const struct slot *slot = is_gone() ? NULL : captable_any(actor->table, handle);
		if (slot != NULL && (slot_rights(slot) & TENON_RIGHT_INVOKE) != 0 &&
		    (n != 0 || (slot_rights(slot) & TENON_RIGHT_GRANT) != 0))
			break;
	}
	return handle;
}

static void act_call(void)
{
	accept();
	count_arrival(attempt((struct host_call){.operation = one_in(4) ? TENON_OP_SEND : TENON_OP_CALL,
						 .handle = some_endpoint(),
						 .tag = message_tag(),
						 .deadline = deadline()},
			      NULL));
}

/* A reply object of the set, and of those one that is free or busy, as wanted. */
static tenon_handle_t reply_of(tenon_handle_t set_handle)
{
	if (is_gone())
		return 0;
	const struct slot *set = captable_any(actor->table, set_handle);
	tenon_handle_t reply = 0;
	for (unsigned n = 0; n < 4; n++) {
		reply = some(TENON_TYPE_REPLY);
		const struct slot *slot = captable_any(actor->table, reply);
		if (set != NULL && slot != NULL && slot->type == TENON_TYPE_REPLY &&
		    ((const struct reply *)slot->object)->set == set->object)
			break;
	}
	return one_in(12) ? 0 : reply;
}

static void act_receive(void)
{
	accept();
	tenon_handle_t set = some(TENON_TYPE_RECEIVE_SET);
	count_arrival(
	    attempt((struct host_call){.operation = one_in(2) ? TENON_OP_RECEIVE : TENON_OP_REPLY_RECEIVE,
				       .handle = set,
				       .tag = message_tag(),
				       .deadline = deadline(),
				       .reply = reply_of(set)},
		    NULL));
}

static void act_reply(void)
{
	(void)attempt((struct host_call){.operation = TENON_OP_REPLY,
					 .handle = some(TENON_TYPE_REPLY),
					 .tag = message_tag()},
		      NULL);
}

/* ---- capabilities ---- */

static void act_copy(void)
{
	tenon_handle_t table = one_in(2) ? 0 : some(TENON_TYPE_TABLE);
	(void)attempt((struct host_call){.operation = one_in(4) ? TENON_OP_CAP_MOVE : TENON_OP_CAP_COPY,
					 .handle = some(TENON_TYPE_NONE),
					 .reply = table,
					 .word = {place(), some_rights(), one_in(4) ? small_below(1000) : 0}},
		      NULL);
}

static void act_drop(void)
{
	switch (small_below(24)) {
	case 0:
		(void)simple(TENON_OP_CAP_REVOKE, some(TENON_TYPE_NONE), 0, 0, 0);
		break;
	case 1:
		if (one_in(8))
			(void)simple(TENON_OP_TABLE_RESET, some(TENON_TYPE_TABLE), 0, 0, 0);
		break;
	default:
		(void)simple(TENON_OP_CAP_DELETE, some(TENON_TYPE_NONE), 0, 0, 0);
	}
}

/* ---- objects ---- */

static bool make(enum tenon_type type, uint64_t size, tenon_handle_t *made)
{
	return attempt((struct host_call){.operation = TENON_OP_POOL_MAKE,
					  .handle = some(TENON_TYPE_POOL),
					  .word = {type, place(), size}},
		       made);
}

static void act_make(void)
{
	static const uint8_t types[] = {TENON_TYPE_FRAME,  TENON_TYPE_POOL,       TENON_TYPE_SPACE,
					TENON_TYPE_TABLE,  TENON_TYPE_SCHEDULING, TENON_TYPE_RECEIVE_SET,
					TENON_TYPE_THREAD, TENON_TYPE_ENDPOINT};
	enum tenon_type type = (enum tenon_type)types[small_below(COUNT_OF(types))];
	uint64_t size = type == TENON_TYPE_FRAME  ? 4096
			: type == TENON_TYPE_POOL ? 16384u << small_below(2)
						  : 4u << small_below(3);
	(void)make(type, size, NULL);
}

static void act_part(void)
{
	static const uint8_t types[] = {TENON_TYPE_ENDPOINT, TENON_TYPE_NOTIFICATION, TENON_TYPE_REPLY};
	(void)simple(TENON_OP_SET_MAKE, some(TENON_TYPE_RECEIVE_SET), types[small_below(COUNT_OF(types))],
		     place(), small_below(100));
}

static void act_map(void)
{
	if (one_in(3)) {
		(void)simple(one_in(2) ? TENON_OP_FRAME_UNMAP : TENON_OP_FRAME_PROTECT,
			     some(TENON_TYPE_FRAME), TENON_RIGHT_READ, 0, 0);
		return;
	}
	(void)attempt((struct host_call){.operation = TENON_OP_FRAME_MAP,
					 .handle = some(TENON_TYPE_FRAME),
					 .reply = some(TENON_TYPE_SPACE),
					 .word = {one_in(2) ? SMALL_CODE : 0x300000u + 4096u * small_below(8),
						  one_in(2) ? TENON_RIGHT_READ | TENON_RIGHT_EXECUTE
							    : TENON_RIGHT_READ | TENON_RIGHT_WRITE}},
		      NULL);
}

/* Binds some thread to some table, and starts it. */
static void bind_and_start(tenon_handle_t thread, tenon_handle_t table)
{
	if (attempt((struct host_call){.operation = TENON_OP_THREAD_BIND,
				       .handle = thread,
				       .word = {some(TENON_TYPE_SPACE), table,
						one_in(3) ? some(TENON_TYPE_ENDPOINT) : 0,
						one_in(4) ? 0 : pick(TENON_TYPE_FRAME)}},
		    NULL))
		(void)simple(TENON_OP_THREAD_START, thread, SMALL_CODE, 0x300000, 7);
}

/* A new thread, in a new table with something in it or in one that is there. */
static void act_spawn(void)
{
	tenon_handle_t thread = 0, table = some(TENON_TYPE_TABLE);
	if (!make(TENON_TYPE_THREAD, 0, &thread))
		return;
	if (one_in(3) && make(TENON_TYPE_TABLE, 16, &table)) {
		for (unsigned n = 1 + small_below(6); n > 0; n--)
			(void)attempt((struct host_call){.operation = TENON_OP_CAP_COPY,
							 .handle = some(TENON_TYPE_NONE),
							 .reply = table,
							 .word = {1 + small_below(15), some_rights()}},
				      NULL);
	}
	bind_and_start(thread, table);
}

static void act_thread(void)
{
	tenon_handle_t thread = some(TENON_TYPE_THREAD);
	const struct slot *slot = is_gone() ? NULL : captable_any(actor->table, thread);
	bool first = slot != NULL && slot->object == &core.threads[0];
	switch (small_below(8)) {
	case 0:
		if (!first && one_in(4))
			(void)simple(TENON_OP_THREAD_STOP, thread, 0, 0, 0);
		break;
	case 1:
		bind_and_start(thread, some(TENON_TYPE_TABLE));
		break;
	case 2:
		if (!first)
			(void)attempt((struct host_call){.operation = TENON_OP_THREAD_SCHEDULE,
							 .handle = thread,
							 .reply = one_in(2) ? 0 : some(TENON_TYPE_SCHEDULING),
							 .word = {20 + small_below(20), 0, small_below(4)}},
				      NULL);
		break;
	case 3:
		(void)simple(TENON_OP_THREAD_READ, thread, 0, 0, 0);
		break;
	case 4:
		(void)simple(TENON_OP_THREAD_BUFFER, thread, SMALL_BUFFER, 0, 0);
		break;
	default:
		(void)simple(TENON_OP_THREAD_START, thread, SMALL_CODE, 0x300000, 7);
	}
}

/* Any operation at all. */
static void act_any(void)
{
	enum tenon_operation operation = (enum tenon_operation)small_below(TENON_OPERATION_COUNT + 1);
	/* These end the machine or a CPU, or the thread that brings the others back. */
	if (operation == TENON_OP_PLATFORM_POWER || operation == TENON_OP_PLATFORM_CPU ||
	    operation == TENON_OP_THREAD_STOP || operation == TENON_OP_THREAD_SCHEDULE)
		operation = TENON_OP_TABLE_GROW;
	(void)attempt((struct host_call){.operation = operation,
					 .handle = some(TENON_TYPE_NONE),
					 .tag = message_tag(),
					 .deadline = deadline(),
					 .reply = some(TENON_TYPE_NONE),
					 .word = {some(TENON_TYPE_NONE), small_below(64), small_below(64)}},
		      NULL);
}

static void act(void)
{
	static void (*const acts[])(void) = {
	    act_call,    act_call,  act_call, act_call,  act_receive, act_receive, act_receive,
	    act_receive, act_reply, act_copy, act_copy,  act_copy,    act_drop,    act_drop,
	    act_make,    act_part,  act_map,  act_spawn, act_thread,  act_any,
	};
	acts[small_below(COUNT_OF(acts))]();
}

static bool nobody_runs(void)
{
	for (unsigned cpu = 0; cpu < core.cpu_count; cpu++) {
		if (host_parked(cpu) == HOST_USER)
			return false;
	}
	return true;
}

const char *hostile_steps(unsigned steps)
{
	unsigned long end = hostile_counts.steps + steps;
	unsigned idle = 0;
	while (hostile_counts.steps < end && host_end == HOST_ON) {
		current_cpu = small_below(core.cpu_count);
		if (nobody_runs() || one_in(16)) {
			host_advance(1000000 + 1000 * small_below(20000));
			idle = nobody_runs() ? idle + 1 : 0;
		}
		if (idle > 100)
			return "nobody runs any more";
		if (host_parked(current_cpu) != HOST_USER)
			continue;
		actor = core_cpu(current_cpu)->current;
		if (one_in(200) && (actor->fault_endpoint != NULL || actor->pool != NULL)) {
			host_fault(current_cpu, TENON_FAULT_READ, small_below(1000));
			host_settle();
		} else {
			act();
		}
		if (hostile_counts.steps % 64 == 0 && host_end == HOST_ON) {
			const char *problem = host_invariants();
			if (problem != NULL)
				return problem;
		}
	}
	return host_end == HOST_ON ? NULL : host_panic;
}
