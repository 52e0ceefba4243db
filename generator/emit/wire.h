/* SPDX-License-Identifier: MIT
 * Where in a message a value stands, for what prints the code that moves it:
 * a constant, the loops around it, and in the tail of a message the start of
 * its argument.
 */
#ifndef TENON_GENERATOR_EMIT_WIRE_H
#define TENON_GENERATOR_EMIT_WIRE_H

#include "glue.h"

#define PATH_ROOM 1024

struct at {
	uint32_t constant;
	char loops[PATH_ROOM]; /* " + index_1 * 8u" */
	unsigned depth;        /* loops around it */
	unsigned indent;       /* further tabs */
};

/* An offset as an expression. At most four results are valid at a time. */
const char *at_text(const struct at *at, uint32_t further);
/* "tenon_get_u32(ipc, 8)" for a scalar of so many bytes. At most four results are valid at a time. */
const char *at_load(const struct wire *wire, const struct at *at, uint32_t further, uint32_t size);
struct at at_field(const struct at *at, uint32_t offset);
void wire_tabs(const struct wire *wire, const struct at *at);

/*
 * Opens a loop over the elements of an array or sequence, the first one at `inside`; `inside` and `element` become those of
 * one element. `bound` is the condition behind "index < ".
 */
void loop_open(const struct wire *wire, const struct type *element, const char *path, const char *bound,
	       struct at *inside, char element_path[PATH_ROOM]);
void loop_close(const struct wire *wire, const struct at *outside);
const char *loop_index(const struct at *at); /* of the loop that loop_open() would open here */

/* Offset of the elements of a sequence, or of the value of an option, in place. */
uint32_t wire_inner(const struct type *type);
bool wire_is_dense(const struct type *type);

void put_at(const struct wire *wire, const struct type *type, const char *path, const struct at *at);
/* Refuses strings in a C object that do not end within their length; nothing for a type that holds none. */
void given_at(const struct wire *wire, const struct type *type, const char *path, const struct at *at);
bool type_holds_string(const struct type *type);
void check_at(const struct wire *wire, const struct type *type, const struct at *at);
void get_at(const struct wire *wire, const struct type *type, const char *path, const struct at *at);
/* "__builtin_assume_aligned(values, 8)" where that helps. */
void wire_address(const struct wire *wire, const struct type *type, const char *path);

#endif
