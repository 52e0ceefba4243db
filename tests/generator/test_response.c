/* SPDX-License-Identifier: MIT
 * Response times against a simulation: random systems, composed as a user's
 * are, then run with tasks that keep to their word and tasks that do not. No
 * job of the former takes longer than the model says. Where the formula should
 * be exact, it is.
 */
#include "check/response.h"
#include "simulate.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEP_NS   UINT64_C(10000) /* a step of the simulation: the least budget */
#define SYSTEMS   300u
#define TRIALS    12u
#define STEPS     1500u
#define JOBS      200u
#define TASKS_MAX 5u
#define INTERFACE "interface: work\ndoc: Work.\noperations:\n  do:\n    in: {much: u32}\n"

/* ---- Exact by themselves ---- */

/* Released strictly by period, all at once: the worst case of independent tasks (Liu and Layland 1973). */
static void independent_tasks_are_exact(void **state)
{
	uint64_t seed = 1;
	uint32_t compared = 0;

	(void)state;
	for (uint32_t n = 0; n < 2000; n++) {
		struct simulation simulation = {.tasks = 2 + simulate_random(&seed, 3)};
		struct response_load load[TASKS_MAX];
		struct job job[TASKS_MAX][64];
		uint32_t last = simulation.tasks - 1;
		uint64_t computed;

		for (uint32_t i = 0; i <= last; i++) {
			uint32_t period = 4 + simulate_random(&seed, 20) + 8 * i;
			uint32_t budget = 1 + simulate_random(&seed, period / 3);

			load[i] = (struct response_load){budget, period, 0, 0};
			for (uint32_t k = 0; k < 64; k++)
				job[i][k] =
				    (struct job){k * period,
						 {{SIMULATE_NOBODY, SIMULATE_NOBODY, budget, 0, 0, 0, 0, 0}},
						 1};
			simulation.task[i] = (struct task){.priority = 10 - i,
							   .budget = budget,
							   .period = period,
							   .job = job[i],
							   .jobs = i == last ? 1 : 64};
		}
		computed = response_time(&(struct response_job){load[last].budget, 0, 0, 0}, load, last,
					 load[last].period);
		if (computed > load[last].period)
			continue;
		simulate(&simulation, 200);
		assert_int_equal(simulation.task[last].longest, computed);
		compared++;
	}
	assert_true(compared > 500);
}

/* A budget at the end of its period and the next one right after it: the jitter of a deferrable server. */
static void a_deferred_budget_is_exact(void **state)
{
	(void)state;
	for (uint32_t period = 3; period < 12; period++)
		for (uint32_t budget = 1; budget < period; budget++)
			for (uint32_t own = 1; own < 12; own++) {
				const struct response_load load = {budget, period, period - budget, 0};
				/* It wakes for a moment, which begins a period, then at the end of that computes on and on. */
				struct job greedy[2] = {
				    {0, {{0}}, 0},
				    {period - budget,
				     {{SIMULATE_NOBODY, SIMULATE_NOBODY, 1000, 0, 0, 0, 0, 0}},
				     1}};
				const struct job only = {
				    period - budget,
				    {{SIMULATE_NOBODY, SIMULATE_NOBODY, own, 0, 0, 0, 0, 0}},
				    1};
				struct simulation simulation = {
				    .tasks = 2,
				    .task = {{.priority = 2,
					      .budget = budget,
					      .period = period,
					      .job = greedy,
					      .jobs = 2},
					     {.priority = 1, .job = &only, .jobs = 1}}};

				simulate(&simulation, 400);
				if (simulation.task[1].longest != 0) /* else it was not done by the end */
					assert_int_equal(simulation.task[1].longest,
							 response_time(&(struct response_job){own, 0, 0, 0},
								       &load, 1, 400));
			}
}

/* A budget that ends in the first step of a call: the server finishes it, before the one that waits. */
static void an_unfinished_call_comes_on_top(void **state)
{
	enum { BUDGET = 3, PERIOD = 30, WCET = 3 };
	const struct response_load load = {BUDGET, PERIOD, PERIOD - BUDGET, WCET};
	const struct job greedy[2] = {{0, {{0}}, 0},
				      {PERIOD - BUDGET,
				       {{SIMULATE_NOBODY, SIMULATE_NOBODY, 2 * BUDGET - 1, 0, 0, 0, 0, 0},
					{0, SIMULATE_NOBODY, WCET, 0, 0, 0, 0, 0},
					{SIMULATE_NOBODY, SIMULATE_NOBODY, 100, 0, 0, 0, 0, 0}},
				       3}};
	const struct job only = {PERIOD - BUDGET, {{SIMULATE_NOBODY, SIMULATE_NOBODY, 1, 0, 0, 0, 0, 0}}, 1};
	struct simulation simulation = {
	    .tasks = 2,
	    .task = {{.priority = 2, .budget = BUDGET, .period = PERIOD, .job = greedy, .jobs = 2},
		     {.priority = 1, .job = &only, .jobs = 1}},
	    .server_priority = {3}};

	(void)state;
	simulate(&simulation, 100);
	assert_int_equal(simulation.task[1].longest, 1 + 2 * BUDGET + WCET - 1);
	assert_int_equal(response_time(&(struct response_job){1, 0, 0, 0}, &load, 1, 100),
			 1 + 2 * BUDGET + WCET);
}

/* Servers on another CPU: what they take, and a call of somebody less urgent after each wait. */
static void waits_for_another_cpu_count(void **state)
{
	struct composed it;

	(void)state;
	compose_with("interfaces/work.yaml", INTERFACE);
	compose_with("it.c", "");
	it = compose_text("system: tried\nboards: [box]\ncomponents:\n"
			  "  far: {provides: {port: work}, sources: [it.c], cpu: 1, wcet: 100 us}\n"
			  "  other: {sources: [it.c], cpu: 1}\n"
			  "  near: {provides: {port: work}, sources: [it.c], wcet: 30 us}\n"
			  "  late: {uses: {a: work, b: work}, sources: [it.c]}\n"
			  "  low: {uses: {a: work}, sources: [it.c]}\n"
			  "connect: [late.a -> far.port, late.b -> near.port, low.a -> near.port]\n"
			  "schedule:\n"
			  "  late: {period: 20 ms, budget: 1 ms, calls: {a: 2}}\n"
			  "  far: {period: 10 ms, budget: 500 us}\n"
			  "  other: {period: 4 ms, budget: 250 us}\n",
			  NULL);
	assert_composed(&it);
	/* 500 us of its own, two budgets of the other one, back to back. */
	assert_int_equal(instance_named(it.model, "far")->schedule->response_ns, 1000000);
	assert_int_equal(instance_named(it.model, "late")->schedule->away_ns, 2000000);
	assert_int_equal(instance_named(it.model, "late")->schedule->blocked_ns, 90000);
	assert_int_equal(instance_named(it.model, "late")->schedule->response_ns, 3090000);
	composed_destroy(&it);
}

/* ---- Random systems ---- */

struct random_system {
	uint64_t seed;
	uint32_t tasks, servers;
	uint32_t wcet[SIMULATE_SERVERS], inner[SIMULATE_SERVERS]; /* the server that it calls, or nobody */
	uint32_t calls[TASKS_MAX][2];                             /* servers, or nobody */
	uint32_t budget[TASKS_MAX], period[TASKS_MAX];            /* steps; 0: none */
	bool promised[TASKS_MAX];
};

static uint32_t draw(struct random_system *system, uint32_t below)
{
	return simulate_random(&system->seed, below);
}

static void draw_system(struct random_system *system)
{
	system->servers = draw(system, SIMULATE_SERVERS);
	for (uint32_t i = 0; i < system->servers; i++) {
		system->inner[i] = i != 0 && draw(system, 2) == 0 ? draw(system, i) : SIMULATE_NOBODY;
		system->wcet[i] = 1 + draw(system, 3);
	}
	system->tasks = 2 + draw(system, TASKS_MAX - 1);
	for (uint32_t i = 0; i < system->tasks; i++) {
		for (uint32_t k = 0; k < 2; k++)
			system->calls[i][k] = system->servers != 0 && draw(system, 2) == 0
						  ? draw(system, system->servers)
						  : SIMULATE_NOBODY;
		system->period[i] = i == 0 ? 0 : 15 + draw(system, 80);
		system->budget[i] = i == 0 ? 0 : 3 + draw(system, system->period[i] / 4);
		system->promised[i] = i != 0 && draw(system, 4) != 0;
	}
}

/* The system as a user would write it. The first task has no limit and computes for ever. */
static void write_system(const struct random_system *system, FILE *out)
{
	fputs("system: tried\nboards: [box]\ncomponents:\n", out);
	for (uint32_t i = 0; i < system->servers; i++)
		fprintf(out, "  s%u: {provides: {port: work}, %ssources: [it.c], wcet: %u us}\n", i,
			system->inner[i] == SIMULATE_NOBODY ? "" : "uses: {next: work}, ",
			system->wcet[i] * 10);
	for (uint32_t i = 0; i < system->tasks; i++)
		fprintf(out, "  t%u: {uses: {%s%s}, sources: [it.c]%s}\n", i,
			system->calls[i][0] == SIMULATE_NOBODY ? "" : "a: work, ",
			system->calls[i][1] == SIMULATE_NOBODY ? "" : "b: work",
			i == 0 ? ", priority: 1" : "");
}

/* The rest of it: who calls whom, and what CPU time they have. */
static void write_wires(const struct random_system *system, FILE *out)
{
	const char *separator = "";

	fputs("connect: [", out);
	for (uint32_t i = 0; i < system->servers; i++)
		if (system->inner[i] != SIMULATE_NOBODY) {
			fprintf(out, "%ss%u.next -> s%u.port", separator, i, system->inner[i]);
			separator = ", ";
		}
	for (uint32_t i = 0; i < system->tasks; i++)
		for (uint32_t k = 0; k < 2; k++)
			if (system->calls[i][k] != SIMULATE_NOBODY) {
				fprintf(out, "%st%u.%c -> s%u.port", separator, i, "ab"[k],
					system -> calls[i][k]);
				separator = ", ";
			}
	fputs("]\nschedule:\n", out);
	for (uint32_t i = 1; i < system->tasks; i++)
		fprintf(out, "  t%u: {period: %u us, budget: %u us%s}\n", i, system->period[i] * 10,
			system->budget[i] * 10, system->promised[i] ? "" : ", deadline: none");
}

/* ---- What its tasks do ---- */

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* Computes for a while, or calls one of its servers, for at most so many steps. */
static struct part draw_part(struct random_system *system, uint32_t task, uint32_t most)
{
	struct part part = {SIMULATE_NOBODY, SIMULATE_NOBODY, 0, 0, 0, 0, 0, 0};
	uint32_t server = system->calls[task][draw(system, 2)];
	uint32_t length = 1 + draw(system, most);

	if (server != SIMULATE_NOBODY && draw(system, 3) != 0) {
		part.server = server;
		length = least(length, system->wcet[server]);
		part.inner = system->inner[server];
		if (part.inner != SIMULATE_NOBODY)
			part.inside = draw(system, least(length, system->wcet[part.inner]) + 1);
	}
	part.before = draw(system, length - part.inside + 1);
	part.after = length - part.inside - part.before;
	return part;
}

static uint32_t part_length(const struct part *part)
{
	return part->before + part->inside + part->after;
}

/* At most a budget at a time, never sooner than a period after the last time. */
static void draw_kept(struct random_system *system, uint32_t task, struct job *job)
{
	uint64_t release = draw(system, system->period[task]);

	for (uint32_t i = 0; i < JOBS; i++) {
		uint32_t left = system->budget[task];

		job[i] = (struct job){.release = release, .parts = SIMULATE_PARTS};
		for (uint32_t k = 0; k < SIMULATE_PARTS && left != 0; k++) {
			job[i].part[k] = draw_part(system, task, left);
			if (k == SIMULATE_PARTS - 1) /* all of it, by itself */
				job[i].part[k] =
				    (struct part){SIMULATE_NOBODY, SIMULATE_NOBODY, left, 0, 0, 0, 0, 0};
			left -= part_length(&job[i].part[k]);
			job[i].parts = k + 1;
		}
		release += system->period[task] + (draw(system, 3) == 0 ? draw(system, 10) : 0);
	}
}

/* Anything: more than its budget, at any time, with waits; only its servers keep to their `wcet`. */
static void draw_wild(struct random_system *system, uint32_t task, struct job *job)
{
	uint64_t release = draw(system, 50);
	uint32_t much = system->budget[task] == 0 ? 30 : 2 * system->budget[task], late = 0;

	for (uint32_t i = 0; i < JOBS; i++) {
		/* Sometimes it wakes for nothing, to begin a period, and takes all that it gets from the end of that on. */
		if (late == 0 && system->budget[task] != 0 && draw(system, 2) == 0) {
			late = 1 + draw(system, 3);
			job[i] = (struct job){.release = release};
			release += system->period[task] - system->budget[task];
			continue;
		}
		late -= late != 0;
		job[i] = (struct job){.release = release, .parts = draw(system, SIMULATE_PARTS + 1)};
		for (uint32_t k = 0; k < job[i].parts; k++) {
			job[i].part[k] = draw_part(system, task, much);
			if (draw(system, 4) == 0)
				job[i].part[k].sleep = draw(system, 2 * (system->period[task] + 1));
		}
		release += draw(system, 60);
	}
}

static uint32_t priority_of(const struct model *model, char kind, uint32_t number)
{
	const char name[] = {kind, (char)('0' + number), '\0'};

	return instance_named(model, name)->priority;
}

static const struct schedule *schedule_of(const struct model *model, uint32_t number)
{
	const char name[] = {'t', (char)('0' + number), '\0'};

	return instance_named(model, name)->schedule;
}

/* One run; those that are promised keep to their word most of the time. Returns how many jobs' bounds were reached. */
static uint32_t run(struct random_system *system, const struct model *model)
{
	static struct job job[TASKS_MAX][JOBS];
	struct simulation simulation = {.tasks = system->tasks, .random = system->seed};
	bool kept[TASKS_MAX];
	uint32_t reached = 0;

	for (uint32_t i = 0; i < system->servers; i++)
		simulation.server_priority[i] = priority_of(model, 's', i);
	for (uint32_t i = 0; i < system->tasks; i++) {
		kept[i] = system->promised[i] && draw(system, 3) != 0;
		if (kept[i])
			draw_kept(system, i, job[i]);
		else
			draw_wild(system, i, job[i]);
		simulation.task[i] = (struct task){.priority = priority_of(model, 't', i),
						   .budget = system->budget[i],
						   .period = system->period[i],
						   .job = job[i],
						   .jobs = JOBS};
	}
	simulate(&simulation, STEPS);
	for (uint32_t i = 0; i < system->tasks; i++) {
		if (!kept[i])
			continue;
		if (simulation.task[i].longest * STEP_NS > schedule_of(model, i)->response_ns)
			fail_msg("t%u took %llu steps, not %llu ns", i,
				 (unsigned long long)simulation.task[i].longest,
				 (unsigned long long)schedule_of(model, i)->response_ns);
		reached += simulation.task[i].longest * STEP_NS == schedule_of(model, i)->response_ns;
	}
	return reached;
}

static void no_job_takes_longer(void **state)
{
	struct random_system system = {.seed = 7};
	uint32_t accepted = 0, reached = 0;

	(void)state;
	for (uint32_t n = 0; n < SYSTEMS; n++) {
		char *text = NULL;
		size_t size;
		FILE *out = open_memstream(&text, &size);
		struct composed it;

		draw_system(&system);
		write_system(&system, out);
		write_wires(&system, out);
		fclose(out);
		compose_with("interfaces/work.yaml", INTERFACE);
		compose_with("it.c", "");
		it = compose_text(text, NULL);
		for (uint32_t trial = 0; it.model != NULL && trial < TRIALS; trial++)
			reached += run(&system, it.model);
		accepted += it.model != NULL;
		composed_destroy(&it);
		free(text);
	}
	print_message("%u systems accepted of %u, a bound reached %u times\n", accepted, SYSTEMS, reached);
	assert_true(accepted > SYSTEMS / 4);
	assert_true(reached > 0);
}

int main(void)
{
	const struct CMUnitTest test[] = {
	    cmocka_unit_test(independent_tasks_are_exact),
	    cmocka_unit_test(a_deferred_budget_is_exact),
	    cmocka_unit_test(an_unfinished_call_comes_on_top),
	    cmocka_unit_test(waits_for_another_cpu_count),
	    cmocka_unit_test(no_job_takes_longer),
	};

	return cmocka_run_group_tests(test, NULL, NULL);
}
