/* SPDX-License-Identifier: MIT
 * cmocka, and a CHECK that a test can expect: tenon_panic() jumps to `panicked`.
 */
#ifndef SUPPORT_H
#define SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

extern jmp_buf panicked;
extern int expecting_panic;

/* The statement must fail a CHECK. */
#define assert_panics(statement)                                                                             \
	do {                                                                                                 \
		expecting_panic = 1;                                                                         \
		if (setjmp(panicked) == 0) {                                                                 \
			statement;                                                                           \
			fail_msg("no CHECK failed");                                                         \
		}                                                                                            \
		expecting_panic = 0;                                                                         \
	} while (0)

/* A small generator of the same numbers on every run. */
uint32_t next_random(void);

#endif
