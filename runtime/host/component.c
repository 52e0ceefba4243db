/* SPDX-License-Identifier: MIT
 * The component under test as a process of the host's kernel: what its system
 * calls do, and what it waits for.
 *
 * State: the component's, and what the test answers in place of the kernel.
 */
#include <stdio.h>
#include <string.h>
#include <tenon/component.h>

#include "host.h"

uint64_t tenon_restarts;

#define SETTLE_MAX 200000u /* system calls without rest: it turns in circles */

uint8_t tenon_host_buffer[TENON_MESSAGE_MAX_BYTES];

static struct {
	struct coroutine thread;
	enum component_state state;
	struct tenon_ipc *trap; /* the system call that it waits in */
	uint64_t deadline;
	uint32_t reply_slot; /* of the receive */
	char panic[512];
	bool may_panic;
	bool (*answer)(struct tenon_ipc *ipc, uint32_t operation, uint32_t slot);
} component;

static const char *const operation_name[] = {
#define OPERATION(name, function, type, rights) #name,
#include <tenon/operations.def>
#undef OPERATION
};

enum component_state component_state(void)
{
	return component.state;
}

const struct test_slot *slot_of(uint32_t handle)
{
	static const struct test_slot none = {.name = "no slot of its own"};

	return handle < test_component.slots && test_component.slot[handle].name
		   ? &test_component.slot[handle]
		   : &none;
}

/* A component need not have one. */
__attribute__((weak)) void component_start(void)
{
}

/* ---- life ------------------------------------------------------------------------------------- */

static void life(void *argument)
{
	(void)argument;
	test_component.start();
	failure("the loop of %s returned", test_component.name);
}

void component_reset(void)
{
	coroutine_destroy(&component.thread);
	memset(&component, 0, sizeof component);
	tenon_restarts = 0;
}

static void start(void)
{
	coroutine_create(&component.thread, life, NULL);
	component.state = COMPONENT_READY;
}

void component_ensure(void)
{
	if (component.state != COMPONENT_NONE)
		return;
	start();
	settle();
}

void test_start(void)
{
	if (component.state != COMPONENT_NONE)
		test_fail("%s has started already", test_component.name);
	component_ensure();
}

void test_restart(void)
{
	component_ensure();
	coroutine_destroy(&component.thread);
	clients_restarted();
	memory_reset();
	capabilities_restarted(HOLDER_COMPONENT);
	component.panic[0] = '\0';
	tenon_restarts++;
	start();
	settle();
}

void tenon_panic(const char *file, unsigned line, const char *what)
{
	if (coroutine_current() != &component.thread)
		failure("%s:%u: CHECK failed: %s", file, line, what);
	snprintf(component.panic, sizeof component.panic, "%s:%u: CHECK failed: %s", file, line, what);
	component.state = COMPONENT_DEAD;
	coroutine_yield();
	__builtin_trap();
}

void test_expect_panic(void)
{
	component.may_panic = true;
}

const char *test_panic(void)
{
	if (component.state != COMPONENT_DEAD)
		test_fail("%s has not failed a CHECK", test_component.name);
	return component.panic;
}

bool test_waits(void)
{
	component_ensure();
	return component.state == COMPONENT_RECEIVING;
}

/* ---- receiving -------------------------------------------------------------------------------- */

static bool receive_call(struct tenon_ipc *ipc)
{
	struct test_call *call = component.reply_slot ? client_next(component.reply_slot) : NULL;

	if (call == NULL)
		return false;
	message_give(&call->message, ipc, tenon_host_buffer);
	ipc->status = TENON_OK;
	ipc->badge = call->message.badge;
	ipc->source = call->is_send ? TENON_SOURCE_SEND : TENON_SOURCE_CALL;
	return true;
}

/* Whether there was something, or the time has come. */
static bool receive(void)
{
	struct tenon_ipc *ipc = component.trap;
	uint32_t slot;
	uint64_t badge;
	bool good = signal_take(ipc);

	if (!good && client_cancelled(&slot, &badge)) {
		*ipc = (struct tenon_ipc){
		    .status = TENON_OK, .badge = badge, .source = TENON_SOURCE_CANCELLED, .word = {slot}};
		good = true;
	}
	good = good || receive_call(ipc);
	if (!good && component.deadline <= test_now_ns()) {
		*ipc = (struct tenon_ipc){.status = component.deadline == TENON_NOW ? TENON_WOULD_BLOCK
										    : TENON_TIMED_OUT};
		good = true;
	}
	if (good)
		component.state = COMPONENT_READY;
	return good;
}

static void begin_receive(struct tenon_ipc *ipc)
{
	component.deadline = ipc->deadline;
	component.reply_slot = tenon_handle_index(ipc->reply);
	component.state = COMPONENT_RECEIVING;
}

/* Does the test answer it? */
static bool answers(struct tenon_ipc *ipc)
{
	return component.answer != NULL && component.answer(ipc, operation_of(ipc), handle_of(ipc));
}

/* ---- answering, calling ----------------------------------------------------------------------- */

static enum tenon_status reply(uint32_t slot, const struct tenon_ipc *ipc)
{
	struct test_call *call = client_in_hand(slot);
	struct host_message message;

	if (slot_of(slot)->kind != TEST_SLOT_REPLY)
		return TENON_BAD_HANDLE;
	if (call == NULL)
		return TENON_CANCELLED;
	message_take(&message, ipc, tenon_host_buffer);
	capability_pass(&message, HOLDER_COMPONENT, HOLDER_CLIENT + call->client);
	call_end(call, TENON_OK, &message);
	return TENON_OK;
}

static void begin_call(struct tenon_ipc *ipc)
{
	const struct test_slot *slot = slot_of(handle_of(ipc));
	struct host_message message;

	if (slot->kind != TEST_SLOT_MOCK) {
		ipc->status = TENON_BAD_HANDLE;
		(void)answers(ipc); /* what was handed over */
		return;
	}
	message_take(&message, ipc, tenon_host_buffer);
	message.badge = slot->badge;
	component.state = COMPONENT_CALLING;
	component.deadline = ipc->deadline;
	mock_call(slot->number, &message, operation_of(ipc) == TENON_OP_SEND, ipc->deadline);
}

void component_called(enum tenon_status outcome, const struct host_message *answer)
{
	struct tenon_ipc *ipc = component.trap;

	if (answer != NULL)
		message_give(answer, ipc, tenon_host_buffer);
	ipc->status = outcome;
	component.state = COMPONENT_READY;
}

/* ---- system calls ----------------------------------------------------------------------------- */

void tenon_trap(struct tenon_ipc *ipc)
{
	if (coroutine_current() != &component.thread)
		failure("a test called code of %s that makes a system call: call it through a client",
			test_component.name);
	component.trap = ipc;
	coroutine_yield();
}

static void loan(struct tenon_ipc *ipc)
{
	const struct test_call *call = client_in_hand(handle_of(ipc));

	if (call == NULL)
		ipc->status = TENON_LOAN_ENDED;
	else
		loan_copy(ipc, &call->message, operation_of(ipc) == TENON_OP_LOAN_WRITE);
}

static void other(struct tenon_ipc *ipc)
{
	const uint32_t operation = operation_of(ipc), handle = handle_of(ipc);

	if (answers(ipc) || capability_call(HOLDER_COMPONENT, ipc))
		return;
	test_fail("%s made the system call %s on %s, which nobody answers: see test_kernel()",
		  test_component.name,
		  operation < TENON_OPERATION_COUNT ? operation_name[operation] : "of no name",
		  slot_of(handle)->name);
}

void test_kernel(bool (*answer)(struct tenon_ipc *ipc, uint32_t operation, uint32_t slot))
{
	component.answer = answer;
}

static void system_call(struct tenon_ipc *ipc)
{
	switch (operation_of(ipc)) {
	case TENON_OP_CLOCK_READ:
		*ipc = (struct tenon_ipc){.status = TENON_OK, .word = {test_now_ns()}};
		break;
	case TENON_OP_SIGNAL:
		ipc->status = signal_send(ipc->control >> TENON_OPERATION_BITS);
		break;
	case TENON_OP_INTERRUPT_ACK:
		signal_acknowledge(slot_of(handle_of(ipc))->number);
		ipc->status = TENON_OK;
		break;
	case TENON_OP_YIELD:
		ipc->status = TENON_OK;
		break;
	case TENON_OP_REPLY:
		ipc->status = reply(handle_of(ipc), ipc);
		break;
	case TENON_OP_REPLY_RECEIVE:
		(void)reply(tenon_handle_index(ipc->reply), ipc); /* the kernel says no more either */
		begin_receive(ipc);
		break;
	case TENON_OP_RECEIVE:
		begin_receive(ipc);
		break;
	case TENON_OP_CALL:
	case TENON_OP_SEND:
		begin_call(ipc);
		break;
	case TENON_OP_LOAN_READ:
	case TENON_OP_LOAN_WRITE:
		loan(ipc);
		break;
	default:
		other(ipc);
	}
}

/* ---- what happens ----------------------------------------------------------------------------- */

static void run(void)
{
	coroutine_switch(&component.thread);
	if (component.state != COMPONENT_DEAD) {
		component.state = COMPONENT_IN_KERNEL;
		if (!device_access())
			system_call(component.trap);
		if (component.state == COMPONENT_IN_KERNEL)
			component.state = COMPONENT_READY;
		return;
	}
	clients_restarted();
	if (!component.may_panic)
		test_fail("%s", component.panic);
}

void settle(void)
{
	if (component.state == COMPONENT_IN_KERNEL)
		return; /* a server that the component has just signalled does what the test says at once */
	for (unsigned calls = 0;; calls++) {
		if (calls == SETTLE_MAX)
			test_fail("%s does not come to rest: %u system calls without waiting",
				  test_component.name, SETTLE_MAX);
		if (component.state == COMPONENT_READY)
			run();
		else if (!(component.state == COMPONENT_RECEIVING && receive()) && !client_run() &&
			 !(component.state == COMPONENT_CALLING && mock_run(test_now_ns())))
			return;
	}
}

uint64_t component_deadline(void)
{
	const uint64_t due = component.state == COMPONENT_CALLING ? mock_due() : TENON_NEVER;

	if (component.state != COMPONENT_RECEIVING && component.state != COMPONENT_CALLING)
		return TENON_NEVER;
	return due < component.deadline ? due : component.deadline;
}
