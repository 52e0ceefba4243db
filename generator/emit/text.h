/* SPDX-License-Identifier: MIT
 * Text that grows, and files that are touched only when their text changes.
 * Running out of host memory ends the program.
 */
#ifndef TENON_GENERATOR_TEXT_H
#define TENON_GENERATOR_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "emit.h"

struct text {
	char *data; /* zero-terminated once something was added */
	size_t length, room;
};

void text_fini(struct text *text);
void text_add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_bytes(struct text *text, const void *bytes, size_t size);
/* Pads with zero bytes to a multiple of `align`. */
void text_pad(struct text *text, size_t align);

/* The same letters in upper case. At most four results are valid at a time. */
const char *upper(const char *name);
/* The name of an instance as one of C: dots become underscores. As above. */
const char *symbol(const char *name);

/* Prints `from` so that it may stand inside a C comment, on one line. */
void text_comment(struct text *text, const char *from);
/* Prints `from` as the inside of a C or JSON string literal. */
void text_quoted(struct text *text, const char *from);

/* Makes a folder and those above it. False after a message on stderr. */
__attribute__((warn_unused_result)) bool folder_make(const char *path);
/* Writes (or compares) folder/name. False after a message on stderr that names it. */
__attribute__((warn_unused_result)) bool text_write(const struct text *text, const char *folder,
						    const char *name, enum emit_mode mode);

#endif
