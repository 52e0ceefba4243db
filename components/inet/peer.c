/* SPDX-License-Identifier: MIT
 * See peer.h. There is one socket, and one buffer for what is sent, after another.
 */
#include "peer.h"

#include <tenon/string.h>

#define SOCKET    0u
#define NAME_MOST 253u

static const char *server;
static struct socket_address address; /* its port is there from the beginning */
static bool is_open, is_known, is_asked, is_sending;
static bool is_out[NET_OUT_COUNT]; /* buffers that were handed out */

void peer_is(const char *name, uint16_t port)
{
	server = name;
	address.port = port;
}

bool peer_is_ready(void)
{
	return is_open && is_known;
}

/* The bytes in a buffer of the pool, named by `number`. False: there is none, or no session. */
static bool ask_with(enum socket_action action, const void *data, uint32_t size)
{
	struct socket_request request = {
	    .action = action, .socket = SOCKET, .address = address, .given.index = TENON_BUFFER_NONE};
	struct tenon_buffer out;

	if (size > NET_OUT_SIZE || !net_out_allocate(&out)) {
		return false;
	}
	out.offset = 0;
	out.length = size;
	memcpy(net_out_write(&out), data, size);
	request.number = out.index;
	request.data.offset = (uint64_t)out.index * NET_OUT_SIZE;
	request.data.length = size;
	if (!net_requests_send(&request)) {
		net_out_release(&out);
		return false;
	}
	is_out[out.index] = true;
	return true;
}

void peer_look_up(void)
{
	const size_t length = strnlen(server, NAME_MOST + 1);

	is_known = false;
	if (!is_asked && length > 0 && length <= NAME_MOST) {
		is_asked = ask_with(SOCKET_ACTION_LOOK_UP, server, (uint32_t)length);
	}
}

bool peer_send(const void *data, uint32_t size)
{
	if (!peer_is_ready() || is_sending) {
		return false;
	}
	is_sending = ask_with(SOCKET_ACTION_SEND, data, size);
	return is_sending;
}

/* ---- what the stack says ------------------------------------------------------------------------- */

/* Only what was handed out in this session is taken back: what the stack says is not believed. */
static void release(uint32_t number)
{
	const struct tenon_buffer out = {.index = number};

	if (number < NET_OUT_COUNT && is_out[number]) {
		is_out[number] = false;
		net_out_release(&out);
	}
}

static void take_received(const struct socket_event *event)
{
	const struct socket_request back = {.action = SOCKET_ACTION_RETURNED, .given = event->given};
	const uint8_t *data = event->given.index == TENON_BUFFER_NONE ? NULL : net_in_read(&event->given);

	if (data == NULL) {
		return;
	}
	if (is_known && event->address.port == address.port &&
	    memcmp(event->address.bytes, address.bytes, sizeof address.bytes) == 0) {
		peer_received(data, event->given.length);
	}
	(void)net_requests_send(&back); /* there is room for all buffers; a session that ended has it back */
}

static void take(const struct socket_event *event)
{
	switch (event->kind) {
	case SOCKET_KIND_OPENED:
		is_open = true;
		peer_look_up();
		break;
	case SOCKET_KIND_FOUND:
		is_asked = false;
		release(event->number);
		is_known = event->outcome == SOCKET_OUTCOME_OK;
		memcpy(address.bytes, event->address.bytes, sizeof address.bytes);
		peer_is_told(event->outcome);
		break;
	case SOCKET_KIND_SENT:
		is_sending = false;
		release(event->number);
		peer_is_told(event->outcome);
		break;
	case SOCKET_KIND_RECEIVED:
		take_received(event);
		break;
	case SOCKET_KIND_CLOSED:
		is_open = false;
		log_error("%s: no port of UDP can be had (%u)", net_server_line(), (uint32_t)event->outcome);
		break;
	default:
		break;
	}
}

void net_events(void)
{
	struct socket_event event;

	while (net_events_receive(&event)) {
		take(&event);
	}
}

void net_requests_room(void)
{
}

void net_session(bool open)
{
	const struct socket_request request = {
	    .action = SOCKET_ACTION_OPEN, .socket = SOCKET, .given.index = TENON_BUFFER_NONE};

	const bool was_sending = is_sending;

	is_open = is_known = is_asked = is_sending = false;
	memset(is_out, 0, sizeof is_out); /* the pool begins anew, too */
	if (was_sending) {
		peer_is_told(SOCKET_OUTCOME_LOST);
	}
	if (open) {
		(void)net_requests_send(&request); /* the first of a session has room */
	}
}
