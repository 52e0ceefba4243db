/* SPDX-License-Identifier: MIT
 * See connections.h: what the network says, and what becomes of a connection.
 *
 * Whoever comes shakes hands with libssl first, for `patience` at most; only then the client hears of him, and the client bounds how long he may
 * do nothing. A peer that breaks TLS hears an alert and is cut off; nothing of it is anybody else's.
 */
#include "connections.h"
#include "secret.h"
#include "tls.h"

#include <tenon/stack.h>

#define LOOK_NS UINT64_C(1000000000) /* how exactly the patience is kept */

_Static_assert(SOCKETS_CLIENTS <= 1, "one client: its numbers are the network's");

struct connection connections[CONNECTIONS];

static bool is_network_open;

bool network_is_open(void)
{
	return is_network_open;
}

/* ---- a connection -------------------------------------------------------------------------------- */

static void end_tls(uint32_t number)
{
	struct connection *connection = &connections[number];

	if (connection->tls != NULL) {
		tls_free(connection->tls);
		connection->tls = NULL;
	}
	wire_forget(number);
}

/* The network has it no more. */
static void end(uint32_t number, enum socket_outcome outcome)
{
	struct connection *connection = &connections[number];

	client_lose_sends(number);
	end_tls(number);
	connection->state = FREE;
	if (!connection->is_known) {
		if (connection->is_wanted) {
			connection->is_wanted = false;
			client_open(number, &connection->wanted);
		}
	} else if (connection->is_again) {
		connection->is_again = false;
		connection->state = WAITS;
		wire_ask(SOCKET_ACTION_ACCEPT, number);
	} else {
		connection->is_known = false;
		client_tell(number, SOCKET_KIND_CLOSED, outcome);
	}
}

void connection_close(uint32_t number)
{
	struct connection *connection = &connections[number];

	if (connection->state == FREE || connection->state == CLOSING) {
		return;
	}
	client_lose_sends(number);
	end_tls(number);
	if (is_network_open) {
		connection->state = CLOSING;
		wire_ask(SOCKET_ACTION_CLOSE, number);
	} else {
		end(number, SOCKET_OUTCOME_OK);
	}
}

/* The alert that libssl has put out goes, and then the connection. The deadline is for a peer that does not take it. */
static void fail(uint32_t number)
{
	struct connection *connection = &connections[number];

	if (!connection->is_shut) {
		wire_flush(number, true);
		connection->is_shut = true;
	}
	end_tls(number);
	if (connection->state == OPEN) {
		client_lose_sends(number);
		connection->deadline_ns = clock_ns() + PARAMETER_PATIENCE;
	}
	connection->state = FAILS;
	look_at(clock_ns() + LOOK_NS);
}

static bool shake_hands(uint32_t number)
{
	struct connection *connection = &connections[number];
	const enum tls_status status = tls_shake_hands(connection->tls);

	if (status == TLS_DONE) {
		connection->state = OPEN;
		connection->is_again = false;
		client_tell(number, SOCKET_KIND_ACCEPTED, SOCKET_OUTCOME_OK);
	}
	return status == TLS_DONE || status == TLS_NEEDS_INPUT || status == TLS_NEEDS_ROOM;
}

void connection_go_on(uint32_t number)
{
	struct connection *connection = &connections[number];
	bool goes_on = true;

	TENON_STACK_OPEN(); /* libssl calls through pointers wherever it can, and in circles */
	if (connection->state == SHAKES) {
		goes_on = shake_hands(number);
	}
	if (connection->state == OPEN && goes_on && !connection->is_shut) {
		goes_on = client_write(number) && client_read(number);
	}
	if (connection->state != SHAKES && connection->state != OPEN) {
		return;
	}
	if (!goes_on) {
		fail(number);
	} else if (connection->is_shut && connection->slot != NONE) {
		wire_flush(number, true);
	} else if (!connection->is_shut) {
		wire_flush(number, false);
	}
}

/* ---- what the network says ----------------------------------------------------------------------- */

static void take_accepted(const struct socket_event *event)
{
	struct connection *connection = &connections[event->socket];

	if (connection->state != WAITS) {
		return;
	}
	connection->tls = tls_open(event->socket);
	connection->has_ended = connection->was_told = connection->is_shut = false;
	connection->is_again = true;
	connection->first_held = connection->first_send = connection->writing = connection->slot = NONE;
	connection->peer = event->address;
	connection->state = SHAKES;
	connection->deadline_ns = clock_ns() + PARAMETER_PATIENCE;
	if (connection->tls == NULL) {
		log_warning("no memory for a connection");
		fail(event->socket);
	}
	look_at(clock_ns() + LOOK_NS);
}

static void take_sent(const struct socket_event *event)
{
	struct connection *connection = &connections[event->socket];

	wire_passed(event->socket, event->number);
	if (connection->state == FAILS && connection->begun == connection->passed) {
		connection_close(event->socket);
	} else if (connection->state == OPEN) {
		client_tell_sent(event->socket);
		connection_go_on(event->socket);
	}
}

static void take(const struct socket_event *event)
{
	if (event->socket >= CONNECTIONS) {
		return;
	}
	switch (event->kind) {
	case SOCKET_KIND_LISTENING:
		client_tell(event->socket, SOCKET_KIND_LISTENING, SOCKET_OUTCOME_OK);
		return;
	case SOCKET_KIND_ACCEPTED:
		take_accepted(event);
		return;
	case SOCKET_KIND_RECEIVED:
		wire_hold(event->socket, &event->given);
		break;
	case SOCKET_KIND_ENDED:
		connections[event->socket].has_ended = true;
		break;
	case SOCKET_KIND_SENT:
		take_sent(event);
		return;
	case SOCKET_KIND_CLOSED:
		end(event->socket, event->outcome); /* the last that is heard of a number */
		return;
	default:
		return;
	}
	connection_go_on(event->socket);
}

void net_events(void)
{
	struct socket_event event;

	tenon_batch_begin();
	while (net_events_receive(&event)) {
		take(&event);
	}
	tenon_batch_end();
}

void net_requests_room(void)
{
}

static void lose_network(void)
{
	for (uint32_t number = 0; number < CONNECTIONS; number++) {
		const enum state state = connections[number].state;

		if (state != FREE && state != LISTENS && state != WAITS) {
			end(number, SOCKET_OUTCOME_LOST);
		}
	}
	wire_reset();
}

/* What the client asked for before, it has again: it is told of what was open only. */
void net_session(bool open)
{
	is_network_open = false;
	tenon_batch_begin();
	lose_network();
	is_network_open = open;
	for (uint32_t number = 0; number < CONNECTIONS; number++) {
		if (connections[number].state == LISTENS) {
			wire_ask(SOCKET_ACTION_LISTEN, number);
		}
	}
	for (uint32_t number = 0; number < CONNECTIONS; number++) {
		if (connections[number].state == WAITS) {
			wire_ask(SOCKET_ACTION_ACCEPT, number);
		}
	}
	tenon_batch_end();
}

/* Who takes too long to shake hands goes, and who does not take its alert. */
void look(void)
{
	const uint64_t now = clock_ns();
	bool is_to_be_looked = false;

	tenon_batch_begin();
	for (uint32_t number = 0; number < CONNECTIONS; number++) {
		const struct connection *connection = &connections[number];

		if (connection->state != SHAKES && connection->state != FAILS) {
			continue;
		}
		if (now >= connection->deadline_ns) {
			connection_close(number);
		} else {
			is_to_be_looked = true;
		}
	}
	tenon_batch_end();
	if (is_to_be_looked) {
		look_at(now + LOOK_NS);
	}
}

void component_start(void)
{
	const bool is_ready = secret_begin();

	for (uint32_t number = 0; number < CONNECTIONS; number++) {
		connections[number].first_held = connections[number].slot = NONE;
		connections[number].first_send = connections[number].writing = NONE;
	}
	client_begin(is_ready);
	if (!is_ready) {
		log_error("nothing is served");
	}
}
