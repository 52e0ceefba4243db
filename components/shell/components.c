/* SPDX-License-Identifier: MIT
 * `components` and `memory`: what the kernel says of the instances.
 */
#include "commands.h"
#include "inspect.h"
#include "say.h"

#define NAME_LEAST 16 /* columns of the shortest list */

static const char *state_name(uint64_t state)
{
	static const char *const name[] = {
	    [TENON_THREAD_STOPPED] = "stopped",        [TENON_THREAD_READY] = "ready",
	    [TENON_THREAD_RUNNING] = "running",        [TENON_THREAD_CALLING] = "calling",
	    [TENON_THREAD_AWAITING_REPLY] = "calling", [TENON_THREAD_RECEIVING] = "waiting",
	    [TENON_THREAD_FAULTED] = "faulted",
	};

	return state < sizeof name / sizeof name[0] ? name[state] : "?";
}

/* Bytes of the longest name: instances of composites are named by their whole path. */
static size_t longest_name(void)
{
	struct tenon_ipc thread;
	size_t longest = NAME_LEAST;

	for (uint64_t i = 0; inspect(TENON_INSPECT_THREAD, i, 0, &thread); i++) {
		char name[65];

		inspect_name(i, name);
		if (strlen(name) > longest)
			longest = strlen(name);
	}
	return longest;
}

static void say_name(const char *name, size_t width)
{
	say("%s", name);
	for (size_t i = strlen(name); i <= width; i++)
		say(" ");
}

void command_components(const struct words *words)
{
	const size_t width = longest_name();
	struct tenon_ipc thread, space;

	(void)words;
	say_name("NAME", width);
	say("%-8s %4s %3s %14s %10s %8s\n", "STATE", "PRIO", "CPU", "CPU TIME", "MEMORY", "RESTARTS");
	for (uint64_t i = 0; inspect(TENON_INSPECT_THREAD, i, 0, &thread); i++) {
		char name[65];
		uint64_t us = thread.word[3] / 1000;
		uint64_t bytes = inspect(TENON_INSPECT_SPACE, thread.word[4], 0, &space) ? space.word[0] : 0;

		inspect_name(i, name);
		say_name(name, width);
		say("%-8s %4u %3u %7u.%06u %6u KiB %8u\n", state_name(thread.word[0]),
		    (unsigned)thread.word[1], (unsigned)thread.word[2], (unsigned)(us / 1000000),
		    (unsigned)(us % 1000000), (unsigned)(bytes / 1024), (unsigned)thread.word[5]);
	}
}

static void say_size(const char *what, uint64_t bytes)
{
	say("%-24s %8llu KiB\n", what, (unsigned long long)(bytes / 1024));
}

void command_memory(const struct words *words)
{
	struct tenon_ipc answer;

	(void)words;
	if (!inspect(TENON_INSPECT_MEMORY, 0, 0, &answer)) {
		say("the kernel does not say\n");
		return;
	}
	say_size("RAM", answer.word[0]);
	say_size("free", answer.word[1]);
	say_size("kernel image", answer.word[2]);
	say_size("kernel objects, tables", answer.word[3]);
	say_size("components", answer.word[4]);
}
