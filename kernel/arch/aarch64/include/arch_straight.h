/* SPDX-License-Identifier: MIT
 * The convention of core/straight.c: the first eight arguments are the message words, x0..x7. The context goes on in x8.
 */
#ifndef AARCH64_ARCH_STRAIGHT_H
#define AARCH64_ARCH_STRAIGHT_H

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
		register uint64_t x0 __asm__("x0") = w0, x1 __asm__("x1") = w1, x2 __asm__("x2") = w2,       \
				     x3 __asm__("x3") = w3, x4 __asm__("x4") = w4, x5 __asm__("x5") = w5,    \
				     x6 __asm__("x6") = w6, x7 __asm__("x7") = w7;                           \
		register struct arch_context *x8 __asm__("x8") = context;                                    \
		__asm__ volatile("b " target                                                                 \
				 :                                                                           \
				 : "r"(x0), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5), "r"(x6), "r"(x7),   \
				   "r"(x8)                                                                   \
				 : "memory");                                                                \
		__builtin_unreachable();                                                                     \
	} while (0)

#endif
