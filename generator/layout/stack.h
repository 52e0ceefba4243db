/* SPDX-License-Identifier: MIT
 * How much stack a program can use, from its machine code: the depth of the
 * stack pointer along every way through every function that the entry point
 * can reach, and the deepest chain of calls.
 *
 * What the code itself does not say is declared beside it, with the macros of
 * runtime/include/tenon/stack.h. Where something is neither said nor declared
 * there is no bound, and a reason that names the function.
 */
#ifndef TENON_GENERATOR_STACK_H
#define TENON_GENERATOR_STACK_H

#include <stdbool.h>
#include <stdint.h>

#include "code.h"
#include "elf.h"

struct arena;
struct text;

enum stack_problem {
	STACK_KNOWN,
	STACK_UNDECODED,  /* an instruction that the decoder does not know */
	STACK_OUTSIDE,    /* the entry point is not in the code */
	STACK_TABLE,      /* a jump by a table, of which not all targets were found */
	STACK_VARIABLE,   /* the frame depends on a value */
	STACK_LOST,       /* the stack pointer is set to what is not followed */
	STACK_GROWS,      /* two ways to one instruction leave different depths, such as a push in a loop */
	STACK_UNBALANCED, /* returns at another depth than it was called at */
	STACK_PIECE,      /* a piece that the compiler moved out of it has branches */
	STACK_RECURSION,
	STACK_BAD_NOTE,  /* calls through pointers of a kind for which nothing is declared */
	STACK_UNDECLARED /* a call through a pointer in a library whose notes are complete otherwise */
};

/* One function of the deepest chain. */
struct stack_link {
	const char *name;
	uint64_t bytes; /* from its entry to the next one's, or its deepest point */
	bool through;   /* called through a pointer */
};

struct stack_result {
	enum stack_problem problem;
	const char *function; /* whose problem it is; of RECURSION the first of the circle */
	uint64_t address;     /* of the instruction */
	const char *kind;     /* of BAD_NOTE: of the pointers; of RECURSION: of those of `guess`, or NULL */
	const char
	    *guess; /* of RECURSION: one of the circle whose pointers may be called with anything; or NULL */
	uint64_t bytes; /* the bound; only where it is KNOWN */
	bool open;      /* declared to run past the end of the stack: `bytes` leaves that out */
	const struct stack_link *chain; /* the deepest; of RECURSION the circle */
	uint32_t links;
	uint32_t functions; /* that can be reached */
	const char **
	    guess_of; /* functions whose calls through pointers are not declared: any whose address is taken */
	uint32_t guessed;
};

/* Never fails: a program that cannot be judged has a problem in its result. What it finds lives in the arena. */
void stack_of(const struct elf *elf, enum architecture architecture, struct arena *arena,
	      struct stack_result *result);

/* What is wrong, in a sentence without its end: "f calls itself ..." */
void stack_say(const struct stack_result *result, struct text *out);

#endif
