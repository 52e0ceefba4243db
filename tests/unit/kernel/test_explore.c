/* SPDX-License-Identifier: MIT
 * Every interleaving of a few system calls on two or three CPUs. A CPU stops before it takes a lock, before each inbox
 * operation, and between user mode and the kernel; which CPU goes on is chosen there, and all choices are tried, depth
 * first, each from a fresh boot. (Between those points a CPU touches only what is its own or what its lock guards.) After
 * each run everybody must have come to rest with the invariants holding and the results that the scenario allows.
 *
 * A scenario gives each thread a list of system calls; "time" is one more actor, whose only step makes every deadline pass.
 */
#include "system.h"
#include <stdio.h>
#include <stdlib.h>

#define STEPS 6
#define DEPTH 512
#define LATE  HOST_CPUS       /* choice: a CPU makes its system call although an interrupt is pending */
#define TIME  (2 * HOST_CPUS) /* choice: time passes */

struct scenario {
	const char *name;
	unsigned cpus;
	struct host_call step[THREADS][STEPS]; /* TENON_OP_NULL ends the list */
	uint64_t time_ns;                      /* when it is not 0, time jumps here once */
	void (*prepare)(void);                 /* before the exploration: one after the other */
	void (*check)(void);                   /* after each run */
};

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
	if (current == NULL || next_step[current->index] == STEPS)
		return NULL;
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

static void run(const struct scenario *scenario)
{
	path.depth = 0;
	memset(next_step, 0, sizeof(next_step));
	time_passed = scenario->time_ns == 0;
	host_exploring = false;
	scenario->prepare();
	host_exploring = true;
	for (;;) {
		unsigned able[2 * HOST_CPUS + 1], count = 0;
		for (unsigned cpu = 0; cpu < scenario->cpus; cpu++) {
			if (can_go(scenario, cpu))
				able[count++] = cpu;
			if (may_be_late(scenario, cpu))
				able[count++] = LATE + cpu;
		}
		if (!time_passed)
			able[count++] = TIME;
		if (count == 0)
			break;
		unsigned chosen = able[count == 1 ? 0 : choose(count)];
		if (chosen == TIME) {
			time_passed = true;
			host_ticks += scenario->time_ns;
		} else {
			go(scenario, chosen % LATE, chosen >= LATE);
		}
		assert_int_equal(host_end, HOST_ON);
	}
	host_exploring = false;
	for (unsigned cpu = 0; cpu < scenario->cpus; cpu++)
		assert_int_not_equal(host_parked(cpu), HOST_RUNNING); /* nobody spins for ever */
	const char *problem = host_invariants();
	if (problem != NULL)
		fail_msg("%s: %s", scenario->name, problem);
	scenario->check();
}

static void explore(const struct scenario *scenario)
{
	unsigned long runs = 0;
	memset(&path, 0, sizeof(path));
	do {
		run(scenario);
		runs++;
	} while (advance());
	printf("%s: %lu interleavings\n", scenario->name, runs);
	assert_true(runs > 1);
}

static void one_of(unsigned thread, const uint64_t *statuses, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (status_of(thread) == statuses[i])
			return;
	}
	fail_msg("%s answered %u", thread_of(thread)->name, (unsigned)status_of(thread));
}
#define ONE_OF(thread, ...)                                                                                  \
	one_of(thread, (const uint64_t[]){__VA_ARGS__}, COUNT_OF(((const uint64_t[]){__VA_ARGS__})))

/* ---- scenarios ---- */

static void prepare_two(void)
{
	system_boot(2, 1u << SERVER | 1u << A | 1u << C);
	act(SERVER, receive_of(0, SLOT_REPLY));
}

/* c calls the server on the other CPU while a does. */
static void check_calls(void)
{
	assert_int_equal(status_of(A), TENON_OK);
	assert_int_equal(status_of(C), TENON_OK);
	assert_int_equal(state_of(SERVER), TENON_THREAD_RECEIVING);
	assert_int_equal(word_of(A, 0) + word_of(C, 0), 30);
}

static void two_callers(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "two callers", .cpus = 2, .prepare = prepare_two, .check = check_calls};
	scenario.step[A][0] = call_of(0, 0, 1);
	scenario.step[C][0] = call_of(0, 0, 2);
	scenario.step[SERVER][0] = reply_receive_of(0, SLOT_REPLY, 0, 10);
	scenario.step[SERVER][1] = reply_receive_of(0, SLOT_REPLY, 0, 20);
	explore(&scenario);
}

/* c's call times out at any moment: queued, in the server's hands, being answered. */
static void check_timeout(void)
{
	ONE_OF(C, TENON_OK, TENON_TIMED_OUT);
	assert_int_equal(core_cpu(1)->timer_count, 0);
	assert_true(is_current(C));
	assert_ptr_equal(core.replies[0].caller, NULL);
}

static void timeout_against_answer(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "time-out against answer", .cpus = 2, .prepare = prepare_two, .check = check_timeout};
	scenario.time_ns = 1000000;
	scenario.step[C][0] = call_until(0, 0, 2, 500000);
	scenario.step[SERVER][0] = reply_receive_of(0, SLOT_REPLY, 0, 10);
	scenario.step[SERVER][1] = reply_receive_of(0, SLOT_REPLY, 0, 20);
	explore(&scenario);
}

/* The same for a server that answers later: it hears of the cancellation, or answers. */
static void check_later(void)
{
	ONE_OF(C, TENON_OK, TENON_TIMED_OUT);
	assert_true(is_current(C));
}

static void timeout_against_later_answer(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "time-out against later answer", .cpus = 2, .prepare = prepare_two, .check = check_later};
	scenario.time_ns = 1000000;
	scenario.step[C][0] = call_until(0, 0, 2, 500000);
	scenario.step[SERVER][0] =
	    receive_of(0, SLOT_REPLY + 1); /* woken by the signal or the cancellation */
	scenario.step[SERVER][1] = reply_of(SLOT_REPLY, 0, 5);
	scenario.step[SERVER][2] = receive_of(0, SLOT_REPLY + 1);
	scenario.step[A][0] = signal_of(0);
	explore(&scenario);
}

/* The server is stopped from the other CPU while it serves. */
static void check_stop(void)
{
	if (state_of(A) == TENON_THREAD_CALLING)
		assert_ptr_equal(thread_of(A)->endpoint,
				 &core.endpoints[0]); /* until the server is there again */
	else
		ONE_OF(A, TENON_OK, TENON_RESTARTED);
	assert_int_equal(state_of(SERVER), TENON_THREAD_STOPPED);
	assert_int_equal(status_of(C), TENON_OK);
	assert_true(is_current(C));
}

static void stop_against_call(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "stop against call", .cpus = 2, .prepare = prepare_two, .check = check_stop};
	scenario.step[A][0] = call_of(0, 0, 1);
	scenario.step[SERVER][0] = reply_receive_of(0, SLOT_REPLY, 0, 10);
	scenario.step[C][0] = stop_of(SERVER);
	explore(&scenario);
}

/* A caller on the other CPU is stopped while it calls, is served, is answered. */
static void check_stop_caller(void)
{
	assert_int_equal(state_of(C), TENON_THREAD_STOPPED);
	assert_int_equal(status_of(A), TENON_OK);
	assert_ptr_equal(core.replies[0].caller, NULL);
}

static void stop_against_caller(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "stop against caller", .cpus = 2, .prepare = prepare_two, .check = check_stop_caller};
	scenario.step[C][0] = call_of(0, 0, 1);
	scenario.step[SERVER][0] = reply_receive_of(0, SLOT_REPLY, 0, 10);
	scenario.step[A][0] = stop_of(C);
	explore(&scenario);
}

/* Two threads stop each other. */
static void check_each_other(void)
{
	assert_true(state_of(A) == TENON_THREAD_STOPPED || state_of(C) == TENON_THREAD_STOPPED);
}

static void stop_each_other(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "stop each other", .cpus = 2, .prepare = prepare_two, .check = check_each_other};
	scenario.step[A][0] = stop_of(C);
	scenario.step[C][0] = stop_of(A);
	explore(&scenario);
}

/* Signals from two CPUs to a server that waits with a deadline: no bit is lost, none counted twice. */
static void prepare_signals(void)
{
	system_boot(2, 1u << SERVER | 1u << A | 1u << C);
	struct host_call receive = receive_of(0, SLOT_REPLY);
	receive.deadline = 500000;
	act(SERVER, receive);
}

static void check_signals(void)
{
	/* The server received at most twice; what it did not take is still there. */
	uint64_t pending = core.notifications[0].bits;
	uint64_t both = 1u << A | 1u << C;
	assert_int_equal(pending & ~both, 0);
	assert_true(is_current(A) || is_current(SERVER));
	if (state_of(SERVER) == TENON_THREAD_RECEIVING)
		assert_int_equal(pending, 0);
	ONE_OF(SERVER, TENON_OK, TENON_TIMED_OUT, TENON_OP_RECEIVE | SLOT_SET << TENON_OPERATION_BITS);
}

static void signals_against_deadline(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "signals against deadline",
				    .cpus = 2,
				    .prepare = prepare_signals,
				    .check = check_signals};
	scenario.time_ns = 1000000;
	scenario.step[A][0] = signal_of(0);
	scenario.step[C][0] = signal_of(0);
	scenario.step[SERVER][0] = receive_of(0, SLOT_REPLY);
	explore(&scenario);
}

/* The supervisor closes an endpoint while a call goes to it. */
static void check_closing(void)
{
	ONE_OF(C, TENON_OK, TENON_GONE);
	assert_true(is_current(C));
}

static void closing_against_call(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "closing against call", .cpus = 2, .prepare = prepare_two, .check = check_closing};
	scenario.step[C][0] = call_of(0, 0, 1);
	scenario.step[SERVER][0] = reply_receive_of(0, SLOT_REPLY, 0, 10);
	scenario.step[A][0] = state_call(0, TENON_ENDPOINT_CLOSED);
	explore(&scenario);
}

/* Three CPUs: a caller, its server, and a third that stops the caller while its deadline passes. */
static void prepare_three(void)
{
	struct tenon_tables tables = *system_tables(1u << SERVER | 1u << C | 1u << LOW);
	static struct tenon_thread threads[THREADS];
	memcpy(threads, tables.thread, sizeof(threads));
	threads[LOW].cpu = 2;
	tables.thread = threads;
	assert_true(host_boot(&tables, 3));
	settle();
	act(SERVER, receive_of(0, SLOT_REPLY));
}

static void check_three(void)
{
	assert_int_equal(state_of(C), TENON_THREAD_STOPPED);
	assert_int_equal(status_of(LOW), TENON_OK);
	assert_true(is_current(LOW));
	assert_int_equal(core_cpu(1)->timer_count, 0);
	assert_ptr_equal(core.replies[0].caller, NULL);
}

static void three_cpus(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: call, answer, stop",
				    .cpus = 3,
				    .prepare = prepare_three,
				    .check = check_three};
	scenario.step[C][0] = call_until(0, 0, 1, 500000);
	scenario.step[SERVER][0] = reply_receive_of(0, SLOT_REPLY, 0, 10);
	scenario.step[LOW][0] = stop_of(C);
	explore(&scenario);
}

/* Two CPUs stop the same caller, which the server answers at that moment. */
static void check_two_stops(void)
{
	assert_int_equal(state_of(C), TENON_THREAD_STOPPED);
	assert_int_equal(status_of(LOW), TENON_OK);
	assert_int_equal(status_of(SERVER), TENON_OK);
	assert_ptr_equal(core.replies[0].caller, NULL);
	assert_ptr_equal(core.replies[1].caller, NULL);
}

static void prepare_received(void)
{
	prepare_three();
	act(C, call_of(0, 0, 1));
}

static void two_stops(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: answer, two stops",
				    .cpus = 3,
				    .prepare = prepare_received,
				    .check = check_two_stops};
	scenario.step[SERVER][0] = reply_of(SLOT_REPLY, 0, 10);
	scenario.step[SERVER][1] = stop_of(C);
	scenario.step[LOW][0] = stop_of(C);
	explore(&scenario);
}

/* The server is stopped while it holds a call whose deadline passes, and another one arrives. */
static void check_dying_server(void)
{
	assert_int_equal(state_of(SERVER), TENON_THREAD_STOPPED);
	ONE_OF(C, TENON_TIMED_OUT, TENON_RESTARTED);
	if (state_of(LOW) != TENON_THREAD_CALLING)
		assert_int_equal(status_of(LOW), TENON_RESTARTED);
}

static void prepare_dying_server(void)
{
	struct tenon_tables tables = *system_tables(1u << SERVER | 1u << A | 1u << C | 1u << LOW);
	static struct tenon_thread threads[THREADS];
	memcpy(threads, tables.thread, sizeof(threads));
	threads[LOW].cpu = 2;
	tables.thread = threads;
	assert_true(host_boot(&tables, 3));
	settle();
	act(SERVER, receive_of(0, SLOT_REPLY));
	act(C, call_until(0, 0, 1, 500000));
}

static void dying_server(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: server stops, deadline passes, call arrives",
				    .cpus = 3,
				    .prepare = prepare_dying_server,
				    .check = check_dying_server};
	scenario.time_ns = 1000000;
	scenario.step[SERVER][0] = scenario.step[SERVER][1] = receive_of(0, 0);
	scenario.step[LOW][0] = call_of(0, 0, 2);
	scenario.step[A][0] = stop_of(SERVER);
	explore(&scenario);
}

/* A thread faults on one CPU while it is stopped from the other, with the supervisor on a third. */
static void check_fault_stop(void)
{
	ONE_OF(A, TENON_OK);
	assert_true(state_of(C) == TENON_THREAD_STOPPED);
}

static void prepare_fault(void)
{
	system_boot(2, 1u << SUPERVISOR | 1u << A | 1u << C);
	act(SUPERVISOR, receive_of(2, SLOT_REPLY + 3));
	host_fault(1, TENON_FAULT_READ, 8);
	settle();
	assert_true(is_current(SUPERVISOR));
	assert_int_equal(state_of(C), TENON_THREAD_FAULTED);
}

static void fault_against_stop(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "resume against stop", .cpus = 2, .prepare = prepare_fault, .check = check_fault_stop};
	scenario.step[SUPERVISOR][0] = reply_receive_of(2, SLOT_REPLY + 3, 0, 0);
	scenario.step[SUPERVISOR][1] = reply_receive_of(2, SLOT_REPLY + 3, 0, 0);
	scenario.step[C][0] = stop_of(C);
	scenario.step[C][1] = stop_of(C);
	scenario.step[A][0] = stop_of(C);
	explore(&scenario);
}

/* Start and stop of the same thread from two CPUs. */
static void check_start_stop(void)
{
	ONE_OF(A, TENON_OK, TENON_BUSY);
	assert_int_equal(status_of(C), TENON_OK);
	assert_true(state_of(LOW) == TENON_THREAD_STOPPED || state_of(LOW) == TENON_THREAD_READY);
	assert_true(is_current(A) && is_current(C));
}

static void prepare_start(void)
{
	system_boot(2, 1u << A | 1u << C);
}

static void start_against_stop(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "start against stop", .cpus = 2, .prepare = prepare_start, .check = check_start_stop};
	scenario.step[A][0] = start_of(LOW);
	scenario.step[A][1] = start_of(LOW);
	scenario.step[C][0] = stop_of(LOW);
	explore(&scenario);
}

/* A caller on CPU 1 moves while it is answered, times out, is stopped, or moves elsewhere. */
static struct host_call move_of(unsigned thread, uint64_t mask)
{
	return simple_call(TENON_OP_THREAD_SCHEDULE, SLOT_THREAD + thread, 10, TENON_BAND_REAL_TIME, mask);
}

static void prepare_move(void)
{
	struct tenon_tables tables = *system_tables(1u << SERVER | 1u << A | 1u << C | 1u << LOW);
	static struct tenon_thread threads[THREADS];
	memcpy(threads, tables.thread, sizeof(threads));
	threads[LOW].cpu = 2;
	tables.thread = threads;
	assert_true(host_boot(&tables, 3));
	settle();
	act(SERVER, receive_of(0, SLOT_REPLY));
	act(C, call_until(0, 0, 1, 500000));
}

static void check_move(void)
{
	ONE_OF(C, TENON_OK, TENON_TIMED_OUT);
	ONE_OF(SERVER, TENON_OK, TENON_CANCELLED);
	assert_int_equal(status_of(LOW), TENON_OK);
	assert_ptr_equal(thread_of(C)->home, core_cpu(2));
	assert_int_equal(state_of(C) == TENON_THREAD_RUNNING || state_of(C) == TENON_THREAD_READY, true);
	for (unsigned cpu = 0; cpu < 3; cpu++)
		assert_int_equal(core_cpu(cpu)->timer_count, 0);
	assert_ptr_equal(core.replies[0].caller, NULL);
}

static void move_against_answer(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: move, answer, deadline",
				    .cpus = 3,
				    .prepare = prepare_move,
				    .check = check_move};
	scenario.time_ns = 1000000;
	scenario.step[SERVER][0] = reply_of(SLOT_REPLY, 0, 10);
	scenario.step[LOW][0] = move_of(C, 4);
	explore(&scenario);
}

static void check_move_stop(void)
{
	assert_int_equal(status_of(LOW), TENON_OK);
	assert_int_equal(status_of(SERVER), TENON_OK);
	assert_int_equal(state_of(C), TENON_THREAD_STOPPED);
	assert_ptr_equal(thread_of(C)->home, core_cpu(2));
	for (unsigned cpu = 0; cpu < 3; cpu++)
		assert_int_equal(core_cpu(cpu)->timer_count, 0);
}

static void move_against_stop(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: move, answer, stop",
				    .cpus = 3,
				    .prepare = prepare_move,
				    .check = check_move_stop};
	scenario.step[SERVER][0] = reply_of(SLOT_REPLY, 0, 10);
	scenario.step[SERVER][1] = stop_of(C);
	scenario.step[LOW][0] = move_of(C, 4);
	explore(&scenario);
}

/* It has never waited for anything but the answer that it waits for now. */
static void prepare_asking(void)
{
	struct tenon_tables tables = *system_tables(1u << A | 1u << C | 1u << LOW);
	static struct tenon_thread threads[THREADS];
	memcpy(threads, tables.thread, sizeof(threads));
	threads[LOW].cpu = 2;
	tables.thread = threads;
	assert_true(host_boot(&tables, 3));
	settle();
}

static void check_asking(void)
{
	assert_int_equal(status_of(LOW), TENON_OK);
	ONE_OF(C, TENON_OK);
	assert_ptr_equal(thread_of(C)->home, core_cpu(2));
}

static void move_against_request(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "three CPUs: move, request", .cpus = 3, .prepare = prepare_asking, .check = check_asking};
	scenario.step[C][0] = simple_call(TENON_OP_THREAD_READ, SLOT_THREAD + A, 0, 0, 0);
	scenario.step[C][1] = simple_call(TENON_OP_THREAD_READ, SLOT_THREAD + A, 0, 0, 0);
	scenario.step[LOW][0] = move_of(C, 4);
	explore(&scenario);
}

static void check_two_moves(void)
{
	assert_int_equal(status_of(LOW), TENON_OK);
	assert_int_equal(status_of(SERVER), TENON_OK);
	ONE_OF(C, TENON_OK);
	assert_true(thread_of(C)->home == core_cpu(0) || thread_of(C)->home == core_cpu(2));
	for (unsigned cpu = 0; cpu < 3; cpu++)
		assert_int_equal(core_cpu(cpu)->timer_count, 0);
}

static void two_moves(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: two moves, answer",
				    .cpus = 3,
				    .prepare = prepare_move,
				    .check = check_two_moves};
	scenario.step[SERVER][0] = move_of(C, 1);
	scenario.step[SERVER][1] = reply_of(SLOT_REPLY, 0, 10);
	scenario.step[LOW][0] = move_of(C, 4);
	explore(&scenario);
}

/* A copy between CPUs while the lender's deadline passes and somebody stops it: all that was copied, or the end. */
static void prepare_loan(void)
{
	system_boot(2, 1u << SERVER | 1u << A | 1u << C);
	act(SERVER, receive_of(0, SLOT_REPLY));
	memset(memory_of(C), 0x5a, MEMORY_WRITABLE);
	memset(memory_of(SERVER), 0, MEMORY_WRITABLE);
	loan_put(C, 0, MEMORY_ADDRESS, MEMORY_WRITABLE, TENON_RIGHT_READ);
	act(C, lending(call_until(0, 0, 1, 500000), 1));
	assert_true(is_current(SERVER));
}

static void check_loan(void)
{
	ONE_OF(SERVER, TENON_OK, TENON_LOAN_ENDED);
	uint64_t done = word_of(SERVER, 4);
	const uint8_t *own = memory_of(SERVER);
	assert_true((status_of(SERVER) == TENON_OK) == (done == MEMORY_WRITABLE));
	for (uint64_t i = 0; i < MEMORY_WRITABLE; i++)
		assert_int_equal(own[i], i < done ? 0x5a : 0);
	assert_ptr_equal(core.replies[0].caller, NULL);
}

static void check_loan_timeout(void)
{
	assert_int_equal(status_of(C), TENON_TIMED_OUT);
	check_loan();
}

static void copy_against_deadline(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "copy against deadline", .cpus = 2, .prepare = prepare_loan, .check = check_loan_timeout};
	scenario.time_ns = 1000000;
	scenario.step[SERVER][0] =
	    loan_of(TENON_OP_LOAN_READ, SLOT_REPLY, 0, 0, MEMORY_ADDRESS, MEMORY_WRITABLE);
	explore(&scenario);
}

/* c lends to the store of its CPU, which passes on to the server of the other; low, on a third, stops c. */
static void prepare_passed(void)
{
	struct tenon_tables tables = *system_tables(1u << SERVER | 1u << STORE | 1u << C | 1u << LOW);
	static struct tenon_thread threads[THREADS];
	memcpy(threads, tables.thread, sizeof(threads));
	threads[LOW].cpu = 2;
	tables.thread = threads;
	assert_true(host_boot(&tables, 3));
	settle();
	act(SERVER, receive_of(0, SLOT_REPLY));
	act(STORE, receive_of(1, SLOT_REPLY + 2));
	memset(memory_of(C), 0x5a, MEMORY_WRITABLE);
	memset(memory_of(SERVER), 0, MEMORY_WRITABLE);
	loan_put(C, 0, MEMORY_ADDRESS, 0x2000, TENON_RIGHT_READ);
	act(C, lending(call_of(2, 0, 1), 1));
	loan_pass_on(STORE, 0, SLOT_REPLY + 2, 0, 0, 0x2000, TENON_RIGHT_READ);
	act(STORE, lending(call_of(0, 0, 1), 1));
	assert_true(is_current(SERVER));
}

static void check_passed(void)
{
	ONE_OF(SERVER, TENON_OK, TENON_LOAN_ENDED);
	assert_int_equal(state_of(C), TENON_THREAD_STOPPED);
	assert_int_equal(status_of(LOW), TENON_OK);
	assert_int_equal(state_of(STORE), TENON_THREAD_AWAITING_REPLY);
	uint64_t done = word_of(SERVER, 4);
	assert_true(done % 4096 == 0 && (status_of(SERVER) == TENON_OK) == (done == 0x2000));
	for (uint64_t i = 0; i < 0x2000; i++)
		assert_int_equal(memory_of(SERVER)[i], i < done ? 0x5a : 0);
}

static void passed_copy_against_stop(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "three CPUs: copy of a passed loan, stop of the lender",
				    .cpus = 3,
				    .prepare = prepare_passed,
				    .check = check_passed};
	scenario.step[SERVER][0] = loan_of(TENON_OP_LOAN_READ, SLOT_REPLY, 0, 0, MEMORY_ADDRESS, 0x2000);
	scenario.step[LOW][0] = stop_of(C);
	explore(&scenario);
}

/* The lender's memory is not there, and it is stopped while its fault is on the way from its own CPU. */
static void prepare_loan_fault(void)
{
	system_boot(2, 1u << SERVER | 1u << A | 1u << C | 1u << SUPERVISOR);
	act(SUPERVISOR, receive_of(2, SLOT_REPLY + 3));
	act(SERVER, receive_of(0, SLOT_REPLY));
	loan_put(C, 0, MEMORY_ADDRESS + MEMORY_WRITABLE, 8, TENON_RIGHT_WRITE);
	act(C, lending(call_of(0, 0, 1), 1));
	act(SERVER, loan_of(TENON_OP_LOAN_WRITE, SLOT_REPLY, 0, 0, MEMORY_ADDRESS, 8));
	assert_int_equal(status_of(SERVER), TENON_BAD_LOAN);
}

static void check_loan_fault(void)
{
	assert_int_equal(state_of(C), TENON_THREAD_STOPPED);
	assert_int_equal(status_of(A), TENON_OK);
	assert_false(thread_of(C)->loan_fault);
}

static void loan_fault_against_stop(void **state)
{
	(void)state;
	struct scenario scenario = {.name = "fault of a loan against stop",
				    .cpus = 2,
				    .prepare = prepare_loan_fault,
				    .check = check_loan_fault};
	scenario.step[SERVER][0] = reply_receive_of(0, SLOT_REPLY, 0, 10);
	scenario.step[SUPERVISOR][0] = reply_receive_of(2, SLOT_REPLY + 3, 0, 0);
	scenario.step[SUPERVISOR][1] = reply_receive_of(2, SLOT_REPLY + 3, 0, 0);
	scenario.step[A][0] = stop_of(C);
	explore(&scenario);
}

/* Two senders on two CPUs and a deadline: each message arrives once, or its sender is told that it did not. */
static void prepare_sends(void)
{
	system_boot(2, 1u << SERVER | 1u << A | 1u << C);
	act(SERVER, receive_of(0, SLOT_REPLY));
}

static void check_sends(void)
{
	assert_int_equal(status_of(A), TENON_OK);
	ONE_OF(C, TENON_OK, TENON_TIMED_OUT);
	assert_true(is_current(A) && is_current(C));
	assert_true(list_empty(&core.receive_sets[0].callers));
	assert_ptr_equal(core.replies[0].caller, NULL);
}

static void two_senders(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "two senders and a deadline", .cpus = 2, .prepare = prepare_sends, .check = check_sends};
	scenario.time_ns = 1000000;
	scenario.step[A][0] = send_of(0, 0, 1);
	scenario.step[C][0] = send_of(0, 0, 2);
	scenario.step[C][0].deadline = 500000;
	scenario.step[SERVER][0] = receive_of(0, SLOT_REPLY);
	scenario.step[SERVER][1] = receive_of(0, SLOT_REPLY);
	explore(&scenario);
}

/* ---- objects made at run time ---- */

#define MADE   ((uint64_t)SLOT_STATIC_END)
#define COPIED (MADE + 1)

/* c, on the other CPU, owns a frame; a has a copy of it. */
static void prepare_copies(void)
{
	system_boot(2, 1u << A | 1u << C);
	act(C, simple_call(TENON_OP_POOL_MAKE, SLOT_POOL, TENON_TYPE_FRAME, MADE, 4096));
	struct host_call copy = simple_call(TENON_OP_CAP_COPY, MADE, COPIED, TENON_RIGHTS_ALL, 0);
	copy.reply = SLOT_TABLE_A;
	act(C, copy);
	assert_int_equal(status_of(C), TENON_OK);
}

static void check_revoked(void)
{
	ONE_OF(A, TENON_OK, TENON_BAD_HANDLE);
	assert_int_equal(status_of(C), TENON_OK);
	for (uint64_t n = COPIED; n < COPIED + 3; n++)
		assert_int_equal(thread_of(A)->slots[n].type, TENON_TYPE_NONE);
}

/* It is copied on while it is revoked: no copy is left. */
static void revoke_against_copy(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "revoke against copy", .cpus = 2, .prepare = prepare_copies, .check = check_revoked};
	scenario.step[A][0] = simple_call(TENON_OP_CAP_COPY, COPIED, COPIED + 1, TENON_RIGHTS_ALL, 0);
	scenario.step[C][0] = simple_call(TENON_OP_CAP_REVOKE, MADE, 0, 0, 0);
	explore(&scenario);
}

/* Two take from one tree. */
static void two_revokers(void **state)
{
	(void)state;
	struct scenario scenario = {
	    .name = "two revokers", .cpus = 2, .prepare = prepare_copies, .check = check_revoked};
	scenario.step[A][0] = simple_call(TENON_OP_CAP_DELETE, COPIED, 0, 0, 0);
	scenario.step[C][0] = simple_call(TENON_OP_CAP_REVOKE, MADE, 0, 0, 0);
	explore(&scenario);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(two_callers),
	    cmocka_unit_test(timeout_against_answer),
	    cmocka_unit_test(timeout_against_later_answer),
	    cmocka_unit_test(stop_against_call),
	    cmocka_unit_test(stop_against_caller),
	    cmocka_unit_test(stop_each_other),
	    cmocka_unit_test(signals_against_deadline),
	    cmocka_unit_test(closing_against_call),
	    cmocka_unit_test(start_against_stop),
	    cmocka_unit_test(three_cpus),
	    cmocka_unit_test(two_stops),
	    cmocka_unit_test(dying_server),
	    cmocka_unit_test(fault_against_stop),
	    cmocka_unit_test(copy_against_deadline),
	    cmocka_unit_test(passed_copy_against_stop),
	    cmocka_unit_test(loan_fault_against_stop),
	    cmocka_unit_test(two_senders),
	    cmocka_unit_test(move_against_answer),
	    cmocka_unit_test(move_against_stop),
	    cmocka_unit_test(two_moves),
	    cmocka_unit_test(move_against_request),
	    cmocka_unit_test(revoke_against_copy),
	    cmocka_unit_test(two_revokers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
