/* SPDX-License-Identifier: MIT
 * Judging the assertions of a system, and what those that hold trust.
 */
#ifndef TENON_GENERATOR_ASSERTION_H
#define TENON_GENERATOR_ASSERTION_H

#include <stdio.h>

#include "statement.h"

/* Lists the assertions of a checked system, each with what it trusts. */
void assertions_print(const struct model *model, FILE *out);
/* Prints why A may influence B, or that it does not and what it reaches. `text`: "A -> B [except through C]". False after a refusal. */
bool assertion_why(const struct model *model, struct report *report, const char *text, FILE *out);

#endif
