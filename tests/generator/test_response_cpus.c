/* SPDX-License-Identifier: MIT
 * Response times across two CPUs, and beside servers that wait in the middle
 * of a call, against a simulation: random systems of one shape, in which all
 * but the instance with the deadline do what they like.
 *
 *   CPU 0  low_a, low_b -> near (which may call far in the middle of a call); hog; late -> far
 *   CPU 1  far; other, more or less urgent than far
 */
#include "check/response.h"
#include "simulate.h"
#include "support.h"

#include <stdio.h>
#include <stdlib.h>

#define STEP_NS   UINT64_C(10000) /* a step of the simulation: the least budget */
#define SYSTEMS   600u
#define TRIALS    8u
#define STEPS     1500u
#define JOBS      100u
#define INTERFACE "interface: work\ndoc: Work.\noperations:\n  do:\n    in: {much: u32}\n"

enum { LOW_A, LOW_B, HOG, LATE, FAR, OTHER, TASKS };
static const char *const names[TASKS] = {"low_a", "low_b", "hog", "late", "far", "other"};

struct shape {
	uint64_t seed;
	bool near_waits; /* near calls far */
	bool lows_call;  /* low_a calls far itself */
	bool tight;      /* only what waits and calls matters, and all calls take what they may */
	uint32_t near_wcet, far_wcet, calls;
	uint32_t budget[TASKS], period[TASKS]; /* steps; 0: none */
};

static uint32_t draw(struct shape *shape, uint32_t below)
{
	return simulate_random(&shape->seed, below);
}

static void draw_shape(struct shape *shape)
{
	shape->near_waits = draw(shape, 2) == 0;
	shape->lows_call = draw(shape, 2) == 0;
	shape->near_wcet = 1 + draw(shape, 4);
	shape->far_wcet = 1 + draw(shape, 3);
	shape->calls = draw(shape, 3);
	for (uint32_t i = HOG; i < TASKS; i++) {
		shape->period[i] = (i == LATE ? 60 : 15) + draw(shape, i == LATE ? 300 : 40);
		shape->budget[i] = 1 + draw(shape, shape->period[i] / (i == FAR ? 2 : 5));
	}
	shape->tight = draw(shape, 2) == 0;
	if (!shape->tight)
		return;
	shape->near_wcet = 4 + draw(shape, 12);
	shape->budget[HOG] = shape->budget[OTHER] = 1;
	shape->period[HOG] = shape->period[OTHER] = 400;
	shape->budget[FAR] = 2 * shape->far_wcet * (shape->calls ? shape->calls : 1);
	shape->period[FAR] = shape->budget[FAR] + 20 + draw(shape, 60);
	shape->budget[LATE] = 4 + draw(shape, 20);
	shape->period[LATE] = 600 + draw(shape, 300);
}

static void write_shape(const struct shape *shape, FILE *out)
{
	fputs("system: tried\nboards: [box]\ncomponents:\n", out);
	fprintf(out, "  far: {provides: {port: work}, sources: [it.c], cpu: 1, wcet: %u us}\n",
		shape->far_wcet * 10);
	fputs("  other: {sources: [it.c], cpu: 1}\n  hog: {sources: [it.c]}\n", out);
	fprintf(out, "  near: {provides: {port: work}, %ssources: [it.c], priority: 240, wcet: %u us}\n",
		shape->near_waits ? "uses: {next: work}, " : "", shape->near_wcet * 10);
	fprintf(out, "  low_a: {uses: {a: work%s}, sources: [it.c], priority: 1}\n",
		shape->lows_call ? ", b: work" : "");
	fputs("  low_b: {uses: {a: work}, sources: [it.c], priority: 2}\n", out);
	fprintf(out, "  late: {%ssources: [it.c]}\n", shape->calls ? "uses: {a: work}, " : "");
	fprintf(out, "connect: [low_a.a -> near.port, low_b.a -> near.port%s%s%s]\nschedule:\n",
		shape->near_waits ? ", near.next -> far.port" : "",
		shape->lows_call ? ", low_a.b -> far.port" : "", shape->calls ? ", late.a -> far.port" : "");
	for (uint32_t i = HOG; i < TASKS; i++) {
		fprintf(out, "  %s: {period: %u us, budget: %u us%s", names[i], shape->period[i] * 10,
			shape->budget[i] * 10, i == LATE || i == FAR ? "" : ", deadline: none");
		if (i == LATE && shape->calls)
			fprintf(out, ", calls: {a: %u}", shape->calls);
		fputs("}\n", out);
	}
}

/* Nothing but what somebody may do whom nobody believes. */
static void draw_wild(struct shape *shape, uint32_t task, struct job *job)
{
	uint64_t release = draw(shape, 60);

	for (uint32_t i = 0; i < JOBS; i++) {
		job[i] = (struct job){.release = release, .parts = 1 + draw(shape, SIMULATE_PARTS)};
		for (uint32_t k = 0; k < job[i].parts; k++) {
			struct part *part = &job[i].part[k];

			*part = (struct part){.server = SIMULATE_NOBODY, .inner = SIMULATE_NOBODY};
			part->before = 1 + draw(shape, task < HOG ? 4 : 2 * shape->budget[task]);
			if (task == LOW_A && shape->lows_call && draw(shape, 2) == 0) {
				part->remote = FAR;
				part->away =
				    shape->far_wcet - (shape->tight ? 0 : draw(shape, shape->far_wcet));
			} else if (task < HOG && draw(shape, 3) != 0) {
				part->server = 0;
				part->before = 1 + (shape->tight ? 0 : draw(shape, shape->near_wcet));
				part->after = shape->near_wcet - part->before;
				part->after -= shape->tight ? 0 : draw(shape, part->after + 1);
				part->remote = FAR;
				part->away = shape->near_waits ? draw(shape, shape->far_wcet + 1) : 0;
			}
			part->sleep = draw(shape, 3) == 0 ? draw(shape, 30) : 0;
		}
		release += draw(shape, 60);
	}
}

/* At most a budget at a time and so many calls, never sooner than a period after the last time. */
static void draw_late(struct shape *shape, struct job *job)
{
	uint64_t release = draw(shape, shape->period[LATE]);

	for (uint32_t i = 0; i < JOBS; i++) {
		uint32_t left = shape->budget[LATE];

		job[i] = (struct job){.release = release, .parts = shape->calls + 1};
		for (uint32_t k = 0; k < shape->calls; k++) {
			struct part *part = &job[i].part[k];

			*part = (struct part){.server = SIMULATE_NOBODY, .inner = SIMULATE_NOBODY};
			part->before =
			    draw(shape, shape->tight ? 1 + (left > 1)
						     : left); /* its last step comes after the calls */
			part->remote = FAR;
			part->away = draw(shape, 3) == 0 ? 1 + draw(shape, shape->far_wcet) : shape->far_wcet;
			left -= part->before;
		}
		job[i].part[shape->calls] =
		    (struct part){.server = SIMULATE_NOBODY, .inner = SIMULATE_NOBODY, .before = left};
		release += shape->period[LATE] + (draw(shape, 3) == 0 ? draw(shape, 20) : 0);
	}
}

/* One run; returns the longest that `late` took. */
static uint64_t run(struct shape *shape, const struct model *model)
{
	static struct job job[TASKS][JOBS];
	struct simulation simulation = {.tasks = TASKS, .random = shape->seed};

	simulation.server_priority[0] = instance_named(model, "near")->priority;
	for (uint32_t i = 0; i < TASKS; i++) {
		if (i == LATE)
			draw_late(shape, job[i]);
		else if (i != FAR)
			draw_wild(shape, i, job[i]);
		simulation.task[i] = (struct task){.priority = instance_named(model, names[i])->priority,
						   .cpu = i >= FAR,
						   .budget = shape->budget[i],
						   .period = shape->period[i],
						   .serves = i == FAR,
						   .job = job[i],
						   .jobs = i == FAR ? 0 : JOBS};
	}
	simulate(&simulation, STEPS);
	return simulation.task[LATE].longest;
}

static void no_job_takes_longer(void **state)
{
	struct shape shape = {.seed = 11};
	uint32_t accepted = 0, waiting = 0, away = 0, near = 0;

	(void)state;
	for (uint32_t n = 0; n < SYSTEMS; n++) {
		char *text = NULL;
		size_t size;
		FILE *out = open_memstream(&text, &size);
		struct composed it;

		draw_shape(&shape);
		write_shape(&shape, out);
		fclose(out);
		compose_with("interfaces/work.yaml", INTERFACE);
		compose_with("it.c", "");
		it = compose_text(text, NULL);
		for (uint32_t trial = 0; it.model != NULL && trial < TRIALS; trial++) {
			const uint64_t bound = instance_named(it.model, "late")->schedule->response_ns;
			const uint64_t longest = run(&shape, it.model) * STEP_NS;

			if (longest > bound)
				fail_msg("late took %llu ns, not %llu, in\n%s", (unsigned long long)longest,
					 (unsigned long long)bound, text);
			near += 2 * longest > bound;
		}
		accepted += it.model != NULL;
		waiting += it.model != NULL && shape.near_waits;
		away += it.model != NULL && shape.calls != 0;
		composed_destroy(&it);
		free(text);
	}
	print_message("%u systems accepted of %u, %u with a server that waits, %u with calls to another CPU; "
		      "%u runs above half of the bound\n",
		      accepted, SYSTEMS, waiting, away, near);
	assert_true(waiting > SYSTEMS / 20 && away > SYSTEMS / 20 && near > SYSTEMS / 20);
}

/* The other client used the budget up just before. */
static void a_budget_that_is_used_up_counts(void **state)
{
	enum { BUDGET = 4, PERIOD = 50, WCET = 2 };
	const struct part call = {
	    .server = SIMULATE_NOBODY, .inner = SIMULATE_NOBODY, .before = 1, .remote = 2, .away = WCET};
	const struct part last = {.server = SIMULATE_NOBODY, .inner = SIMULATE_NOBODY, .before = 1};
	const struct job low = {0, {call, call}, 2}, late = {8, {call, last}, 2};
	const struct response_server far = {
	    .budget = BUDGET, .period = PERIOD, .response = BUDGET, .wcet = WCET, .clients = 2};
	struct simulation simulation = {
	    .tasks = 3,
	    .task = {{.priority = 1, .job = &low, .jobs = 1},
		     {.priority = 5, .job = &late, .jobs = 1},
		     {.priority = 5, .cpu = 1, .budget = BUDGET, .period = PERIOD, .serves = true}}};

	(void)state;
	simulate(&simulation, 100);
	assert_int_equal(simulation.task[1].longest, 46);
	assert_int_equal(response_of_call(&far), PERIOD - BUDGET + BUDGET);
	assert_true(2 + response_of_call(&far) >= simulation.task[1].longest);
}

int main(void)
{
	const struct CMUnitTest test[] = {
	    cmocka_unit_test(a_budget_that_is_used_up_counts),
	    cmocka_unit_test(no_job_takes_longer),
	};

	return cmocka_run_group_tests(test, NULL, NULL);
}
