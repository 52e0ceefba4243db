/* SPDX-License-Identifier: MIT
 * RISC-V's part of the kernel's structures.
 *
 * struct arch_context: in user mode sscratch points at it, and the entry
 * assembly fills it. Its order follows use: message words, control words and
 * what every entry saves come first.
 *
 * struct arch_cpu: the first member of struct cpu. It begins with a context of
 * its own: in kernel mode sscratch points at that, so a fault of the kernel
 * itself takes the same entry path and leaves its registers there.
 */
#ifndef RISCV64_ARCH_TYPES_H
#define RISCV64_ARCH_TYPES_H

#include <stdint.h>

struct cpu;

struct arch_context {
	uint64_t word[8];    /* a0..a7 */
	uint64_t control[4]; /* t0..t3 */
	uint64_t pc;
	/* How a0..a7 and t4..t6 come back. < 0: as saved, all of them. Else from a system call: t4..t6 as
	 * zero, and the words as saved (> 0) or, for an empty message, as zero too (0), whatever `word` has. */
	int64_t restore;
	uint64_t ra, sp, tp;
	uint64_t s0;
	struct cpu *cpu; /* the CPU that resumed it last */
	uint64_t gp;
	uint64_t saved[11];  /* s1..s11 */
	uint64_t scratch[3]; /* t4..t6, where restore < 0 */
	void *
	    vector; /* FPU and vector registers as vector.S lays them out; stale while a CPU's vector_owner is this context */
	uint32_t vector_used; /* since its start */
	uint32_t counters;    /* nonzero: it may read them */
};

/* arch_tlb_invalidate() reaches this CPU alone. */
#define ARCH_TLB_BROADCASTS 0

/* There are I/O ports. */
#define ARCH_PORTS 0

/* Without its top bit where no address space identifier was left: then the TLB is flushed at each switch. */
struct arch_space {
	uint64_t satp;
};

struct arch_cpu {
	struct arch_context kernel;
	uint64_t stack_top;
	/* The context whose s1..s11 and gp are in this CPU's registers when the kernel returns: that of the latest entry. */
	struct arch_context *entered;
	struct arch_context
	    *vector_owner; /* whose FPU and vector state is in the registers; NULL: nobody's */
	struct arch_context *counter_user; /* who used the counters last: open while it runs */
	uint64_t special;                  /* nonzero: either of the two is somebody */
	uint32_t index;
	uint32_t plic_context;
	uint64_t hart;
};

#endif
