/* SPDX-License-Identifier: MIT
 * The convention of core/straight.c: the first eight arguments are the message words, a0..a7. The context goes on in t0.
 */
#ifndef RISCV64_ARCH_STRAIGHT_H
#define RISCV64_ARCH_STRAIGHT_H

#include <arch/arch.h>

#define STRAIGHT noreturn
#define STRAIGHT_ARGUMENTS                                                                                   \
	uint64_t w0, uint64_t w1, uint64_t w2, uint64_t w3, uint64_t w4, uint64_t w5, uint64_t w6, uint64_t w7
#define STRAIGHT_ENTER                                                                                       \
	struct cpu *cpu = arch_cpu();                                                                        \
	uint64_t control0 = arch_control(&cpu->current->context, 0),                                         \
		 tag = arch_control(&cpu->current->context, 1);

#define STRAIGHT_JUMP(target, context)                                                                       \
	do {                                                                                                 \
		register uint64_t a0 __asm__("a0") = w0, a1 __asm__("a1") = w1, a2 __asm__("a2") = w2,       \
				     a3 __asm__("a3") = w3, a4 __asm__("a4") = w4, a5 __asm__("a5") = w5,    \
				     a6 __asm__("a6") = w6, a7 __asm__("a7") = w7;                           \
		register struct arch_context *t0 __asm__("t0") = context;                                    \
		__asm__ volatile("j " target                                                                 \
				 :                                                                           \
				 : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5), "r"(a6), "r"(a7),   \
				   "r"(t0)                                                                   \
				 : "memory");                                                                \
		__builtin_unreachable();                                                                     \
	} while (0)

#endif
