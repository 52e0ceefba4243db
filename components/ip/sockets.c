/* SPDX-License-Identifier: MIT
 * See sockets.h: what clients ask for, and what they send.
 */
#include "sockets.h"

#include "card.h"
#include "clients.h"
#include "datagrams.h"
#include "echoes.h"
#include "groups.h"
#include "ip.h"
#include "listeners.h"
#include "names.h"
#include "streams.h"
#include "timers.h"

#include <tenon/string.h>

#define CHANGES 4u /* of a socket that can wait to be told */
#define ANSWERS 4u
#define EVENTS_TOTAL                                                                                         \
	(SOCKETS_SENDS_TOTAL + CHANGES * SOCKETS_OPEN_TOTAL + SOCKETS_LOOK_UPS_TOTAL + ANSWERS * CLIENTS)

static struct socket sockets[SOCKETS_OPEN_TOTAL];
static struct send sends[SOCKETS_SENDS_TOTAL];
static struct socket_event events[EVENTS_TOTAL];
static struct sends passing; /* done with, but maybe not by the card */
static struct socket *marked[SOCKETS_OPEN_TOTAL];
static uint32_t marks;

/* ---- what it sends ------------------------------------------------------------------------------- */

void sockets_end_send(struct send *send, enum socket_outcome outcome, uint64_t mark)
{
	send->outcome = outcome;
	send->mark = mark;
	send->next = NULL;
	if (passing.first == NULL) {
		passing.first = send;
	} else {
		passing.last->next = send;
	}
	passing.last = send;
}

static void tell_sent(uint32_t client, uint32_t socket, uint32_t number, enum socket_outcome outcome)
{
	const struct socket_event event = {.kind = SOCKET_KIND_SENT,
					   .outcome = outcome,
					   .socket = socket,
					   .number = number,
					   .given.index = TENON_BUFFER_NONE};

	clients_tell(client, &event);
}

static void end_closing(struct socket *socket)
{
	if (socket->state == SOCKET_CLOSING && socket->sending == 0) {
		socket->state = SOCKET_FREE;
		sockets_tell(socket, SOCKET_KIND_CLOSED, socket->outcome, NULL, 0);
	}
}

static void tell_passed(void)
{
	struct send *send;

	while ((send = passing.first) != NULL && card_is_past(send->mark)) {
		struct client *client = &clients[send->client];

		passing.first = send->next;
		send->next = client->free_sends;
		client->free_sends = send;
		if (send->session == client->session) {
			struct socket *socket = &client->sockets[send->socket];

			tell_sent(send->client, send->socket, send->number, send->outcome);
			socket->sending--;
			end_closing(socket);
		}
	}
}

static enum socket_outcome hand_on(struct socket *socket, struct send *send,
				   const struct socket_request *request)
{
	const ip_addr_t address = sockets_address(&request->address);

	return socket->state == SOCKET_DATAGRAM
		   ? datagrams_send(socket, send, &address, request->address.port)
	       : socket->state == SOCKET_ECHO ? echoes_send(socket, send, &address, request->address.port)
					      : stream_send(socket, send);
}

static enum socket_outcome send(struct socket *socket, const struct socket_request *request)
{
	struct client *client = &clients[socket->client];
	const uint8_t *data = sockets_run(socket->client, &request->data);
	struct send *send = client->free_sends;
	enum socket_outcome outcome;

	if (socket->state == SOCKET_FREE || socket->state == SOCKET_CLOSING) {
		return SOCKET_OUTCOME_LOST; /* the client has not heard of it yet */
	}
	if (socket->state == SOCKET_LISTENS || socket->state == SOCKET_WAITS || data == NULL) {
		return SOCKET_OUTCOME_MALFORMED;
	}
	if (send == NULL) {
		return SOCKET_OUTCOME_QUOTA;
	}
	client->free_sends = send->next;
	*send = (struct send){.client = socket->client,
			      .socket = socket->number,
			      .number = request->number,
			      .session = client->session,
			      .data = data,
			      .length = request->data.length,
			      .is_last = request->is_last};
	outcome = hand_on(socket, send, request);
	if (outcome == SOCKET_OUTCOME_OK) {
		socket->sending++;
	} else {
		send->next = client->free_sends;
		client->free_sends = send;
	}
	return outcome;
}

void sockets_mark(struct socket *socket)
{
	if (!socket->is_dirty) {
		socket->is_dirty = true;
		marked[marks++] = socket;
	}
}

/* ---- what it asks for ---------------------------------------------------------------------------- */

void sockets_close(struct socket *socket, enum socket_outcome outcome)
{
	socket->state = SOCKET_CLOSING;
	socket->outcome = outcome;
	end_closing(socket);
}

static void let_go(struct socket *socket)
{
	if (socket->state == SOCKET_DATAGRAM) {
		datagrams_let_go(socket);
	} else if (socket->state == SOCKET_ECHO) {
		echoes_let_go(socket);
	} else if (socket->state != SOCKET_FREE && socket->state != SOCKET_CLOSING) {
		stream_let_go(socket);
	}
}

static void begin(struct socket *socket)
{
	const bool is_dirty = socket->is_dirty;

	*socket = (struct socket){.client = socket->client,
				  .number = socket->number,
				  .life = socket->life + 1,
				  .is_dirty = is_dirty};
}

/* listen, accept, connect, open, echo: makes the socket. */
static void make(struct socket *socket, const struct socket_request *request)
{
	const ip_addr_t address = sockets_address(&request->address);
	const uint16_t port = request->address.port;
	enum socket_kind kind = SOCKET_KIND_LISTENING;
	enum socket_outcome outcome = SOCKET_OUTCOME_MALFORMED;

	if (socket->state != SOCKET_FREE) {
		const struct socket_event event = {.kind = SOCKET_KIND_CLOSED,
						   .outcome = SOCKET_OUTCOME_IN_USE,
						   .socket = UINT32_MAX,
						   .number = socket->number,
						   .given.index = TENON_BUFFER_NONE};

		clients_tell(socket->client, &event); /* of no socket: the one that has the number stays */
		return;
	}
	begin(socket);
	if (request->action == SOCKET_ACTION_LISTEN) {
		outcome = listener_open(socket, &address, port);
	} else if (request->action == SOCKET_ACTION_ACCEPT) {
		outcome = listener_accept(socket, request->other < sockets_open_limit(socket->client)
						      ? &clients[socket->client].sockets[request->other]
						      : NULL);
	} else if (request->action == SOCKET_ACTION_CONNECT) {
		outcome = stream_connect(socket, &address, port);
	} else if (request->action == SOCKET_ACTION_OPEN) {
		outcome = datagrams_open(socket, &address, port);
		kind = SOCKET_KIND_OPENED;
	} else if (request->action == SOCKET_ACTION_ECHO) {
		outcome = echoes_open(socket);
	}
	if (outcome != SOCKET_OUTCOME_OK) {
		sockets_close(socket, outcome);
	} else if (request->action == SOCKET_ACTION_LISTEN) {
		sockets_tell(socket, kind, outcome, &socket->tcp->local_ip, socket->tcp->local_port);
	} else if (request->action == SOCKET_ACTION_OPEN) {
		sockets_tell(socket, kind, outcome, &socket->udp->local_ip, socket->udp->local_port);
	} else if (request->action == SOCKET_ACTION_ECHO) {
		sockets_tell(socket, SOCKET_KIND_OPENED, outcome, NULL, 0);
	}
}

static void change_group(struct socket *socket, const struct socket_request *request)
{
	const ip_addr_t group = sockets_address(&request->address);

	if (request->action == SOCKET_ACTION_JOIN) {
		sockets_tell(socket, SOCKET_KIND_JOINED, groups_join(socket, &group), &group, 0);
	} else {
		sockets_tell(socket, SOCKET_KIND_LEFT, groups_leave(socket, &group), &group, 0);
	}
}

/* The glue has seen to it that the buffer was with the client; which socket it was of is known here. */
static void take_back(uint32_t number, const struct tenon_buffer *buffer)
{
	struct client *client = &clients[number];
	struct lent lent;
	struct socket *socket;

	if (buffer->index == TENON_BUFFER_NONE) {
		return;
	}
	lent = client->lent[buffer->index];
	sockets_in_release(number, buffer);
	socket = &client->sockets[lent.socket];
	if (socket->state == SOCKET_FREE || socket->life != lent.life) {
		return;
	}
	socket->buffers--;
	socket->taken -= lent.bytes;
	if (socket->state == SOCKET_STREAM) {
		stream_returned(socket, lent.bytes);
		stream_offer(socket);
	}
}

static void take_request(uint32_t number, const struct socket_request *request)
{
	struct socket *socket;
	enum socket_outcome outcome;

	if (request->action == SOCKET_ACTION_RETURNED) {
		take_back(number, &request->given);
		return;
	}
	if (request->action == SOCKET_ACTION_LOOK_UP) { /* of no socket */
		names_look_up(number, request);
		return;
	}
	if (request->socket >= sockets_open_limit(number)) {
		const struct socket_event event = {
		    .kind = request->action == SOCKET_ACTION_SEND ? SOCKET_KIND_SENT : SOCKET_KIND_CLOSED,
		    .outcome = SOCKET_OUTCOME_QUOTA,
		    .socket = request->socket,
		    .number = request->number,
		    .given.index = TENON_BUFFER_NONE};

		clients_tell(number, &event);
		return;
	}
	socket = &clients[number].sockets[request->socket];
	if (request->action == SOCKET_ACTION_SEND) {
		outcome = send(socket, request);
		if (outcome != SOCKET_OUTCOME_OK) {
			tell_sent(number, request->socket, request->number, outcome);
		}
	} else if (request->action == SOCKET_ACTION_CLOSE) {
		/* Or the client has not heard of it yet. */
		if (socket->state != SOCKET_FREE && socket->state != SOCKET_CLOSING) {
			let_go(socket);
			sockets_close(socket, SOCKET_OUTCOME_OK);
		}
	} else if (request->action == SOCKET_ACTION_JOIN || request->action == SOCKET_ACTION_LEAVE) {
		change_group(socket, request);
	} else {
		make(socket, request);
	}
}

static void take_requests(uint32_t number)
{
	struct client *client = &clients[number];
	struct socket_request request;

	while (client->has_requests && client->events_count == 0) {
		client->has_requests = sockets_requests_receive(number, &request);
		if (client->has_requests) {
			/* What was not given is no buffer of anybody. */
			if (request.action != SOCKET_ACTION_RETURNED &&
			    request.given.index != TENON_BUFFER_NONE) {
				take_back(number, &request.given);
			}
			take_request(number, &request);
		}
	}
}

void sockets_requests(uint32_t client)
{
	tenon_batch_begin();
	timers_wake();
	clients[client].has_requests = true;
	take_requests(client);
	ip_settle();
	tenon_batch_end();
}

void sockets_events_room(uint32_t client)
{
	tenon_batch_begin();
	if (clients_tell_waiting(client)) {
		for (uint32_t i = 0; i < sockets_open_limit(client); i++) {
			stream_offer(&clients[client].sockets[i]);
		}
		take_requests(client);
	}
	ip_settle();
	tenon_batch_end();
}

/* ---- begin, end ---------------------------------------------------------------------------------- */

void sockets_settle(void)
{
	while (marks > 0) {
		struct socket *socket = marked[--marks];

		socket->is_dirty = false;
		stream_put_out(socket);
	}
	tell_passed();
}

/* Who starts anew has nothing of its predecessor: connections are reset. */
void sockets_session(uint32_t client, bool open)
{
	struct client *own = &clients[client];

	own->is_open = false; /* nobody to be told */
	own->session++;
	for (uint32_t i = 0; i < sockets_open_limit(client); i++) {
		struct socket *socket = &own->sockets[i];

		let_go(socket);
		socket->state = SOCKET_FREE;
		socket->life++;
	}
	own->event_first = own->events_count = 0;
	own->has_requests = open;
	own->is_open = open;
	ip_settle();
}

void sockets_begin(void)
{
	uint32_t socket = 0, sent = 0, event = 0;

	echoes_begin();
	for (uint32_t number = 0; number < SOCKETS_CLIENTS; number++) {
		struct client *client = &clients[number];
		const uint32_t open = sockets_open_limit(number), most = sockets_sends_limit(number);

		client->sockets = &sockets[socket];
		for (uint32_t i = 0; i < open; i++) {
			sockets[socket++] = (struct socket){.client = number, .number = i};
		}
		for (uint32_t i = 0; i < most; i++, sent++) {
			sends[sent].client = number;
			sends[sent].next = client->free_sends;
			client->free_sends = &sends[sent];
		}
		client->events = &events[event];
		client->events_most = most + CHANGES * open + sockets_look_ups_limit(number) + ANSWERS;
		event += client->events_most;
	}
}
