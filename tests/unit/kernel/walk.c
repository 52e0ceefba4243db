/* SPDX-License-Identifier: MIT
 * One walk: each step takes a CPU in user mode, an operation, and arguments that are mostly sensible.
 */
#include "system.h"
#include "walk.h"

unsigned long walk_statuses[32];

static struct {
	const uint8_t *at, *end;
} input;

static unsigned byte(void)
{
	return input.at < input.end ? *input.at++ : 0;
}

static unsigned below(unsigned limit)
{
	return byte() % limit;
}

/* A handle: mostly one of the static slots of the kind, sometimes any. */
static tenon_handle_t handle(unsigned first, unsigned count)
{
	unsigned chosen = byte();
	if (chosen < 230)
		return first + chosen % count;
	return tenon_handle(below(SLOTS + 4), below(3));
}

static uint64_t deadline(void)
{
	switch (below(4)) {
	case 0:
		return TENON_NOW;
	case 1:
		return host_ticks + byte() * 1000u;
	default:
		return TENON_NEVER;
	}
}

static uint64_t tag(void)
{
	static const uint32_t lengths[] = {0, 8, 64, 65, 200, 4096, 4097, 0x10008};
	return tenon_tag(below(3), lengths[below(8)]);
}

static struct host_call thread_call(enum tenon_operation operation)
{
	struct host_call call = {.operation = operation, .handle = handle(SLOT_THREAD, THREADS)};
	call.word[0] = below(8) == 0 ? 0x1000u * byte() : CODE_ADDRESS;
	call.word[1] = STACK_ADDRESS;
	if (operation == TENON_OP_THREAD_BUFFER)
		call.word[0] = BUFFER_ADDRESS + below(2) * 8u;
	/* Somebody has to stay. */
	if (operation == TENON_OP_THREAD_STOP && call.handle == SLOT_THREAD + LOW)
		call.operation = TENON_OP_NULL;
	return call;
}

/* An address and a length around the thread's own memory, or anywhere. */
static uint64_t memory_address(void)
{
	return below(16) == 0 ? UINT64_C(0x100000000) * byte() : MEMORY_ADDRESS + 0x101u * below(120);
}

static uint64_t memory_bytes(void)
{
	return below(16) == 0 ? UINT64_C(0x10000000000) - byte() : 0x40u * byte();
}

/* Half of the calls lend: own memory, or what was lent to the caller. */
static void lend(struct host_call *call, const struct thread *thread)
{
	unsigned count = below(8);
	if (count > TENON_MESSAGE_LOANS || thread->buffer == NULL)
		return;
	for (unsigned i = 0; i < TENON_MESSAGE_LOANS; i++) {
		if (below(2) == 0)
			loan_put(thread->index, i, memory_address(), memory_bytes(), below(5));
		else
			loan_pass_on(thread->index, i, SLOT_REPLY + below(REPLIES), below(3), below(64),
				     below(64), below(4));
	}
	*call = lending(*call, count);
}

static void loan_call(struct host_call *call)
{
	*call = loan_of(call->operation, (unsigned)handle(SLOT_REPLY, REPLIES), below(4), memory_bytes() / 16,
			memory_address(), memory_bytes());
}

static struct host_call next_call(const struct thread *thread)
{
	/* What moves things comes more often than what only reads. */
	static const uint8_t often[] = {TENON_OP_CALL,      TENON_OP_CALL,          TENON_OP_CALL,
					TENON_OP_RECEIVE,   TENON_OP_REPLY_RECEIVE, TENON_OP_REPLY_RECEIVE,
					TENON_OP_SIGNAL,    TENON_OP_THREAD_START,  TENON_OP_THREAD_START,
					TENON_OP_LOAN_READ, TENON_OP_LOAN_WRITE,    TENON_OP_THREAD_SCHEDULE};
	unsigned chosen = below(TENON_OPERATION_COUNT + 1 + 2 * COUNT_OF(often));
	enum tenon_operation operation = (enum tenon_operation)chosen;
	if (chosen > TENON_OPERATION_COUNT)
		operation = (enum tenon_operation)often[chosen % COUNT_OF(often)];
	struct host_call call = {.operation = operation, .handle = handle(1, SLOT_STATIC_END - 1)};
	for (unsigned i = 0; i < 3; i++)
		call.word[i] = byte();
	call.tag = tag();
	call.deadline = deadline();
	switch (operation) {
	case TENON_OP_CALL:
		call.handle = handle(SLOT_ENDPOINT, ENDPOINTS);
		lend(&call, thread);
		break;
	case TENON_OP_SEND:
		call.handle = handle(SLOT_ENDPOINT, ENDPOINTS);
		break;
	case TENON_OP_LOAN_READ:
	case TENON_OP_LOAN_WRITE:
		loan_call(&call);
		break;
	case TENON_OP_RECEIVE:
	case TENON_OP_REPLY_RECEIVE:
		call.handle = handle(SLOT_SET, SETS);
		call.reply = handle(SLOT_REPLY, REPLIES);
		break;
	case TENON_OP_REPLY:
		call.handle = handle(SLOT_REPLY, REPLIES);
		break;
	case TENON_OP_SIGNAL:
		call.handle = handle(SLOT_NOTIFICATION, NOTIFICATIONS);
		break;
	case TENON_OP_CAP_COPY:
		call.word[0] = SLOT_STATIC_END + below(6);
		break;
	case TENON_OP_CAP_DELETE:
		call.handle = tenon_handle(SLOT_STATIC_END + below(6), below(4));
		break;
	case TENON_OP_ENDPOINT_STATE:
		call.handle = handle(SLOT_DOOR, ENDPOINTS);
		call.word[0] = below(4);
		break;
	case TENON_OP_THREAD_START:
	case TENON_OP_THREAD_STOP:
	case TENON_OP_THREAD_READ:
	case TENON_OP_THREAD_BUFFER:
		call = thread_call(operation);
		break;
	case TENON_OP_THREAD_SCHEDULE:
		call.handle = handle(SLOT_THREAD, THREADS);
		call.word[0] = below(64);
		call.word[1] = below(8) % 3;
		call.word[2] = below(16);
		call.reply = below(16) == 0;
		break;
	case TENON_OP_PLATFORM_POWER:
		call.word[0] = 2;
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
	if (thread->sets == NULL || below(8) == 0)
		return;
	unsigned set = (unsigned)(thread->sets - core.receive_sets);
	static const unsigned first[SETS] = {0, 2, 3}, count[SETS] = {2, 1, 2};
	call->handle = SLOT_SET + set;
	call->reply = SLOT_REPLY + first[set] + below(count[set]);
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
	if (thread->index == LOW && call.operation == TENON_OP_CALL)
		call.deadline = host_ticks + 1000;
	if (below(64) == 0 && thread->fault_endpoint != NULL && thread->index != LOW)
		host_fault(cpu, TENON_FAULT_READ, byte());
	else
		host_syscall(cpu, &call);
	return host_end == HOST_ON ? NULL : host_panic;
}

const char *walk(const uint8_t *bytes, size_t count)
{
	input.at = bytes;
	input.end = bytes + count;
	unsigned cpus = 1 + below(3);
	if (!host_boot(system_tables(ALL_THREADS), cpus))
		return host_panic;
	const char *problem = NULL;
	while (problem == NULL && input.at < input.end) {
		unsigned cpu = below(cpus), chance = byte();
		if (chance < 16) {
			host_ticks += chance * 1000000u;
		} else if (chance < 20) {
			host_line(LINE);
		} else if (host_parked(cpu) == HOST_USER) {
			problem = step(cpu);
		}
		host_settle();
		if (problem == NULL)
			problem = host_end == HOST_ON ? host_invariants() : host_panic;
	}
	return problem;
}
