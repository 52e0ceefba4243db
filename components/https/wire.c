/* SPDX-License-Identifier: MIT
 * See wire.h and connections.h. What comes is read where the network has put it. What goes out is put together in slots of the memory that the
 * network reads, of which a connection has some at most; who finds none goes on when one is free.
 */
#include "wire.h"

#include "connections.h"

#include <string.h>

#define SLOT      8704u /* a record with FRAGMENT bytes (tls.c), and what belongs to it */
#define SLOTS_ALL (NET_OUT_COUNT * NET_OUT_SIZE / SLOT)
#define SLOTS     (SLOTS_ALL < SENDS ? SLOTS_ALL : SENDS)
#define SENDS     (128u - CONNECTIONS) /* the limit `sends`, less an end of each */
#define SLOTS_OWN 4u
#define LAST      UINT32_C(0x80000000) /* in the number of a send: an end without a slot */

/* What is asked and was not taken yet: buffers, slots, and of each connection an end, its being closed, and its being opened anew. */
_Static_assert(NET_IN_COUNT + SLOTS + 3 * CONNECTIONS <= NET_REQUESTS_ENTRIES, "room for requests");
_Static_assert(SLOTS >= SLOTS_OWN, "memory to send from");

static struct {
	struct tenon_buffer buffer;
	uint32_t next;
} held[NET_IN_COUNT];

static uint32_t owners[SLOTS];
static uint32_t free_slots[SLOTS], frees;

/* ---- what the network is asked ------------------------------------------------------------------- */

static void ask(const struct socket_request *request)
{
	if (network_is_open()) {
		CHECK(net_requests_send(request));
	}
}

void wire_ask(enum socket_action action, uint32_t number)
{
	ask(&(struct socket_request){.action = action,
				     .socket = number,
				     .other = connections[number].other,
				     .address.port = connections[number].port,
				     .given.index = TENON_BUFFER_NONE});
}

static void give_back(const struct tenon_buffer *buffer)
{
	ask(&(struct socket_request){.action = SOCKET_ACTION_RETURNED, .given = *buffer});
}

/* ---- what comes ---------------------------------------------------------------------------------- */

void wire_hold(uint32_t number, const struct tenon_buffer *buffer)
{
	struct connection *connection = &connections[number];
	const uint32_t place = buffer->index;

	if (place == TENON_BUFFER_NONE) {
		return;
	}
	if (connection->tls == NULL) {
		give_back(buffer);
		return;
	}
	held[place].buffer = *buffer;
	held[place].next = NONE;
	if (connection->first_held == NONE) {
		connection->first_held = place;
	} else {
		held[connection->last_held].next = place;
	}
	connection->last_held = place;
}

uint32_t wire_take(uint32_t number, uint8_t *out, uint32_t size, bool *has_ended)
{
	struct connection *connection = &connections[number];
	uint32_t done = 0;

	while (connection->first_held != NONE && done < size) {
		const uint32_t place = connection->first_held;
		struct tenon_buffer *buffer = &held[place].buffer;
		const uint32_t room = size - done, part = buffer->length < room ? buffer->length : room;

		memcpy(out + done, net_in_read(buffer), part);
		done += part;
		buffer->offset += part;
		buffer->length -= part;
		if (buffer->length == 0) {
			connection->first_held = held[place].next;
			give_back(buffer);
		}
	}
	*has_ended = connection->has_ended;
	return done;
}

/* ---- what goes out ------------------------------------------------------------------------------- */

static uint8_t *slot_memory(uint32_t slot)
{
	const struct tenon_buffer first = {.length = NET_OUT_SIZE};

	return (uint8_t *)net_out_write(&first) + (size_t)slot * SLOT;
}

static void send_slot(uint32_t number, bool is_last)
{
	struct connection *connection = &connections[number];

	ask(&(struct socket_request){
	    .action = SOCKET_ACTION_SEND,
	    .is_last = is_last,
	    .socket = number,
	    .number = connection->slot,
	    .data = {.offset = (uint64_t)connection->slot * SLOT, .length = connection->filled},
	    .given.index = TENON_BUFFER_NONE});
	connection->slot = NONE;
}

static bool take_slot(uint32_t number)
{
	struct connection *connection = &connections[number];

	if (frees == 0 || connection->begun - connection->passed >= SLOTS_OWN) {
		connection->is_starved = frees == 0;
		return false;
	}
	connection->slot = free_slots[--frees];
	connection->filled = 0;
	connection->begun++;
	owners[connection->slot] = number;
	return true;
}

/* A full slot is sent when there is more: so what was put last is always in the one that is put together. */
uint32_t wire_put(uint32_t number, const uint8_t *data, uint32_t size)
{
	struct connection *connection = &connections[number];
	uint32_t room, part;

	if (connection->slot != NONE && connection->filled == SLOT) {
		send_slot(number, false);
	}
	if (connection->slot == NONE && !take_slot(number)) {
		return 0;
	}
	room = SLOT - connection->filled;
	part = size < room ? size : room;
	memcpy(slot_memory(connection->slot) + connection->filled, data, part);
	connection->filled += part;
	return part;
}

void wire_flush(uint32_t number, bool is_last)
{
	if (connections[number].slot != NONE) {
		send_slot(number, is_last);
	} else if (is_last) {
		ask(&(struct socket_request){.action = SOCKET_ACTION_SEND,
					     .is_last = true,
					     .socket = number,
					     .number = LAST,
					     .given.index = TENON_BUFFER_NONE});
	}
}

static void free_slot(uint32_t number, uint32_t slot)
{
	owners[slot] = NONE;
	connections[number].passed++;
	free_slots[frees++] = slot;
}

void wire_passed(uint32_t number, uint32_t slot)
{
	static uint32_t next; /* who was starved first is not known, so each begins in turn */

	if (slot >= SLOTS || owners[slot] != number || slot == connections[number].slot) {
		return;
	}
	free_slot(number, slot);
	for (uint32_t i = 0; i < CONNECTIONS && frees > 0; i++) {
		const uint32_t other = (next + i) % CONNECTIONS;

		if (connections[other].is_starved) {
			connections[other].is_starved = false;
			next = other + 1;
			connection_go_on(other);
		}
	}
}

void wire_forget(uint32_t number)
{
	struct connection *connection = &connections[number];

	while (connection->first_held != NONE) {
		const uint32_t place = connection->first_held;

		connection->first_held = held[place].next;
		give_back(&held[place].buffer);
	}
	if (connection->slot != NONE) {
		free_slot(number, connection->slot); /* it was never sent */
		connection->slot = NONE;
	}
	connection->is_starved = false;
}

void wire_reset(void)
{
	frees = 0;
	for (uint32_t slot = 0; slot < SLOTS; slot++) {
		owners[slot] = NONE;
		free_slots[frees++] = slot;
	}
	for (uint32_t number = 0; number < CONNECTIONS; number++) {
		struct connection *connection = &connections[number];

		connection->first_held = connection->slot = NONE;
		connection->begun = connection->passed = 0;
	}
}
