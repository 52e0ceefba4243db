/* SPDX-License-Identifier: MIT
 * Sends back what comes over connections of TCP, whose clients send no more before it is back than there are buffers. What came is answered from
 * the buffer of the same number, and returned when that was sent, so memory never lacks.
 */
#include "component.h"

#include <tenon/string.h>

#define SOCKETS 8u /* the first listens */
#define PORT    7u /* RFC 862 */
_Static_assert(NET_OUT_COUNT >= NET_IN_COUNT && NET_OUT_SIZE >= NET_IN_SIZE, "each has its answer's memory");

static struct tenon_buffer came[NET_IN_COUNT]; /* its answer is under way */
static uint64_t bytes;
static uint32_t connections, lost;

static void ask(enum socket_action action, uint32_t socket)
{
	const struct socket_request request = {
	    .action = action, .socket = socket, .address.port = PORT, .given.index = TENON_BUFFER_NONE};

	CHECK(net_requests_send(&request)); /* there is room for more than there are sockets and buffers */
}

static void give_back(const struct tenon_buffer *given)
{
	const struct socket_request request = {.action = SOCKET_ACTION_RETURNED, .given = *given};

	CHECK(net_requests_send(&request));
}

/* What came stays ours until its answer was sent, so that the number is used once. */
static void answer(const struct socket_event *event)
{
	const struct tenon_buffer out = {.index = event->given.index, .length = event->given.length};
	const struct socket_request request = {.action = SOCKET_ACTION_SEND,
					       .socket = event->socket,
					       .number = out.index,
					       .data = {(uint64_t)out.index * NET_OUT_SIZE, out.length},
					       .given.index = TENON_BUFFER_NONE};

	memcpy(net_out_write(&out), net_in_read(&event->given), out.length);
	came[out.index] = event->given;
	bytes += out.length;
	CHECK(net_requests_send(&request));
}

void net_events(void)
{
	struct socket_event event;

	tenon_batch_begin();
	while (net_events_receive(&event)) {
		if (event.kind == SOCKET_KIND_RECEIVED) {
			answer(&event);
		} else if (event.kind == SOCKET_KIND_SENT && event.number < NET_IN_COUNT) {
			give_back(&came[event.number]);
		} else if (event.kind == SOCKET_KIND_ENDED) {
			ask(SOCKET_ACTION_CLOSE, event.socket);
		} else if (event.kind == SOCKET_KIND_CLOSED) {
			connections++;
			lost += event.outcome != SOCKET_OUTCOME_OK;
			log_info("%u connections, %u lost, %llu bytes", connections, lost,
				 (unsigned long long)bytes);
			ask(SOCKET_ACTION_ACCEPT, event.socket);
		} else if (event.kind == SOCKET_KIND_LISTENING) {
			log_info("connections at %u", event.address.port);
		}
	}
	tenon_batch_end();
}

void net_requests_room(void)
{
}

void net_session(bool open)
{
	if (open) {
		ask(SOCKET_ACTION_LISTEN, 0);
		for (uint32_t i = 1; i < SOCKETS; i++) {
			ask(SOCKET_ACTION_ACCEPT, i);
		}
	}
}
