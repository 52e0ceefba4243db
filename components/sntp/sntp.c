/* SPDX-License-Identifier: MIT
 * Asks, judges, and sets the clock when a second of the server's begins, for clocks of the day count seconds. A clock that is right within one
 * is left alone.
 *
 * State: what was asked and when, what the clock is to be, and whether it was set since we started.
 */
#include "answer.h"
#include "component.h"
#include "peer.h"

#define NS_OF_S    UINT64_C(1000000000)
#define RETRY_NS   UINT64_C(16000000000) /* RFC 4330, 10: 15 s at least between two questions */
#define RETRY_MOST UINT64_C(1024000000000)
#define SLOWER     8u /* times the interval, at most */

static enum { LOOKS_UP, RESTS, WAITS, SETS, IS_DENIED } state;
static uint64_t mark, asked_ns;
static uint64_t ahead_ns; /* of the server's time since 1970 before clock_ns() */
static uint32_t stratum;
static uint64_t retry_ns = RETRY_NS, slower = 1;
static bool was_set;

/* ---- asking --------------------------------------------------------------------------------------- */

static void rest(uint64_t ns)
{
	state = RESTS;
	look_at(clock_ns() + ns);
}

/* Longer each time that nothing comes of it. */
static void try_later(void)
{
	rest(retry_ns);
	retry_ns = retry_ns * 2 < RETRY_MOST ? retry_ns * 2 : RETRY_MOST;
}

/* What nobody can guess who does not see the question; without a source of random numbers, what is harder to. */
static uint64_t draw_mark(void)
{
	uint8_t bytes[sizeof(uint64_t)];
	uint64_t drawn = clock_ns() * UINT64_C(0x9e3779b97f4a7c15);
	uint32_t size = 0;

	if (entropy_connected() && entropy_read(sizeof bytes, bytes, sizeof bytes, &size) == ENTROPY_OK &&
	    size == sizeof bytes) {
		for (uint32_t i = 0; i < sizeof bytes; i++) {
			drawn = drawn << 8 ^ bytes[i];
		}
	}
	return drawn;
}

static void ask(void)
{
	uint8_t question[ANSWER_BYTES];

	mark = draw_mark();
	answer_ask(mark, question);
	asked_ns = clock_ns();
	if (!peer_send(question, sizeof question)) {
		try_later();
		return;
	}
	state = WAITS;
	look_at(asked_ns + PARAMETER_PATIENCE);
}

void peer_is_told(enum socket_outcome outcome)
{
	if (state == IS_DENIED || state == SETS) {
		return;
	}
	if (outcome != SOCKET_OUTCOME_OK) {
		log_warning("%s cannot be asked: %s", PARAMETER_SERVER,
			    outcome == SOCKET_OUTCOME_UNKNOWN         ? "nobody knows its address"
			    : outcome == SOCKET_OUTCOME_NOT_PERMITTED ? "the description does not permit it"
								      : "there is no way");
		try_later();
	} else if (state == LOOKS_UP) {
		ask();
	}
}

/* ---- answers -------------------------------------------------------------------------------------- */

static void take_answer(const struct answer *answer)
{
	const uint64_t now_ns = clock_ns(), way_ns = now_ns - asked_ns;
	const uint64_t back_ns = (way_ns > answer->took_ns ? way_ns - answer->took_ns : 0) / 2;
	const uint64_t server_ns =
	    answer->since_1970 + back_ns; /* before the year 2105, and less than a patience */

	stratum = answer->stratum;
	ahead_ns = server_ns - now_ns; /* it may wrap, and wraps back where it is added */
	state = SETS;
	look_at(now_ns + (NS_OF_S - server_ns % NS_OF_S));
}

void peer_received(const uint8_t *data, uint32_t size)
{
	struct answer answer;

	if (state != WAITS) {
		return;
	}
	switch (answer_read(data, size, mark, &answer)) {
	case ANSWER_OK:
		take_answer(&answer);
		break;
	case ANSWER_UNSOUND:
		log_warning("%s says that its time is not to be trusted", PARAMETER_SERVER);
		try_later();
		break;
	case ANSWER_RARER:
		slower = slower < SLOWER ? slower * 2 : SLOWER;
		log_warning("%s was asked too often; from now on every %llu s", PARAMETER_SERVER,
			    (unsigned long long)(PARAMETER_INTERVAL * slower / NS_OF_S));
		rest(PARAMETER_INTERVAL * slower);
		break;
	case ANSWER_NEVER:
		log_error("%s refuses to be asked; the clock is not set any more", PARAMETER_SERVER);
		state = IS_DENIED;
		look_cancel();
		break;
	case ANSWER_STRANGE: /* the answer may still come */
		break;
	}
}

/* ---- the clock ------------------------------------------------------------------------------------ */

static void change_clock(uint64_t right_ns, uint64_t off_ns, const char *how)
{
	if (calendar_set(right_ns) != CALENDAR_OK) {
		log_error("%s: the clock cannot be set", calendar_server_line());
		return;
	}
	was_set = true;
	log_info("the clock was %llu s %s, by %s (stratum %u)", (unsigned long long)(off_ns / NS_OF_S), how,
		 PARAMETER_SERVER, stratum);
}

/* Now, when a second of the server's has just begun. */
static void set_clock(void)
{
	const uint64_t right_ns = clock_ns() + ahead_ns;
	uint64_t shown_ns = 0;
	const bool is_known = calendar_read(&shown_ns) == CALENDAR_OK, is_late = shown_ns < right_ns;
	const uint64_t off_ns = is_late ? right_ns - shown_ns : shown_ns - right_ns;

	if (is_known && off_ns < NS_OF_S) {
		if (!was_set) {
			log_info("the clock is right, by %s (stratum %u)", PARAMETER_SERVER, stratum);
		}
		was_set = true;
	} else if (is_known && was_set && off_ns > PARAMETER_STEP) {
		log_error("%s says that the clock is %llu s %s, which is too far to be believed",
			  PARAMETER_SERVER, (unsigned long long)(off_ns / NS_OF_S),
			  is_late ? "late" : "early");
	} else {
		change_clock(right_ns, is_known ? off_ns : 0,
			     !is_known ? "not set"
			     : is_late ? "late"
				       : "early");
	}
	retry_ns = RETRY_NS;
	rest(PARAMETER_INTERVAL * slower);
}

void look(void)
{
	switch (state) {
	case RESTS:
		state = LOOKS_UP; /* anew each time: what is remembered is not asked for */
		peer_look_up();
		look_at(clock_ns() + RETRY_NS);
		break;
	case LOOKS_UP: /* there is no stack */
		try_later();
		break;
	case WAITS:
		log_warning("%s does not answer", PARAMETER_SERVER);
		try_later();
		break;
	case SETS:
		set_clock();
		break;
	case IS_DENIED:
		break;
	}
}

void component_start(void)
{
	peer_is(PARAMETER_SERVER, PARAMETER_PORT);
}
