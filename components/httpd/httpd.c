/* SPDX-License-Identifier: MIT
 * Connections: each has the number of its socket, a place for one head, and an answer that is made piece by piece.
 *
 * What comes is held as it came, in the buffers of the connection with the network, until a head is complete or there is no room for more of
 * it; while an answer is sent nothing more is looked at, so a client that asks faster than it reads waits for itself. An answer is
 * made into slots of the memory that the network reads. There are fewer of them than connections can want: each has two at most, and who
 * finds none stands in line.
 *
 * A connection on which nothing goes on for the time `patience` is closed: one that asks for nothing, or for part of something, or takes
 * nothing of what it is sent.
 */
#include "answer.h"
#include "component.h"
#include "request.h"

#include <tenon/string.h>

#define SOCKETS   64u /* the limit `open` */
#define LISTENER  0u
#define SLOT      8192u
#define SLOTS     (NET_OUT_COUNT * NET_OUT_SIZE / SLOT)
#define SLOTS_OWN 2u                   /* of one connection */
#define LAST      UINT32_C(0x80000000) /* in the number of a send: the end of a connection */
#define LOOK_NS   UINT64_C(1000000000) /* how exactly the patience is kept */
#define NONE      UINT32_MAX

_Static_assert(SLOT >= ANSWER_HEAD + ANSWER_ENTRY + 64, "a piece of an answer");
/* What is asked and was not taken yet: buffers, slots, and of each socket an end, its being closed, and its being opened anew. */
_Static_assert(NET_IN_COUNT + SLOTS + 3 * SOCKETS <= NET_REQUESTS_ENTRIES, "room for requests");
_Static_assert(SLOTS >= SLOTS_OWN && SLOTS + SOCKETS <= 128, "the limit `sends`");

enum state { CLOSED, READS, ANSWERS, ENDS };

static struct connection {
	enum state state;
	uint32_t filled;
	_Alignas(8) char head[REQUEST_HEAD]; /* copied by words */
	struct answer answer;
	bool has_ended; /* the client sends nothing more */
	bool is_in_line;
	uint32_t sending;               /* slots */
	uint32_t first_held, last_held; /* buffers */
	uint32_t next_in_line;
	uint64_t deadline_ns;
} connections[SOCKETS];

static struct {
	struct tenon_buffer buffer;
	uint32_t next;
} held[NET_IN_COUNT];

static uint32_t owners[SLOTS]; /* the connection that a slot is sent for */
static uint32_t free_slots[SLOTS], frees;
static uint32_t first_in_line, last_in_line;
static uint32_t open; /* connections */

/* ---- what the network is asked ------------------------------------------------------------------- */

static void ask(const struct socket_request *request)
{
	CHECK(net_requests_send(request));
}

static void ask_of(enum socket_action action, uint32_t number)
{
	ask(&(struct socket_request){.action = action,
				     .socket = number,
				     .other = LISTENER,
				     .address.port = PARAMETER_PORT,
				     .given.index = TENON_BUFFER_NONE});
}

static void give_back(const struct tenon_buffer *buffer)
{
	ask(&(struct socket_request){.action = SOCKET_ACTION_RETURNED, .given = *buffer});
}

static char *slot_memory(uint32_t slot)
{
	const struct tenon_buffer first = {.length = NET_OUT_SIZE};

	return (char *)net_out_write(&first) + (size_t)slot * SLOT;
}

static void send_slot(uint32_t number, uint32_t slot, uint32_t length)
{
	owners[slot] = number;
	connections[number].sending++;
	ask(&(struct socket_request){.action = SOCKET_ACTION_SEND,
				     .socket = number,
				     .number = slot,
				     .data = {.offset = (uint64_t)slot * SLOT, .length = length},
				     .given.index = TENON_BUFFER_NONE});
}

static void send_end(uint32_t number)
{
	connections[number].state = ENDS;
	ask(&(struct socket_request){.action = SOCKET_ACTION_SEND,
				     .is_last = true,
				     .socket = number,
				     .number = LAST | number,
				     .given.index = TENON_BUFFER_NONE});
}

/* ---- a connection -------------------------------------------------------------------------------- */

static void be_patient(struct connection *connection)
{
	connection->deadline_ns = clock_ns() + PARAMETER_PATIENCE;
}

static void stand_in_line(uint32_t number)
{
	struct connection *connection = &connections[number];

	if (connection->is_in_line) {
		return;
	}
	connection->is_in_line = true;
	connection->next_in_line = NONE;
	if (first_in_line == NONE) {
		first_in_line = number;
	} else {
		connections[last_in_line].next_in_line = number;
	}
	last_in_line = number;
}

/* What is held goes into the head, as far as there is room. */
static void fill_head(struct connection *connection)
{
	while (connection->first_held != NONE && connection->filled < REQUEST_HEAD) {
		struct tenon_buffer *buffer = &held[connection->first_held].buffer;
		const uint32_t room = REQUEST_HEAD - connection->filled;
		const uint32_t part = buffer->length < room ? buffer->length : room;

		memcpy(connection->head + connection->filled, net_in_read(buffer), part);
		connection->filled += part;
		buffer->offset += part;
		buffer->length -= part;
		if (buffer->length == 0) {
			const uint32_t next = held[connection->first_held].next;

			give_back(buffer);
			connection->first_held = next;
		}
	}
}

/* A request out of the head, if there is one. False: not yet. */
static bool begin_answer(struct connection *connection)
{
	static struct request request;
	enum request_status status;
	uint32_t length;

	fill_head(connection);
	length = request_length(connection->head, connection->filled);
	if (length == 0 && connection->filled < REQUEST_HEAD) {
		return false;
	}
	if (length == 0) {
		request_clear(&request);
		status = REQUEST_LONG;
	} else {
		status = request_read(connection->head, length, &request);
	}
	answer_begin(&connection->answer, status, &request);
	connection->filled -= length;
	memmove(connection->head, connection->head + length, connection->filled);
	connection->state = ANSWERS;
	be_patient(connection);
	return true;
}

/* As much of the answer as there are slots for. False: it stands in line, or has its slots. */
static bool go_on_answering(uint32_t number)
{
	struct connection *connection = &connections[number];
	uint32_t length;

	for (;;) {
		if (connection->sending == SLOTS_OWN) {
			return false;
		}
		if (frees == 0) {
			stand_in_line(number);
			return false;
		}
		length = answer_make(&connection->answer, slot_memory(free_slots[frees - 1]), SLOT);
		if (length == 0) {
			break;
		}
		send_slot(number, free_slots[--frees], length);
	}
	answer_end(&connection->answer);
	if (connection->answer.is_cut) {
		ask_of(SOCKET_ACTION_CLOSE, number); /* the client sees that it is not all */
		connection->state = ENDS;
	} else if (connection->answer.keeps) {
		connection->state = READS;
	} else {
		send_end(number);
	}
	return true;
}

static void go_on(uint32_t number)
{
	struct connection *connection = &connections[number];
	bool moves = true;

	while (moves) {
		if (connection->state == READS) {
			moves = begin_answer(connection);
			if (!moves && connection->has_ended) {
				send_end(number); /* with half a request, or none */
			}
		} else {
			moves = connection->state == ANSWERS && go_on_answering(number);
		}
	}
}

static void serve_line(void)
{
	while (frees > 0 && first_in_line != NONE) {
		const uint32_t number = first_in_line;

		first_in_line = connections[number].next_in_line;
		connections[number].is_in_line = false;
		go_on(number);
	}
}

/* Away with all that it has. Slots that are sent still come back by themselves. */
static void forget(uint32_t number)
{
	struct connection *connection = &connections[number];

	answer_end(&connection->answer);
	while (connection->first_held != NONE) {
		give_back(&held[connection->first_held].buffer);
		connection->first_held = held[connection->first_held].next;
	}
	open -= connection->state != CLOSED;
	connection->state = CLOSED;
	connection->filled = 0;
	connection->has_ended = false;
}

/* ---- what the network says ----------------------------------------------------------------------- */

static void take_accepted(uint32_t number)
{
	struct connection *connection = &connections[number];

	if (connection->state != CLOSED) {
		return;
	}
	connection->state = READS;
	connection->has_ended = false;
	connection->first_held = NONE;
	be_patient(connection);
	if (open++ == 0) {
		look_at(clock_ns() + LOOK_NS);
	}
}

static void take_received(const struct socket_event *event)
{
	struct connection *connection = &connections[event->socket];
	const uint32_t place = event->given.index;

	if (place == TENON_BUFFER_NONE) {
		return;
	}
	if (connection->state == CLOSED) {
		give_back(&event->given);
		return;
	}
	held[place].buffer = event->given;
	held[place].next = NONE;
	if (connection->first_held == NONE) {
		connection->first_held = place;
	} else {
		held[connection->last_held].next = place;
	}
	connection->last_held = place;
}

static void take_sent(const struct socket_event *event)
{
	if ((event->number & LAST) != 0) {
		if (event->outcome == SOCKET_OUTCOME_OK) {
			ask_of(SOCKET_ACTION_CLOSE, event->socket);
		}
		return;
	}
	if (event->number >= SLOTS || owners[event->number] != event->socket) {
		return;
	}
	owners[event->number] = NONE;
	connections[event->socket].sending--;
	free_slots[frees++] = event->number;
	be_patient(&connections[event->socket]);
}

/* `closed` is the last of a number, after the `sent` of all its slots. */
static void take_closed(const struct socket_event *event)
{
	if (event->socket == LISTENER || event->socket >= SOCKETS) {
		log_error("%s: port %u cannot be had (%u)", net_server_line(), PARAMETER_PORT,
			  (uint32_t)event->outcome);
		return;
	}
	forget(event->socket);
	ask_of(SOCKET_ACTION_ACCEPT, event->socket);
}

/* The stack reads what strangers send, so what it says is not believed either. */
static void take(const struct socket_event *event)
{
	if (event->socket >= SOCKETS && event->kind != SOCKET_KIND_CLOSED) {
		return;
	}
	switch (event->kind) {
	case SOCKET_KIND_LISTENING:
		log_info("at port %u", event->address.port);
		return;
	case SOCKET_KIND_ACCEPTED:
		take_accepted(event->socket);
		return;
	case SOCKET_KIND_RECEIVED:
		take_received(event);
		break;
	case SOCKET_KIND_ENDED:
		connections[event->socket].has_ended = true;
		break;
	case SOCKET_KIND_SENT:
		take_sent(event);
		break;
	case SOCKET_KIND_CLOSED:
		take_closed(event);
		return;
	default:
		return;
	}
	go_on(event->socket);
}

void net_events(void)
{
	struct socket_event event;

	tenon_batch_begin();
	while (net_events_receive(&event)) {
		take(&event);
		serve_line();
	}
	tenon_batch_end();
}

void net_requests_room(void)
{
}

void net_session(bool is_open)
{
	first_in_line = NONE;
	frees = 0;
	for (uint32_t slot = 0; slot < SLOTS; slot++) {
		owners[slot] = NONE;
		free_slots[frees++] = slot;
	}
	for (uint32_t number = 0; number < SOCKETS; number++) {
		connections[number].first_held = NONE; /* nobody is to have them back */
		connections[number].is_in_line = false;
		connections[number].sending = 0;
		forget(number);
	}
	if (!is_open) {
		return;
	}
	ask_of(SOCKET_ACTION_LISTEN, LISTENER);
	for (uint32_t number = LISTENER + 1; number < SOCKETS; number++) {
		ask_of(SOCKET_ACTION_ACCEPT, number);
	}
}

/* Who has not moved for too long goes. */
void look(void)
{
	const uint64_t now = clock_ns();

	tenon_batch_begin();
	for (uint32_t number = LISTENER + 1; number < SOCKETS; number++) {
		struct connection *connection = &connections[number];

		if (connection->state != CLOSED && now >= connection->deadline_ns) {
			connection->deadline_ns = TENON_NEVER;
			connection->state = ENDS;
			ask_of(SOCKET_ACTION_CLOSE, number);
		}
	}
	tenon_batch_end();
	if (open > 0) {
		look_at(now + LOOK_NS);
	}
}
