/* SPDX-License-Identifier: MIT
 * Calls of the clients. Each runs the stub of a real client on a stack of its
 * own; the stub's system call is taken here and brought to the component.
 *
 * A call goes RUNS -> QUEUED -> IN_HAND -> READY -> (RUNS, where the stub
 * repeats it, or) DONE. State: the calls of this test, in the order in which
 * they were begun, and the callers that went away and that the component has
 * not heard of.
 */
#include <stdlib.h>
#include <string.h>

#include <tenon/supervision.h>

#include "host.h"

#define CANCELLED_MAX 256u
#define FAULT_HANDLES 0x800000u /* calls there are faults of members; no table of a client is so long */

uint8_t test_client_buffer[TENON_MESSAGE_MAX_BYTES];
static struct test_call *first, *last, *running;
static struct test_call *unfinished; /* those that were not done when they were last looked at */
static struct {
	uint32_t slot;
	uint64_t badge;
} cancelled[CANCELLED_MAX];
static uint32_t cancellations;

void clients_reset(void)
{
	while (first != NULL) {
		struct test_call *next = first->next;

		coroutine_destroy(&first->thread);
		free(first);
		first = next;
	}
	last = NULL;
	running = NULL;
	unfinished = NULL;
	cancellations = 0;
}

/* ---- the stub's side -------------------------------------------------------------------------- */

static void life(void *argument)
{
	struct test_call *call = argument;

	call->result = call->stub(call->argument);
	call->state = CALL_DONE;
	coroutine_yield();
}

void test_client_trap(struct tenon_ipc *ipc)
{
	if (peer_system_call(ipc, false))
		return;
	if (running == NULL || coroutine_current() != &running->thread)
		failure("a stub of a client was called outside of a call that a test began");
	running->trap = ipc;
	coroutine_yield();
}

static uint32_t port_of(uint32_t handle)
{
	for (uint32_t p = 0; p < test_component.ports; p++) {
		if (test_component.port[p].client_slot == handle)
			return p;
	}
	test_fail("a client calls what it is not connected to");
}

/* Of whom the call comes. */
static uint64_t badge_of(uint32_t client, uint32_t handle)
{
	if (handle >= FAULT_HANDLES)
		return test_component.fault_badge + handle - FAULT_HANDLES;
	return test_component.client_badge[client * test_component.ports + port_of(handle)];
}

/* Runs a client until it calls or is done. */
static void run(struct test_call *call)
{
	struct tenon_ipc *ipc;

	test_client_enter(call->client);
	running = call;
	coroutine_switch(&call->thread);
	running = NULL;
	if (call->state == CALL_DONE) {
		coroutine_destroy(&call->thread);
		return;
	}
	ipc = call->trap;
	if (operation_of(ipc) != TENON_OP_CALL && operation_of(ipc) != TENON_OP_SEND)
		test_fail("a client makes a system call that is no call");
	message_take(&call->message, ipc, test_client_buffer);
	call->message.badge = badge_of(call->client, handle_of(ipc));
	call->is_send = operation_of(ipc) == TENON_OP_SEND;
	call->state = CALL_QUEUED;
}

/* The first one behind `at` that is not done: a long test has many that are, so they are looked at once. */
static struct test_call *not_done(struct test_call **at)
{
	while (*at != NULL && (*at)->state == CALL_DONE)
		*at = (*at)->next_unfinished;
	return *at;
}

struct test_call *test_call_begin(uint32_t client, const char *name,
				  uint32_t (*stub)(const union test_argument *argument),
				  const union test_argument *argument, uint32_t arguments)
{
	struct test_call *call = calloc(1, sizeof *call), **at;

	if (client >= test_component.clients)
		test_fail("there is no client %u: they are 0 to %u", client, test_component.clients - 1);
	if (call == NULL || arguments > TEST_ARGUMENTS)
		abort();
	call->client = client;
	call->name = name;
	call->stub = stub;
	if (arguments != 0)
		memcpy(call->argument, argument, arguments * sizeof *argument);
	*(last == NULL ? &first : &last->next) = call;
	last = call;
	for (at = &unfinished; not_done(at) != NULL; at = &(*at)->next_unfinished) {
	}
	*at = call;
	component_ensure();
	coroutine_create(&call->thread, life, call);
	run(call);
	settle();
	return call;
}

static uint32_t run_fault(const union test_argument *argument)
{
	struct tenon_ipc ipc = {.control = tenon_control(TENON_OP_CALL, FAULT_HANDLES + argument[0].number),
				.tag = tenon_tag(0, sizeof(struct supervision_fault)),
				.deadline = TENON_NEVER};

	memcpy(ipc.word, argument[1].pointer, sizeof(struct supervision_fault));
	test_client_trap(&ipc);
	return (uint32_t)ipc.status;
}

struct test_call *test_fault(uint32_t member, const struct supervision_fault *fault)
{
	const union test_argument argument[] = {{.number = member}, {.pointer = (void *)(uintptr_t)fault}};

	if (member >= test_component.members)
		test_fail("%s has no member %u: they are 0 to %u", test_component.name, member,
			  test_component.members - 1);
	return test_call_begin(0, "a fault", run_fault, argument, 2);
}

/* ---- the component's side --------------------------------------------------------------------- */

struct test_call *client_next(uint32_t reply_slot)
{
	struct test_call *call = not_done(&unfinished);

	while (call != NULL && call->state != CALL_QUEUED)
		call = not_done(&call->next_unfinished);
	if (call == NULL)
		return NULL;
	capability_pass(&call->message, HOLDER_CLIENT + call->client, HOLDER_COMPONENT);
	if (call->is_send) {
		call_end(call, TENON_OK, NULL);
		return call;
	}
	call->state = CALL_IN_HAND;
	call->reply_slot = reply_slot;
	return call;
}

struct test_call *client_in_hand(uint32_t reply_slot)
{
	struct test_call *call = not_done(&unfinished);

	while (call != NULL && !(call->state == CALL_IN_HAND && call->reply_slot == reply_slot))
		call = not_done(&call->next_unfinished);
	return call;
}

void call_end(struct test_call *call, enum tenon_status outcome, const struct host_message *reply)
{
	call->state = CALL_READY;
	call->outcome = outcome;
	if (reply != NULL) {
		uint64_t badge = call->message.badge;

		call->message = *reply;
		call->message.badge = badge;
	}
}

bool client_run(void)
{
	struct test_call *call = not_done(&unfinished);

	while (call != NULL && call->state != CALL_READY)
		call = not_done(&call->next_unfinished);
	if (call == NULL)
		return false;
	if (call->outcome == TENON_OK && !call->is_send)
		message_give(&call->message, call->trap, test_client_buffer);
	call->trap->status = call->outcome;
	call->state = CALL_RUNS;
	run(call);
	return true;
}

void clients_restarted(void)
{
	for (struct test_call *call = first; call != NULL; call = call->next) {
		if (call->state == CALL_IN_HAND)
			call_end(call, TENON_RESTARTED, NULL);
	}
	cancellations = 0;
}

bool client_cancelled(uint32_t *reply_slot, uint64_t *badge)
{
	if (cancellations == 0)
		return false;
	*reply_slot = cancelled[0].slot;
	*badge = cancelled[0].badge;
	memmove(cancelled, cancelled + 1, --cancellations * sizeof cancelled[0]);
	return true;
}

/* ---- the test's side -------------------------------------------------------------------------- */

bool test_answered(const struct test_call *call)
{
	return call->state == CALL_DONE;
}

uint32_t test_call_end(struct test_call *call)
{
	const char *server = mock_waited_for();

	if (call->state == CALL_DONE)
		return call->result;
	if (component_state() == COMPONENT_DEAD)
		test_fail("%s of client %u has no answer: %s is dead", call->name, call->client,
			  test_component.name);
	test_fail("%s of client %u has no answer: %s %s %s", call->name, call->client, test_component.name,
		  call->state == CALL_QUEUED ? "has not received it, and" : "has it in its hands, and",
		  component_state() == COMPONENT_RECEIVING ? "waits for something else"
		  : server                                 ? server
							   : "is busy");
}

/* The call is no more; the component is told where it has it. */
static void cancel(struct test_call *call)
{
	if (call->state == CALL_IN_HAND) {
		if (cancellations == CANCELLED_MAX)
			abort();
		cancelled[cancellations].slot = call->reply_slot;
		cancelled[cancellations++].badge = call->message.badge;
	}
}

void test_call_times_out(struct test_call *call)
{
	if (call->state == CALL_DONE)
		test_fail("%s of client %u was answered already", call->name, call->client);
	cancel(call);
	call_end(call, TENON_TIMED_OUT, NULL);
	settle();
}

void test_client_dies(uint32_t client)
{
	for (struct test_call *call = first; call != NULL; call = call->next) {
		if (call->client != client || call->state == CALL_DONE)
			continue;
		cancel(call);
		coroutine_destroy(&call->thread);
		call->state = CALL_DONE;
		call->result = UINT32_MAX; /* nobody is there to hear an answer */
	}
	settle();
}
