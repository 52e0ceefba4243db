/* SPDX-License-Identifier: MIT
 * Pieces of functions that the compiler moved out: what several functions have
 * in common stands in one place (LLVM's outliner, on by default with -Oz). A piece
 * keeps to no convention: it may change any register, the stack pointer among
 * them, and end with the return of the function that it was taken from. So it
 * is walked as if it stood where it is called. There are no branches in it.
 *
 * It is known by its name, or on RISC-V by its return address in t0.
 */
#include <string.h>

#include "stack_walk.h"

#define OUTLINED "OUTLINED_FUNCTION_"

bool piece_is(const struct stack_code *code, const struct code_step *step, uint64_t target)
{
	const struct elf_symbol *symbol = step->link == 0 ? stack_symbol_of(code->elf, target) : NULL;

	return step->link != 0 || (symbol && symbol->address == target &&
				   strncmp(symbol->name, OUTLINED, strlen(OUTLINED)) == 0);
}

static void move_stack(struct walk *walk, int64_t by)
{
	struct value *pointer = &walk->now.of[walk->code->machine->stack_pointer];

	if (pointer->kind == VALUE_STACK)
		pointer->value += by;
}

bool piece_enter(struct walk *walk, uint64_t target, struct piece piece, uint64_t *next)
{
	if (walk->pieces == PIECES_MAX)
		return walk_problem(walk, STACK_PIECE, target);
	if (!piece.for_good)
		move_stack(walk, -(int64_t)walk->code->machine->call_bytes);
	if (piece.link != 0)
		walk->now.of[piece.link] = (struct value){.kind = VALUE_ANY};
	walk->piece[walk->pieces++] = piece;
	*next = target;
	return true;
}

bool piece_leave(struct walk *walk, uint8_t link, uint64_t *next)
{
	while (walk->pieces != 0) {
		const struct piece piece = walk->piece[--walk->pieces];

		if (piece.for_good || piece.link != link)
			continue;
		move_stack(walk, walk->code->machine->call_bytes);
		*next = piece.back;
		return true;
	}
	return false;
}
