/* SPDX-License-Identifier: MIT
 * Parts of what the generator prints as JSON; docs/reference/messages.md says what a place is there.
 */
#ifndef TENON_GENERATOR_JSON_H
#define TENON_GENERATOR_JSON_H

#include <cjson/cJSON.h>
#include <stdio.h>

#include "source.h"

/* Adds `file`, `line`, `column` and `end` to an object, each null where there is no file. */
void json_put_place(cJSON *object, struct place place);
/* Adds a text, or null. */
void json_put_text(cJSON *object, const char *key, const char *text);
/* Prints it as UTF-8, whatever its texts are, and a line end, and deletes it. */
void json_print(cJSON *json, FILE *out);

#endif
