/* SPDX-License-Identifier: MIT
 * See connections.h: the client, which asks as if it stood at the network.
 *
 * What it is told waits in order where its channel has no room, and until that is empty nothing more is taken of its requests, nor is it handed what
 * has come: so what can wait is bounded by what it has, a `sent` for each of its sends, its buffers, three changes of each number, and an answer.
 */
#include "connections.h"
#include "tls.h"

#include <string.h>

#define CHANGES 4u
#define ANSWERS 4u
#define SHARES  4u /* so many connections may have all buffers */
#define EVENTS  (SOCKETS_SENDS_TOTAL + SOCKETS_IN_COUNT + CHANGES * CONNECTIONS + ANSWERS)

static struct socket_event events[EVENTS];
static uint32_t first_event, events_count;
static uint32_t owners[SOCKETS_IN_COUNT], buffers[CONNECTIONS]; /* with the client */
static bool is_hungry[CONNECTIONS], are_hungry;                 /* found no buffer, for others have them */
static bool is_ready, is_open, has_requests;

/* ---- what it is told ----------------------------------------------------------------------------- */

static void tell(const struct socket_event *event)
{
	if (!is_open || (events_count == 0 && sockets_events_send(CLIENT, event))) {
		return;
	}
	CHECK(events_count < EVENTS);
	events[(first_event + events_count++) % EVENTS] = *event;
}

void client_tell(uint32_t number, enum socket_kind kind, enum socket_outcome outcome)
{
	struct socket_event event = {
	    .kind = kind, .outcome = outcome, .socket = number, .given.index = TENON_BUFFER_NONE};

	if (kind == SOCKET_KIND_ACCEPTED) {
		event.address = connections[number].peer;
	} else if (kind == SOCKET_KIND_LISTENING) {
		event.address.port = connections[number].port;
	}
	tell(&event);
}

void client_tell_of_send(uint32_t socket, uint32_t number, enum socket_outcome outcome)
{
	tell(&(struct socket_event){.kind = SOCKET_KIND_SENT,
				    .outcome = outcome,
				    .socket = socket,
				    .number = number,
				    .given.index = TENON_BUFFER_NONE});
}

/* ---- what it is handed --------------------------------------------------------------------------- */

/* One buffer. Of a connection that must end, with what it has read, the client has all. */
static enum tls_status read_buffer(uint32_t number)
{
	struct socket_event event = {.kind = SOCKET_KIND_RECEIVED, .socket = number};
	enum tls_status status;
	uint32_t count = 0;

	if (events_count > 0 || buffers[number] > sockets_in_count(CLIENT) / SHARES) {
		return TLS_NEEDS_ROOM;
	}
	if (!sockets_in_allocate(CLIENT, &event.given)) {
		is_hungry[number] = are_hungry = true;
		return TLS_NEEDS_ROOM;
	}
	status = tls_read(connections[number].tls, sockets_in_write(CLIENT, &event.given), SOCKETS_IN_SIZE,
			  &count);
	if (status != TLS_DONE) {
		sockets_in_release(CLIENT, &event.given);
		return status;
	}
	event.given.offset = 0;
	event.given.length = count;
	owners[event.given.index] = number;
	buffers[number]++;
	tell(&event);
	return TLS_DONE;
}

bool client_read(uint32_t number)
{
	struct connection *connection = &connections[number];
	enum tls_status status = TLS_DONE;

	while (!connection->was_told && status == TLS_DONE) {
		status = read_buffer(number);
	}
	if (status == TLS_ENDED) {
		connection->was_told = true;
		client_tell(number, SOCKET_KIND_ENDED, SOCKET_OUTCOME_OK);
	}
	return status != TLS_FAILED;
}

static void feed_hungry(void)
{
	are_hungry = false;
	for (uint32_t number = 0; number < CONNECTIONS; number++) {
		if (is_hungry[number]) {
			is_hungry[number] = false;
			connection_go_on(number);
		}
	}
}

static void take_back(const struct tenon_buffer *buffer)
{
	uint32_t number;

	if (buffer->index == TENON_BUFFER_NONE) {
		return;
	}
	number = owners[buffer->index];
	sockets_in_release(CLIENT, buffer);
	buffers[number]--;
	connection_go_on(number);
	if (are_hungry) {
		feed_hungry();
	}
}

/* ---- what it asks for ---------------------------------------------------------------------------- */

void client_open(uint32_t number, const struct socket_request *request)
{
	struct connection *connection = &connections[number];
	const bool listens = request->action == SOCKET_ACTION_LISTEN;
	const bool waits = request->action == SOCKET_ACTION_ACCEPT && request->other < CONNECTIONS;

	if (!is_ready || !(listens || waits)) {
		client_tell(number, SOCKET_KIND_CLOSED, SOCKET_OUTCOME_NOT_PERMITTED);
		return;
	}
	connection->state = listens ? LISTENS : WAITS;
	connection->is_known = true;
	connection->is_again = false;
	connection->port = request->address.port;
	connection->other = request->other;
	wire_ask(request->action, number);
}

static void open_number(const struct socket_request *request)
{
	struct connection *connection = &connections[request->socket];

	if (connection->state == FREE) {
		client_open(request->socket, request);
	} else if (connection->state == CLOSING && !connection->is_known) {
		connection->is_wanted = true;
		connection->wanted = *request;
	} else {
		const struct socket_event event = {.kind = SOCKET_KIND_CLOSED,
						   .outcome = SOCKET_OUTCOME_IN_USE,
						   .socket = NONE, /* the one that has the number stays */
						   .number = request->socket,
						   .given.index = TENON_BUFFER_NONE};

		tell(&event);
	}
}

/* Of names and groups there is nothing here: a client that wants them stands at the network. */
static bool refuse(const struct socket_request *request)
{
	struct socket_event event = {.outcome = SOCKET_OUTCOME_NOT_PERMITTED,
				     .socket = request->socket,
				     .number = request->number,
				     .given.index = TENON_BUFFER_NONE};

	switch (request->action) {
	case SOCKET_ACTION_LOOK_UP:
		event.kind = SOCKET_KIND_FOUND;
		break;
	case SOCKET_ACTION_JOIN:
		event.kind = SOCKET_KIND_JOINED;
		break;
	case SOCKET_ACTION_LEAVE:
		event.kind = SOCKET_KIND_LEFT;
		break;
	default:
		return false;
	}
	tell(&event);
	return true;
}

static void take_request(const struct socket_request *request)
{
	enum socket_outcome outcome = SOCKET_OUTCOME_QUOTA;

	if (request->action == SOCKET_ACTION_RETURNED) {
		take_back(&request->given);
		return;
	}
	if (refuse(request)) {
		return;
	}
	if (request->socket >= sockets_open_limit(CLIENT) || request->socket >= CONNECTIONS) {
		tell(&(struct socket_event){
		    .kind = request->action == SOCKET_ACTION_SEND ? SOCKET_KIND_SENT : SOCKET_KIND_CLOSED,
		    .outcome = outcome,
		    .socket = request->socket,
		    .number = request->number,
		    .given.index = TENON_BUFFER_NONE});
	} else if (request->action == SOCKET_ACTION_SEND) {
		outcome = client_take_send(request);
		if (outcome != SOCKET_OUTCOME_OK) {
			client_tell_of_send(request->socket, request->number, outcome);
		} else {
			connection_go_on(request->socket);
		}
	} else if (request->action == SOCKET_ACTION_CLOSE) {
		connections[request->socket].is_again = false;
		connection_close(request->socket);
	} else {
		open_number(request);
	}
}

static void take_requests(void)
{
	struct socket_request request;

	while (has_requests && events_count == 0) {
		has_requests = sockets_requests_receive(CLIENT, &request);
		if (has_requests) {
			if (request.action != SOCKET_ACTION_RETURNED) {
				take_back(&request.given); /* what was not given is no buffer of anybody */
			}
			take_request(&request);
		}
	}
}

void sockets_requests(uint32_t client)
{
	(void)client;
	tenon_batch_begin();
	has_requests = true;
	take_requests();
	tenon_batch_end();
}

void sockets_events_room(uint32_t client)
{
	(void)client;
	tenon_batch_begin();
	while (events_count > 0 && sockets_events_send(CLIENT, &events[first_event])) {
		first_event = (first_event + 1) % EVENTS;
		events_count--;
	}
	for (uint32_t number = 0; number < CONNECTIONS && events_count == 0; number++) {
		connection_go_on(number); /* what was read for it waits */
	}
	take_requests();
	tenon_batch_end();
}

/* ---- begin, end ---------------------------------------------------------------------------------- */

/* Who starts anew has nothing of its predecessor. */
void sockets_session(uint32_t client, bool open)
{
	(void)client;
	is_open = false; /* nobody to be told */
	tenon_batch_begin();
	for (uint32_t number = 0; number < CONNECTIONS; number++) {
		connections[number].is_known = connections[number].is_wanted = connections[number].is_again =
		    false;
		connection_close(number);
		buffers[number] = 0;
	}
	tenon_batch_end();
	first_event = events_count = 0;
	has_requests = open;
	is_open = open;
}

void client_begin(bool ready)
{
	is_ready = ready;
	client_begin_sends();
}
