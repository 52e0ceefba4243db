/* SPDX-License-Identifier: MIT
 * The convention of core/straight.c: the first eight arguments are the message words, x0..x7. The context goes on in x8.
 */
#ifndef AARCH64_ARCH_STRAIGHT_H
#define AARCH64_ARCH_STRAIGHT_H

#include <arch/arch.h>
#include "../../common/straight_jump.h"

#define STRAIGHT           noreturn
#define STRAIGHT_ARGUMENTS STRAIGHT_WORDS
#define STRAIGHT_ENTER     STRAIGHT_ENTER_WORDS
#define STRAIGHT_JUMP(target, context)                                                                       \
	STRAIGHT_JUMP_BY("b ", target, context, "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8")

#endif
