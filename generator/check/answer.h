/* SPDX-License-Identifier: MIT
 * Answers about a system that was composed: what may influence what, and what its assertions trust.
 */
#ifndef TENON_GENERATOR_ANSWER_H
#define TENON_GENERATOR_ANSWER_H

#include <stdio.h>

#include "../model/model.h"

/* Lists the assertions of a checked system, each with what it trusts; docs/reference/messages.md has the JSON. */
void answer_assertions(const struct model *model, bool json, FILE *out);
/*
 * Prints why A may influence B, or that it does not and what it reaches. `text`: "A -> B [except through C]". False after a
 * refusal, which is in the report: then nothing is printed.
 */
bool answer_why(const struct model *model, struct report *report, const char *text, bool json, FILE *out);

#endif
