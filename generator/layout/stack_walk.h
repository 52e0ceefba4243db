/* SPDX-License-Identifier: MIT
 * The walk through one function, between the files that make it: values of
 * registers (stack_value.c), tables of jumps (stack_jump.c), and the ways and
 * calls themselves (stack_flow.c), which own a walk from its beginning to its
 * end.
 */
#ifndef TENON_GENERATOR_STACK_WALK_H
#define TENON_GENERATOR_STACK_WALK_H

#include "stack_code.h"

enum value_kind {
	VALUE_ANY,
	VALUE_CONSTANT,
	VALUE_STACK, /* the stack pointer at entry + value */
	VALUE_TABLE /* from memory, or an address, at the constant `value` and something; `width` bytes were read */
};

struct value {
	uint8_t kind, width;
	int64_t value;
};

struct registers {
	struct value of[CODE_REGISTERS];
};

/* A place that is jumped to. */
struct place_seen {
	uint64_t address;
	struct registers registers;
	bool waiting;
};

struct walk {
	struct stack_code *code;
	struct stack_function *function;
	struct place_seen *seen; /* as found */
	uint32_t seens, room, waiting;
	int32_t *index;  /* of seen by (address - function) / least_size; -1: none */
	bool jumps_away; /* through a pointer */
	struct registers now;
};

static inline bool walk_inside(const struct walk *walk, uint64_t address)
{
	return address >= walk->function->address && address < walk->function->end;
}

/* Keeps the first problem. Always false. */
bool walk_problem(struct walk *walk, enum stack_problem problem, uint64_t address);
/* Adds a way that leads to an address inside. False: it disagrees with another one about the stack pointer. */
bool walk_go(struct walk *walk, uint64_t address);

/* ---- stack_value.c ---- */
struct value value_constant(int64_t value);
struct value value_add(struct value a, struct value b);
bool value_same(struct value a, struct value b);
/* What an instruction writes into a register. */
void value_apply(struct walk *walk, const struct code_write *write);
/* Of the registers that a call does not keep nothing is known behind it. */
void value_forget(struct walk *walk);

/* ---- stack_jump.c ---- */
/* Is that an address in the function and something added to it, or what was read from a table of such addresses? */
bool jump_is_table(const struct walk *walk, struct value by);
/* Adds a way to each target of a table. */
bool jump_by_table(struct walk *walk, uint64_t site, struct value by);
/* Of a function that jumps through pointers elsewhere: is there a place in it that tables lead to and no way was found to? */
void jump_check_tables(struct walk *walk);

#endif
