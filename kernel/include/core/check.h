/* SPDX-License-Identifier: MIT
 * CHECK: for what only a bug of the kernel, or of the tables it was built with, can make false. Values that come from a
 * component or a device are answered with a status instead.
 */
#ifndef CORE_CHECK_H
#define CORE_CHECK_H

#include <arch/arch.h>

/* Out of the way of what checks: one address is all that is passed. */
struct bug {
	const char *file, *condition;
	unsigned line;
};
noreturn void core_bug(const struct bug *bug);

#define CHECK(condition)                                                                                     \
	do {                                                                                                 \
		static const struct bug bug_here = {__FILE__, #condition, __LINE__};                         \
		if (__builtin_expect(!(condition), 0))                                                       \
			core_bug(&bug_here);                                                                 \
	} while (0)

#define likely(condition)   __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)

/* In a file that is compiled for speed: for size, and out of line. No row of docs/performance.md runs it. */
#define COLD                                __attribute__((cold, noinline, minsize))
#define MUST_USE                            __attribute__((warn_unused_result))
#define COUNT_OF(array)                     (sizeof(array) / sizeof((array)[0]))
#define container_of(pointer, type, member) ((type *)(void *)((char *)(pointer) - offsetof(type, member)))

#endif
