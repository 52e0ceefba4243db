/* SPDX-License-Identifier: MIT
 * What stands in place of the component's servers: queues of answers, and what
 * was called. A call of the component goes through the real dispatcher of a
 * server to its generated handler, which keeps the arguments and asks here for
 * the answer. Where that is due later, the handler runs again then, and what
 * it answered before is dropped.
 *
 * State: the operations that this test has used, with their calls and answers;
 * the one call that the component waits in; whether each port has a server.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tenon/message.h>

#include "host.h"

#define PORTS_MAX        256u
#define STATUS_RESTARTED 0x100u /* as in the generated headers */
#define STATUS_GONE      0x101u
#define STATUS_TIMED_OUT 0x102u

struct test_record {
	struct test_record *next;
	uint64_t values[];
};

enum port_state { PORT_UP, PORT_DOWN, PORT_GONE };

uint8_t test_server_buffer[TENON_MESSAGE_MAX_BYTES];
static enum port_state port_state[PORTS_MAX];
static struct test_operation *operations;
static struct test_answer *all_answers[65536];
static uint32_t answers;

/* The call in hand. */
static struct {
	uint32_t port;
	struct host_message message, reply;
	bool is_send, is_again, is_answered;
	uint32_t status;
	struct test_operation *operation; /* once its handler has run */
	struct test_record *record;
	struct test_answer *answer;
	bool waits; /* for its time, or to be told */
	uint64_t due;
} call;
static bool in_hand, serving;
static jmp_buf received;
static bool has_started;

static char said[2048];

/* ---- saying ----------------------------------------------------------------------------------- */

void test_say(const char *format, ...)
{
	const size_t length = strlen(said);
	va_list list;

	va_start(list, format);
	vsnprintf(said + length, sizeof said - length, format, list);
	va_end(list);
}

void test_say_bytes(const void *bytes, size_t size)
{
	const uint8_t *byte = bytes;

	test_say("%zu bytes \"", size);
	for (size_t i = 0; i < size && i < 64; i++)
		test_say(byte[i] >= 0x20 && byte[i] < 0x7f && byte[i] != '"' && byte[i] != '\\' ? "%c"
												: "\\x%02x",
			 byte[i]);
	test_say(size > 64 ? "\"…" : "\"");
}

void test_say_text(const char *text)
{
	test_say("\"%s\"", text);
}

static const char *describe(const struct test_operation *operation, const struct test_record *record)
{
	said[0] = '\0';
	test_say("%s(", operation->name);
	if (operation->describe != NULL)
		operation->describe(record->values);
	test_say(")");
	return said;
}

void test_mock_fits(const char *name, size_t count, size_t most)
{
	if (count > most)
		test_fail("the answer's %s is %zu long, and %zu at most by the interface", name, count, most);
}

/* ---- what was called -------------------------------------------------------------------------- */

static void list(struct test_operation *operation)
{
	if (operation->is_listed)
		return;
	operation->is_listed = true;
	operation->next = operations;
	operations = operation;
}

void *test_mock_call(struct test_operation *operation)
{
	struct test_record *record;

	list(operation);
	if (call.is_again)
		return call.record->values;
	record = calloc(1, sizeof *record + operation->call_size);
	if (record == NULL)
		abort();
	if (operation->last == NULL)
		operation->first = record;
	else
		operation->last->next = record;
	operation->last = record;
	operation->calls++;
	call.operation = operation;
	call.record = record;
	return record->values;
}

uint32_t test_mock_calls(const struct test_operation *operation)
{
	component_ensure();
	return operation->calls;
}

const void *test_mock_record(const struct test_operation *operation, uint32_t number)
{
	const struct test_record *record;

	component_ensure();
	record = operation->first;
	if (number >= operation->calls)
		test_fail("there was no call %u of %s: %u came", number, operation->name, operation->calls);
	for (; number > 0; number--)
		record = record->next;
	return record->values;
}

void *test_mock_lent(uint32_t index)
{
	return (void *)(uintptr_t)call.message.extras.loan[index].address;
}

/* ---- answers ---------------------------------------------------------------------------------- */

struct test_answer *test_mock_answer(struct test_operation *operation, uint32_t status,
				     void (*function)(void))
{
	struct test_answer *answer = calloc(1, sizeof *answer);

	if (answer == NULL || answers == sizeof all_answers / sizeof all_answers[0])
		abort();
	list(operation);
	*answer =
	    (struct test_answer){.operation = operation, .status = status, .function = function, .times = 1};
	answer->values = calloc(1, operation->answer_size + 1);
	if (operation->last_answer == NULL)
		operation->answer = answer;
	else
		operation->last_answer->next = answer;
	operation->last_answer = answer;
	all_answers[answers++] = answer;
	return answer;
}

struct test_answer *test_delay_ns(struct test_answer *answer, uint64_t by_ns)
{
	answer->delay_ns = by_ns;
	return answer;
}

struct test_answer *test_delay_ms(struct test_answer *answer, uint64_t by_ms)
{
	return test_delay_ns(answer, by_ms * 1000000);
}

struct test_answer *test_hold(struct test_answer *answer)
{
	answer->is_held = true;
	return answer;
}

struct test_answer *test_always(struct test_answer *answer)
{
	answer->is_always = true;
	return answer;
}

struct test_answer *test_times(struct test_answer *answer, uint32_t times)
{
	answer->times = times;
	return answer;
}

void test_release(struct test_answer *answer)
{
	component_ensure();
	answer->is_held = false;
	if (in_hand && call.waits && call.answer == answer)
		call.due = test_now_ns();
	settle();
}

static void consume(struct test_answer *answer)
{
	struct test_operation *operation = answer->operation;

	if (answer->is_always || --answer->times != 0)
		return;
	operation->answer = answer->next;
	if (operation->answer == NULL)
		operation->last_answer = NULL;
}

const struct test_answer *test_mock_choose(struct test_operation *operation)
{
	static uint64_t values[TENON_MESSAGE_MAX_BYTES];
	static struct test_answer nothing = {.values = values},
				  later = {.values = values, .status = TENON_GLUE_MALFORMED};

	memset(values, 0, sizeof values);
	if (call.is_again)
		return call.answer;
	call.answer = operation->answer;
	if (call.answer == NULL && operation->relaxed)
		return &nothing;
	if (call.answer == NULL)
		test_fail("%s calls %s, and the test queued no answer for that", test_component.name,
			  describe(operation, call.record));
	consume(call.answer);
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
		ipc->status = TENON_OK;
	}
}

static void end(enum tenon_status outcome, const struct host_message *reply)
{
	in_hand = false;
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

	call.is_again = again;
	call.is_answered = false;
	call.waits = false;
	call.status = 0;
	message_give(&call.message, &ipc, test_server_buffer);
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
	component_ensure();
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

void test_mock_up(uint32_t port)
{
	component_ensure();
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

/* ---- a test's beginning and end --------------------------------------------------------------- */

static void forget(struct test_operation *operation)
{
	while (operation->first != NULL) {
		struct test_record *next = operation->first->next;

		free(operation->first);
		operation->first = next;
	}
	operation->last = NULL;
	operation->calls = 0;
	operation->answer = operation->last_answer = NULL;
	operation->is_listed = false;
}

void mocks_reset(void)
{
	for (; operations != NULL; operations = operations->next)
		forget(operations);
	while (answers != 0) {
		free(all_answers[--answers]->values);
		free(all_answers[answers]);
	}
	memset(port_state, 0, sizeof port_state);
	in_hand = serving = false;
	memset(&call, 0, sizeof call);
	if (!has_started && setjmp(received) == 0)
		test_server_main();
	has_started = true;
}

void mocks_finish(void)
{
	for (const struct test_operation *operation = operations; operation != NULL;
	     operation = operation->next) {
		if (operation->answer != NULL && !operation->answer->is_always)
			test_fail("an answer of %s was queued that %s never asked for", operation->name,
				  test_component.name);
	}
}
