/* SPDX-License-Identifier: MIT
 * CHECK: for what only a bug of the kernel, or of the tables it was built with, can make false. Values that come from a
 * component or a device are answered with a status instead.
 */
#ifndef CORE_CHECK_H
#define CORE_CHECK_H

#include <arch/arch.h>

#define CHECK(condition)                                                                                     \
	do {                                                                                                 \
		if (__builtin_expect(!(condition), 0))                                                       \
			core_panic(__FILE__, __LINE__, #condition);                                          \
	} while (0)

#define likely(condition)   __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)

#define MUST_USE                            __attribute__((warn_unused_result))
#define COUNT_OF(array)                     (sizeof(array) / sizeof((array)[0]))
#define container_of(pointer, type, member) ((type *)(void *)((char *)(pointer) - offsetof(type, member)))

#endif
