/*
 * SPDX-License-Identifier: MIT
 *
 * Offsets that the entry assembly shares with the C structures of arch_types.h;
 * context.c asserts that both agree.
 */
#ifndef ARCH_OFFSETS_H
#define ARCH_OFFSETS_H

#define CONTEXT_X(n)   (8 * (n))
#define CONTEXT_SP     248
#define CONTEXT_PC     256
#define CONTEXT_PSTATE 264
#define CONTEXT_TLS    272

/* A context's vector memory. With SVE: 32 registers, then 16 predicates and FFR; else the 32 registers of SIMD. */
#define VECTOR_FPCR      0
#define VECTOR_REGISTERS 64

/* In the saved pstate, where SPSR_EL1 itself has no bit: restore all registers, not only those of a system call. */
#define CONTEXT_FULL_BIT 63

#define CPU_STACK 0

/* What a starting CPU reads with its MMU off. */
#define START_MAIR  0
#define START_TCR   8
#define START_TTBR0 16
#define START_TTBR1 24
#define START_SCTLR 32
#define START_ENTRY 40
#define START_STACK 48
#define START_CPU   56

#endif
