/* SPDX-License-Identifier: MIT
 * Stands for the parts of the runtime that only work in a component.
 */
#include "support.h"
#include <stdio.h>
#include <tenon/component.h>

jmp_buf panicked;
int expecting_panic;
const struct tenon_component tenon_component = {.name = "test"};

noreturn void tenon_panic(const char *file, unsigned line, const char *what)
{
	if (expecting_panic) {
		longjmp(panicked, 1);
	}
	fprintf(stderr, "%s:%u: CHECK failed: %s\n", file, line, what);
	abort();
}

uint32_t next_random(void)
{
	static uint32_t state = 0x2545f491;

	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}
