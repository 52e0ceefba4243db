/* SPDX-License-Identifier: MIT
 * One walk: each step takes a CPU in user mode, an operation, and arguments that are mostly sensible.
 */
#include "walk_input.h"
#include <stdio.h>

unsigned long walk_statuses[32], walk_calls;
unsigned walk_check_every = 1;
bool walk_prints;

static const char *const operation_names[] = {
#define OPERATION(name, function, type, rights) #name,
#include <tenon/operations.def>
#undef OPERATION
};

static struct {
	const uint8_t *at, *end;
} input;

unsigned walk_byte(void)
{
	return input.at < input.end ? *input.at++ : 0;
}

unsigned walk_below(unsigned limit)
{
	return walk_byte() % limit;
}

/* A handle: mostly one of the static slots of the kind, sometimes any. */
static tenon_handle_t handle(unsigned first, unsigned count)
{
	unsigned chosen = walk_byte();
	if (chosen < 230)
		return first + chosen % count;
	return tenon_handle(walk_below(SLOTS + 4), walk_below(3));
}

static uint64_t deadline(void)
{
	switch (walk_below(4)) {
	case 0:
		return TENON_NOW;
	case 1:
		return host_ticks + walk_byte() * 1000u;
	default:
		return TENON_NEVER;
	}
}

static uint64_t tag(void)
{
	static const uint32_t lengths[] = {0, 8, 64, 65, 200, 4096, 4097, 0x10008};
	return tenon_tag(walk_below(3), lengths[walk_below(8)]);
}

/* Two before the fake machine's IOMMU, one outside of it, one that cannot be. */
static uint32_t requester(void)
{
	static const uint32_t requesters[] = {1, 1, 1, 1, 2, 0x10001, 0x20001};
	return requesters[walk_below(COUNT_OF(requesters))];
}

/* A device reads or writes, mostly its driver's memory, or says that it did. */
static void device_acts(void)
{
	physical_t physical;
	uint32_t who = requester();
	if (walk_below(4) == 0)
		(void)host_message(who, UINT64_C(0xfee00000), 0);
	else
		(void)host_dma(who, MEMORY_ADDRESS + 0x1000u * walk_below(walk_below(16) == 0 ? 8 : 5),
			       walk_below(2) == 0 ? TENON_RIGHT_READ : TENON_RIGHT_WRITE, &physical);
}

/* A static slot, or whatever the table has of this type. */
static tenon_handle_t target(const struct thread *thread, unsigned type, unsigned first, unsigned count)
{
	return walk_below(3) == 0 ? walk_handle(thread, type) : handle(first, count);
}

static struct host_call thread_call(enum tenon_operation operation, const struct thread *thread)
{
	struct host_call call = {.operation = operation,
				 .handle = target(thread, TENON_TYPE_THREAD, SLOT_THREAD, THREADS)};
	call.word[0] = walk_below(8) == 0 ? 0x1000u * walk_byte() : CODE_ADDRESS;
	call.word[1] = STACK_ADDRESS;
	if (operation == TENON_OP_THREAD_BUFFER)
		call.word[0] = BUFFER_ADDRESS + walk_below(2) * 8u;
	/* Somebody has to stay. */
	const struct slot *slot = captable_any(thread->table, call.handle);
	if (operation == TENON_OP_THREAD_STOP && slot != NULL && slot->object == thread_of(LOW))
		call.operation = TENON_OP_NULL;
	return call;
}

/* An address and a length around the thread's own memory, or anywhere. */
static uint64_t memory_address(void)
{
	return walk_below(16) == 0 ? UINT64_C(0x100000000) * walk_byte()
				   : MEMORY_ADDRESS + 0x101u * walk_below(120);
}

static uint64_t memory_bytes(void)
{
	return walk_below(16) == 0 ? UINT64_C(0x10000000000) - walk_byte() : 0x40u * walk_byte();
}

static void loan_place(const struct thread *thread, unsigned index, uint64_t address, uint64_t bytes)
{
	struct tenon_extras *extras = (struct tenon_extras *)(void *)thread->buffer;
	extras->loan[index].address = address;
	extras->loan[index].bytes = bytes;
}

/* Half of the calls lend: own memory, or what was lent to the caller. */
static void lend(struct host_call *call, const struct thread *thread)
{
	unsigned count = walk_below(8);
	if (count > TENON_MESSAGE_LOANS || thread->buffer == NULL)
		return;
	for (unsigned i = 0; i < TENON_MESSAGE_LOANS; i++) {
		uint64_t rights = (uint64_t)walk_below(5) << TENON_LOAN_RIGHTS_SHIFT;
		if (walk_below(2) == 0)
			loan_place(thread, i, memory_address(), memory_bytes() | rights);
		else
			loan_place(thread, i, walk_below(64),
				   walk_below(64) | rights | TENON_LOAN_PASSED |
				       (uint64_t)walk_below(3) << TENON_LOAN_INDEX_SHIFT |
				       ((uint64_t)SLOT_REPLY + walk_below(REPLIES))
					   << TENON_LOAN_REPLY_SHIFT);
	}
	*call = lending(*call, count);
}

static void loan_call(struct host_call *call)
{
	*call = loan_of(call->operation, (unsigned)handle(SLOT_REPLY, REPLIES), walk_below(4),
			memory_bytes() / 16, memory_address(), memory_bytes());
}

/* What moves things comes more often than what only reads. */
static enum tenon_operation next_operation(void)
{
	static const uint8_t often[] = {
	    TENON_OP_CALL,          TENON_OP_CALL,          TENON_OP_CALL,       TENON_OP_RECEIVE,
	    TENON_OP_REPLY_RECEIVE, TENON_OP_REPLY_RECEIVE, TENON_OP_SIGNAL,     TENON_OP_THREAD_START,
	    TENON_OP_THREAD_START,  TENON_OP_LOAN_READ,     TENON_OP_LOAN_WRITE, TENON_OP_THREAD_SCHEDULE,
	    TENON_OP_POOL_MAKE,     TENON_OP_POOL_MAKE,     TENON_OP_POOL_MAKE,  TENON_OP_SET_MAKE,
	    TENON_OP_CAP_COPY,      TENON_OP_CAP_COPY,      TENON_OP_FRAME_MAP,  TENON_OP_CAP_DELETE,
	    TENON_OP_THREAD_BIND,   TENON_OP_THREAD_BIND};
	unsigned chosen = walk_below(TENON_OPERATION_COUNT + 1 + 2 * COUNT_OF(often));
	if (chosen > TENON_OPERATION_COUNT)
		chosen = often[chosen % COUNT_OF(often)];
	return (enum tenon_operation)chosen;
}

/* False: the operation is not one on messages. */
static bool message_call(struct host_call *call, const struct thread *thread)
{
	switch (call->operation) {
	case TENON_OP_CALL:
		call->handle = target(thread, TENON_TYPE_ENDPOINT, SLOT_ENDPOINT, ENDPOINTS);
		lend(call, thread);
		break;
	case TENON_OP_SEND:
		call->handle = target(thread, TENON_TYPE_ENDPOINT, SLOT_ENDPOINT, ENDPOINTS);
		break;
	case TENON_OP_RECEIVE:
	case TENON_OP_REPLY_RECEIVE:
		call->handle = target(thread, TENON_TYPE_RECEIVE_SET, SLOT_SET, SETS);
		call->reply = target(thread, TENON_TYPE_REPLY, SLOT_REPLY, REPLIES);
		break;
	case TENON_OP_REPLY:
		call->handle = target(thread, TENON_TYPE_REPLY, SLOT_REPLY, REPLIES);
		break;
	default:
		return false;
	}
	walk_bring(call, thread);
	return true;
}

static struct host_call next_call(const struct thread *thread)
{
	struct host_call call = {.operation = next_operation(), .handle = handle(1, SLOT_STATIC_END - 1)};
	for (unsigned i = 0; i < 3; i++)
		call.word[i] = walk_byte();
	call.tag = tag();
	call.deadline = deadline();
	if (walk_object_call(&call, thread) || message_call(&call, thread))
		return call;
	switch (call.operation) {
	case TENON_OP_LOAN_READ:
	case TENON_OP_LOAN_WRITE:
		loan_call(&call);
		break;
	case TENON_OP_SIGNAL:
		call.handle = target(thread, TENON_TYPE_NOTIFICATION, SLOT_NOTIFICATION, NOTIFICATIONS);
		break;
	case TENON_OP_ENDPOINT_STATE:
		call.handle = target(thread, TENON_TYPE_ENDPOINT, SLOT_DOOR, ENDPOINTS);
		call.word[0] = walk_below(4);
		break;
	case TENON_OP_THREAD_START:
	case TENON_OP_THREAD_STOP:
	case TENON_OP_THREAD_READ:
	case TENON_OP_THREAD_BUFFER:
		call = thread_call(call.operation, thread);
		break;
	case TENON_OP_THREAD_SCHEDULE:
		call.handle = target(thread, TENON_TYPE_THREAD, SLOT_THREAD, THREADS);
		call.word[0] = walk_below(64);
		call.word[1] = walk_below(8) % 3;
		call.word[2] = walk_below(16);
		call.reply = walk_below(2) == 0 ? 0 : walk_handle(thread, TENON_TYPE_SCHEDULING);
		break;
	case TENON_OP_PLATFORM_POWER:
		call.word[0] = 2;
		break;
	case TENON_OP_DEVICE_ATTACH:
		call.handle = target(thread, TENON_TYPE_SPACE, SLOT_IO, 1);
		call.word[0] = requester();
		call.word[1] = walk_below(8) != 0;
		break;
	case TENON_OP_INTERRUPT_MESSAGE:
		call.handle = target(thread, TENON_TYPE_INTERRUPT, SLOT_MESSAGE, 1);
		call.word[0] = requester();
		break;
	default:
		break;
	}
	return call;
}

/* The set that the running thread may receive in, and a reply object of it: makes long walks meaningful. */
static void serve(struct host_call *call, const struct thread *thread)
{
	if (call->operation != TENON_OP_RECEIVE && call->operation != TENON_OP_REPLY_RECEIVE)
		return;
	const struct receive_set *own = thread->sets;
	while (own != NULL && (own < core.receive_sets || own >= core.receive_sets + SETS))
		own = own->next;
	if (own == NULL || walk_below(8) == 0)
		return;
	unsigned set = (unsigned)(own - core.receive_sets);
	static const unsigned first[SETS] = {0, 2, 3}, count[SETS] = {2, 1, 2};
	call->handle = SLOT_SET + set;
	call->reply = SLOT_REPLY + first[set] + walk_below(count[set]);
}

static void print_call(unsigned cpu, const struct thread *thread, const struct host_call *call)
{
	(void)fprintf(stderr,
		      "CPU %u thread %u (%p) %s 0x%llx tag 0x%llx words %llx %llx %llx %llx reply %llx\n",
		      cpu, thread->index, (const void *)thread,
		      call->operation < TENON_OPERATION_COUNT ? operation_names[call->operation] : "?",
		      (unsigned long long)call->handle, (unsigned long long)call->tag,
		      (unsigned long long)call->word[0], (unsigned long long)call->word[1],
		      (unsigned long long)call->word[2], (unsigned long long)call->word[3],
		      (unsigned long long)call->reply);
}

static const char *step(unsigned cpu)
{
	struct thread *thread = core_cpu(cpu)->current;
	struct host_call call = next_call(thread);
	serve(&call, thread);
	/* What the last call came to, also when it took its time. */
	if (thread->context.control[0] < COUNT_OF(walk_statuses))
		walk_statuses[thread->context.control[0]]++;
	/* One thread always comes back, and starts the others again. */
	if (thread->index == LOW && call.deadline == TENON_NEVER)
		call.deadline = host_ticks + 1000;
	if (walk_prints)
		print_call(cpu, thread, &call);
	if (walk_below(8) == 0)
		device_acts();
	if (walk_below(64) == 0 && thread->fault_endpoint != NULL && thread->index != LOW) {
		host_fault(cpu, TENON_FAULT_READ, walk_byte());
	} else {
		host_syscall(cpu, &call);
		walk_calls++;
	}
	return host_end == HOST_ON ? NULL : host_panic;
}

const char *walk(const uint8_t *bytes, size_t count)
{
	input.at = bytes;
	input.end = bytes + count;
	unsigned cpus = 1 + walk_below(3);
	if (!host_boot(system_tables(ALL_THREADS), cpus))
		return host_panic;
	const char *problem = NULL;
	unsigned steps = 0;
	while (problem == NULL && input.at < input.end) {
		unsigned cpu = walk_below(cpus), chance = walk_byte();
		if (chance < 16) {
			host_ticks += chance * 1000000u;
		} else if (chance < 20) {
			host_line(LINE);
		} else if (host_parked(cpu) == HOST_USER) {
			problem = step(cpu);
		}
		host_settle();
		host_power_settle();
		if (problem == NULL && host_end != HOST_ON)
			problem = host_panic;
		else if (problem == NULL && ++steps % walk_check_every == 0)
			problem = host_invariants();
	}
	return problem;
}
