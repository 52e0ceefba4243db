/* SPDX-License-Identifier: MIT
 * Commands on the network, over a stack that stands here and says what a test wants, also what no stack should.
 */
#include "typing.h"

static enum socket_outcome outcome;
static bool lies;
static uint32_t looked_up, closed;

static void answer(const struct socket_request *request)
{
	struct socket_event event = {.socket = request->socket,
				     .number = request->number,
				     .outcome = outcome,
				     .address = {{[10] = 0xff, [11] = 0xff, 10, 0, 2, 7}, 0},
				     .given.index = TENON_BUFFER_NONE};

	switch (request->action) {
	case SOCKET_ACTION_LOOK_UP:
		looked_up++;
		event.kind = SOCKET_KIND_FOUND;
		break;
	case SOCKET_ACTION_ECHO:
		event.kind = SOCKET_KIND_OPENED;
		break;
	case SOCKET_ACTION_SEND:
		event.kind = SOCKET_KIND_SENT;
		break;
	case SOCKET_ACTION_CLOSE:
		closed++;
		event.kind = SOCKET_KIND_CLOSED;
		break;
	default:
		return;
	}
	if (lies) {
		struct socket_event lie = event;

		lie.kind = SOCKET_KIND_SENT;
		lie.number = UINT32_MAX; /* no buffer of anybody's */
		mock_net_events_send(&lie);
		lie.kind = SOCKET_KIND_RECEIVED; /* without a buffer, of no socket */
		lie.socket = UINT32_MAX;
		mock_net_events_send(&lie);
	}
	mock_net_events_send(&event);
}

static void serve(void)
{
	struct socket_request request;

	while (mock_net_is_open() && mock_net_requests_entries() > 0) {
		mock_net_requests_receive(&request);
		answer(&request);
	}
}

static const char *ask(const char *line)
{
	looked_up = closed = 0;
	lies = false;
	test_serve_at_once(serve);
	return type(line);
}

TEST(nslookup_shows_what_is_found)
{
	outcome = SOCKET_OUTCOME_OK;
	assert_string_equal(ask("nslookup some.name"), "some.name: 10.0.2.7\nsome.name: 10.0.2.7\n");
	assert_int_equal(looked_up, 2);
}

TEST(nslookup_says_why_not)
{
	outcome = SOCKET_OUTCOME_UNKNOWN;
	assert_string_equal(ask("nslookup some.name"),
			    "some.name: nobody knows its address\nsome.name: nobody knows its address\n");
}

TEST(ping_needs_a_host)
{
	assert_non_null(strstr(ask("ping -c 2"), "usage: ping "));
	assert_int_equal(looked_up, 0);
}

TEST(ping_is_not_confused_by_what_was_not_asked_for)
{
	outcome = SOCKET_OUTCOME_OK;
	lies = true;
	begin();
	closed = 0;
	test_serve_at_once(serve);
	mock_console_read_line_answers("ping -c 1 -i 0 some.name");
	test_hold(mock_console_read_line_answers(""));
	test_start();
	test_advance_ms(3000);
	assert_non_null(strstr(shown, "some.name: 1 sent, 0 came back, 0 repeated, 0 changed, 100 % lost\n"));
	assert_int_equal(closed, 1);
}
