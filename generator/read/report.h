/* SPDX-License-Identifier: MIT
 * The refusals of one run. Each names the rule that it broke, the place, says
 * in the user's names what is wrong, what is allowed, and which other place is
 * involved:
 *
 *   system.yaml:7:10: error: there is no component "shel" [unknown-component]
 *      7 |   front: {component: shel}
 *        |                      ^~~~
 *   help: did you mean "shell"?
 *
 * The last line of a run leads to the pages of the rules that were broken:
 *
 *   see: ./tenon explain unknown-component
 */
#ifndef TENON_GENERATOR_REPORT_H
#define TENON_GENERATOR_REPORT_H

#include <stdio.h>
#include "arena.h"
#include "rules.h"
#include "source.h"

struct report;
struct complaint;

struct report *report_create(void);
void report_destroy(struct report *report);

/* Adds one; the addition of lines to it follows. Never NULL. */
struct complaint *report_error(struct report *report, enum rule rule, struct place place, const char *format,
			       ...) __attribute__((format(printf, 4, 5)));
struct complaint *complaint_allowed(struct complaint *complaint, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
struct complaint *complaint_help(struct complaint *complaint, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
struct complaint *complaint_note(struct complaint *complaint, struct place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#define EXPLAIN_WORDS 4u /* pages that one `explain` prints, and that the last line names */

uint32_t report_errors(const struct report *report);
void report_print(const struct report *report, FILE *out);
/* As a JSON array, for editors and CI, empty without a refusal; docs/reference/messages.md says what is in it. */
void report_print_json(const struct report *report, FILE *out);

/*
 * The nearest of the candidates to what was written, or NULL where none is
 * near: at most a third of its letters changed.
 */
struct nearest {
	const char *wanted;
	const char *best;
	uint32_t distance;
};
struct nearest nearest_start(const char *wanted);
void nearest_try(struct nearest *nearest, const char *candidate);
/* Adds `help: did you mean "x"?`, and x for editors, where something is near. */
void complaint_nearest(struct complaint *complaint, const struct nearest *nearest);

#endif
