/* SPDX-License-Identifier: MIT
 * What is said about a fault: gathered while the member's memory is as it
 * fell, printed after it was dealt with, since the log may be the one that
 * fell.
 */
#ifndef REPORT_H
#define REPORT_H

#include <stdint.h>
#include <tenon/supervision.h>

/* Adds a line; lines past the report's room are dropped, long ones cut. */
void report_add(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Adds lines: what happened, where, and who called. */
void report_fault(uint32_t index, const struct supervision_fault *fault);
void report_hang(uint32_t index);
/* Prints and empties it. To the log, or, when that does not answer soon, to the serial line. */
void report_print(void);

/* A time of the description as a person writes it: "1 min", not "60000 ms". */
struct report_time {
	unsigned long long number;
	const char *unit;
};
struct report_time report_time(uint64_t time_ns);

#endif
