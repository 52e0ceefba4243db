/* SPDX-License-Identifier: MIT
 * The convention of core/straight.c: no register is kept for a caller, and arguments come in r12 r13 r14 r15 rdi rsi rdx rcx
 * r8 r9 r11 rax. Message words, tag and operation are among them as a system call has them. The context goes on in rax.
 */
#ifndef X86_64_ARCH_STRAIGHT_H
#define X86_64_ARCH_STRAIGHT_H

#include <arch/arch.h>

#define STRAIGHT noreturn __attribute__((preserve_none))
#define STRAIGHT_ARGUMENTS                                                                                   \
	uint64_t w4, uint64_t w5, uint64_t w6, uint64_t w7, uint64_t w0, uint64_t w1, uint64_t tag,          \
	    __attribute__((unused)) uint64_t rcx, uint64_t w2, uint64_t w3, struct cpu *cpu,                 \
	    uint64_t control0
#define STRAIGHT_ENTER

#define STRAIGHT_JUMP(target, context)                                                                       \
	do {                                                                                                 \
		register uint64_t rdi __asm__("rdi") = w0, rsi __asm__("rsi") = w1, r8 __asm__("r8") = w2,   \
				      r9 __asm__("r9") = w3, r12 __asm__("r12") = w4,                        \
				      r13 __asm__("r13") = w5, r14 __asm__("r14") = w6,                      \
				      r15 __asm__("r15") = w7;                                               \
		register struct arch_context *rax __asm__("rax") = context;                                  \
		__asm__ volatile("jmp " target                                                               \
				 :                                                                           \
				 : "r"(rdi), "r"(rsi), "r"(r8), "r"(r9), "r"(r12), "r"(r13), "r"(r14),       \
				   "r"(r15), "r"(rax)                                                        \
				 : "memory");                                                                \
		__builtin_unreachable();                                                                     \
	} while (0)

#endif
