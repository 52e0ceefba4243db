/* SPDX-License-Identifier: MIT
 * See net.h. The number of a send is that of its buffer, which is free again when it comes back.
 */
#include "net.h"

#include "say.h"

#include <tenon/string.h>

#define SOCKET      0u
#define LOOK_UP     UINT32_C(0x80000000) /* in the number of a look-up */
#define PATIENCE_NS UINT64_C(30000000000)
#define CLOSE_NS    UINT64_C(5000000000)

_Static_assert(NET_IN_COUNT + NET_OUT_COUNT + 8 <= NET_REQUESTS_ENTRIES, "room for requests");

static bool is_open, is_busy, is_lost, has_socket;
static bool is_out[NET_OUT_COUNT]; /* buffers that were handed out */
static enum socket_outcome trouble;

/* ---- what the stack says while nobody waits for it ------------------------------------------------ */

/* False: there is no session, for there is room for all that can be asked at once. */
static bool ask(const struct socket_request *request)
{
	return net_requests_send(request);
}

void net_give_back(const struct tenon_buffer *given)
{
	const struct socket_request request = {.action = SOCKET_ACTION_RETURNED, .given = *given};

	if (given->index != TENON_BUFFER_NONE) {
		(void)ask(&request); /* a session that ended has it back already */
	}
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

/* Sends that are done with, and the end of the socket. False: it is of nobody's interest. */
static bool take(const struct socket_event *event)
{
	if (event->kind == SOCKET_KIND_SENT) {
		release(event->number);
		trouble = event->outcome != SOCKET_OUTCOME_OK ? event->outcome : trouble;
		return false;
	}
	if (event->kind == SOCKET_KIND_CLOSED && event->socket == SOCKET) {
		has_socket = false;
	}
	return true;
}

void net_events(void)
{
	struct socket_event event;

	while (!is_busy && net_events_receive(&event)) {
		if (take(&event)) {
			net_give_back(&event.given);
		}
	}
}

void net_requests_room(void)
{
}

void net_session(bool open)
{
	is_lost |= is_open;
	is_open = open;
	has_socket = false;
	memset(is_out, 0, sizeof is_out); /* the pool begins anew, too */
}

/* ---- for commands --------------------------------------------------------------------------------- */

const char *net_words(enum socket_outcome outcome)
{
	static const char *const words[] = {
	    [SOCKET_OUTCOME_OK] = "it was closed",
	    [SOCKET_OUTCOME_MALFORMED] = "that cannot be one",
	    [SOCKET_OUTCOME_NOT_PERMITTED] = "the description does not let the shell do that",
	    [SOCKET_OUTCOME_IN_USE] = "it is in use",
	    [SOCKET_OUTCOME_QUOTA] = "the shell has as much as it may",
	    [SOCKET_OUTCOME_NO_MEMORY] = "the stack has no memory for it",
	    [SOCKET_OUTCOME_REFUSED] = "nobody is at that port",
	    [SOCKET_OUTCOME_RESET] = "the other side ended it",
	    [SOCKET_OUTCOME_UNREACHABLE] = "there is no way, or no answer",
	    [SOCKET_OUTCOME_LOST] = "it was closed before all was sent",
	    [SOCKET_OUTCOME_UNKNOWN] = "nobody knows its address",
	};

	return words[outcome];
}

enum socket_outcome net_trouble(void)
{
	return trouble;
}

bool net_is_lost(void)
{
	return is_lost;
}

bool net_ready(void)
{
	if (!is_open) {
		wait_for_signal_until(clock_ns() + CLOSE_NS);
	}
	if (!is_open || has_socket) {
		say("the stack does not answer\n");
		return false;
	}
	is_busy = true;
	is_lost = false;
	return true;
}

bool net_wait(struct socket_event *event, uint64_t deadline_ns)
{
	for (;;) {
		if (is_lost) {
			say("the stack began anew\n");
			return false;
		}
		if (net_events_receive(event)) {
			if (take(event)) {
				return true;
			}
		} else if (clock_ns() >= deadline_ns) {
			return false;
		} else {
			wait_for_signal_until(deadline_ns);
		}
	}
}

/* Waits for one kind of thing; what else comes is not of it. */
static bool wait_for(enum socket_kind kind, struct socket_event *event, uint64_t deadline_ns)
{
	while (net_wait(event, deadline_ns)) {
		if (event->kind == kind || event->kind == SOCKET_KIND_CLOSED) {
			return event->kind == kind;
		}
		net_give_back(&event->given);
	}
	event->outcome = SOCKET_OUTCOME_UNREACHABLE;
	return false;
}

static bool allocate(struct tenon_buffer *out)
{
	struct socket_event event;
	const uint64_t deadline = clock_ns() + PATIENCE_NS;

	while (!net_out_allocate(out)) {
		if (!net_events_receive(&event)) {
			if (is_lost || clock_ns() >= deadline) {
				return false;
			}
			wait_for_signal_until(deadline);
		} else if (take(&event)) {
			net_give_back(&event.given); /* who sends without end listens to nobody */
		}
	}
	is_out[out->index] = true;
	return true;
}

bool net_find(const char *name, uint32_t family, struct socket_address *address)
{
	struct socket_request request = {
	    .action = SOCKET_ACTION_LOOK_UP, .other = family, .given.index = TENON_BUFFER_NONE};
	struct tenon_buffer out;
	struct socket_event event = {.outcome = SOCKET_OUTCOME_UNREACHABLE};
	const uint32_t length = (uint32_t)strlen(name); /* a line is shorter than a buffer */
	bool is_known = false;

	if (!allocate(&out)) {
		return false;
	}
	out.offset = 0;
	out.length = length;
	memcpy(net_out_write(&out), name, length);
	request.number = LOOK_UP | out.index;
	request.data.offset = (uint64_t)out.index * NET_OUT_SIZE;
	request.data.length = length;
	if (ask(&request) && wait_for(SOCKET_KIND_FOUND, &event, clock_ns() + PATIENCE_NS)) {
		is_known = event.outcome == SOCKET_OUTCOME_OK;
		*address = event.address;
	}
	release(out.index);
	if (!is_known) {
		say("%s: %s\n", name, net_words(event.outcome));
	}
	return is_known;
}

bool net_open(enum socket_action action, const struct socket_address *to)
{
	struct socket_request request = {
	    .action = action, .socket = SOCKET, .given.index = TENON_BUFFER_NONE};
	const enum socket_kind kind =
	    action == SOCKET_ACTION_CONNECT ? SOCKET_KIND_CONNECTED : SOCKET_KIND_OPENED;
	struct socket_event event = {.outcome = SOCKET_OUTCOME_UNREACHABLE};

	if (to != NULL) {
		request.address = *to;
	}
	trouble = SOCKET_OUTCOME_OK;
	has_socket = true;
	if (!ask(&request) || !wait_for(kind, &event, clock_ns() + PATIENCE_NS)) {
		say("%s\n", net_words(event.outcome));
		return false;
	}
	return true;
}

bool net_send(const void *data, uint32_t size, const struct socket_address *to)
{
	struct socket_request request = {
	    .action = SOCKET_ACTION_SEND, .socket = SOCKET, .given.index = TENON_BUFFER_NONE};
	struct tenon_buffer out;

	if (!allocate(&out)) {
		return false;
	}
	out.offset = 0;
	out.length = size;
	memcpy(net_out_write(&out), data, size);
	if (to != NULL) {
		request.address = *to;
	}
	request.number = out.index;
	request.data.offset = (uint64_t)out.index * NET_OUT_SIZE;
	request.data.length = size;
	return ask(&request);
}

void net_end(void)
{
	const struct socket_request request = {
	    .action = SOCKET_ACTION_CLOSE, .socket = SOCKET, .given.index = TENON_BUFFER_NONE};
	const uint64_t deadline = clock_ns() + CLOSE_NS;
	struct socket_event event;

	if (has_socket && !is_lost && ask(&request)) {
		while (has_socket && net_wait(&event, deadline)) {
			net_give_back(&event.given);
		}
	}
	is_busy = false;
	net_events(); /* what came behind it */
}

bool net_thousandths(const char *word, uint32_t most, uint32_t *value)
{
	uint64_t number = 0;
	uint32_t places = 0;
	bool has_point = false;

	if (word[0] == '\0') {
		return false;
	}
	for (const char *at = word; *at != '\0'; at++) {
		if (*at == '.' && !has_point) {
			has_point = true;
		} else if (*at >= '0' && *at <= '9' && places < 3 && number <= most) {
			number = number * 10 + (uint64_t)(*at - '0');
			places += has_point;
		} else {
			return false;
		}
	}
	for (; places < 3; places++) {
		number *= 10;
	}
	if (number > most) {
		return false;
	}
	*value = (uint32_t)number;
	return true;
}
