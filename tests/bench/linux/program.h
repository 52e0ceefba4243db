/* SPDX-License-Identifier: MIT
 * What a C library would have, as far as the program of tests/bench/linux needs it.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "calls.h"

#include <stddef.h>

void *memset(void *to, int value, size_t size);
void say(const char *text);
void say_number(unsigned long value);
/* Ends the machine. */
_Noreturn void stop(void);
/* `result`, of a call; one that failed ends the machine with a line that says what. */
long must(long result, const char *what);

#endif
