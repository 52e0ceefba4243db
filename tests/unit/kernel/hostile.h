/* SPDX-License-Identifier: MIT
 * Random small systems, and components in them that do whatever they can: for test_authority.c.
 */
#ifndef HOSTILE_H
#define HOSTILE_H

#include <host.h>

enum { SMALL_COMPONENTS = 5, SMALL_POOLS = 2, SMALL_CPUS = 2 };

/* ---- small.c: systems ---- */
/* Numbers from 0 up to `limit`, not included; the sequence follows from the seed alone. */
void small_seed(uint64_t seed);
uint32_t small_below(uint32_t limit);
/* The next random system; its tables hold until the next one is made. Component 0 may start and stop all others. */
const struct tenon_tables *small_system(unsigned *cpus);

#define SMALL_CODE   UINT64_C(0x200000) /* where code is mapped in each component's space */
#define SMALL_BUFFER UINT64_C(0x500000000)

/* ---- hostile.c: what its components do ---- */
/* Makes `steps` system calls, each by a thread that runs, boot threads and made ones. NULL, or the panic. */
const char *hostile_steps(unsigned steps);

/* What came of it, over all systems: a test that nothing happens in would show nothing. */
extern struct hostile_counts {
	unsigned long steps, answered[TENON_STATUS_COUNT];
	unsigned long carried;  /* capabilities that arrived with a message */
	unsigned long made_ran; /* system calls by threads made at run time */
} hostile_counts;

#endif
