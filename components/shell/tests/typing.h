/* SPDX-License-Identifier: MIT
 * A person at the shell: what he types, and what he sees.
 */
#ifndef SHELL_TESTS_TYPING_H
#define SHELL_TESTS_TYPING_H

#include "test.h"

extern char shown[1u << 16];

/* The console shows; nothing is typed yet. */
void begin(void);
/* The person types this line, and then nothing more. What was shown. */
const char *type(const char *line);

#endif
