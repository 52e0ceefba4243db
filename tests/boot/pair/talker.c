/* SPDX-License-Identifier: MIT
 * Sends bytes to the other machine, and looks at each that the other sends. Both run this: who one is and who the other, the addresses say that
 * their cards have, which differ in one bit.
 */
#include "component.h"

#include <tenon/string.h>

#define LISTENING 0u
#define FROM      1u
#define TO        2u
#define PORT      4000u
#define DIFFERENT 1u /* the bit of the last byte of the address: 52:54:00:12:34:56 and :57 */
#define LAST      UINT32_C(0x80000000) /* in the number of a send: nothing comes after it */
#define LOOK_NS   UINT64_C(200000000)

_Static_assert(NET_OUT_COUNT < 128, "the limit `sends` has room for an end beside all buffers");

/* What is sent: bytes that no two places have in common (xorshift64, George Marsaglia, 2003), other ones each way. */
struct stream {
	uint64_t state;
	uint32_t bytes;
};

static struct stream sent, came;
static struct socket_address other;
static bool is_known, is_connecting, is_connected, is_whole;

static uint8_t next_byte(struct stream *stream)
{
	stream->state ^= stream->state << 13;
	stream->state ^= stream->state >> 7;
	stream->state ^= stream->state << 17;
	stream->bytes++;
	return (uint8_t)(stream->state >> 56);
}

static void ask(enum socket_action action, uint32_t socket)
{
	struct socket_request request = {
	    .action = action, .socket = socket, .other = LISTENING, .given.index = TENON_BUFFER_NONE};

	if (action == SOCKET_ACTION_CONNECT) {
		request.address = other;
	} else if (action == SOCKET_ACTION_LISTEN) {
		request.address.port = PORT;
	}
	CHECK(net_requests_send(&request)); /* there are few, and room for hundreds */
}

/* ---- there --------------------------------------------------------------------------------------- */

static void send_more(void)
{
	struct tenon_buffer out;

	while (is_connected && sent.bytes < PARAMETER_SIZE && net_out_allocate(&out)) {
		struct socket_request request = {
		    .action = SOCKET_ACTION_SEND, .socket = TO, .given.index = TENON_BUFFER_NONE};
		uint8_t *bytes;

		out.offset = 0;
		out.length =
		    PARAMETER_SIZE - sent.bytes < NET_OUT_SIZE ? PARAMETER_SIZE - sent.bytes : NET_OUT_SIZE;
		bytes = net_out_write(&out);
		for (uint32_t i = 0; i < out.length; i++) {
			bytes[i] = next_byte(&sent);
		}
		request.is_last = sent.bytes == PARAMETER_SIZE;
		request.number = out.index | (request.is_last ? LAST : 0);
		request.data.offset = (uint64_t)out.index * NET_OUT_SIZE;
		request.data.length = out.length;
		CHECK(net_requests_send(&request));
	}
}

static void take_sent(const struct socket_event *event)
{
	const struct tenon_buffer out = {.index = event->number & ~LAST};

	CHECK(event->outcome == SOCKET_OUTCOME_OK);
	if (event->socket != TO) {
		return; /* the end of what comes from the other */
	}
	net_out_release(&out);
	if ((event->number & LAST) != 0) {
		log_info("%u bytes went", sent.bytes);
	}
	send_more();
}

/* ---- back ---------------------------------------------------------------------------------------- */

static void take_bytes(const struct socket_event *event)
{
	const struct socket_request back = {.action = SOCKET_ACTION_RETURNED, .given = event->given};
	const uint8_t *bytes = net_in_read(&event->given);

	CHECK(event->socket == FROM);
	for (uint32_t i = 0; i < event->given.length; i++) {
		CHECK(bytes[i] == next_byte(&came));
	}
	CHECK(net_requests_send(&back));
}

static void take_end(const struct socket_event *event)
{
	const struct socket_request end = {
	    .action = SOCKET_ACTION_SEND, .socket = FROM, .is_last = true, .given.index = TENON_BUFFER_NONE};

	if (event->socket != FROM) {
		return; /* which sends nothing but its end */
	}
	CHECK(came.bytes == PARAMETER_SIZE);
	is_whole = true;
	log_info("%u bytes came, each as it was sent", came.bytes);
	CHECK(net_requests_send(&end));
}

/* Before anything came or went it is tried again: the other one may not be there yet. */
static void take_closed(const struct socket_event *event)
{
	if (event->socket == TO && !is_connected) {
		is_connecting = false;
	} else if (event->socket == FROM && came.bytes == 0) {
		ask(SOCKET_ACTION_ACCEPT, FROM);
	} else {
		CHECK(event->outcome == SOCKET_OUTCOME_OK || (event->socket == FROM && is_whole));
	}
}

void net_events(void)
{
	struct socket_event event;

	while (net_events_receive(&event)) {
		switch (event.kind) {
		case SOCKET_KIND_CONNECTED:
			is_connected = true;
			send_more();
			break;
		case SOCKET_KIND_RECEIVED:
			take_bytes(&event);
			break;
		case SOCKET_KIND_ENDED:
			take_end(&event);
			break;
		case SOCKET_KIND_SENT:
			take_sent(&event);
			break;
		case SOCKET_KIND_CLOSED:
			CHECK(event.socket != LISTENING);
			take_closed(&event);
			break;
		case SOCKET_KIND_LISTENING:
		case SOCKET_KIND_ACCEPTED:
		case SOCKET_KIND_OPENED:
		case SOCKET_KIND_JOINED:
		case SOCKET_KIND_LEFT:
		case SOCKET_KIND_FOUND:
			break;
		}
	}
}

void net_requests_room(void)
{
}

void net_session(bool open)
{
	CHECK(open); /* nobody restarts the stack */
}

/* ---- who we are ---------------------------------------------------------------------------------- */

/* An address that nobody else on the cable has (RFC 4862, 5.4). */
static void find_own(void)
{
	enum ip_state_validity validity;
	enum ip_state_role role;
	struct ip_state_end address;
	uint32_t bits;

	for (uint32_t place = 0;
	     !is_known && stack_address(place, &role, &validity, &address, &bits) == IP_STATE_OK; place++) {
		if (role == IP_STATE_ROLE_OWN && validity == IP_STATE_VALIDITY_PREFERRED &&
		    address.bytes[0] == 0xfe && address.bytes[1] == 0x80) {
			memcpy(other.bytes, address.bytes, sizeof other.bytes);
			other.bytes[15] ^= DIFFERENT;
			other.port = PORT;
			sent.state = address.bytes[15];
			came.state = other.bytes[15];
			is_known = true;
		}
	}
}

void look(void)
{
	if (!is_known) {
		find_own();
		if (is_known) { /* not before: what comes is compared with what the other sends */
			ask(SOCKET_ACTION_LISTEN, LISTENING);
			ask(SOCKET_ACTION_ACCEPT, FROM);
		}
	}
	if (is_known && !is_connecting) {
		is_connecting = true;
		ask(SOCKET_ACTION_CONNECT, TO);
	}
	look_at(clock_ns() + LOOK_NS);
}

void component_start(void)
{
	look_at(clock_ns() + LOOK_NS);
}
