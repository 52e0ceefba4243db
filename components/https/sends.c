/* SPDX-License-Identifier: MIT
 * See connections.h: what the client sends. It is encrypted where it lies, in the order in which it was given, and the client is told of it when the
 * slot that holds its last byte has gone.
 */
#include "connections.h"
#include "tls.h"

/* It stays the client's until it is told `sent`. */
struct send {
	uint32_t next;
	uint32_t number;       /* the client's */
	uint32_t offset, rest; /* in its pool, not written */
	uint32_t until;        /* slots of the connection, ever, with which the last of it goes out */
	bool is_last, is_written;
};

static struct send sends[SOCKETS_SENDS_TOTAL];
static uint32_t free_sends;

static void end_first_send(uint32_t number, enum socket_outcome outcome)
{
	struct connection *connection = &connections[number];
	const uint32_t first = connection->first_send;

	connection->first_send = sends[first].next;
	sends[first].next = free_sends;
	free_sends = first;
	client_tell_of_send(number, sends[first].number, outcome);
}

void client_tell_sent(uint32_t number)
{
	struct connection *connection = &connections[number];

	while (connection->first_send != NONE) {
		const struct send *send = &sends[connection->first_send];

		if (!send->is_written || (int32_t)(connection->passed - send->until) < 0) {
			break;
		}
		end_first_send(number, SOCKET_OUTCOME_OK);
	}
}

void client_lose_sends(uint32_t number)
{
	while (connections[number].first_send != NONE) {
		end_first_send(number, SOCKET_OUTCOME_LOST);
	}
	connections[number].writing = NONE;
}

static const uint8_t *memory_of(const struct send *send)
{
	const struct tenon_buffer first = {.length = SOCKETS_OUT_SIZE};

	return (const uint8_t *)sockets_out_read(CLIENT, &first) + send->offset;
}

/* One send. NEEDS_ROOM: later. */
static enum tls_status write_send(struct connection *connection, struct send *send)
{
	enum tls_status status = TLS_DONE;
	uint32_t count;

	while (send->rest > 0 && status == TLS_DONE) {
		status = tls_write(connection->tls, memory_of(send), send->rest, &count);
		if (status == TLS_DONE) {
			send->offset += count;
			send->rest -= count;
		}
	}
	if (status == TLS_DONE && send->is_last) {
		status = tls_shut(connection->tls);
		connection->is_shut = status == TLS_DONE;
	}
	return status;
}

bool client_write(uint32_t number)
{
	struct connection *connection = &connections[number];

	while (connection->writing != NONE) {
		struct send *send = &sends[connection->writing];
		const enum tls_status status = write_send(connection, send);

		if (status != TLS_DONE) {
			return status == TLS_NEEDS_ROOM || status == TLS_NEEDS_INPUT;
		}
		send->is_written = true;
		send->until = connection->begun;
		connection->writing = send->next;
	}
	client_tell_sent(number);
	return true;
}

enum socket_outcome client_take_send(const struct socket_request *request)
{
	struct connection *connection = &connections[request->socket];
	const uint64_t size = (uint64_t)sockets_out_count(CLIENT) * SOCKETS_OUT_SIZE;
	const uint32_t place = free_sends;

	if (connection->state != OPEN) {
		return connection->state == FREE || connection->state == FAILS || connection->state == CLOSING
			   ? SOCKET_OUTCOME_LOST
			   : SOCKET_OUTCOME_MALFORMED;
	}
	if (request->data.offset > size || request->data.length > size - request->data.offset ||
	    (connection->first_send != NONE && sends[connection->last_send].is_last) || connection->is_shut) {
		return SOCKET_OUTCOME_MALFORMED;
	}
	if (place == NONE) {
		return SOCKET_OUTCOME_QUOTA;
	}
	free_sends = sends[place].next;
	sends[place] = (struct send){.next = NONE,
				     .number = request->number,
				     .offset = (uint32_t)request->data.offset,
				     .rest = request->data.length,
				     .is_last = request->is_last};
	if (connection->first_send == NONE) {
		connection->first_send = place;
	} else {
		sends[connection->last_send].next = place;
	}
	connection->last_send = place;
	if (connection->writing == NONE) {
		connection->writing = place;
	}
	return SOCKET_OUTCOME_OK;
}

void client_begin_sends(void)
{
	free_sends = NONE;
	for (uint32_t place = 0; place < SOCKETS_SENDS_TOTAL; place++) {
		sends[place].next = free_sends;
		free_sends = place;
	}
}
