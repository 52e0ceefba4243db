/* SPDX-License-Identifier: MIT
 * How core/straight.c goes on: message words w0..w7 and the context in registers that are named, and nothing else.
 */
#ifndef ARCH_STRAIGHT_JUMP_H
#define ARCH_STRAIGHT_JUMP_H

/* `jump`: the instruction; r0..r7: the registers of the words; rc: of the context. */
#define STRAIGHT_JUMP_BY(jump, target, context, r0, r1, r2, r3, r4, r5, r6, r7, rc)                          \
	do {                                                                                                 \
		register uint64_t in0 __asm__(r0) = w0, in1 __asm__(r1) = w1, in2 __asm__(r2) = w2,          \
				      in3 __asm__(r3) = w3, in4 __asm__(r4) = w4, in5 __asm__(r5) = w5,      \
				      in6 __asm__(r6) = w6, in7 __asm__(r7) = w7;                            \
		register struct arch_context *inc __asm__(rc) = context;                                     \
		__asm__ volatile(jump target                                                                 \
				 :                                                                           \
				 : "r"(in0), "r"(in1), "r"(in2), "r"(in3), "r"(in4), "r"(in5), "r"(in6),     \
				   "r"(in7), "r"(inc)                                                        \
				 : "memory");                                                                \
		__builtin_unreachable();                                                                     \
	} while (0)

/* Where the words are the first eight arguments, and the rest stands in the current thread's context. */
#define STRAIGHT_WORDS                                                                                       \
	uint64_t w0, uint64_t w1, uint64_t w2, uint64_t w3, uint64_t w4, uint64_t w5, uint64_t w6, uint64_t w7
#define STRAIGHT_ENTER_WORDS                                                                                 \
	struct cpu *cpu = arch_cpu();                                                                        \
	uint64_t control0 = arch_control(&cpu->current->context, 0),                                         \
		 tag = arch_control(&cpu->current->context, 1);

#endif
