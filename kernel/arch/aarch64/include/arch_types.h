/*
 * SPDX-License-Identifier: MIT
 *
 * AArch64: what core keeps for this architecture in its threads, address
 * spaces and CPUs. Included by arch/arch.h.
 */
#ifndef ARCH_TYPES_H
#define ARCH_TYPES_H

#include <stdint.h>

/*
 * A thread's user registers. While a thread runs in user mode the kernel stack
 * pointer SP_EL1 points at its context, so that the vectors can store registers
 * before they own one. A system call saves x0..x11 and x19..x30 only; interrupts
 * and faults save all and set CONTEXT_FULL_BIT in pstate.
 */
struct arch_context {
	uint64_t x[31];
	uint64_t sp; /* SP_EL0 */
	uint64_t pc; /* ELR_EL1 */
	uint64_t pstate;
	uint64_t tls; /* TPIDR_EL0 */
	/* FP, SIMD and SVE registers as fpu.S lays them out; stale while some CPU's vector_owner is this context. */
	void *vector;
	uint32_t vector_use; /* enum vector_use, since its start */
	uint32_t counters;   /* nonzero: it may read them */
} __attribute__((aligned(16)));

/* arch_tlb_invalidate() reaches every CPU. */
#define ARCH_TLB_BROADCASTS 1

/* There are I/O ports. */
#define ARCH_PORTS 0

struct arch_space {
	uint64_t ttbr; /* the ready value of TTBR0_EL1: root table and ASID */
};

struct arch_cpu {
	uint64_t stack;                    /* top of the kernel stack, loaded at each entry */
	uint64_t special;                  /* nonzero: a switch has to look at the fields that follow */
	uint64_t sharing;                  /* nonzero: several spaces have ASID 0 */
	struct arch_context *vector_owner; /* whose FP, SIMD and SVE state is live in this CPU's registers */
	uint64_t vector_open;              /* CPACR_EL1 while the owner runs */
	struct arch_context *counter_user; /* who used the counters last: open while it runs */
	uint64_t affinity;                 /* MPIDR_EL1, affinity fields only */
	uint64_t kick;                     /* ICC_SGI1R_EL1 value that kicks this CPU */
	uint64_t redistributor;            /* what the ITS calls it */
	void *start; /* direct map: the start block, on top of its stack; NULL: never started */
};

#endif
