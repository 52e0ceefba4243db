/* SPDX-License-Identifier: MIT
 * The fake architecture: the generic kernel as a host program. Registers are plain arrays, an address space is a list of
 * ranges, CPUs are coroutines (explore.h) that change places at core_point().
 */
#ifndef ARCH_TYPES_H
#define ARCH_TYPES_H

#include <stdbool.h>
#include <stdint.h>
#include <tenon/abi.h>

struct arch_context {
	uint64_t control[4];
	uint64_t word[TENON_MESSAGE_WORDS];
	uint64_t pc, sp, frame, link;
	bool started;
	bool restarted; /* its pc is on the system call, to be made again */
	void *state;    /* as attached; a real machine keeps vector registers there */
};

/* arch_tlb_invalidate() reaches this CPU alone. */
#define ARCH_TLB_BROADCASTS 0

/* There are I/O ports. */
#define ARCH_PORTS 1

#define HOST_MAPPINGS 32
struct arch_space {
	uint64_t root, table; /* pages that it holds; table 0: nothing was mapped yet */
	unsigned count;
	struct host_mapping {
		uint64_t address, physical, size;
		unsigned rights, cache;
	} mapping[HOST_MAPPINGS];
};

struct arch_cpu {
	struct arch_context *context; /* to which the CPU returns */
	struct arch_space *space;     /* its user half */
	uint64_t timer_ticks;         /* when its timer fires; UINT64_MAX: never */
	bool kicked;                  /* core_kicked() is due */
	bool idle;                    /* in arch_idle() */
};

/* Where the explorer may let another CPU go on. */
void host_point(void);
#define core_point host_point
/* A lock that is given back must have been taken; at rest none is. */
void host_taken(void);
#define core_taken host_taken
void host_held(uint32_t taken);
#define core_held host_held

#endif
