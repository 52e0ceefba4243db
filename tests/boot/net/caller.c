/* SPDX-License-Identifier: MIT
 * Connects to the other stack on the same card, and sends bytes that are to come back: the frames of both never leave `net`.
 */
#include "component.h"

#include <tenon/string.h>

#define BYTES  65536u
#define PIECE  1024u
#define PIECES 4u /* under way, each in a buffer of its own */

static uint32_t sent, came;

static uint8_t byte_of(uint32_t at)
{
	return (uint8_t)(at * 7 + at / 256);
}

static void ask(struct socket_request request)
{
	CHECK(net_requests_send(&request)); /* there is room for more than is under way */
}

/* From the buffer of that number, which is free. */
static void send_piece(uint32_t number)
{
	const struct tenon_buffer out = {.index = number, .length = PIECE};
	uint8_t *at = net_out_write(&out);

	if (sent == BYTES) {
		return;
	}
	for (uint32_t i = 0; i < PIECE; i++) {
		at[i] = byte_of(sent + i);
	}
	sent += PIECE;
	ask((struct socket_request){.action = SOCKET_ACTION_SEND,
				    .number = number,
				    .data = {(uint64_t)number * NET_OUT_SIZE, PIECE},
				    .given.index = TENON_BUFFER_NONE});
}

static void take(const struct tenon_buffer *given)
{
	const uint8_t *at = net_in_read(given);

	for (uint32_t i = 0; i < given->length; i++) {
		CHECK(at[i] == byte_of(came + i));
	}
	came += given->length;
	ask((struct socket_request){.action = SOCKET_ACTION_RETURNED, .given = *given});
	if (came == BYTES) {
		log_info("%u bytes came back", came);
		ask((struct socket_request){.action = SOCKET_ACTION_CLOSE, .given.index = TENON_BUFFER_NONE});
	}
}

static void connect(void)
{
	static const struct socket_address echo = {.bytes = {[10] = 0xff, [11] = 0xff, 10, 0, 2, 15},
						   .port = 7};

	ask((struct socket_request){
	    .action = SOCKET_ACTION_CONNECT, .address = echo, .given.index = TENON_BUFFER_NONE});
}

void net_events(void)
{
	struct socket_event event;

	while (net_events_receive(&event)) {
		if (event.kind == SOCKET_KIND_CONNECTED) {
			for (uint32_t i = 0; i < PIECES; i++) {
				send_piece(i);
			}
		} else if (event.kind == SOCKET_KIND_SENT) {
			send_piece(event.number);
		} else if (event.kind == SOCKET_KIND_RECEIVED) {
			take(&event.given);
		} else if (event.kind == SOCKET_KIND_CLOSED && came < BYTES) {
			CHECK(sent == 0); /* nobody was there yet */
			connect();
		}
	}
}

void net_requests_room(void)
{
}

void net_session(bool open)
{
	if (open) {
		connect();
	}
}
