/* SPDX-License-Identifier: MIT
 * The explorer of interleavings: see explore.h. All choices are tried depth first, each from a fresh boot.
 */
#include "explore.h"
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#define DEPTH   512
#define LONGEST 100000          /* steps of a run */
#define AGAIN   2               /* so often a call is made again while others could go on */
#define LATE    HOST_CPUS       /* choice: a CPU makes its system call although an interrupt is pending */
#define TIME    (2 * HOST_CPUS) /* choice: time passes */

/* One run: the choices made, and how many there were at each point. */
static struct {
	unsigned char choice[DEPTH], options[DEPTH];
	unsigned depth;
} path;

static unsigned next_step[THREADS + 1];
static unsigned again[HOST_CPUS]; /* how often the call of the CPU's thread was made again */
static bool time_passed;
static unsigned last;      /* the CPU that made the last step */
static unsigned surprises; /* how many more there may be */

static unsigned row_of(const struct thread *thread)
{
	return thread->index < THREADS ? thread->index : MADE;
}

static const struct host_call *step_of(const struct scenario *scenario, unsigned cpu)
{
	const struct thread *current = core_cpu(cpu)->current;
	if (current == NULL || next_step[row_of(current)] == STEPS)
		return NULL;
	const struct host_call *call = &scenario->step[row_of(current)][next_step[row_of(current)]];
	return call->operation == TENON_OP_NULL ? NULL : call;
}

/* The thread there stands on a system call that it makes again. */
static bool is_again(unsigned cpu)
{
	return host_parked(cpu) == HOST_USER && core_cpu(cpu)->current->context.restarted;
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
		next_step[row_of(core_cpu(cpu)->current)]++;
	}
	if (is_again(cpu) && !host_interrupt_due(cpu))
		again[cpu]++;
	last = cpu;
	host_step(cpu, call);
	if (host_parked(cpu) != HOST_RUNNING && !is_again(cpu))
		again[cpu] = 0;
}

/* A kick takes its time: a thread may make its next system call before it arrives. */
static bool may_be_late(const struct scenario *scenario, unsigned cpu)
{
	return host_parked(cpu) == HOST_USER && host_pending(cpu) && !is_again(cpu) &&
	       step_of(scenario, cpu) != NULL;
}

/* Everything that may happen next, what surprises least first. Returns how many. */
static unsigned find_choices(const struct scenario *scenario, unsigned able[2 * HOST_CPUS + 1])
{
	unsigned count = 0, patient = 0;
	for (unsigned n = 0; n < scenario->cpus; n++) {
		unsigned cpu = (last + n) % scenario->cpus;
		bool goes = can_go(scenario, cpu);
		bool waits = goes && is_again(cpu) && !host_interrupt_due(cpu) && again[cpu] >= AGAIN;
		patient |= waits ? 1u << cpu : 0;
		if (goes && !waits)
			able[count++] = cpu;
	}
	for (unsigned cpu = 0; cpu < scenario->cpus; cpu++) {
		if (may_be_late(scenario, cpu))
			able[count++] = LATE + cpu;
	}
	if (!time_passed)
		able[count++] = TIME;
	for (unsigned cpu = 0; count == 0 && patient >> cpu != 0; cpu++) {
		if ((patient >> cpu & 1) != 0)
			able[count++] = cpu;
	}
	return count;
}

static bool is_full(void)
{
	const char *full = getenv("TENON_FULL");
	return full != NULL && full[0] != '\0';
}

static void run(const struct scenario *scenario)
{
	unsigned able[2 * HOST_CPUS + 1], count, steps = 0;
	path.depth = 0;
	memset(again, 0, sizeof(again));
	memset(next_step, 0, sizeof(next_step));
	time_passed = scenario->time_ns == 0;
	last = 0;
	surprises = scenario->delays != 0 ? scenario->delays + is_full() : UINT_MAX;
	host_exploring = false;
	scenario->prepare();
	host_exploring = true;
	while ((count = find_choices(scenario, able)) != 0) {
		unsigned n = count == 1 || surprises == 0 ? 0 : choose(count), chosen = able[n];
		surprises -= n != 0;
		if (chosen == TIME) {
			time_passed = true;
			host_ticks += scenario->time_ns;
		} else {
			go(scenario, chosen % LATE, chosen >= LATE);
		}
		if (host_end != HOST_ON || ++steps == LONGEST)
			fail_msg("%s: %s", scenario->name, host_end != HOST_ON ? host_panic : "does not end");
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

void explore_boot_apart(unsigned started, unsigned cpu_of_a)
{
	struct tenon_tables tables = *system_tables(started);
	static struct tenon_thread threads[THREADS];
	memcpy(threads, tables.thread, sizeof(threads));
	threads[LOW].cpu = 2;
	threads[A].cpu = cpu_of_a;
	tables.thread = threads;
	assert_true(host_boot(&tables, 3));
	settle();
}

void explore_boot_three(unsigned started)
{
	explore_boot_apart(started, 0);
}
