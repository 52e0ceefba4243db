/* SPDX-License-Identifier: MIT
 * Uses each interface as if nobody else did, and looks at every answer. Ends the run when the hostile client has met all
 * of its limits.
 */
#include "component.h"

#include <tenon/string.h>

#define ROUNDS   25u
#define TIMERS   8u
#define SLEEP_NS UINT64_C(1000000)
#define LATE_NS  UINT64_C(500000000) /* the host may be slow */
#define LINES    4u                  /* of its own that the log must still have: more than that fit */

static unsigned wrong;

static void expect(bool holds, const char *what)
{
	if (holds)
		return;
	wrong++;
	log_error("wrong: %s", what);
}

void timer_expired(void)
{
}

void serial_received(void)
{
}

static void use_timer(void)
{
	uint64_t before = clock_ns(), now;

	expect(timer_now(&now) == TIMER_OK && now >= before, "the time");
	expect(timer_sleep(SLEEP_NS) == TIMER_OK, "a sleep");
	now = clock_ns();
	expect(now - before >= SLEEP_NS && now - before < LATE_NS, "the length of a sleep");
	for (uint32_t i = 0; i < TIMERS; i++)
		expect(timer_start(i, UINT64_C(1000000000), 0) == TIMER_OK, "a timer");
	for (uint32_t i = 0; i < TIMERS; i++)
		expect(timer_stop(i) == TIMER_OK, "the end of a timer");
}

static void use_serial(void)
{
	char bytes[256];

	memset(bytes, '\r', sizeof bytes);
	expect(serial_write(bytes, sizeof bytes) == SERIAL_OK, "output");
	expect(serial_drain() == SERIAL_OK, "the end of output");
}

/* Its last lines are there, whatever the other has written since. */
static void use_log(unsigned round)
{
	uint64_t number = 0, time_ns;
	enum log_level level;
	char sender[64], text[161];
	unsigned lines = 0;

	expect(log_write(LOG_LEVEL_DEBUG, "a line of the honest client") == LOG_OK, "a line of the log");
	while (log_read(number, "honest", &number, &time_ns, &level, sender, text) == LOG_OK)
		lines++;
	expect(lines >= (round < LINES ? round + 1 : LINES), "what the log keeps");
}

static void use_others(unsigned round)
{
	enum supervisor_state state;
	uint32_t restarts, fault, before;
	char greeting[65];

	expect(console_write("\n", 1) == CONSOLE_OK, "text on the console");
	expect(greeter_greet("honest", greeting, &before) == GREETER_OK &&
		   strcmp(greeting, "Hello, honest!") == 0,
	       "a greeting");
	expect(supervisor_status("greeter", &state, &restarts, &fault) == SUPERVISOR_OK &&
		   state == SUPERVISOR_STATE_RUNNING && restarts == 0,
	       "the state of an instance");
	if (round % 10 == 0)
		expect(crasher_fault(CRASHER_KIND_READ_NULL) == CRASHER_RESTARTED, "a crash");
}

/* It may have one call in flight, and each time the one before is over for the server, too. */
static void use_slow(unsigned round)
{
	const uint64_t before = clock_ns();

	expect(slow_wait(round) == SLOW_TIMED_OUT, "a deadline");
	expect(clock_ns() - before >= UINT64_C(5000000), "the length of a deadline");
}

static bool is_met(void)
{
	uint64_t number = 0, time_ns;
	enum log_level level;
	char sender[64], text[161];

	while (log_read(number, "hostile", &number, &time_ns, &level, sender, text) == LOG_OK) {
		if (strcmp(text, "all limits met") == 0)
			return true;
	}
	return false;
}

void component_start(void)
{
	unsigned rounds = 0;
	char line[256];

	while (rounds < ROUNDS || !is_met()) {
		use_timer();
		use_serial();
		use_log(rounds);
		use_others(rounds);
		use_slow(rounds);
		rounds++;
	}
	log_info("reads a line");
	expect(console_read_line("honest: ", line) == CONSOLE_OK, "a line of the person");
	log_info("%u rounds, %u wrong", ROUNDS, wrong);
	(void)power_end(wrong == 0 ? 0 : 1);
}
