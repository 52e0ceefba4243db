/* SPDX-License-Identifier: MIT
 * Parts of the counting plugin.
 *
 * The guest marks a stretch with two instructions that do nothing else (tests/bench/support/mark.h). Before the first mark
 * `ARM` nothing is instrumented, so that firmware and start go at full speed.
 *
 * All state belongs to the thread that emulates the CPU, or, with several, to who holds the mutex of count.c.
 */
#ifndef COUNT_H
#define COUNT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define MARKS      256u
#define MAX_CPUS   8u
#define TLB_KINDS  8u
#define NO_MARK    UINT32_MAX
#define LINE_SHIFT 6
#define LONG_STAY  5000u

enum architecture { AARCH64, RISCV64, X86_64 };

/* What one instruction is, as far as anybody counts it. */
enum kind {
	KIND_PLAIN = 0,
	KIND_ATOMIC,  /* reads and writes in one, or the storing half of a pair */
	KIND_BARRIER, /* orders memory or the instruction stream, and does nothing else */
	KIND_TLB,     /* decoded.tlb says which */
	KIND_WAIT,    /* the CPU sleeps until an interrupt */
	KIND_CALL,    /* system call */
	KIND_MARK
};

enum mark {
	MARK_ARM = 0x53,
	MARK_BEGIN = 0x54,
	MARK_END = 0x55,
	MARK_SHARE_BEGIN = 0x56,
	MARK_SHARE_END = 0x57
};

struct decoded {
	enum kind kind;
	unsigned tlb; /* KIND_TLB: index for tlb_name() */
	bool repeats; /* x86 `rep`: executed once an iteration, counted once */
	enum mark mark;
	uint32_t number; /* of the mark */
};

/* One executed instruction, as the callback gets it. Lives as long as QEMU. */
struct instruction {
	struct decoded what;
	uint64_t address;
	uint64_t line; /* of the code in the host's memory: the same for the same physical line */
	uint64_t page; /* what stands in its page, as a number; 0: it is the kernel's */
	uint32_t mark; /* `executed` belongs to it */
	uint64_t executed;
};

/* How often an instruction was executed in all turns of a stretch. */
struct place {
	uint32_t mark;
	uint64_t page, address, executed;
};

/* ---- decode.c: only looks at bytes ---- */
void decode(enum architecture architecture, const uint8_t *bytes, unsigned size, struct decoded *decoded);
const char *tlb_name(enum architecture architecture, unsigned tlb);

/* ---- stretch.c ---- */
struct counts {
	uint64_t instructions,
	    repeated; /* `repeated`: further iterations of rep instructions, not in `instructions` */
	uint64_t data_lines, code_lines, atomics, barriers;
	uint64_t tlb[TLB_KINDS];
};

struct stretch {
	uint32_t mark;
	uint32_t times;
	struct counts least; /* of the turn with the fewest instructions: no interrupt came in between */
};

struct kernel_stay {
	uint64_t instructions;
	uint64_t entry;  /* address of its first instruction */
	uint64_t within; /* where it was after LONG_STAY of them; 0: it was shorter */
	int operation;   /* of the system call; -1: something else */
};

struct shared_line {
	uint64_t virtual;
	uint32_t touched, written; /* a bit for each CPU */
	uint64_t reader, writer;   /* addresses of an instruction of each */
};

/* A CPU that has been LONG_STAY instructions in the kernel, and waits there for a lock. */
struct lock_wait {
	uint64_t lock;    /* address of the word */
	uint64_t at;      /* where it is waited for */
	uint64_t stands;  /* the holder's last instruction at that moment */
	uint64_t holders; /* how many instructions the holder has executed since the wait began */
	unsigned cpu, holder;
	bool sharing; /* between MARK_SHARE_BEGIN and MARK_SHARE_END */
};

#define MAX_WAITS 64u

extern struct stretch stretches[MARKS];
extern struct kernel_stay longest;
extern GHashTable *shared;              /* physical line -> struct shared_line */
extern uint64_t shared_calls[MAX_CPUS]; /* system calls between the marks of sharing */
extern struct lock_wait waits[MAX_WAITS];
extern unsigned waits_count; /* also of those that found no place */

void stretch_mark(unsigned cpu, const struct decoded *mark);
void stretch_execute(unsigned cpu, struct instruction *instruction);
void stretch_access(unsigned cpu, const struct instruction *instruction, uint64_t physical, uint64_t address,
		    bool store);
/* All places of all stretches, of struct place. The caller frees it. */
GArray *stretch_places(void);
/* The system call that `cpu` makes next. */
void stretch_call(unsigned cpu, int operation);

/* ---- report.c ---- */
/* Writes everything as JSON. `before`: instructions from the kernel's first one to the mark ARM. */
void report(const char *path, enum architecture architecture, uint64_t before);

#endif
