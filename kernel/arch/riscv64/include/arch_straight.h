/* SPDX-License-Identifier: MIT
 * The convention of core/straight.c: the first eight arguments are the message words, a0..a7. The context goes on in t0.
 */
#ifndef RISCV64_ARCH_STRAIGHT_H
#define RISCV64_ARCH_STRAIGHT_H

#include <arch/arch.h>
#include "../../common/straight_jump.h"

#define STRAIGHT           noreturn
#define STRAIGHT_ARGUMENTS STRAIGHT_WORDS
#define STRAIGHT_ENTER     STRAIGHT_ENTER_WORDS
#define STRAIGHT_JUMP(target, context)                                                                       \
	STRAIGHT_JUMP_BY("j ", target, context, "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "t0")

#endif
