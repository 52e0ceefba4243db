/* SPDX-License-Identifier: MIT
 * One CPU as docs/decisions/0025 describes it, in whole steps of time: fixed
 * priorities, budgets, calls that lend them. It shares nothing with the
 * generator but the rules.
 */
#ifndef TENON_TESTS_SIMULATE_H
#define TENON_TESTS_SIMULATE_H

#include <stdbool.h>
#include <stdint.h>

#define SIMULATE_TASKS   8u
#define SIMULATE_SERVERS 4u
#define SIMULATE_PARTS   4u
#define SIMULATE_NOBODY  UINT32_MAX

/* A part of a job: it computes (`server` nobody), or calls a server, which may call another one in the middle. */
struct part {
	uint32_t server, inner;
	uint32_t before, inside, after; /* steps; `inside` in the inner server */
	uint32_t sleep;                 /* steps for which it waits after that, for another CPU */
};

struct job {
	uint64_t release;
	struct part part[SIMULATE_PARTS];
	uint32_t parts;
};

struct task {
	uint32_t priority;
	uint64_t budget, period; /* 0: no limit */
	const struct job *job;   /* one after the other, in the order of `release` */
	uint32_t jobs;
	uint64_t longest; /* found: from release to the end of a job */
	/* the state of the simulation */
	uint64_t left, replenish, debt, wake;
	uint32_t at_job, at_part, progress;
	bool sleeps, depleted, on_reserve;
};

struct simulation {
	struct task task[SIMULATE_TASKS];
	uint32_t tasks;
	uint32_t server_priority[SIMULATE_SERVERS];
	uint64_t random; /* decides among equals */
};

/* Runs from time 0. A first job begins the first period of its task. */
void simulate(struct simulation *simulation, uint64_t steps);
uint32_t simulate_random(uint64_t *state, uint32_t below);

#endif
