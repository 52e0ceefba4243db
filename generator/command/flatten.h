/* SPDX-License-Identifier: MIT
 * The system as one description.
 */
#ifndef TENON_GENERATOR_FLATTEN_H
#define TENON_GENERATOR_FLATTEN_H

#include <stdbool.h>
#include <stdio.h>
#include "../model/model.h"

/*
 * Prints the instances, wires and supervision of a system in which composites
 * are opened and overlays laid on, each line with where it was written. With
 * `why` only that key, with all that stood there before; false after a message
 * where there is no such key.
 */
bool flatten_print(const struct model *model, const char *why, FILE *out);

struct arena;
struct value;
/* A value as YAML, on one line. */
const char *value_flat(struct arena *arena, const struct value *value);

#endif
