/* SPDX-License-Identifier: MIT
 * Answers each datagram at its port with what the stack holds of its memory, for a client of the host that looks for what was lost.
 */
#include "component.h"

#include <tenon/print.h>
#include <tenon/string.h>

#define SOCKET 0u
#define PORT   9u

static uint32_t count_listed(void)
{
	struct ip_state_end local, remote;
	enum ip_state_protocol protocol;
	enum ip_state_phase phase;
	char owner[64];
	uint32_t waiting, place = 0;

	while (stack_connection(place, &protocol, &phase, &local, &remote, &waiting, owner) == IP_STATE_OK) {
		place++;
	}
	return place;
}

/* Without a buffer the client asks again. */
static void answer(const struct socket_address *client)
{
	struct socket_request request = {.action = SOCKET_ACTION_SEND,
					 .socket = SOCKET,
					 .address = *client,
					 .given.index = TENON_BUFFER_NONE};
	uint32_t blocks, pieces, connections, places;
	struct tenon_buffer out;
	const uint32_t listed = count_listed();

	if (!net_out_allocate(&out)) {
		return;
	}
	CHECK(stack_memory(&blocks, &pieces, &connections, &places) == IP_STATE_OK);
	request.number = out.index;
	request.data.offset = (uint64_t)out.index * NET_OUT_SIZE;
	request.data.length = (uint32_t)tenon_print(net_out_write(&out), NET_OUT_SIZE,
						    "blocks=%u pieces=%u connections=%u listed=%u places=%u",
						    blocks, pieces, connections, listed, places);
	CHECK(net_requests_send(&request));
}

void net_events(void)
{
	struct socket_event event;

	while (net_events_receive(&event)) {
		if (event.kind == SOCKET_KIND_RECEIVED) {
			const struct socket_request back = {.action = SOCKET_ACTION_RETURNED,
							    .given = event.given};

			CHECK(net_requests_send(&back));
			answer(&event.address);
		} else if (event.kind == SOCKET_KIND_SENT) {
			const struct tenon_buffer out = {.index = event.number};

			net_out_release(&out);
		} else {
			CHECK(event.kind == SOCKET_KIND_OPENED);
			log_info("datagrams at %u", event.address.port);
		}
	}
}

void net_requests_room(void)
{
}

void net_session(bool open)
{
	const struct socket_request request = {.action = SOCKET_ACTION_OPEN,
					       .socket = SOCKET,
					       .address.port = PORT,
					       .given.index = TENON_BUFFER_NONE};

	if (open) {
		CHECK(net_requests_send(&request));
	}
}
