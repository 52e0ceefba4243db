/* SPDX-License-Identifier: MIT
 * What is printed from the shapes: JSON Schemas for editors, and the reference
 * pages of docs/reference.
 */
#ifndef TENON_GENERATOR_DOCUMENT_H
#define TENON_GENERATOR_DOCUMENT_H

#include <stdio.h>
#include "shape.h"

void schema_print(const struct description *of, FILE *out);
void reference_print(const struct description *of, FILE *out);
void rules_print(FILE *out);

#endif
