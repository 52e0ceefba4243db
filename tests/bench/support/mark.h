/* SPDX-License-Identifier: MIT
 * Marks for the counting plugin of tests/support/plugin: instructions that no compiler makes and that do nothing. Between
 * MARK_BEGIN(n) and MARK_END(n), n < 256 and constant, the plugin counts; everywhere else the machine runs on.
 */
#ifndef MARK_H
#define MARK_H

#include <stdbool.h>

#if defined(__aarch64__)
#define MARK(what, number) __asm__ volatile("movz xzr, #%c0" : : "i"((what) << 8 | (number)) : "memory")
#elif defined(__riscv)
#define MARK(what, number) __asm__ volatile("lui zero, %c0" : : "i"((what) << 8 | (number)) : "memory")
#elif defined(__x86_64__)
#define MARK(what, number) __asm__ volatile("nopl %c0(%%rax)" : : "i"((what) << 8 | (number)) : "memory")
#endif

/* Counting begins: all is translated again, which takes a moment of the host's. */
#define MARK_ARM()         MARK(0x53, 0)
#define MARK_BEGIN(number) MARK(0x54, number)
#define MARK_END(number)   MARK(0x55, number)
/* The same with a number that is not constant: a few instructions more. */
static inline void mark_row(bool begins, unsigned number)
{
#define MARK_CASE(n)                                                                                         \
	case n:                                                                                              \
		if (begins) {                                                                                \
			MARK_BEGIN(n);                                                                       \
		} else {                                                                                     \
			MARK_END(n);                                                                         \
		}                                                                                            \
		break
	switch (number) {
		MARK_CASE(0);
		MARK_CASE(1);
		MARK_CASE(2);
		MARK_CASE(3);
		MARK_CASE(4);
		MARK_CASE(5);
		MARK_CASE(6);
		MARK_CASE(7);
		MARK_CASE(8);
		MARK_CASE(9);
		MARK_CASE(10);
		MARK_CASE(11);
		MARK_CASE(12);
		MARK_CASE(13);
		MARK_CASE(14);
		MARK_CASE(15);
		MARK_CASE(16);
		MARK_CASE(17);
		MARK_CASE(18);
		MARK_CASE(19);
		MARK_CASE(20);
		MARK_CASE(21);
		MARK_CASE(22);
		MARK_CASE(23);
		MARK_CASE(24);
		MARK_CASE(25);
		MARK_CASE(26);
		MARK_CASE(27);
		MARK_CASE(28);
		MARK_CASE(29);
	default:
		break;
	}
#undef MARK_CASE
}
/* The same for lines that several CPUs touch. */
#define MARK_SHARE_BEGIN() MARK(0x56, 0)
#define MARK_SHARE_END()   MARK(0x57, 0)

#endif
