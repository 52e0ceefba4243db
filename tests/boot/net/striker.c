/* SPDX-License-Identifier: MIT
 * Restarts the card's driver and `net` in turns, as often as a datagram to its port says, and answers each with how often it was.
 */
#include "component.h"

#include <tenon/string.h>

#define PORT    9u
#define STEP_NS UINT64_C(100000000)
#define MOST    10000u

static uint32_t strikes, wanted;
static bool is_sending;

static void send_count(const struct socket_address *to)
{
	const struct tenon_buffer first = {.length = sizeof strikes};
	const struct socket_request request = {.action = SOCKET_ACTION_SEND,
					       .address = *to,
					       .data.length = sizeof strikes,
					       .given.index = TENON_BUFFER_NONE};

	if (is_sending) {
		return; /* asked for again */
	}
	memcpy(net_out_write(&first), &strikes, sizeof strikes);
	is_sending = true;
	CHECK(net_requests_send(&request));
}

static void take(const struct socket_event *event)
{
	const struct socket_request request = {.action = SOCKET_ACTION_RETURNED, .given = event->given};
	uint32_t more;

	if (event->given.length == sizeof more) {
		memcpy(&more, net_in_read(&event->given), sizeof more);
		if (wanted == 0 && more > 0) {
			strike_at(clock_ns() + STEP_NS);
		}
		wanted = more < MOST ? more : MOST;
		send_count(&event->address);
	}
	CHECK(net_requests_send(&request));
}

void net_events(void)
{
	struct socket_event event;

	while (net_events_receive(&event)) {
		if (event.kind == SOCKET_KIND_RECEIVED) {
			take(&event);
		} else if (event.kind == SOCKET_KIND_SENT) {
			is_sending = false;
		}
	}
}

void net_requests_room(void)
{
}

void net_session(bool open)
{
	const struct socket_request request = {
	    .action = SOCKET_ACTION_OPEN, .address.port = PORT, .given.index = TENON_BUFFER_NONE};

	is_sending = false;
	if (open) {
		CHECK(net_requests_send(&request));
	}
}

void strike(void)
{
	CHECK(supervisor_restart(strikes % 2 == 0 ? "card" : "net") == SUPERVISOR_OK);
	if (++strikes < wanted) {
		strike_at(clock_ns() + STEP_NS);
	} else {
		log_info("%u times", strikes);
	}
}
