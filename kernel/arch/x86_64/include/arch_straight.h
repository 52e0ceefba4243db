/* SPDX-License-Identifier: MIT
 * The convention of core/straight.c: no register is kept for a caller, and arguments come in r12 r13 r14 r15 rdi rsi rdx rcx
 * r8 r9 r11 rax. Message words, tag and operation are among them as a system call has them. The context goes on in rax.
 */
#ifndef X86_64_ARCH_STRAIGHT_H
#define X86_64_ARCH_STRAIGHT_H

#include <arch/arch.h>
#include "../../common/straight_jump.h"

#define STRAIGHT noreturn __attribute__((preserve_none))
#define STRAIGHT_ARGUMENTS                                                                                   \
	uint64_t w4, uint64_t w5, uint64_t w6, uint64_t w7, uint64_t w0, uint64_t w1, uint64_t tag,          \
	    __attribute__((unused)) uint64_t rcx, uint64_t w2, uint64_t w3, struct cpu *cpu,                 \
	    uint64_t control0
#define STRAIGHT_ENTER

#define STRAIGHT_JUMP(target, context)                                                                       \
	STRAIGHT_JUMP_BY("jmp ", target, context, "rdi", "rsi", "r8", "r9", "r12", "r13", "r14", "r15", "rax")

#endif
