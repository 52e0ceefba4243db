/*
 * SPDX-License-Identifier: MIT
 *
 * What a thread, an address space and a CPU consist of on x86_64.
 *
 * A context is owned by its thread; its floating-point state may be live in the
 * registers of one CPU (arch_cpu.fpu_owner), its segment bases in
 * those of the CPU that runs it. `special` says so, and stays zero for a thread
 * that uses neither: switching between such threads looks at nothing else.
 */
#ifndef ARCH_TYPES_H
#define ARCH_TYPES_H

#include <stdint.h>

#define ARCH_SPECIAL_FPU   1u /* x87, SSE and AVX state is live in the registers of a CPU */
#define ARCH_SPECIAL_BASES 2u /* writes its FS and GS base itself (RDFSBASE and its kind are enabled) */
#define ARCH_SPECIAL_TIME  4u /* reads the time stamp counter (RDTSC is enabled) */

struct arch_context {
	_Alignas(64) uint64_t control[4]; /* rax rdx rbx r10; a system call takes two cache lines */
	uint64_t rbp;
	uint64_t rip;
	uint64_t rsp;
	uint32_t rflags;
	uint8_t full;     /* FULL_*: how it left user mode, and so what stands here */
	uint8_t special;  /* ARCH_SPECIAL_* */
	uint8_t counters; /* nonzero: it may read them */
	uint8_t reserved;
	uint64_t word[8];          /* rdi rsi r8 r9 r12 r13 r14 r15 */
	uint64_t rcx, r11;         /* only when full */
	uint64_t fs_base, gs_base; /* with ARCH_SPECIAL_BASES, while another thread runs */
	uint8_t *fpu;              /* XSAVE area, standard form; stale while live */
};

/* arch_tlb_invalidate() reaches this CPU alone. */
#define ARCH_TLB_BROADCASTS 0

/* There are I/O ports. */
#define ARCH_PORTS 1

struct arch_space {
	uint64_t cr3; /* ready value: PML4, and with an identifier of its own that and CR3_NOFLUSH */
	/* Of an I/O space (vtd.c): */
	uint64_t *bus_table; /* a page for a bus, until it is used */
	uint64_t domain;     /* the space's number, 0 of others */
};

struct arch_tss {
	uint32_t reserved0;
	uint64_t rsp[3];
	uint64_t reserved1;
	uint64_t ist[7];
	uint64_t reserved2;
	uint16_t reserved3;
	uint16_t ports; /* offset of the I/O permission map: past the limit, so user mode has no port */
} __attribute__((packed));

struct cpu;

struct arch_cpu {
	struct cpu *self;
	struct arch_context *context;   /* where the entry code saves user registers */
	uint64_t stack;                 /* top of the kernel stack */
	uint64_t root;                  /* page table of the kernel half, for a CPU that starts */
	struct arch_context *fpu_owner; /* whose floating-point state the registers hold, or NULL */
	uint64_t timer_ticks;           /* when the timer is to ring, or UINT64_MAX */
	uint32_t apic_id;
	uint8_t special; /* ARCH_SPECIAL_* that user mode has open now */
	volatile uint8_t started;
	uint64_t gdt[7];
	struct arch_tss tss;
};

#endif
