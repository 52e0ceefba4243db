/* SPDX-License-Identifier: MIT
 * The server: what comes over connections is counted and forgotten. See iperf.h.
 */
#include "iperf.h"

#include <tenon/string.h>

#define LAST       UINT32_C(0x80000000) /* in the number of a send: an end without a buffer */
#define NS_OF_MS   UINT64_C(1000000)
#define NS_OF_S    UINT64_C(1000000000)
#define HAS_WISH   UINT32_C(0x80000000)
#define RUN_NOW    1u
#define NS_OF_10MS UINT64_C(10000000)

static struct stream {
	struct socket_address peer;
	uint64_t bytes, begun_ns;
	uint8_t first[WISH_BYTES];
} streams[SOCKETS];
static bool is_out[NET_OUT_COUNT]; /* buffers that were handed out */

/* ---- sockets -------------------------------------------------------------------------------------- */

void iperf_ask(enum socket_action action, uint32_t socket, const struct socket_address *address)
{
	struct socket_request request = {
	    .action = action, .socket = socket, .other = LISTENER, .given.index = TENON_BUFFER_NONE};

	if (address != NULL) {
		request.address = *address;
	}
	(void)net_requests_send(&request); /* without a session nothing is to be asked */
}

void *iperf_buffer(uint32_t *number)
{
	struct tenon_buffer out;

	if (!net_out_allocate(&out)) {
		return NULL;
	}
	out.offset = 0;
	out.length = NET_OUT_SIZE;
	*number = out.index;
	is_out[out.index] = true;
	return net_out_write(&out);
}

/* Only what was handed out in this session is taken back: what the stack says is not believed. */
static void release(uint32_t number)
{
	const struct tenon_buffer out = {.index = number};

	if (number < NET_OUT_COUNT && is_out[number]) {
		is_out[number] = false;
		net_out_release(&out);
	}
}

void iperf_send(uint32_t socket, uint32_t number, uint32_t size, bool is_last,
		const struct socket_address *to)
{
	struct socket_request request = {.action = SOCKET_ACTION_SEND,
					 .socket = socket,
					 .number = size > 0 ? number : LAST,
					 .is_last = is_last,
					 .data = {(uint64_t)number * NET_OUT_SIZE, size},
					 .given.index = TENON_BUFFER_NONE};

	if (size == 0) {
		request.data.offset = 0;
	}
	if (to != NULL) {
		request.address = *to;
	}
	(void)net_requests_send(&request);
}

/* ---- wishes --------------------------------------------------------------------------------------- */

static uint32_t get32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Words of 32 bits: flags, threads, port, length of a buffer, window, and an amount: of bytes, or negative, of hundredths of a second. */
void wish_read(const uint8_t data[WISH_BYTES], struct wish *wish)
{
	const uint32_t flags = get32(data), port = get32(data + 8), amount = get32(data + 20);

	*wish = (struct wish){.port = (uint16_t)port};
	wish->is_wanted = (flags & HAS_WISH) != 0 && (flags & RUN_NOW) == 0 && port > 0 && port <= UINT16_MAX;
	if (amount > INT32_MAX) {
		wish->ns = (UINT64_C(0x100000000) - amount) * NS_OF_10MS;
	} else {
		wish->bytes = amount;
	}
}

/* ---- streams -------------------------------------------------------------------------------------- */

static void take_received(const struct socket_event *event)
{
	const uint8_t *data = net_in_read(&event->given);
	struct stream *stream = &streams[event->socket];
	const uint32_t size = event->given.length;

	if (data == NULL) {
		return;
	}
	if (event->socket == DATAGRAMS) {
		datagrams_received(data, size, &event->address);
	} else if (event->socket < SOCKETS) {
		if (stream->bytes < WISH_BYTES) {
			const uint32_t room = (uint32_t)(WISH_BYTES - stream->bytes);

			memcpy(stream->first + stream->bytes, data, size < room ? size : room);
		}
		stream->bytes += size;
	}
}

static void give_back(const struct tenon_buffer *given)
{
	const struct socket_request request = {.action = SOCKET_ACTION_RETURNED, .given = *given};

	if (given->index != TENON_BUFFER_NONE) {
		(void)net_requests_send(&request);
	}
}

static void take_end(uint32_t socket)
{
	struct stream *stream = &streams[socket];
	const uint64_t ns = clock_ns() - stream->begun_ns;
	struct wish wish = {.is_wanted = false};

	log_info("tcp: %llu bytes in %llu ms", (unsigned long long)stream->bytes,
		 (unsigned long long)(ns / NS_OF_MS));
	if (stream->bytes >= WISH_BYTES) {
		wish_read(stream->first, &wish);
	}
	iperf_send(socket, 0, 0, true, NULL);
	if (wish.is_wanted) {
		stream->peer.port = wish.port;
		if (!back_begin(&stream->peer, &wish)) {
			log_warning("too many clients want to be sent something");
		}
	}
}

static void take_sent(const struct socket_event *event)
{
	release(event->number);
	if (event->socket >= BACK) {
		back_sent(event->socket, event->number != LAST);
	} else if (event->number == LAST) {
		iperf_ask(SOCKET_ACTION_CLOSE, event->socket, NULL);
	}
}

static void take_closed(const struct socket_event *event)
{
	if (event->socket >= BACK) {
		back_closed(event->socket);
	} else if (event->socket >= STREAMS) {
		iperf_ask(SOCKET_ACTION_ACCEPT, event->socket, NULL);
	} else {
		log_error("%s: port %u cannot be had (%u)", net_server_line(), PARAMETER_PORT,
			  (uint32_t)event->outcome);
	}
}

static void take(const struct socket_event *event)
{
	if (event->socket >= ALL) {
		return;
	}
	switch (event->kind) {
	case SOCKET_KIND_LISTENING:
		log_info("at port %u", event->address.port);
		break;
	case SOCKET_KIND_ACCEPTED:
		if (event->socket < SOCKETS) {
			streams[event->socket] =
			    (struct stream){.peer = event->address, .begun_ns = clock_ns()};
		}
		break;
	case SOCKET_KIND_CONNECTED:
		if (event->socket >= BACK) {
			back_connected(event->socket);
		}
		break;
	case SOCKET_KIND_RECEIVED:
		take_received(event);
		give_back(&event->given);
		break;
	case SOCKET_KIND_ENDED:
		if (event->socket >= STREAMS && event->socket < SOCKETS) {
			take_end(event->socket);
		}
		break;
	case SOCKET_KIND_SENT:
		take_sent(event);
		break;
	case SOCKET_KIND_CLOSED:
		take_closed(event);
		break;
	default:
		break;
	}
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

void net_session(bool open)
{
	const struct socket_address at = {.port = PARAMETER_PORT};

	back_forget();
	memset(is_out, 0, sizeof is_out); /* the pool begins anew, too */
	if (!open) {
		return;
	}
	iperf_ask(SOCKET_ACTION_LISTEN, LISTENER, &at);
	iperf_ask(SOCKET_ACTION_OPEN, DATAGRAMS, &at);
	for (uint32_t socket = STREAMS; socket < SOCKETS; socket++) {
		iperf_ask(SOCKET_ACTION_ACCEPT, socket, NULL);
	}
}
