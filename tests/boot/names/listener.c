/* SPDX-License-Identifier: MIT
 * Hears groups: joins two, says so to the host, counts what it hears, leaves, and tries what it must not.
 */
#include "component.h"

#include <tenon/string.h>

#define PORT   5000u
#define GROUP  {{[10] = 0xff, [11] = 0xff, 239, 1, 2, 3}, 0}
#define GROUP6 {{[0] = 0xff, [1] = 2, [13] = 4, [15] = 5}, 0}
#define OTHER  {{[10] = 0xff, [11] = 0xff, 239, 1, 2, 4}, 0}
#define HOST   {{[10] = 0xff, [11] = 0xff, 10, 0, 2, 2}, 5001}
#define WANTED 2u

static uint32_t heard, others;

static void ask(enum socket_action action, struct socket_address address)
{
	const struct socket_request request = {
	    .action = action, .address = address, .given.index = TENON_BUFFER_NONE};

	CHECK(net_requests_send(&request));
}

static void say_to_host(const char *text)
{
	struct socket_request request = {
	    .action = SOCKET_ACTION_SEND, .address = HOST, .given.index = TENON_BUFFER_NONE};
	struct tenon_buffer out;

	CHECK(net_out_allocate(&out));
	out.offset = 0;
	out.length = (uint32_t)strlen(text);
	memcpy(net_out_write(&out), text, out.length);
	request.number = out.index;
	request.data.offset = (uint64_t)out.index * NET_OUT_SIZE;
	request.data.length = out.length;
	CHECK(net_requests_send(&request));
}

static void hear(const struct socket_event *event)
{
	const char *text = net_in_read(&event->given);
	const struct socket_request back = {.action = SOCKET_ACTION_RETURNED, .given = event->given};

	if (event->given.length >= 9 &&
	    (memcmp(text, "239.1.2.3", 9) == 0 || memcmp(text, "ff02::4:5", 9) == 0)) {
		heard++;
	} else {
		others++;
	}
	CHECK(net_requests_send(&back));
	if (heard == WANTED) {
		log_info("%u heard, %u of other groups", heard, others);
		ask(SOCKET_ACTION_LEAVE, (struct socket_address)GROUP);
		ask(SOCKET_ACTION_LEAVE, (struct socket_address)GROUP6);
	}
}

void net_events(void)
{
	struct socket_event event;
	static uint32_t joined;

	while (net_events_receive(&event)) {
		const struct tenon_buffer out = {.index = event.number};

		switch (event.kind) {
		case SOCKET_KIND_RECEIVED:
			hear(&event);
			break;
		case SOCKET_KIND_SENT:
			net_out_release(&out);
			break;
		case SOCKET_KIND_JOINED:
			joined += event.outcome == SOCKET_OUTCOME_OK;
			if (event.outcome == SOCKET_OUTCOME_NOT_PERMITTED) {
				log_info("%u groups, and one that it may not", joined);
				say_to_host("joined");
			}
			break;
		case SOCKET_KIND_LEFT:
			log_info("left: %u", (uint32_t)event.outcome);
			break;
		default:
			break;
		}
	}
}

void net_requests_room(void)
{
}

void net_session(bool open)
{
	if (!open) {
		return;
	}
	ask(SOCKET_ACTION_OPEN, (struct socket_address){.port = PORT});
	ask(SOCKET_ACTION_JOIN, (struct socket_address)GROUP);
	ask(SOCKET_ACTION_JOIN, (struct socket_address)GROUP6);
	ask(SOCKET_ACTION_JOIN, (struct socket_address)GROUP);
	ask(SOCKET_ACTION_JOIN, (struct socket_address)OTHER);
}
