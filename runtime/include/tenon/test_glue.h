/* SPDX-License-Identifier: MIT
 * Between the generated files of a component test and what runs it
 * (runtime/host): what the kernel has to know of the component, and what the
 * generated clients and mocks call. Nothing of this is for tests.
 */
#ifndef TENON_TEST_GLUE_H
#define TENON_TEST_GLUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tenon/ipc.h>
#include <tenon/log.h>
#include <tenon/session.h>
#include <tenon/test.h>

/* ---- what the component is ---- */

enum test_slot_kind {
	TEST_SLOT_NONE,
	TEST_SLOT_OWN,         /* thread, receive set, clock, … */
	TEST_SLOT_REPLY,       /* a reply object */
	TEST_SLOT_MOCK,        /* calls a mock: `number` of its port, `badge` there */
	TEST_SLOT_EVENT,       /* an event to a client */
	TEST_SLOT_HEARTBEAT,   /* answers the supervisor */
	TEST_SLOT_INTERRUPT,   /* of `number` */
	TEST_SLOT_WAKE_CLIENT, /* channels: client `number`, provided port `badge` */
	TEST_SLOT_WAKE_SERVER  /* server `number` of an array, used port `badge` */
};

struct test_slot {
	const char *name; /* as in component.h */
	enum test_slot_kind kind;
	uint32_t number;
	uint64_t badge;
	enum tenon_type type;
	uint32_t rights;
};

/* Memory that the component sees at a fixed address. */
struct test_region {
	const char *name;
	uint64_t address, size;
	bool writable;      /* by the component */
	bool peer_writable; /* by the other end, TENON_AREA_HOST_PEER further up */
	bool is_device;
};

/* A port that it provides, as the clients' glue knows it. */
struct test_port {
	const char *name;
	uint32_t client_slot; /* in the first client's table */
};

#define TEST_CLIENTS 3u

/* Memory of a peer by the address that its glue has, and where it is: [client], or [0] for a server. */
struct test_peer_region {
	bool is_server;
	uint64_t address, size, component[TEST_CLIENTS];
};

/* A peer's capability that wakes the component: which of its bits, [client], or [0] for a server. */
struct test_wake {
	bool is_server;
	uint32_t slot, bit[TEST_CLIENTS];
};

struct test_component {
	const char *name;
	const struct test_slot *slot; /* by number; [0] is none */
	uint32_t slots;
	const struct test_port *port;
	uint32_t ports;
	const uint64_t *client_badge; /* [client * ports + port] */
	uint32_t clients;
	const char *const *mock; /* names of the used ports */
	uint32_t mocks;
	const struct test_region *region;
	uint32_t regions;
	const struct test_peer_region *peer_region;
	uint32_t peer_regions;
	const struct test_wake *wake;
	uint32_t wakes;
	uint32_t heartbeat_bit; /* UINT32_MAX: none */
	uint32_t interrupts;
	uint64_t fault_badge;     /* of a supervisor: of the first member's faults */
	const uint32_t *beat_bit; /* for each member; UINT32_MAX: none */
	uint32_t members;
	void (*start)(void); /* the loop; never returns */
};
extern const struct test_component test_component;

/* ---- clients ---- */

/* An argument of a stub on its way to the stack that the stub runs on. */
union test_argument {
	void *pointer;
	uint64_t number;
};
#define TEST_ARGUMENTS 64u

/* Runs `stub` as that client, until the component answered or nothing more happens without the test. */
struct test_call *test_call_begin(uint32_t client, const char *name,
				  uint32_t (*stub)(const union test_argument *argument),
				  const union test_argument *argument, uint32_t arguments);
/* What the stub returned; the test fails where it has not. The call is then void. */
uint32_t test_call_end(struct test_call *call);
/* How often the component signalled since this was last asked. */
uint32_t test_signals(uint32_t slot);
void test_client_trap(struct tenon_ipc *ipc);
/* From now on the data of the clients' part is that of this client. */
void test_client_enter(uint32_t client);

/* Defined by clients.c, where a client says that it starts anew: the present one does so. */
uint32_t test_client_begins(const union test_argument *argument);
/* Defined by clients.c: the present client opens its channels; it attends to those of one port. */
void test_client_open(void);
void test_client_attend(uint32_t port);

/* ---- channels, of clients and mocks ---- */

/* Before a client, or a server of that port, does something to a channel; and afterwards. */
void test_as_client(uint32_t client);
void test_as_server(uint32_t port);
void test_settle(void);
/* Entries that wait, or for which there is room; none without a session. */
uint32_t test_channel_count(const struct tenon_session *session, const struct tenon_channel_end *end);
/* Fail the test unless `good`, and say why it is not. */
void test_sent(bool good, const char *channel, const struct tenon_session *session);
void test_received(bool good, const char *channel, const struct tenon_session *session,
		   const struct tenon_channel_end *end);
/* Writes an index that cannot be; the component is not told. */
void test_channel_break(const struct tenon_channel_end *end);
/* What the peers' glue and runtime call in place of the board's. */
void *test_client_region(uint64_t address);
void *test_server_region(uint64_t address);
void test_peer_log(enum tenon_log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* ---- mocks ---- */

struct test_operation {
	const char *name; /* "port.operation" */
	uint32_t port;
	size_t call_size, answer_size;
	void (*describe)(const void *call); /* says the arguments with test_say(); NULL: there are none */
	bool relaxed;                       /* what was not told is OK: the log */
	struct test_operation *next;        /* of those used in this test */
	struct test_record *first, *last;
	uint32_t calls;
	struct test_answer *answer, *last_answer;
	bool is_listed;
};

struct test_answer {
	struct test_answer *next;
	struct test_operation *operation;
	uint32_t status;
	void (*function)(void); /* of the type that the operation has; NULL: the status and the values */
	void *values;
	uint64_t delay_ns;
	bool is_held, is_always;
	uint32_t times; /* left */
};

/* A place for the arguments of the call in hand. */
void *test_mock_call(struct test_operation *operation);
/* What it is answered now; status MALFORMED where it has to wait, which the caller then does not see. */
const struct test_answer *test_mock_choose(struct test_operation *operation);
/* Queues an answer, with room for its values. */
struct test_answer *test_mock_answer(struct test_operation *operation, uint32_t status,
				     void (*function)(void));
uint32_t test_mock_calls(const struct test_operation *operation);
/* The arguments of one call, from 0; the test fails where there were not so many. */
const void *test_mock_record(const struct test_operation *operation, uint32_t number);
/* What the handler answers, once that is known. */
void test_mock_status(uint32_t status);
/* An answer that is longer than the interface allows fails the test. */
void test_mock_fits(const char *name, size_t count, size_t most);
/* A capability that came: it becomes the test's, and its new handle is returned. The same for what a stub was answered. */
tenon_handle_t test_mock_took(tenon_handle_t handle);
void test_client_took(tenon_handle_t *handle);
/* The component's memory that it lent. */
void *test_mock_lent(uint32_t index);
void test_mock_signal(uint32_t bit);
/* The same without letting the component run. */
void test_mock_pend(uint32_t bit);
void test_mock_down(uint32_t port);
void test_mock_up(uint32_t port);
void test_mock_restart(uint32_t port);
void test_mock_gone(uint32_t port);
void test_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void test_say_text(const char *text);
void test_say_capability(tenon_handle_t handle);
void test_say_bytes(const void *bytes, size_t size);
void test_server_trap(struct tenon_ipc *ipc);

/* Defined by mocks.c, where there are sessions: what the server of that port knows of them at the start of a life. */
void test_server_life(uint32_t port, bool is_first);
/* Defined by mocks.c: the loop until it receives, and one message. */
void test_server_main(void);
/* One server attends to its channels; all of a port begin anew. */
void test_server_attend(uint32_t port, uint32_t server);
void test_server_renew(uint32_t port);
void test_server_serve(struct tenon_ipc *ipc, bool is_sent);

#endif
