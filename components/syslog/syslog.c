/* SPDX-License-Identifier: MIT
 * Reads one line of the log, sends it, and takes the next one when it has gone out. So the log itself is what waits while the network is
 * away: it keeps the last lines of each sender, nobody of it waits, and here is no queue. The log numbers all lines: what is missing
 * between two numbers it has let go of, and that is said.
 *
 * State: the number of the last line that has gone out or was left out.
 */
#include "component.h"
#include "message.h"
#include "peer.h"

#include <tenon/print.h>
#include <tenon/string.h>

#define AGAIN_NS   UINT64_C(1000000000)  /* what found no way is sent again */
#define LOOK_UP_NS UINT64_C(10000000000) /* a name that nobody knew is looked up again */
#define TEXT       161u

static uint64_t done;       /* of the log's numbers */
static uint64_t under_way;  /* the line that is being sent; 0: none */
static uint32_t lost, told; /* lines that the log has let go of; and those that the message under way says */
static uint32_t number;     /* of messages */
static bool is_telling;     /* the message under way says how many were lost */

static uint32_t severity_of(enum log_level level)
{
	static const uint32_t severity[] = {
	    [LOG_LEVEL_DEBUG] = 7, [LOG_LEVEL_INFO] = 6, [LOG_LEVEL_WARNING] = 4, [LOG_LEVEL_ERROR] = 3};

	return severity[level];
}

/* When that was, of the clock of the day. False: it is not known. */
static bool find_time(uint64_t up_ns, uint64_t *since_1970)
{
	const uint64_t ago = clock_ns() - up_ns;
	uint64_t now = 0;

	if (!calendar_connected() || calendar_read(&now) != CALENDAR_OK || now < ago) {
		return false;
	}
	*since_1970 = now - ago;
	return true;
}

static bool send(uint32_t severity, uint64_t up_ns, const char *sender, const char *line)
{
	struct message message = {.facility = PARAMETER_FACILITY,
				  .severity = severity,
				  .up_ns = up_ns,
				  .number = number + 1,
				  .host = PARAMETER_HOST_NAME,
				  .sender = sender,
				  .text = line};
	char text[MESSAGE_MOST + 1];

	message.has_time = find_time(up_ns, &message.since_1970);
	return peer_send(text, (uint32_t)message_write(&message, text));
}

static bool send_lost(void)
{
	char line[80];

	(void)tenon_print(line, sizeof line, "%u lines are missing: the log had no room for them any more",
			  lost);
	told = lost;
	is_telling = send(severity_of(LOG_LEVEL_WARNING), clock_ns(), COMPONENT_NAME, line);
	return is_telling;
}

/* The next line that is not our own. False: there is none. */
static bool read_line(uint64_t *at, uint64_t *up_ns, enum log_level *level, char sender[64], char line[TEXT])
{
	do {
		if (log_read(done, "", at, up_ns, level, sender, line) != LOG_OK || *at <= done) {
			return false;
		}
		lost += (uint32_t)(*at - done - 1);
		done = *at - 1;
		if (strcmp(sender, COMPONENT_NAME) != 0) {
			return true;
		}
		done = *at;
	} while (true);
}

/* Sends what is next, if anything is, and looks again later. */
static void go_on(void)
{
	char sender[64], line[TEXT];
	enum log_level level;
	uint64_t at, up_ns;
	bool is_next;

	if (under_way != 0 || is_telling || !peer_is_ready()) {
		return; /* peer_is_told() goes on */
	}
	is_next = read_line(&at, &up_ns, &level, sender, line);
	if (lost > 0) {
		(void)send_lost(); /* or later */
	} else if (is_next && send(severity_of(level), up_ns, sender, line)) {
		under_way = at;
	}
	look_at(clock_ns() + PARAMETER_PERIOD);
}

void look(void)
{
	if (peer_is_ready()) {
		go_on();
	} else {
		peer_look_up();
	}
}

/* Once for each outage, and once when it is over. */
static void say_if_new(bool works, bool was_sent)
{
	static enum { UNKNOWN, WORKS, FAILS } said;

	if (works && said != WORKS) {
		log_info("lines go to %s", PARAMETER_SERVER);
	} else if (!works && said != FAILS) {
		log_warning("%s cannot be reached (%s)", PARAMETER_SERVER,
			    was_sent ? "there is no way" : "nobody knows its address");
	}
	said = works ? WORKS : FAILS;
}

void peer_is_told(enum socket_outcome outcome)
{
	const bool works = outcome == SOCKET_OUTCOME_OK, was_sent = under_way != 0 || is_telling;

	if (was_sent || !works) {
		say_if_new(works, was_sent);
	}
	if (works && was_sent) {
		number++;
		lost -= is_telling ? told : 0;
		done = under_way != 0 ? under_way : done;
	}
	under_way = 0;
	is_telling = false;
	if (works) {
		go_on();
	} else {
		look_at(clock_ns() + (was_sent ? AGAIN_NS : LOOK_UP_NS));
	}
}

void peer_received(const uint8_t *data, uint32_t size)
{
	(void)data; /* nobody answers (RFC 5426) */
	(void)size;
}

void component_start(void)
{
	peer_is(PARAMETER_SERVER, PARAMETER_PORT);
}
