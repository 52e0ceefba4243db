/* SPDX-License-Identifier: MIT
 * The explorer of interleavings: see explore.h. All choices are tried depth first, each from a fresh boot.
 */
#include "explore.h"
#include <stdio.h>

#define DEPTH 512
#define LATE  HOST_CPUS       /* choice: a CPU makes its system call although an interrupt is pending */
#define TIME  (2 * HOST_CPUS) /* choice: time passes */

/* One run: the choices made, and how many there were at each point. */
static struct {
	unsigned char choice[DEPTH], options[DEPTH];
	unsigned depth;
} path;

static unsigned next_step[THREADS];
static bool time_passed;

static const struct host_call *step_of(const struct scenario *scenario, unsigned cpu)
{
	const struct thread *current = core_cpu(cpu)->current;
	if (current == NULL || current->index >= THREADS || next_step[current->index] == STEPS)
		return NULL; /* threads made at run time only stand there */
	const struct host_call *call = &scenario->step[current->index][next_step[current->index]];
	return call->operation == TENON_OP_NULL ? NULL : call;
}

/* Can the CPU do something that may change anything? One that spins waits for the others' steps. */
static bool can_go(const struct scenario *scenario, unsigned cpu)
{
	switch (host_parked(cpu)) {
	case HOST_RUNNING:
		return !host_spinning(cpu);
	case HOST_USER:
		return host_pending(cpu) || step_of(scenario, cpu) != NULL;
	case HOST_IDLE:
		return host_pending(cpu);
	default:
		return false;
	}
}

/* Takes the recorded choice, or the first one beyond the record. */
static unsigned choose(unsigned options)
{
	if (path.depth == DEPTH)
		fail_msg("a run of more than %u points", DEPTH);
	if (path.options[path.depth] == 0) {
		path.options[path.depth] = (unsigned char)options;
		path.choice[path.depth] = 0;
	}
	assert_int_equal(path.options[path.depth], options); /* runs are deterministic */
	return path.choice[path.depth++];
}

/* To the next path in depth-first order; false after the last. */
static bool advance(void)
{
	unsigned depth = path.depth;
	while (depth > 0 && path.choice[depth - 1] + 1u == path.options[depth - 1])
		depth--;
	if (depth == 0)
		return false;
	path.choice[depth - 1]++;
	memset(&path.options[depth], 0, sizeof(path.options) - depth);
	return true;
}

static void go(const struct scenario *scenario, unsigned cpu, bool late)
{
	const struct host_call *call = NULL;
	if (host_parked(cpu) == HOST_USER && (late || !host_pending(cpu))) {
		call = step_of(scenario, cpu);
		next_step[core_cpu(cpu)->current->index]++;
	}
	host_step(cpu, call);
}

/* A kick takes its time: a thread may make its next system call before it arrives. */
static bool may_be_late(const struct scenario *scenario, unsigned cpu)
{
	return host_parked(cpu) == HOST_USER && host_pending(cpu) && step_of(scenario, cpu) != NULL;
}

/* Everything that may happen next. Returns how many. */
static unsigned find_choices(const struct scenario *scenario, unsigned able[2 * HOST_CPUS + 1])
{
	unsigned count = 0;
	for (unsigned cpu = 0; cpu < scenario->cpus; cpu++) {
		if (can_go(scenario, cpu))
			able[count++] = cpu;
		if (may_be_late(scenario, cpu))
			able[count++] = LATE + cpu;
	}
	if (!time_passed)
		able[count++] = TIME;
	return count;
}

static void run(const struct scenario *scenario)
{
	unsigned able[2 * HOST_CPUS + 1], count;
	path.depth = 0;
	memset(next_step, 0, sizeof(next_step));
	time_passed = scenario->time_ns == 0;
	host_exploring = false;
	scenario->prepare();
	host_exploring = true;
	while ((count = find_choices(scenario, able)) != 0) {
		unsigned chosen = able[count == 1 ? 0 : choose(count)];
		if (chosen == TIME) {
			time_passed = true;
			host_ticks += scenario->time_ns;
		} else {
			go(scenario, chosen % LATE, chosen >= LATE);
		}
		if (host_end != HOST_ON)
			fail_msg("%s: %s", scenario->name, host_panic);
	}
	host_exploring = false;
	for (unsigned cpu = 0; cpu < scenario->cpus; cpu++)
		assert_int_not_equal(host_parked(cpu), HOST_RUNNING); /* nobody spins for ever */
	const char *problem = host_invariants();
	if (problem != NULL)
		fail_msg("%s: %s", scenario->name, problem);
	scenario->check();
}

void explore(const struct scenario *scenario)
{
	unsigned long runs = 0;
	memset(&path, 0, sizeof(path));
	do {
		run(scenario);
		runs++;
	} while (advance());
	printf("%s: %lu interleavings\n", scenario->name, runs);
	(void)fflush(stdout);
	assert_true(runs > 1);
}

void explore_one_of(unsigned thread, const uint64_t *statuses, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (status_of(thread) == statuses[i])
			return;
	}
	fail_msg("%s answered %u", thread_of(thread)->name, (unsigned)status_of(thread));
}

void explore_boot_three(unsigned started)
{
	struct tenon_tables tables = *system_tables(started);
	static struct tenon_thread threads[THREADS];
	memcpy(threads, tables.thread, sizeof(threads));
	threads[LOW].cpu = 2;
	tables.thread = threads;
	assert_true(host_boot(&tables, 3));
	settle();
}
