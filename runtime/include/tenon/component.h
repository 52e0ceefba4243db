/* SPDX-License-Identifier: MIT
 * What the generated glue tells the runtime about its instance, and how a
 * component starts.
 *
 *   kernel -> _start (runtime, per architecture) -> tenon_start() (runtime)
 *          -> tenon_component_main() (glue: component_start(), then the loop)
 *
 * The glue defines `tenon_component` and `tenon_component_main`. Nothing here
 * is written after start, so that a restart finds it as the image has it.
 */
#ifndef TENON_COMPONENT_H
#define TENON_COMPONENT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdnoreturn.h>
#include <tenon/areas.h>
#include <tenon/heap.h>
#include <tenon/ipc.h>

struct tenon_component {
	const char *name;      /* the instance's name */
	uint64_t heap_size;    /* bytes at TENON_AREA_HEAP; 0: no heap */
	bool heap_tagged;      /* its memory has tags */
	tenon_handle_t clock;  /* 0: none. Every instance with a connected `log` port has one */
	tenon_handle_t thread; /* the own thread, or 0 */
	uint32_t log_level;    /* enum log_level: less than this is not sent */

	/*
	 * Sends one text to the connected `log`; NULL where there is none. The glue makes it of the port's stub:
	 *   (void)log_write_until(deadline_ns, (enum log_level)level, text);
	 * The text is at most TENON_LOG_TEXT bytes, zero-terminated.
	 */
	void (*log_send)(uint64_t deadline_ns, uint32_t level, const char *text);
};

extern const struct tenon_component tenon_component;

/* Called once, before the loop. A component that has nothing to do then need not define it. */
void component_start(void);

/* The glue's part: component_start() and the loop. Never returns. */
noreturn void tenon_component_main(void);

/* Where _start goes. Sets up the heap, then calls tenon_component_main(). */
noreturn void tenon_start(uint64_t argument);

/*
 * Our own bug: says where on the log, then stops this component with a
 * breakpoint fault, which the supervisor reports. For what comes from outside
 * use a status instead.
 */
noreturn void tenon_panic(const char *file, unsigned line, const char *what);

#ifndef CHECK
#define CHECK(condition) ((condition) ? (void)0 : tenon_panic(__FILE__, __LINE__, #condition))
#endif

#endif
