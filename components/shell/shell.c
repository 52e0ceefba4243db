/* SPDX-License-Identifier: MIT
 * The shell: reads a line, runs it, again. It serves nobody, so it may wait
 * for the person as long as that takes.
 */
#include "component.h"
#include "commands.h"
#include "say.h"

#define RETRY_NS UINT64_C(100000000)

/* A console that does not answer is asked again, but not at once. */
static void pause(void)
{
	next_at(clock_ns() + RETRY_NS);
}

void next(void)
{
	char line[256];

	switch (console_read_line("tenon> ", line)) {
	case CONSOLE_OK:
		command_run(line);
		say_now();
		next_at(0);
		break;
	case CONSOLE_END_OF_INPUT:
		command_end(0);
		say_now();
		next_at(0);
		break;
	default:
		pause();
		break;
	}
}

void component_start(void)
{
	next_at(0);
}
