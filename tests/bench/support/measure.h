/* SPDX-License-Identifier: MIT
 * How a benchmark measures: often in a loop, by the guest's own counter, for `bench: NAME VALUE instructions mark N`; and a
 * few times between marks, where the plugin counts one turn by one.
 *
 * Time is turned into instructions by a loop of known length that runs under the same clock (-icount: an instruction is a
 * nanosecond). The loop around each measured operation is part of its count: two or three instructions.
 */
#ifndef MEASURE_H
#define MEASURE_H

#include "mark.h"

#include <stdint.h>
#include <tenon/component.h>
#include <tenon/log.h>

#define MARKED_TURNS 8u

/* Takes 2 * turns instructions, and less than 10 more. turns > 0. */
void count_down(uint64_t turns);

/* Once, before everything else. `now` is the component's clock_ns(). */
void measure_begin(uint64_t (*now)(void));
/* Prints the row: `ns` for `times` operations. */
void measure_print(const char *name, unsigned mark, uint64_t ns, uint64_t times);
/* For a number that was counted otherwise. */
void measure_say(const char *name, uint64_t value, const char *unit);

/* `operation` is a statement; `mark` a constant of this system, one for each row. */
#define MEASURE(name, mark, times, operation)                                                                \
	do {                                                                                                 \
		const uint64_t measure_start = clock_ns();                                                   \
		for (unsigned measure_i = 0; measure_i < (times); measure_i++) {                             \
			operation;                                                                           \
		}                                                                                            \
		const uint64_t measure_took = clock_ns() - measure_start;                                    \
		MEASURE_MARKED(mark, operation);                                                             \
		measure_print(name, mark, measure_took, times);                                              \
	} while (0)

#define MEASURE_MARKED(mark, operation)                                                                      \
	do {                                                                                                 \
		for (unsigned measure_i = 0; measure_i < MARKED_TURNS; measure_i++) {                        \
			MARK_BEGIN(mark);                                                                    \
			operation;                                                                           \
			MARK_END(mark);                                                                      \
		}                                                                                            \
	} while (0)

#endif
