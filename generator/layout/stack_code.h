/* SPDX-License-Identifier: MIT
 * The functions of a program as stack_flow.c finds them and stack_graph.c adds
 * them up. All of it lives in one arena.
 */
#ifndef TENON_GENERATOR_STACK_CODE_H
#define TENON_GENERATOR_STACK_CODE_H

#include "stack.h"

struct stack_function;
struct stack_note;

struct stack_call {
	uint64_t site;                 /* address of the instruction */
	uint64_t depth;                /* of the stack when the callee begins, from this function's entry */
	struct stack_function *callee; /* NULL: through a pointer */
};

enum stack_state { STACK_NEW, STACK_OPEN, STACK_DONE };

struct stack_function {
	const char *name;
	uint64_t address, end;
	enum stack_state state;
	bool returns;
	enum stack_problem problem;
	uint64_t problem_at;
	uint64_t frame; /* deepest own point, bytes */
	struct stack_call *call;
	uint32_t calls, call_room;
	uint64_t declared_frame;     /* 0: none */
	uint64_t declared_recursion; /* 0: none */
	bool open;                   /* declared to be without a bound */
	bool leaves;                 /* declared to be left where it sets the stack pointer */
	bool spoken_for;             /* called by a library alone, whose notes say from where */
	const char *kind;            /* of its calls through pointers, the last one; NULL: none is declared */

	/* ---- stack_graph.c ---- */
	struct stack_function **pointed; /* what its calls through pointers may reach */
	uint32_t pointeds;
	bool guessed;
	uint32_t order, low;                     /* Tarjan's numbers; 0: not seen */
	const struct stack_function *looked_for; /* the last circle that was looked for here */
	struct stack_function *circle;           /* first of its circle; itself where it is in none */
	uint64_t bytes;
	const struct stack_call *deepest;
	struct stack_function *next; /* towards the deepest point */
	bool through;
	struct stack_function *below; /* on Tarjan's stack */
};

struct stack_code {
	const struct elf *elf;
	const struct code_machine *machine;
	struct arena *arena;
	struct stack_function **function; /* by address */
	uint32_t functions, room;
	struct stack_function **taken; /* whose address is taken */
	uint32_t takens;
	bool looked_for_taken;
	struct stack_note *note;
	uint32_t notes;
};

/* The function that begins there, made where none is known. NULL: outside the code. */
struct stack_function *stack_function_at(struct stack_code *code, uint64_t address);
/* The symbol that an address lies in; NULL: none. */
const struct elf_symbol *stack_symbol_of(const struct elf *elf, uint64_t address);
/* Bytes of the image from there on; NULL: not in it. */
const uint8_t *stack_bytes(const struct elf *elf, uint64_t address, uint32_t flags, uint64_t *size);

/* ---- stack_flow.c: one function; those that it calls by name come first ---- */
void stack_follow(struct stack_code *code, struct stack_function *function);

/* ---- stack_notes.c: what is declared ---- */
void stack_notes_read(struct stack_code *code);
void stack_notes_frames(struct stack_code *code);

/* ---- stack_pointers.c ---- */
/* Fills in what calls through pointers may reach. False: a declaration is wrong or missing, see the result. */
bool stack_pointers(struct stack_code *code, struct stack_result *result);

/* ---- stack_graph.c ---- */
void stack_add_up(struct stack_code *code, struct stack_function *root, struct stack_result *result);

#endif
