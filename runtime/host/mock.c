/* SPDX-License-Identifier: MIT
 * The component's call to a mock. It goes through the real dispatcher of a
 * server to its generated handler, which keeps the arguments and asks here for
 * the answer (answer.c). Where that is due later, the handler runs again then,
 * and what it answered before is dropped.
 *
 * State: the one call that the component waits in; whether each port has a server.
 */
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <tenon/message.h>

#include "host.h"

#define PORTS_MAX        256u
#define STATUS_RESTARTED 0x100u /* as in the generated headers */
#define STATUS_GONE      0x101u
#define STATUS_TIMED_OUT 0x102u

enum port_state { PORT_UP, PORT_DOWN, PORT_GONE };

uint8_t test_server_buffer[TENON_MESSAGE_MAX_BYTES];
static enum port_state port_state[PORTS_MAX];

/* The call in hand. */
static struct {
	uint32_t port;
	struct host_message message, reply;
	bool is_send, is_again, is_answered;
	uint32_t status;
	struct test_operation *operation; /* once its handler has run */
	struct test_record *record;
	struct test_answer *answer;
	tenon_handle_t brought; /* of the test's; 0: nothing */
	bool waits;             /* for its time, or to be told */
	uint64_t due;
} call;
static bool in_hand, serving;
static jmp_buf received;
static bool has_started;

/* ---- what the generated handlers ask for ------------------------------------------------------ */

void *test_mock_call(struct test_operation *operation)
{
	if (!call.is_again) {
		call.operation = operation;
		call.record = record_add(operation);
	}
	return record_values(call.record);
}

tenon_handle_t test_mock_took(tenon_handle_t handle)
{
	capability_drop(HOLDER_SERVER, handle);
	return call.brought;
}

void *test_mock_lent(uint32_t index)
{
	return (void *)(uintptr_t)call.message.extras.loan[index].address;
}

const struct test_answer *test_mock_choose(struct test_operation *operation)
{
	static uint64_t values[TENON_MESSAGE_MAX_BYTES];
	static struct test_answer nothing = {.values = values},
				  later = {.values = values, .status = TENON_GLUE_MALFORMED};

	memset(values, 0, sizeof values);
	if (call.is_again)
		return call.answer;
	call.answer = answer_take(operation);
	if (call.answer == NULL && operation->relaxed)
		return &nothing;
	if (call.answer == NULL)
		test_fail("%s calls %s, and the test queued no answer for that", test_component.name,
			  record_describe(operation, call.record));
	if (!call.answer->is_held && call.answer->delay_ns == 0)
		return call.answer;
	call.waits = true;
	call.due = call.answer->is_held ? TENON_NEVER : test_now_ns() + call.answer->delay_ns;
	return &later;
}

void test_mock_status(uint32_t status)
{
	call.status = status;
}

void test_release(struct test_answer *answer)
{
	component_ensure();
	answer->is_held = false;
	if (in_hand && call.waits && call.answer == answer)
		call.due = test_now_ns();
	settle();
}

/* ---- the server's side ------------------------------------------------------------------------ */

void test_server_trap(struct tenon_ipc *ipc)
{
	switch (operation_of(ipc)) {
	case TENON_OP_RECEIVE:
		if (!has_started)
			longjmp(received, 1);
		ipc->status = TENON_TIMED_OUT;
		break;
	case TENON_OP_REPLY:
	case TENON_OP_REPLY_RECEIVE:
		message_take(&call.reply, ipc, test_server_buffer);
		call.is_answered = true;
		ipc->status = operation_of(ipc) == TENON_OP_REPLY ? TENON_OK : TENON_TIMED_OUT;
		break;
	case TENON_OP_LOAN_READ:
	case TENON_OP_LOAN_WRITE:
		loan_copy(ipc, &call.message, operation_of(ipc) == TENON_OP_LOAN_WRITE);
		break;
	default:
		if (!peer_system_call(ipc, true))
			ipc->status = TENON_OK;
	}
}

static void end(enum tenon_status outcome, const struct host_message *reply)
{
	in_hand = false;
	if (reply != NULL)
		capability_pass(&call.reply, HOLDER_SERVER, HOLDER_COMPONENT);
	component_called(outcome, reply);
}

/* What the handler said becomes what the kernel says. */
static void finish(void)
{
	if (call.waits)
		return;
	if (call.status == STATUS_TIMED_OUT) {
		call.waits = true; /* until the component gives up */
		call.due = TENON_NEVER;
	} else if (call.status == STATUS_RESTARTED) {
		test_server_life(call.port, false);
		end(TENON_RESTARTED, NULL);
	} else if (call.status == STATUS_GONE) {
		end(TENON_GONE, NULL);
	} else {
		end(TENON_OK, call.is_send ? NULL : &call.reply);
	}
}

static void serve(bool again)
{
	struct tenon_ipc ipc = {.badge = call.message.badge};
	struct host_message message = call.message;

	call.is_again = again;
	call.is_answered = false;
	call.waits = false;
	call.status = 0;
	capability_pass(&message, HOLDER_TEST, HOLDER_SERVER);
	message_give(&message, &ipc, test_server_buffer);
	ipc.badge = call.message.badge;
	ipc.source = call.is_send ? TENON_SOURCE_SEND : TENON_SOURCE_CALL;
	serving = true;
	test_server_serve(&ipc, call.is_send);
	serving = false;
	if (!call.is_answered && !call.is_send)
		test_fail("a mock did not answer: its glue is broken");
	finish();
}

void mock_call(uint32_t port, const struct host_message *message, bool is_send, uint64_t deadline)
{
	(void)deadline; /* component_deadline() has it */
	call.port = port;
	call.message = *message;
	capability_pass(&call.message, HOLDER_COMPONENT, HOLDER_TEST);
	call.brought =
	    (call.message.tag & (TENON_TAG_COPY | TENON_TAG_MOVE)) != 0 ? call.message.extras.capability : 0;
	call.is_send = is_send;
	call.operation = NULL;
	call.answer = NULL;
	call.waits = true;
	call.due = TENON_NEVER;
	in_hand = true;
	if (port_state[port] == PORT_GONE)
		end(TENON_GONE, NULL);
	else if (port_state[port] == PORT_UP)
		serve(false);
}

bool mock_run(uint64_t now_ns)
{
	if (!in_hand || serving)
		return false;
	if (call.waits && call.due <= now_ns)
		serve(true);
	else if (component_deadline() <= now_ns)
		end(TENON_TIMED_OUT, NULL);
	else
		return false;
	return true;
}

uint64_t mock_due(void)
{
	return in_hand && call.waits ? call.due : TENON_NEVER;
}

const char *mock_waited_for(void)
{
	static char text[128];

	if (!in_hand)
		return NULL;
	snprintf(text, sizeof text, "waits for the answer of %s",
		 call.operation ? call.operation->name : test_component.mock[call.port]);
	return text;
}

/* ---- servers that come and go ----------------------------------------------------------------- */

static void leave(uint32_t port, enum port_state state, enum tenon_status outcome)
{
	port_state[port] = state;
	if (in_hand && call.port == port && (call.operation != NULL || state == PORT_GONE))
		end(outcome, NULL);
}

void test_mock_down(uint32_t port)
{
	leave(port, PORT_DOWN, TENON_RESTARTED);
	settle();
}

void test_mock_gone(uint32_t port)
{
	leave(port, PORT_GONE, TENON_GONE);
	settle();
}

bool mock_is_up(uint32_t port)
{
	return port_state[port] == PORT_UP;
}

void test_as_server(uint32_t port)
{
	component_ensure();
	if (!mock_is_up(port))
		test_fail("the server of %s is not there", test_component.mock[port]);
}

void test_mock_up(uint32_t port)
{
	if (port_state[port] != PORT_UP) {
		test_server_renew(port);
		test_server_life(port, false);
	}
	port_state[port] = PORT_UP;
	if (in_hand && call.port == port && call.operation == NULL)
		serve(false);
	settle();
}

void test_mock_restart(uint32_t port)
{
	leave(port, PORT_DOWN, TENON_RESTARTED);
	test_mock_up(port);
}

void mocks_reset(void)
{
	answers_reset();
	memset(port_state, 0, sizeof port_state);
	in_hand = serving = false;
	memset(&call, 0, sizeof call);
	servers_renew();
	has_started = false;
	if (setjmp(received) == 0)
		test_server_main();
	has_started = true;
	for (uint32_t port = 0; port < test_component.mocks; port++)
		test_server_life(port, true);
}

/* Without sessions a server has nothing to lose. */
__attribute__((weak)) void test_server_life(uint32_t port, bool is_first)
{
	(void)port;
	(void)is_first;
}
