/* SPDX-License-Identifier: MIT
 * What is declared: the section .tenon.calls that the macros of
 * runtime/include/tenon/stack.h fill.
 *
 * An entry: address (8 bytes), number (8), a letter, text that ends with 0. For what is said by name the address is where the
 * library begins that it is said of; 0: of all code.
 *   c  the function around the address calls through pointers of the kind `text`
 *   k  text is FUNCTION:KIND: the function calls through pointers of that kind
 *   t  text is KIND:FUNCTION: such a pointer may lead to it
 *   o  text is KIND:OBJECT: such a pointer may lead to each function whose address stands in the object
 *   b  such a pointer may lead to each function whose address stands from the address on, before `number`
 *   n  such a pointer is never called
 *   a  such a pointer is handed over by the user of a library
 *   d  text is CALLER:CALLEE: the caller's pointers may lead to it
 *   l  the code from the address to `number` is a library whose notes are complete
 *   f  the frame of the function around the address has at most `number` bytes
 *   r  at most `number` calls of it are open at a time
 *   F  the same of the function `text`
 *   R  at most `number` calls of the function `text` are open at a time
 *   j  where the function `text` sets the stack pointer, it is left for good
 *   u  the function around the address is meant to run past the end of the stack
 */
#include <string.h>

#include "../read/arena.h"
#include "stack_notes.h"

#define HEAD 17u

/* Takes the next entry; false at the end. What is cut off ends it too. */
static bool next_note(const struct elf *elf, uint64_t *at, struct stack_note *note)
{
	const uint8_t *bytes = elf->calls + *at;
	const uint64_t left = elf->calls_size - *at;
	const void *end = left > HEAD ? memchr(bytes + HEAD, 0, left - HEAD) : NULL;

	if (!end || bytes[HEAD - 1] == 0)
		return false;
	memcpy(&note->address, bytes, 8);
	memcpy(&note->number, bytes + 8, 8);
	note->letter = (char)bytes[16];
	note->text = (const char *)bytes + HEAD;
	note->end = UINT64_MAX;
	*at += (uint64_t)((const uint8_t *)end + 1 - bytes);
	return true;
}

/* What is said by name of a library is said of the code up to its end. */
static void set_end(const struct stack_code *code, struct stack_note *note)
{
	if (note->address == 0 || !strchr("ktodFRj", note->letter))
		return;
	for (uint32_t i = 0; i < code->notes; i++) {
		if (code->note[i].letter == 'l' && code->note[i].address == note->address)
			note->end = code->note[i].number;
	}
}

void stack_notes_read(struct stack_code *code)
{
	struct stack_note note;
	uint32_t count = 0;

	for (uint64_t at = 0; code->elf->calls && next_note(code->elf, &at, &note);)
		count++;
	code->note = ARENA_ARRAY(code->arena, struct stack_note, count + 1);
	for (uint64_t at = 0; code->notes < count && next_note(code->elf, &at, &note);)
		code->note[code->notes++] = note;
	for (uint32_t i = 0; i < count; i++)
		set_end(code, &code->note[i]);
}

/* Is `symbol` the function `name`, or a copy that the compiler made of it ("name.part")? */
static bool is_named(const char *symbol, const char *name)
{
	const size_t length = strlen(name);

	return strncmp(symbol, name, length) == 0 && (symbol[length] == 0 || symbol[length] == '.');
}

bool stack_note_names(const struct stack_note *note, const struct elf_symbol *symbol, const char *name)
{
	return symbol->address >= note->address && symbol->address < note->end &&
	       is_named(symbol->name, name);
}

const char *stack_note_second(const struct stack_code *code, const struct stack_note *note,
			      const char **first)
{
	const char *colon = strchr(note->text, ':');

	if (!colon)
		return NULL;
	*first = arena_text(code->arena, note->text, (size_t)(colon - note->text));
	return colon + 1;
}

static void declare(const struct stack_note *note, struct stack_function *function)
{
	switch (note->letter) {
	case 'f':
	case 'F':
		function->declared_frame += note->number;
		break;
	case 'r':
	case 'R':
		function->declared_recursion = note->number;
		break;
	case 'j':
		function->leaves = true;
		break;
	default: /* u */
		function->open = true;
		break;
	}
}

void stack_notes_frames(struct stack_code *code)
{
	const struct elf *elf = code->elf;

	for (uint32_t i = 0; i < code->notes; i++) {
		const struct stack_note *note = &code->note[i];
		const struct elf_symbol *around =
		    strchr("fru", note->letter) ? stack_symbol_of(elf, note->address) : NULL;
		struct stack_function *function = around ? stack_function_at(code, around->address) : NULL;

		if (function)
			declare(note, function);
		for (uint32_t k = 0; strchr("FRj", note->letter) && k < elf->symbols; k++) {
			function = stack_note_names(note, &elf->symbol[k], note->text)
				       ? stack_function_at(code, elf->symbol[k].address)
				       : NULL;
			if (function && (k == 0 || elf->symbol[k - 1].address != function->address ||
					 !stack_note_names(note, &elf->symbol[k - 1], note->text)))
				declare(note, function);
		}
	}
}
