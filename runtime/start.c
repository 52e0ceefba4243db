/* SPDX-License-Identifier: MIT
 * How a component starts and how it stops on its own bug.
 *
 * State: the component's heap (heap.c owns it) and whether a panic is already
 * under way, so that a failed CHECK on the way to the log cannot go in circles.
 */
#include <stdbool.h>
#include <tenon/component.h>
#include <tenon/connection.h>
#include <tenon/heap.h>
#include <tenon/log.h>
#include "runtime.h"

static bool panicking;
uint64_t tenon_restarts;

noreturn void tenon_start(uint64_t argument)
{
	tenon_restarts = argument; /* 0 in the kernel's tables; the supervisor counts */
	runtime_heap_init();
	tenon_component_main();
}

/* For a component that has nothing to do at its start. A misspelt one of its own has no prototype and is refused. */
__attribute__((weak)) void component_start(void)
{
}

noreturn void tenon_panic(const char *file, unsigned line, const char *what)
{
	if (!panicking) {
		panicking = true;
		tenon_log(TENON_LOG_ERROR, "%s:%u: CHECK failed: %s", file, line, what);
	}
	for (;;) {
		__builtin_debugtrap();
	}
}
