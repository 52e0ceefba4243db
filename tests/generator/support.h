/* SPDX-License-Identifier: MIT
 * What the unit tests of the generator share. The folder tests/generator is the
 * environment variable TENON_TESTS, set by Meson.
 */
#ifndef TENON_TESTS_GENERATOR_SUPPORT_H
#define TENON_TESTS_GENERATOR_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "model/model.h"
#include "read/report.h"

#define TEMPORARY_PATH 256
/* A pattern for mkstemp() and mkdtemp() in the folder that TMPDIR names, or the system's own. */
void temporary_path(char path[TEMPORARY_PATH], const char *name);

/* Composes a system given as text, with tests/generator/tree as the tree. The caller destroys both. */
struct composed {
	struct model *model; /* NULL: refused */
	struct report *report;
	char folder[TEMPORARY_PATH];
};
struct composed compose_text(const char *text, const char *dtb);
/* The same with the tree itself, for a board without a device tree. */
struct composed compose_in_tree(const char *text, const char *board);
/* Further files beside the system, before compose_text: remembered until then. */
void compose_with(const char *path, const char *text);
void composed_destroy(struct composed *composed);

/* Ends the test with the report's text where something was refused. */
void assert_composed(const struct composed *composed);
/* What was printed of a report; the caller frees. */
char *report_text(const struct report *report);

const struct instance *instance_named(const struct model *model, const char *name);

#endif
