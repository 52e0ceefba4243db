/* SPDX-License-Identifier: MIT */
#define TENON_STACK_OF __start_of_library
#include <tenon/stack.h>

void _start(void);

void (*volatile ready)(void);

TENON_STACK_LIBRARY(__stop_of_library);

static __attribute__((noinline, section("of_library"))) void wait(void)
{
	ready();
}

void _start(void)
{
	for (;;)
		wait();
}
