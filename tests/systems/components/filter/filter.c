/* SPDX-License-Identifier: MIT
 * A gate between two networks.
 *
 * Whoever comes from outside gets a pair of sockets of one number: one outside, taken from him, and one inside, which is made when his
 * request was allowed. The request is read here and said anew to the server inside; its answer is passed on as it comes. After the
 * request nothing is heard of the client, so there is one request to a connection.
 *
 * Each pair has a slot in the memory that either stack sends from, and at most one piece of an answer in it: so who reads
 * slowly waits for himself, and holds up the server inside by the buffers that are not returned.
 */
#include "component.h"

#include <tenon/print.h>
#include <tenon/string.h>

#define PAIRS        64u /* the limit `open` of a stack */
#define LISTENER     0u
#define HEAD         1024u /* bytes of a request's head */
#define PATH         255u
#define OUTSIDE_SLOT (OUTSIDE_OUT_COUNT * OUTSIDE_OUT_SIZE / PAIRS)
#define INSIDE_SLOT  (INSIDE_OUT_COUNT * INSIDE_OUT_SIZE / PAIRS)
#define LAST         UINT32_C(0x80000000) /* in the number of a send: the end of a connection */
#define LOOK_NS      UINT64_C(1000000000)
#define NONE         UINT32_MAX

_Static_assert(INSIDE_SLOT >= PATH + 64, "a request said anew");

enum state {
	FREE,
	READS,    /* the request comes */
	CONNECTS, /* it waits for the server inside */
	RELAYS,   /* the answer goes out */
	ENDS      /* its end is sent, or it is being closed */
};

static struct pair {
	enum state state;
	bool outside, inside; /* a socket of this number is in use there */
	bool is_sending;
	bool is_closing;
	bool has_ended; /* the server inside sends nothing more */
	uint32_t filled;
	char head[HEAD];
	uint32_t first_held, last_held; /* buffers of the answer */
	uint64_t deadline_ns;
} pairs[PAIRS];

static struct {
	struct tenon_buffer buffer;
	uint32_t next;
} held[INSIDE_IN_COUNT];

static uint8_t server[16]; /* ::ffff:a.b.c.d */
static bool is_shut, is_outside_there, is_inside_there;
static struct gate_counts counts;
static uint32_t used; /* pairs */

/* ---- what the stacks are asked ------------------------------------------------------------------- */

static void ask_outside(enum socket_action action, uint32_t number)
{
	CHECK(outside_requests_send(&(struct socket_request){.action = action,
							     .socket = number,
							     .other = LISTENER,
							     .address.port = PARAMETER_PORT,
							     .given.index = TENON_BUFFER_NONE}));
}

static void ask_inside(enum socket_action action, uint32_t number)
{
	struct socket_request request = {.action = action,
					 .socket = number,
					 .address.port = PARAMETER_SERVER_PORT,
					 .given.index = TENON_BUFFER_NONE};

	memcpy(request.address.bytes, server, sizeof server);
	CHECK(inside_requests_send(&request));
}

static void give_back(const struct tenon_buffer *buffer)
{
	CHECK(inside_requests_send(
	    &(struct socket_request){.action = SOCKET_ACTION_RETURNED, .given = *buffer}));
}

/* What stands in the pair's slot; with `is_last` nothing comes after it. */
static void send_outside(uint32_t number, uint32_t length, bool is_last)
{
	pairs[number].is_sending = true;
	CHECK(outside_requests_send(
	    &(struct socket_request){.action = SOCKET_ACTION_SEND,
				     .is_last = is_last,
				     .socket = number,
				     .number = number | (is_last ? LAST : 0),
				     .data = {.offset = (uint64_t)number * OUTSIDE_SLOT, .length = length},
				     .given.index = TENON_BUFFER_NONE}));
}

static char *outside_slot(uint32_t number)
{
	return (char *)outside_out_write(&(struct tenon_buffer){.length = OUTSIDE_OUT_SIZE}) +
	       (size_t)number * OUTSIDE_SLOT;
}

static char *inside_slot(uint32_t number)
{
	return (char *)inside_out_write(&(struct tenon_buffer){.length = INSIDE_OUT_SIZE}) +
	       (size_t)number * INSIDE_SLOT;
}

/* ---- pairs --------------------------------------------------------------------------------------- */

static void be_patient(struct pair *pair)
{
	pair->deadline_ns = clock_ns() + PARAMETER_PATIENCE;
}

static void drop_held(struct pair *pair)
{
	for (; pair->first_held != NONE; pair->first_held = held[pair->first_held].next) {
		give_back(&held[pair->first_held].buffer);
	}
}

/* Both of its sockets are to be free. */
static void end(uint32_t number)
{
	struct pair *pair = &pairs[number];

	pair->state = ENDS;
	drop_held(pair);
	if (pair->is_closing) {
		return;
	}
	pair->is_closing = true;
	pair->deadline_ns = TENON_NEVER;
	if (pair->outside) {
		ask_outside(SOCKET_ACTION_CLOSE, number);
	}
	if (pair->inside) {
		ask_inside(SOCKET_ACTION_CLOSE, number);
	}
}

/* The next one may come when neither socket is in use any more. */
static void renew(uint32_t number)
{
	struct pair *pair = &pairs[number];

	if (pair->outside || pair->inside) {
		return;
	}
	used -= pair->state != FREE;
	pair->state = FREE;
	if (is_outside_there) {
		ask_outside(SOCKET_ACTION_ACCEPT, number);
	}
}

/* In the client's language, why there is no answer from inside. */
static void refuse(uint32_t number, const char *why)
{
	static const char *const form = "HTTP/1.1 %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

	send_outside(number, (uint32_t)tenon_print(outside_slot(number), OUTSIDE_SLOT, form, why), true);
	pairs[number].state = ENDS;
}

static void fail(uint32_t number)
{
	counts.failed++;
	refuse(number, "502 Bad Gateway");
}

/* ---- the request --------------------------------------------------------------------------------- */

static bool begins(const char *text, const char *end, const char *with)
{
	const size_t count = strlen(with);

	return (size_t)(end - text) >= count && memcmp(text, with, count) == 0;
}

/* Nothing that two programs could read in two ways: no escapes, no parameters, no name that begins with a dot. */
static bool is_plain(const char *path, uint32_t length)
{
	for (uint32_t i = 0; i < length; i++) {
		const char c = path[i];
		const bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
				     (c >= '0' && c <= '9') || c == '-' || c == '_';

		if (!is_word && c != '/' && (c != '.' || path[i - 1] == '/')) {
			return false;
		}
	}
	return length > 0 && length <= PATH && path[0] == '/';
}

static bool is_allowed(const char *path, uint32_t length)
{
	const char *allowed = PARAMETER_ALLOW;

	while (*allowed != '\0') {
		uint32_t count = 0;

		while (allowed[count] != '\0' && allowed[count] != ' ') {
			count++;
		}
		if (count > 0 && length >= count && memcmp(path, allowed, count) == 0 &&
		    (length == count || (allowed[count - 1] == '/' && count > 1))) {
			return true;
		}
		allowed += count + (allowed[count] == ' ');
	}
	return false;
}

/* Where the head ends, with the empty line; 0: it has not come yet. */
static uint32_t end_of_head(const struct pair *pair)
{
	for (uint32_t i = 4; i <= pair->filled; i++) {
		if (memcmp(pair->head + i - 4, "\r\n\r\n", 4) == 0) {
			return i;
		}
	}
	return 0;
}

/* The head is whole. Returns why it is refused; NULL: the request stands in the pair's slot inside. */
static const char *judge(uint32_t number)
{
	const char *head = pairs[number].head;
	const char *end = head + pairs[number].filled;
	const char *method = begins(head, end, "GET ") ? "GET" : begins(head, end, "HEAD ") ? "HEAD" : NULL;
	const char *path;
	uint32_t length = 0;

	if (is_shut) {
		return "503 Service Unavailable";
	}
	if (method == NULL) {
		return "405 Method Not Allowed";
	}
	path = head + strlen(method) + 1;
	while (path[length] != ' ' && path[length] != '\r') {
		length++; /* the head has an end */
	}
	if (!begins(path + length, end, " HTTP/1.1\r") && !begins(path + length, end, " HTTP/1.0\r")) {
		return "400 Bad Request";
	}
	if (!is_plain(path, length) || !is_allowed(path, length)) {
		return "403 Forbidden";
	}
	pairs[number].head[path - head + length] = '\0';
	(void)tenon_print(inside_slot(number), INSIDE_SLOT,
			  "%s %s HTTP/1.0\r\nHost: %s\r\nConnection: close\r\n\r\n", method, path,
			  PARAMETER_SERVER);
	return NULL;
}

static void take_request(uint32_t number)
{
	struct pair *pair = &pairs[number];
	const char *why = "431 Request Header Fields Too Large";

	if (end_of_head(pair) != 0) {
		why = judge(number);
	} else if (pair->filled < HEAD) {
		return;
	}
	be_patient(pair);
	if (why != NULL) {
		counts.refused++;
		refuse(number, why);
	} else if (!is_inside_there) {
		fail(number);
	} else {
		counts.let_in++;
		pair->state = CONNECTS;
		pair->inside = true;
		ask_inside(SOCKET_ACTION_CONNECT, number);
	}
}

/* ---- the answer ---------------------------------------------------------------------------------- */

static void relay(uint32_t number)
{
	struct pair *pair = &pairs[number];
	char *slot = outside_slot(number);
	uint32_t length = 0;

	if (pair->is_sending || pair->state != RELAYS) {
		return;
	}
	while (pair->first_held != NONE && length < OUTSIDE_SLOT) {
		struct tenon_buffer *buffer = &held[pair->first_held].buffer;
		const uint32_t room = OUTSIDE_SLOT - length;
		const uint32_t part = buffer->length < room ? buffer->length : room;

		memcpy(slot + length, inside_in_read(buffer), part);
		length += part;
		buffer->offset += part;
		buffer->length -= part;
		if (buffer->length == 0) {
			give_back(buffer);
			pair->first_held = held[pair->first_held].next;
		}
	}
	if (length > 0) {
		send_outside(number, length, false);
	} else if (pair->has_ended) {
		pair->state = ENDS;
		send_outside(number, 0, true);
	}
}

static void hold(const struct socket_event *event)
{
	struct pair *pair = &pairs[event->socket];
	const uint32_t place = event->given.index;

	if (place == TENON_BUFFER_NONE) {
		return;
	}
	if (pair->state != RELAYS) {
		give_back(&event->given);
		return;
	}
	held[place].buffer = event->given;
	held[place].next = NONE;
	if (pair->first_held == NONE) {
		pair->first_held = place;
	} else {
		held[pair->last_held].next = place;
	}
	pair->last_held = place;
}

/* ---- what the stack inside says ------------------------------------------------------------------ */

static void take_inside(const struct socket_event *event)
{
	const uint32_t number = event->socket;
	struct pair *pair = &pairs[number];

	switch (event->kind) {
	case SOCKET_KIND_CONNECTED:
		if (pair->state == CONNECTS) {
			pair->state = RELAYS;
			CHECK(inside_requests_send(&(struct socket_request){
			    .action = SOCKET_ACTION_SEND,
			    .socket = number,
			    .number = number,
			    .data = {.offset = (uint64_t)number * INSIDE_SLOT,
				     .length = (uint32_t)strlen(inside_slot(number))},
			    .given.index = TENON_BUFFER_NONE}));
		}
		break;
	case SOCKET_KIND_RECEIVED:
		hold(event);
		relay(number);
		break;
	case SOCKET_KIND_ENDED:
		pair->has_ended = true;
		relay(number);
		break;
	case SOCKET_KIND_CLOSED:
		pair->inside = false;
		if (pair->state == CONNECTS) {
			fail(number);
		} else if (pair->state == RELAYS && !pair->has_ended) {
			counts.failed++;
			end(number); /* the client sees that it is not all */
		}
		renew(number);
		break;
	default:
		break;
	}
}

void inside_events(void)
{
	struct socket_event event;

	tenon_batch_begin();
	while (inside_events_receive(&event)) {
		if (event.socket < PAIRS && event.socket != LISTENER) {
			take_inside(&event);
		}
	}
	tenon_batch_end();
}

void inside_requests_room(void)
{
}

void inside_session(bool is_open)
{
	is_inside_there = is_open;
	for (uint32_t number = LISTENER + 1; number < PAIRS; number++) {
		struct pair *pair = &pairs[number];

		pair->first_held = NONE; /* nobody is to have them back */
		if (!pair->inside) {
			continue;
		}
		pair->inside = false;
		if (pair->state == CONNECTS) {
			fail(number);
		} else if (pair->state == RELAYS) {
			counts.failed++;
			end(number);
		}
		renew(number);
	}
}

/* ---- what the stack outside says ----------------------------------------------------------------- */

static void take_accepted(uint32_t number)
{
	struct pair *pair = &pairs[number];

	if (pair->state != FREE) {
		return;
	}
	*pair = (struct pair){.state = READS, .outside = true, .first_held = NONE};
	be_patient(pair);
	if (used++ == 0) {
		look_at(clock_ns() + LOOK_NS);
	}
}

/* All of it is taken at once: what does not belong to a request, or comes after it, is nobody's. */
static void take_received(const struct socket_event *event)
{
	struct pair *pair = &pairs[event->socket];
	const uint32_t room = HEAD - pair->filled, length = event->given.length;

	if (event->given.index == TENON_BUFFER_NONE) {
		return;
	}
	if (pair->state == READS) {
		const uint32_t part = length < room ? length : room;

		memcpy(pair->head + pair->filled, outside_in_read(&event->given), part);
		pair->filled += part;
	}
	CHECK(outside_requests_send(
	    &(struct socket_request){.action = SOCKET_ACTION_RETURNED, .given = event->given}));
	if (pair->state == READS) {
		take_request(event->socket);
	}
}

static void take_outside(const struct socket_event *event)
{
	const uint32_t number = event->socket;
	struct pair *pair = &pairs[number];

	switch (event->kind) {
	case SOCKET_KIND_ACCEPTED:
		take_accepted(number);
		break;
	case SOCKET_KIND_RECEIVED:
		take_received(event);
		break;
	case SOCKET_KIND_ENDED:
		if (pair->state == READS) {
			end(number); /* with half a request, or none */
		}
		break;
	case SOCKET_KIND_SENT:
		pair->is_sending = false;
		be_patient(pair);
		if ((event->number & LAST) != 0 && event->outcome == SOCKET_OUTCOME_OK) {
			end(number);
		} else {
			relay(number);
		}
		break;
	case SOCKET_KIND_CLOSED:
		pair->outside = false;
		end(number);
		renew(number);
		break;
	default:
		break;
	}
}

void outside_events(void)
{
	struct socket_event event;

	tenon_batch_begin();
	while (outside_events_receive(&event)) {
		if (event.socket < PAIRS && event.socket != LISTENER) {
			take_outside(&event);
		} else if (event.kind == SOCKET_KIND_LISTENING) {
			log_info("at port %u, for %s:%u", event.address.port, PARAMETER_SERVER,
				 PARAMETER_SERVER_PORT);
		} else if (event.kind == SOCKET_KIND_CLOSED) {
			log_error("%s: port %u cannot be had (%u)", outside_server_line(), PARAMETER_PORT,
				  (uint32_t)event.outcome);
		}
	}
	tenon_batch_end();
}

void outside_requests_room(void)
{
}

void outside_session(bool is_open)
{
	is_outside_there = false;
	for (uint32_t number = LISTENER + 1; number < PAIRS; number++) {
		pairs[number].outside = false;
		if (pairs[number].state != FREE) {
			end(number);
		}
	}
	is_outside_there = is_open;
	if (!is_open) {
		return;
	}
	ask_outside(SOCKET_ACTION_LISTEN, LISTENER);
	for (uint32_t number = LISTENER + 1; number < PAIRS; number++) {
		renew(number);
	}
}

/* ---- the gate itself ----------------------------------------------------------------------------- */

enum gate_status gate_read(uint32_t client, struct gate_counts *answer, bool *shut)
{
	(void)client;
	*answer = counts;
	*shut = is_shut;
	return GATE_OK;
}

enum gate_status gate_shut(uint32_t client, bool shut)
{
	(void)client;
	is_shut = shut;
	return GATE_OK;
}

/* Who has not moved for too long goes; and what was refused is said, a line a second at most. */
void look(void)
{
	static uint64_t told;
	const uint64_t now = clock_ns();

	tenon_batch_begin();
	for (uint32_t number = LISTENER + 1; number < PAIRS; number++) {
		if (pairs[number].state != FREE && now >= pairs[number].deadline_ns) {
			end(number);
		}
	}
	tenon_batch_end();
	if (counts.refused != told) {
		log_info("%llu refused", (unsigned long long)(counts.refused - told));
		told = counts.refused;
	}
	if (used > 0) {
		look_at(now + LOOK_NS);
	}
}

/* "192.0.2.7". Wrong: no address is a server's. */
void component_start(void)
{
	const char *text = PARAMETER_SERVER;
	uint32_t part = 0, value = 0, digits = 0;

	server[10] = server[11] = 0xff;
	for (;; text++) {
		if (*text >= '0' && *text <= '9' && digits < 3) {
			value = value * 10 + (uint32_t)(*text - '0');
			digits++;
		} else if (digits > 0 && value <= 255 && part < 4 && (*text == '.' || *text == '\0')) {
			server[12 + part++] = (uint8_t)value;
			value = digits = 0;
			if (*text == '\0') {
				break;
			}
		} else {
			part = 0;
			break;
		}
	}
	if (part != 4) {
		log_error("\"%s\" is no address", PARAMETER_SERVER);
	}
}
