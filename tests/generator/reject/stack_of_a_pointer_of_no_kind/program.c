/* SPDX-License-Identifier: MIT */
#include <tenon/stack.h>

void _start(void);

void (*volatile ready)(void);

void _start(void)
{
	for (;;) {
		TENON_STACK_CALLS(device_ready);
		ready();
	}
}
