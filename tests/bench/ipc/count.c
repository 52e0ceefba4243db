/* SPDX-License-Identifier: MIT
 * Two instructions a turn, on each architecture.
 */
#include "count.h"

#if defined(__aarch64__)
#define TURN "1: subs %0, %0, #1\n b.ne 1b"
#elif defined(__riscv)
#define TURN "1: addi %0, %0, -1\n bnez %0, 1b"
#elif defined(__x86_64__)
#define TURN "1: dec %0\n jnz 1b"
#endif

__attribute__((noinline)) void count_down(uint64_t turns)
{
	__asm__ volatile(TURN : "+r"(turns) : : "cc");
}
