/* SPDX-License-Identifier: MIT
 * The parts of the host's kernel, on which a component is tested.
 *
 *   coroutine  stacks to run on; the test's own is the one that all others return to
 *   component  the component: its life, its system calls, its waits
 *   signal     events, heartbeats, interrupts
 *   client     calls of the clients, from a stub to the answer
 *   mock       the component's call, and the server that takes it
 *   peer       what clients and servers have besides calls: data, shared memory, channels
 *   capability who holds what, and what travels with messages
 *   answer     what tests tell mocks to answer, and what was called
 *   memory     its data at the start, its heap, shared regions, registers
 *   time       the clock
 *   main       the tests
 *
 * Everything runs on one thread. The kernel itself runs on the test's stack,
 * so an assertion that fails there, in a mock's function say, ends the test.
 */
#ifndef TENON_HOST_H
#define TENON_HOST_H

#include <stdbool.h>
#include <stdint.h>
#include <tenon/loan.h>
#include <tenon/test_glue.h>
#include <ucontext.h>

/* ---- coroutine ---- */

struct coroutine {
	ucontext_t context;
	void *stack, *fake_stack;
	void (*entry)(void *argument);
	void *argument;
	struct coroutine *next; /* free stacks are used again */
};

/* A stack that will run `entry` when it is first switched to. `entry` never returns. */
void coroutine_create(struct coroutine *coroutine, void (*entry)(void *argument), void *argument);
/* Its stack is given up, wherever it is. */
void coroutine_destroy(struct coroutine *coroutine);
/* From the test's stack, until it yields. Then what went wrong there ends the test. */
void coroutine_switch(struct coroutine *coroutine);
/* Back to the test's stack. */
void coroutine_yield(void);
/* The one that runs, NULL: the test's stack. */
struct coroutine *coroutine_current(void);
/* Ends the test from wherever that is seen. */
_Noreturn void failure(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---- messages ---- */

struct host_message {
	uint64_t tag, badge;
	uint8_t bytes[TENON_MESSAGE_MAX_BYTES];
	struct tenon_extras extras;
};
void message_take(struct host_message *message, const struct tenon_ipc *ipc, const uint8_t *buffer);
/* What is not part of the message is overwritten, in the registers with zeros as the kernel does. */
void message_give(const struct host_message *message, struct tenon_ipc *ipc, uint8_t *buffer);
uint32_t loans_of(const struct host_message *message);
/* A copy from or into what a message lends; answers in `ipc` as the kernel does. */
void loan_copy(struct tenon_ipc *ipc, const struct host_message *message, bool writes);

static inline uint32_t operation_of(const struct tenon_ipc *ipc)
{
	return (uint32_t)(ipc->control & ((1u << TENON_OPERATION_BITS) - 1));
}

static inline uint32_t handle_of(const struct tenon_ipc *ipc)
{
	return tenon_handle_index(ipc->control >> TENON_OPERATION_BITS);
}

/* ---- component ---- */

enum component_state {
	COMPONENT_NONE, /* not started */
	COMPONENT_READY,
	COMPONENT_IN_KERNEL, /* the test's code may run now: its device's, say */
	COMPONENT_RECEIVING,
	COMPONENT_CALLING,
	COMPONENT_DEAD
};
enum component_state component_state(void);
void component_reset(void);
/* Starts it if it was not. */
void component_ensure(void);
/* Ends its call to a mock. */
void component_called(enum tenon_status outcome, const struct host_message *reply);
/* Lets everything happen that can without time passing. */
void settle(void);
/* The next time at which something happens by itself, or TENON_NEVER. */
uint64_t component_deadline(void);
const struct test_slot *slot_of(uint32_t handle);

/* ---- signal ---- */

void signals_reset(void);
/* The first notification that has something, as a receive gives it; false: none has. */
bool signal_take(struct tenon_ipc *ipc);
/* A bit of its notifications. */
void signal_pend(uint32_t bit);
/* What the component signals. */
enum tenon_status signal_send(tenon_handle_t handle);
void signal_acknowledge(uint32_t interrupt);

/* ---- client ---- */

enum call_state { CALL_RUNS, CALL_QUEUED, CALL_IN_HAND, CALL_READY, CALL_DONE };
struct test_call {
	struct test_call *next;
	struct test_call *next_unfinished;
	struct coroutine thread;
	enum call_state state;
	uint32_t client, reply_slot, result;
	const char *name;
	uint32_t (*stub)(const union test_argument *argument);
	union test_argument argument[TEST_ARGUMENTS];
	struct tenon_ipc *trap;
	bool is_send;
	struct host_message message;
	enum tenon_status outcome;
};

void clients_reset(void);
/* The oldest call that waits to be received; it is then in the component's hands, or done where it was sent. */
struct test_call *client_next(uint32_t reply_slot);
struct test_call *client_in_hand(uint32_t reply_slot);
/* Runs one client whose call has ended; false where there is none. */
bool client_run(void);
void call_end(struct test_call *call, enum tenon_status outcome, const struct host_message *reply);
/* The component is dead or makes a new start. */
void clients_restarted(void);
/* A caller in hand that went away: its reply slot and badge, each once. */
bool client_cancelled(uint32_t *reply_slot, uint64_t *badge);

/* ---- mock ---- */

void mocks_reset(void);
/* The component's call: answered at once through component_called(), or it waits. */
void mock_call(uint32_t port, const struct host_message *message, bool is_send, uint64_t deadline);
/* Something that was due has happened. */
bool mock_run(uint64_t now_ns);
uint64_t mock_due(void);
/* Whom the component waits for, for people; NULL: nobody. */
const char *mock_waited_for(void);

bool mock_is_up(uint32_t port);

/* ---- peer ---- */

void peers_init(void);
/* All servers, and all clients, as the image has them; then clients open their channels. */
void servers_renew(void);
void clients_open(void);
/* A system call of a peer that is no message; false: another one. */
bool peer_system_call(struct tenon_ipc *ipc, bool is_server);
/* The component signalled who shares a channel with it. */
void peer_wake(const struct test_slot *slot);

/* ---- capability ---- */

enum holder {
	HOLDER_COMPONENT,
	HOLDER_SERVER,
	HOLDER_TEST,
	HOLDER_CLIENT,
	HOLDERS = HOLDER_CLIENT + TEST_CLIENTS
};

void capabilities_reset(void);
/* The holder begins anew: it has what the description gave it. */
void capabilities_restarted(enum holder holder);
/* CAP_ACCEPT, CAP_READ, CAP_COPY, CAP_DELETE, CAP_REVOKE on what is known here; false: another call. */
bool capability_call(enum holder holder, struct tenon_ipc *ipc);
/* The component signals what it was given. */
bool capability_signal(tenon_handle_t handle);
/* What goes beside the message arrives in the receiver's table, or the message brings nothing. */
void capability_pass(struct host_message *message, enum holder from, enum holder to);
/* It becomes the test's, which returns its new handle; or nobody's. */
tenon_handle_t capability_keep(enum holder holder, tenon_handle_t handle);
void capability_drop(enum holder holder, tenon_handle_t handle);

/* ---- answer ---- */

struct test_record;
struct test_record *record_add(struct test_operation *operation);
void *record_values(struct test_record *record);
/* "port.operation(argument: 1, …)"; valid until the next. */
const char *record_describe(const struct test_operation *operation, const struct test_record *record);
/* The next answer, which is then given; NULL: none is queued. */
struct test_answer *answer_take(struct test_operation *operation);
void answers_reset(void);
/* Answers left that nobody asked for fail the test. */
void answers_finish(void);

/* ---- memory ---- */

void memory_init(void);
/* Also what lies between variables; `from` NULL: zeros. */
void memory_copy(char *to, const char *from, size_t bytes);
/* What the system says of connections, as the description has it. */
void given_reset(void);
void memory_reset(void);
void device_reset(void);
/* Does what the component wants of a register; false where it wants nothing. */
bool device_access(void);

/* ---- time ---- */

void time_reset(void);

#endif
