/* SPDX-License-Identifier: MIT
 * The first pass's output: the plan for Meson, and for each instance
 * `component.h` and `<instance>.glue.c`.
 *
 * Everything here prints a finished model; nothing is decided but the numbers
 * (emit/numbers.h), and a file is touched only when its text changes.
 */
#ifndef TENON_GENERATOR_EMIT_H
#define TENON_GENERATOR_EMIT_H

#include <stdbool.h>

struct model;
struct request;

enum emit_mode {
	EMIT_WRITE,  /* write what differs */
	EMIT_COMPARE /* write nothing; false when anything differs */
};

/*
 * `request` is what the model was composed from; the plan repeats it for layout.
 * Writes (or compares) below `folder`, which is made when missing:
 *   plan                          instances, sources, flags: see docs/build.md
 *   <instance>/component.h
 *   <instance>/<instance>.glue.c
 * False after a message on stderr that names the file: it could not be written
 * or, with EMIT_COMPARE, is not what the description asks for.
 */
__attribute__((warn_unused_result)) bool emit_compose(const struct model *model,
						      const struct request *request, const char *folder,
						      enum emit_mode mode);

/*
 * Beside what emit_compose() wrote, for each instance that serves:
 *   <instance>/<instance>.harness.c
 * False as there.
 */
__attribute__((warn_unused_result)) bool emit_harnesses(const struct model *model, const char *folder);

/*
 * Beside what emit_compose() wrote of the system of a component test (command/test.c), for its instance `name`:
 *   <name>/test.h, component.c, clients.h, clients.c, mocks.h, mocks.c
 * False as there.
 */
__attribute__((warn_unused_result)) bool emit_test(const struct model *model, const char *name,
						   const char *folder);

#endif
