/* SPDX-License-Identifier: MIT
 * Every interleaving of a few system calls on two or three CPUs. A CPU stops before it takes a lock, before each inbox
 * operation, at each core_point() that the kernel names beside these, and between user mode and the kernel; which CPU goes
 * on is chosen there, and all choices are tried, depth first, each from a fresh boot. (Between those points a CPU touches
 * only what is its own or what its lock guards.) After each run everybody must have come to rest with the invariants and
 * the census holding and the results that the scenario allows.
 *
 * A system call that is to be made again, for it waits for another CPU, is tried twice before the others have to go on.
 *
 * Long operations have too many points for all. There a CPU goes on until it waits, and then the next one; a scenario bounds
 * how often a run departs from that. Each point is still one where that happens; with TENON_FULL it happens once more.
 *
 * A scenario gives each thread a list of system calls; "time" is one more actor, whose only step makes every deadline pass.
 */
#ifndef EXPLORE_H
#define EXPLORE_H

#include "system.h"

#define STEPS 6
#define MADE  THREADS

struct scenario {
	const char *name;
	unsigned cpus;
	struct host_call step[THREADS + 1]
			     [STEPS]; /* TENON_OP_NULL ends the list; [MADE]: of the one made thread */
	unsigned delays;              /* 0: all interleavings; N: those with so many surprises */
	uint64_t time_ns;             /* when it is not 0, time jumps here once */
	void (*prepare)(void);        /* before the exploration: one after the other */
	void (*check)(void);          /* after each run */
};

/* Tries all interleavings, prints how many there were; fails the test at the first that ends wrong. */
void explore(const struct scenario *scenario);

/* Boots `started` on three CPUs, low on the third; a on the CPU of that number. */
void explore_boot_three(unsigned started);
void explore_boot_apart(unsigned started, unsigned cpu_of_a);
/* The thread's last system call answered one of these. */
void explore_one_of(unsigned thread, const uint64_t *statuses, unsigned count);
#define ONE_OF(thread, ...)                                                                                  \
	explore_one_of(thread, (const uint64_t[]){__VA_ARGS__}, COUNT_OF(((const uint64_t[]){__VA_ARGS__})))

#endif
