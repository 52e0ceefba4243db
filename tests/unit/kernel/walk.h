/* SPDX-License-Identifier: MIT
 * A walk of system calls that a stream of bytes chooses: random ones for the test, libFuzzer's for the fuzzer.
 */
#ifndef WALK_H
#define WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Boots, makes system calls until the bytes end, checks the invariants after each. NULL, or what does not hold. */
const char *walk(const uint8_t *bytes, size_t count);
/* How many system calls answered each status, over all walks. */
extern unsigned long walk_statuses[32];
/* How many system calls all walks made, those that were refused included. */
extern unsigned long walk_calls;
/* The invariants are checked after each so many steps. */
extern unsigned walk_check_every;
/* Each call is printed. */
extern bool walk_prints;

#endif
