/* SPDX-License-Identifier: MIT
 * What the programs for run_bound share.
 */
#ifndef TENON_TESTS_GENERATOR_BOUNDED_H
#define TENON_TESTS_GENERATOR_BOUNDED_H

#include <tenon/stack.h>

#define APART static __attribute__((noinline)) int
#define KEEP(size)                                                                                           \
	volatile char kept[size];                                                                            \
	kept[value & 7] = (char)value

static volatile int now;

APART leaf(int value)
{
	KEEP(24);
	return kept[0];
}

#endif
