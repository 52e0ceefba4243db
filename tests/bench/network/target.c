/* SPDX-License-Identifier: MIT
 * Echoes datagrams, takes what is sent and sends as much as is wanted, and marks what is counted, as host.py says (protocol.h).
 *
 * Of its pool the first buffers are answers to datagrams, the others are parts of what is sent: which ones the stack has, the sets say.
 */
#include "component.h"
#include "protocol.h"

#include "../support/measure.h"

#include <tenon/string.h>

enum { DATAGRAMS, SINKS, SOURCES, SINK, SOURCE };
#define ANSWERS   32u
#define PART      (16u * 1024u)
#define PARTS     ((NET_OUT_COUNT - ANSWERS) * NET_OUT_SIZE / PART)
#define LAST      UINT32_MAX /* the number of a send that ends a connection */
#define SECOND_NS UINT64_C(1000000000)

static uint32_t free_answers[ANSWERS], answers, free_parts[PARTS], parts;
static uint32_t left;    /* bytes for who listens */
static uint32_t passing; /* parts of them that are not acknowledged yet */
static bool is_sending;
static struct socket_event rest; /* the order to rest, whose answer waits */

static void ask(enum socket_action action, uint32_t socket, uint32_t other, uint16_t port)
{
	const struct socket_request request = {.action = action,
					       .socket = socket,
					       .other = other,
					       .address.port = port,
					       .given.index = TENON_BUFFER_NONE};

	CHECK(net_requests_send(&request)); /* fewer are on their way than there are entries */
}

static void end(uint32_t socket)
{
	const struct socket_request request = {.action = SOCKET_ACTION_SEND,
					       .is_last = true,
					       .socket = socket,
					       .number = LAST,
					       .given.index = TENON_BUFFER_NONE};

	CHECK(net_requests_send(&request));
}

/* ---- datagrams ----------------------------------------------------------------------------------- */

/* Sends it back, and its buffer with the same entry. Where all answers are on their way it is lost, as datagrams may be. */
static void answer(const struct socket_event *event)
{
	const struct tenon_buffer first = {.length = NET_OUT_SIZE};
	struct socket_request request = {.action = SOCKET_ACTION_RETURNED, .given = event->given};

	if (answers > 0 && event->given.length <= NET_OUT_SIZE) {
		const uint32_t slot = free_answers[--answers];

		request.action = SOCKET_ACTION_SEND;
		request.socket = DATAGRAMS;
		request.number = slot;
		request.address = event->address;
		request.data =
		    (struct socket_run){.offset = slot * NET_OUT_SIZE, .length = event->given.length};
		memcpy((uint8_t *)net_out_write(&first) + request.data.offset, net_in_read(&event->given),
		       event->given.length);
	}
	CHECK(net_requests_send(&request));
}

static void say_memory(void)
{
	const struct tenon_ipc memory =
	    tenon_operate(TENON_OP_INSPECT, SLOT_INSPECTOR, TENON_INSPECT_MEMORY, 0, 0, 0);

	CHECK(memory.status == TENON_OK);
	log_info("bench: appliance_memory %llu bytes",
		 (unsigned long long)(memory.word[2] + memory.word[3] + memory.word[4]));
}

static void follow(const struct socket_event *event, const uint8_t *order, uint32_t bytes)
{
	char text[ORDER_MOST + 1];

	switch (order[0]) {
	case ORDER_ARM:
		measure_begin(clock_ns);
		say_memory();
		break;
	case ORDER_SOURCE:
		left = order_number(order);
		break;
	case ORDER_BEGIN:
		mark_row(true, order[1]);
		break;
	case ORDER_END:
		mark_row(false, order[1]);
		break;
	case ORDER_REST:
		rest = *event;
		rested_at(clock_ns() + REST_SECONDS * SECOND_NS);
		mark_row(true, order[1]);
		return;
	case ORDER_SAY:
		memcpy(text, order + ORDER_HEAD, bytes - ORDER_HEAD);
		text[bytes - ORDER_HEAD] = '\0';
		log_info("bench: %s", text);
		break;
	case ORDER_QUIT:
		(void)power_end(0); /* does not come back when it succeeds */
		break;
	default: /* of those who serve themselves */
		break;
	}
	answer(event);
}

void rested(void)
{
	mark_row(false, ((const uint8_t *)net_in_read(&rest.given))[1]);
	answer(&rest);
}

static void take_datagram(const struct socket_event *event)
{
	if (event->given.length == ECHO || event->given.length < ORDER_HEAD ||
	    event->given.length > ORDER_MOST) {
		answer(event);
	} else {
		follow(event, net_in_read(&event->given), event->given.length);
	}
}

/* ---- connections --------------------------------------------------------------------------------- */

static void send_parts(void)
{
	while (is_sending && left > 0 && parts > 0) {
		const uint32_t part = free_parts[--parts], bytes = left < PART ? left : PART;
		const struct socket_request request = {
		    .action = SOCKET_ACTION_SEND,
		    .is_last = bytes == left,
		    .socket = SOURCE,
		    .number = ANSWERS + part,
		    .data = {.offset = ANSWERS * NET_OUT_SIZE + part * PART, .length = bytes},
		    .given.index = TENON_BUFFER_NONE};

		CHECK(net_requests_send(&request));
		left -= bytes;
		passing++;
	}
}

static void take_sent(const struct socket_event *event)
{
	if (event->number == LAST) {
		ask(SOCKET_ACTION_CLOSE, event->socket, 0, 0);
	} else if (event->number < ANSWERS) {
		free_answers[answers++] = event->number;
	} else {
		free_parts[parts++] = event->number - ANSWERS;
		passing--;
		send_parts();
		if (is_sending && left == 0 && passing == 0) {
			is_sending = false;
			ask(SOCKET_ACTION_CLOSE, SOURCE, 0, 0);
		}
	}
}

static void take(const struct socket_event *event)
{
	switch (event->kind) {
	case SOCKET_KIND_RECEIVED:
		if (event->socket == DATAGRAMS) {
			take_datagram(event);
		} else {
			const struct socket_request request = {.action = SOCKET_ACTION_RETURNED,
							       .given = event->given};

			CHECK(net_requests_send(&request));
		}
		break;
	case SOCKET_KIND_ACCEPTED:
		is_sending = is_sending || event->socket == SOURCE;
		send_parts();
		break;
	case SOCKET_KIND_ENDED:
		if (event->socket == SINK) {
			end(SINK);
		}
		break;
	case SOCKET_KIND_SENT:
		take_sent(event);
		break;
	case SOCKET_KIND_CLOSED:
		CHECK(event->socket == SINK || event->socket == SOURCE);
		ask(SOCKET_ACTION_ACCEPT, event->socket, event->socket == SINK ? SINKS : SOURCES, 0);
		break;
	case SOCKET_KIND_OPENED:
		log_info("ready at port %u", event->address.port);
		break;
	case SOCKET_KIND_LISTENING:
	case SOCKET_KIND_CONNECTED:
	case SOCKET_KIND_JOINED:
	case SOCKET_KIND_LEFT:
	case SOCKET_KIND_FOUND:
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
	CHECK(open); /* nobody restarts the stack here */
	ask(SOCKET_ACTION_OPEN, DATAGRAMS, 0, PORT_ECHO);
	ask(SOCKET_ACTION_LISTEN, SINKS, 0, PORT_SINK);
	ask(SOCKET_ACTION_LISTEN, SOURCES, 0, PORT_SOURCE);
	ask(SOCKET_ACTION_ACCEPT, SINK, SINKS, 0);
	ask(SOCKET_ACTION_ACCEPT, SOURCE, SOURCES, 0);
}

void component_start(void)
{
	while (answers < ANSWERS) {
		free_answers[answers] = answers;
		answers++;
	}
	while (parts < PARTS) {
		free_parts[parts] = parts;
		parts++;
	}
}
