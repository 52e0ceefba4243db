/* SPDX-License-Identifier: MIT
 * CPUs as docs/decisions/0025 describes them, in whole steps of time: fixed
 * priorities, budgets, calls that lend them, calls to another CPU that do not.
 * It shares nothing with the generator but the rules.
 *
 * A server of one CPU may wait for another CPU in the middle of a call; whoever
 * calls it meanwhile waits for its turn. Calls go from CPU 0 to CPU 1.
 */
#ifndef TENON_TESTS_SIMULATE_H
#define TENON_TESTS_SIMULATE_H

#include <stdbool.h>
#include <stdint.h>

#define SIMULATE_TASKS   8u
#define SIMULATE_SERVERS 4u
#define SIMULATE_PARTS   4u
#define SIMULATE_CPUS    2u
#define SIMULATE_NOBODY  UINT32_MAX

/* A part of a job: it computes (`server` nobody), or calls a server, which may call another one in the middle. */
struct part {
	uint32_t server, inner;
	uint32_t before, inside, after; /* steps; `inside` in the inner server */
	uint32_t sleep;                 /* steps for which it waits after that */
	uint32_t remote,
	    away; /* after `before`, a call of a task on another CPU that serves, of so many steps; 0: none */
};

struct job {
	uint64_t release;
	struct part part[SIMULATE_PARTS];
	uint32_t parts;
};

struct task {
	uint32_t priority, cpu;
	uint64_t budget, period; /* 0: no limit */
	bool serves;             /* it has no jobs: it answers calls from another CPU, one after the other */
	const struct job *job;   /* one after the other, in the order of `release` */
	uint32_t jobs;
	uint64_t longest; /* found: from release to the end of a job */
	/* the state of the simulation */
	uint64_t left, replenish, debt, wake;
	uint32_t at_job, at_part, progress;
	bool sleeps, depleted, on_reserve;
	bool called, queued; /* its call is in the server's hands; or waits for another one's, since `wake` */
	bool asks, answered; /* of the call to another CPU in its part */
	uint32_t call[SIMULATE_TASKS], calls; /* of one that serves: tasks, the first one is worked for */
	uint32_t done;                        /* steps of that */
};

struct simulation {
	struct task task[SIMULATE_TASKS];
	uint32_t tasks;
	uint32_t server_priority[SIMULATE_SERVERS];
	struct task *owner[SIMULATE_SERVERS]; /* state: whose call it has in its hands, where that waits */
	uint64_t random;                      /* decides among equals */
};

/* Runs from time 0. A first job begins the first period of its task. */
void simulate(struct simulation *simulation, uint64_t steps);
uint32_t simulate_random(uint64_t *state, uint32_t below);

#endif
