/* SPDX-License-Identifier: MIT
 * The declarations that stand in a program, between the file that reads them
 * (stack_notes.c) and the one that finds what pointers lead to
 * (stack_pointers.c).
 */
#ifndef TENON_GENERATOR_STACK_NOTES_H
#define TENON_GENERATOR_STACK_NOTES_H

#include "stack_code.h"

struct stack_note {
	uint64_t address, number;
	uint64_t end; /* of the library that it is said of; the largest number: of all code */
	char letter;
	const char *text;
};

/* Does the note mean this symbol when it says `name`? */
bool stack_note_names(const struct stack_note *note, const struct elf_symbol *symbol, const char *name);
/* Of "first:second": sets the first part, returns the other; NULL: there is no colon. */
const char *stack_note_second(const struct stack_code *code, const struct stack_note *note,
			      const char **first);

#endif
