/* SPDX-License-Identifier: MIT
 * Sends back what it gets, over TCP and UDP, for as many as there are sockets, while the card's driver is restarted again and again.
 *
 * State: what came and was not sent back yet, in order, for want of memory to send it from.
 */
#include "component.h"

#include <tenon/string.h>

#define SOCKETS    64u
#define STREAMS    0u /* the socket that listens */
#define DATAGRAMS  1u
#define PORT       7u                   /* RFC 862 */
#define LAST       UINT32_C(0x80000000) /* in the number of a send: the end of a connection */
#define RESTART_NS UINT64_C(200000000)
#define RESTARTS   10u
#define SENDS      128u /* the limit `sends` */
#define WAITING    (NET_IN_COUNT + SOCKETS)

static struct socket_event waiting[WAITING];
static uint32_t count, sending, restarts, connections, datagrams, lost;
static uint64_t bytes;

static void ask(enum socket_action action, uint32_t socket)
{
	const struct socket_request request = {.action = action,
					       .socket = socket,
					       .other = STREAMS,
					       .address.port = PORT,
					       .given.index = TENON_BUFFER_NONE};

	CHECK(
	    net_requests_send(&request)); /* a session has room for more than there are sockets and buffers */
}

static void give_back(const struct tenon_buffer *given)
{
	const struct socket_request request = {.action = SOCKET_ACTION_RETURNED, .given = *given};

	CHECK(net_requests_send(&request));
}

/* False: there is no memory now. */
static bool answer(const struct socket_event *event)
{
	struct socket_request request = {.action = SOCKET_ACTION_SEND,
					 .socket = event->socket,
					 .number = LAST | event->socket,
					 .is_last = event->kind == SOCKET_KIND_ENDED,
					 .address = event->address,
					 .given.index = TENON_BUFFER_NONE};
	struct tenon_buffer out;

	if (sending == SENDS) {
		return false;
	}
	if (event->kind == SOCKET_KIND_RECEIVED) {
		if (!net_out_allocate(&out)) {
			return false;
		}
		out.offset = 0;
		out.length = event->given.length;
		memcpy(net_out_write(&out), net_in_read(&event->given), out.length);
		give_back(&event->given);
		request.number = out.index;
		request.data.offset = (uint64_t)out.index * NET_OUT_SIZE;
		request.data.length = out.length;
		bytes += out.length;
		datagrams += event->socket == DATAGRAMS;
	}
	CHECK(net_requests_send(&request));
	sending++;
	return true;
}

static void answer_waiting(void)
{
	uint32_t done = 0;

	while (done < count && answer(&waiting[done])) {
		done++;
	}
	count -= done;
	memmove(waiting, waiting + done, count * sizeof *waiting);
}

static void forget(uint32_t socket)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (waiting[i].socket != socket) {
			waiting[kept++] = waiting[i];
		} else if (waiting[i].kind == SOCKET_KIND_RECEIVED) {
			give_back(&waiting[i].given);
		}
	}
	count = kept;
}

static void take_sent(const struct socket_event *event)
{
	CHECK(event->outcome == SOCKET_OUTCOME_OK || event->outcome == SOCKET_OUTCOME_LOST);
	sending--;
	if ((event->number & LAST) == 0) {
		const struct tenon_buffer out = {.index = event->number};

		net_out_release(&out);
	} else if (event->outcome == SOCKET_OUTCOME_OK) {
		ask(SOCKET_ACTION_CLOSE, event->socket);
	}
}

static void take_closed(const struct socket_event *event)
{
	CHECK(event->socket > DATAGRAMS && event->socket < SOCKETS);
	connections++;
	lost += event->outcome != SOCKET_OUTCOME_OK;
	forget(event->socket);
	ask(SOCKET_ACTION_ACCEPT, event->socket);
}

void net_events(void)
{
	struct socket_event event;

	tenon_batch_begin();
	while (net_events_receive(&event)) {
		switch (event.kind) {
		case SOCKET_KIND_RECEIVED:
		case SOCKET_KIND_ENDED:
			CHECK(count < WAITING);
			waiting[count++] = event;
			break;
		case SOCKET_KIND_SENT:
			take_sent(&event);
			break;
		case SOCKET_KIND_CLOSED:
			take_closed(&event);
			break;
		case SOCKET_KIND_LISTENING:
		case SOCKET_KIND_OPENED:
			log_info("%s at %u", event.kind == SOCKET_KIND_OPENED ? "datagrams" : "connections",
				 event.address.port);
			break;
		case SOCKET_KIND_ACCEPTED:
		case SOCKET_KIND_CONNECTED:
		case SOCKET_KIND_JOINED:
		case SOCKET_KIND_LEFT:
		case SOCKET_KIND_FOUND:
			break;
		}
		answer_waiting();
	}
	tenon_batch_end();
}

void net_requests_room(void)
{
}

void net_session(bool open)
{
	count = sending = 0;
	if (!open) {
		return;
	}
	ask(SOCKET_ACTION_LISTEN, STREAMS);
	ask(SOCKET_ACTION_OPEN, DATAGRAMS);
	for (uint32_t i = DATAGRAMS + 1; i < SOCKETS; i++) {
		ask(SOCKET_ACTION_ACCEPT, i);
	}
}

/* The driver starts anew as long as somebody is served; what was served is told when nobody was for a while. */
void look(void)
{
	static uint64_t told, before;

	if (bytes != before && restarts < RESTARTS) {
		restarts++;
		CHECK(supervisor_restart("card") == SUPERVISOR_OK);
	} else if (bytes != told) {
		told = bytes;
		log_info("%u connections, %u lost, %u datagrams, %llu bytes; the driver began anew %u times",
			 connections, lost, datagrams, (unsigned long long)bytes, restarts);
	}
	before = bytes;
	look_at(clock_ns() + RESTART_NS);
}

void component_start(void)
{
	look_at(clock_ns() + RESTART_NS);
}
