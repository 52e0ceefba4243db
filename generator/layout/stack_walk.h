/* SPDX-License-Identifier: MIT
 * The walk through one function, between the files that make it: values of
 * registers (stack_value.c), tables of jumps (stack_jump.c), pieces that were
 * moved out of it (stack_piece.c), and the ways and calls themselves
 * (stack_flow.c), which own a walk from its beginning to its end.
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

/* A piece of code that the compiler moved out of functions, and that is walked as a part of each: see stack_piece.c. */
#define PIECES_MAX 16u
struct piece {
	uint64_t back;
	uint8_t link;  /* as of `struct code_step` */
	bool for_good; /* jumped to: `back` says nothing */
};

struct walk {
	struct stack_code *code;
	struct stack_function *function;
	struct place_seen *seen; /* as found */
	uint32_t seens, room, waiting;
	int32_t *index;  /* of seen by (address - function) / least_size; -1: none */
	bool jumps_away; /* through a pointer */
	struct registers now;
	struct piece piece[PIECES_MAX]; /* that are open, one in the other */
	uint32_t pieces;
};

static inline bool walk_inside(const struct walk *walk, uint64_t address)
{
	return address >= walk->function->address && address < walk->function->end;
}

/* Was a way found to that address inside? */
static inline bool walk_was_seen(const struct walk *walk, uint64_t address)
{
	return walk->index[(address - walk->function->address) / walk->code->machine->least_size] >= 0;
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

/* ---- stack_piece.c ---- */
/* Is what a call or a jump leads to a piece of the function? */
bool piece_is(const struct stack_code *code, const struct code_step *step, uint64_t target);
/* Goes on there; `back`: behind the call, `for_good`: it is jumped to. False: too many in one another. */
bool piece_enter(struct walk *walk, uint64_t target, struct piece piece, uint64_t *next);
/* Leaves the one that a return by that register is of, for what it was called by. False: it is the function's own return. */
bool piece_leave(struct walk *walk, uint8_t link, uint64_t *next);

#endif
