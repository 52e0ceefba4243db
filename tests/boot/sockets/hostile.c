/* SPDX-License-Identifier: MIT
 * Asks for what it must not have, then for anything, and does not listen in between. What it is answered is checked; that others are served
 * the clients of the host see.
 */
#include "component.h"

#include <tenon/string.h>

#define REQUESTS 20000u
#define PORT     9u /* its own */
#define SOCKETS  64u

struct step {
	struct socket_request request;
	struct socket_event event;
};

#define GROUP  {{[10] = 0xff, [11] = 0xff, 224, 0, 0, 251}, 0}
#define ROUTER {{[10] = 0xff, [11] = 0xff, 10, 0, 2, 2}, 53}

/* One after the other, with the one answer to each. Sockets 0 and 1 are there in the middle. */
static const struct step steps[] = {
    {{.action = SOCKET_ACTION_LISTEN, .address.port = 7},
     {.kind = SOCKET_KIND_CLOSED, .outcome = SOCKET_OUTCOME_NOT_PERMITTED}},
    {{.action = SOCKET_ACTION_LISTEN, .address.port = 0},
     {.kind = SOCKET_KIND_CLOSED, .outcome = SOCKET_OUTCOME_NOT_PERMITTED}},
    {{.action = SOCKET_ACTION_OPEN, .address.port = 7},
     {.kind = SOCKET_KIND_CLOSED, .outcome = SOCKET_OUTCOME_NOT_PERMITTED}},
    {{.action = SOCKET_ACTION_CONNECT, .address = ROUTER},
     {.kind = SOCKET_KIND_CLOSED, .outcome = SOCKET_OUTCOME_NOT_PERMITTED}},
    {{.action = SOCKET_ACTION_ECHO}, {.kind = SOCKET_KIND_CLOSED, .outcome = SOCKET_OUTCOME_NOT_PERMITTED}},
    {{.action = SOCKET_ACTION_LOOK_UP, .data = {0, 4}},
     {.kind = SOCKET_KIND_FOUND, .outcome = SOCKET_OUTCOME_MALFORMED}}, /* four zeroes */
    {{.action = SOCKET_ACTION_LOOK_UP, .data = {0, 300}},
     {.kind = SOCKET_KIND_FOUND, .outcome = SOCKET_OUTCOME_MALFORMED}},
    {{.action = SOCKET_ACTION_LOOK_UP, .data = {UINT64_MAX, 2}},
     {.kind = SOCKET_KIND_FOUND, .outcome = SOCKET_OUTCOME_MALFORMED}},
    {{.action = SOCKET_ACTION_JOIN}, {.kind = SOCKET_KIND_JOINED, .outcome = SOCKET_OUTCOME_MALFORMED}},
    {{.action = SOCKET_ACTION_ACCEPT, .other = 5},
     {.kind = SOCKET_KIND_CLOSED, .outcome = SOCKET_OUTCOME_MALFORMED}},
    {{.action = SOCKET_ACTION_ACCEPT, .other = UINT32_MAX},
     {.kind = SOCKET_KIND_CLOSED, .outcome = SOCKET_OUTCOME_MALFORMED}},
    {{.action = SOCKET_ACTION_ACCEPT, .socket = SOCKETS},
     {.kind = SOCKET_KIND_CLOSED, .outcome = SOCKET_OUTCOME_QUOTA, .socket = SOCKETS}},
    {{.action = SOCKET_ACTION_SEND, .socket = UINT32_MAX, .number = 5},
     {.kind = SOCKET_KIND_SENT, .outcome = SOCKET_OUTCOME_QUOTA, .socket = UINT32_MAX, .number = 5}},
    {{.action = SOCKET_ACTION_SEND, .number = 6},
     {.kind = SOCKET_KIND_SENT, .outcome = SOCKET_OUTCOME_LOST, .number = 6}},
    {{.action = SOCKET_ACTION_LISTEN, .address.port = PORT},
     {.kind = SOCKET_KIND_LISTENING, .outcome = SOCKET_OUTCOME_OK}},
    {{.action = SOCKET_ACTION_LISTEN, .address.port = PORT},
     {.kind = SOCKET_KIND_CLOSED, .outcome = SOCKET_OUTCOME_IN_USE, .socket = UINT32_MAX}},
    {{.action = SOCKET_ACTION_LISTEN, .socket = 1, .address.port = PORT},
     {.kind = SOCKET_KIND_CLOSED, .outcome = SOCKET_OUTCOME_IN_USE, .socket = 1}},
    {{.action = SOCKET_ACTION_SEND, .data.length = 1},
     {.kind = SOCKET_KIND_SENT, .outcome = SOCKET_OUTCOME_MALFORMED}},
    {{.action = SOCKET_ACTION_OPEN, .socket = 1, .address.port = PORT},
     {.kind = SOCKET_KIND_OPENED, .outcome = SOCKET_OUTCOME_OK, .socket = 1}},
    {{.action = SOCKET_ACTION_JOIN, .socket = 1, .address = ROUTER},
     {.kind = SOCKET_KIND_JOINED, .outcome = SOCKET_OUTCOME_MALFORMED, .socket = 1}},
    {{.action = SOCKET_ACTION_JOIN, .socket = 1, .address = GROUP},
     {.kind = SOCKET_KIND_JOINED, .outcome = SOCKET_OUTCOME_NOT_PERMITTED, .socket = 1}},
    {{.action = SOCKET_ACTION_LEAVE, .socket = 1, .address = GROUP},
     {.kind = SOCKET_KIND_LEFT, .outcome = SOCKET_OUTCOME_MALFORMED, .socket = 1}},
    {{.action = SOCKET_ACTION_SEND, .socket = 1, .address = ROUTER, .data.length = 1},
     {.kind = SOCKET_KIND_SENT, .outcome = SOCKET_OUTCOME_NOT_PERMITTED, .socket = 1}},
    {{.action = SOCKET_ACTION_SEND, .socket = 1, .address = ROUTER, .data = {UINT64_MAX, 2}},
     {.kind = SOCKET_KIND_SENT, .outcome = SOCKET_OUTCOME_MALFORMED, .socket = 1}},
    {{.action = SOCKET_ACTION_SEND,
      .socket = 1,
      .address = ROUTER,
      .data = {NET_OUT_COUNT * NET_OUT_SIZE - 1, 2}},
     {.kind = SOCKET_KIND_SENT, .outcome = SOCKET_OUTCOME_MALFORMED, .socket = 1}},
    {{.action = SOCKET_ACTION_SEND, .socket = 1, .address = ROUTER, .data = {0, UINT32_MAX}},
     {.kind = SOCKET_KIND_SENT, .outcome = SOCKET_OUTCOME_MALFORMED, .socket = 1}},
    {{.action = SOCKET_ACTION_CLOSE, .socket = 1},
     {.kind = SOCKET_KIND_CLOSED, .outcome = SOCKET_OUTCOME_OK, .socket = 1}},
    {{.action = SOCKET_ACTION_CLOSE}, {.kind = SOCKET_KIND_CLOSED, .outcome = SOCKET_OUTCOME_OK}},
};
#define STEPS (sizeof steps / sizeof *steps)

static uint32_t at, right, wrong, requests, state = 1;

static uint32_t draw(void)
{
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static void take_step(void)
{
	struct socket_request request = steps[at].request;

	request.given.index = TENON_BUFFER_NONE;
	CHECK(net_requests_send(&request)); /* one at a time */
}

static void check(const struct socket_event *event)
{
	const struct socket_event *expected = &steps[at].event;

	if (event->kind == expected->kind && event->outcome == expected->outcome &&
	    event->socket == expected->socket &&
	    (event->kind != SOCKET_KIND_SENT || event->number == expected->number)) {
		right++;
	} else {
		wrong++;
		log_error("wrong: step %u: %u with %u of %u", at, (uint32_t)event->kind,
			  (uint32_t)event->outcome, event->socket);
	}
}

/* What it may see of others it sees; there is no place behind the last one. */
static void look_at_all(void)
{
	struct ip_state_end local, remote;
	enum ip_state_role role;
	enum ip_state_validity validity;
	enum ip_state_protocol protocol;
	enum ip_state_phase phase;
	uint32_t bits, waiting, places = 0;
	char owner[64];
	bool has_echo = false;

	while (stack_connection(places, &protocol, &phase, &local, &remote, &waiting, owner) == IP_STATE_OK) {
		has_echo |= strcmp(owner, "echo") == 0 && local.port == 7;
		places++;
	}
	log_info("others are %s, and behind place %u is %s", has_echo ? "seen" : "not seen", places,
		 stack_connection(UINT32_MAX, &protocol, &phase, &local, &remote, &waiting, owner) ==
			     IP_STATE_NO_MORE &&
			 stack_address(UINT32_MAX, &role, &validity, &local, &bits) == IP_STATE_NO_MORE
		     ? "nothing"
		     : "something");
}

static struct socket_request anything(void)
{
	struct socket_request request = {.action = (enum socket_action)(draw() % (SOCKET_ACTION_LOOK_UP + 1)),
					 .is_last = draw() % 4 == 0,
					 .socket = draw() % (SOCKETS + 2),
					 .other = draw() % (SOCKETS + 2),
					 .number = draw(),
					 .address = ROUTER,
					 .data = {draw() % (2 * NET_OUT_COUNT * NET_OUT_SIZE), draw() % 4096},
					 .given.index = TENON_BUFFER_NONE};

	request.address.port = (uint16_t)(draw() % 3 == 0 ? PORT : draw());
	if (draw() % 8 == 0) {
		request.data.length = draw();
	}
	return request;
}

/* As much as there is room for. */
static void ask_anything(void)
{
	static struct socket_request next;
	static bool is_made;

	while (requests < REQUESTS) {
		if (!is_made) {
			next = anything();
			is_made = true;
		}
		if (!net_requests_send(&next)) {
			return; /* net_requests_room() goes on */
		}
		is_made = false;
		requests++;
		if (requests == REQUESTS) {
			log_info("%u answers as they should be, %u wrong; %u requests", right, wrong,
				 requests);
			look_at_all();
		}
	}
}

void net_requests_room(void)
{
	ask_anything();
}

void net_events(void)
{
	struct socket_event event;

	if (at == STEPS) {
		ask_anything(); /* before it listens: as much as there is room for */
	}
	while (net_events_receive(&event)) {
		if (at < STEPS) {
			check(&event);
			if (++at < STEPS) {
				take_step();
			}
		}
	}
	if (at == STEPS) {
		ask_anything();
	}
}

void net_session(bool open)
{
	if (open && at == 0) {
		take_step();
	}
}
