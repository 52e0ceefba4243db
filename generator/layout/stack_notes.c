/* SPDX-License-Identifier: MIT
 * What the code does not say: the section .tenon.calls that the macros of
 * runtime/include/tenon/stack.h fill, and, where it has nothing for a call
 * through a pointer, all functions whose address is taken.
 *
 * An entry: address (8 bytes), number (8), a letter, text that ends with 0.
 *   c  the function around the address calls through pointers of the kind `text`
 *   t  text is KIND:FUNCTION: such a pointer may lead to it
 *   n  such a pointer is never called
 *   d  text is CALLER:CALLEE: the caller's pointers may lead to it
 *   f  the frame of the function around the address has at most `number` bytes
 *   r  at most `number` calls of it are open at a time
 *   F  the same of the function `text`
 *   R  at most `number` calls of the function `text` are open at a time
 *   u  the function around the address is meant to run past the end of the stack
 */
#include <elf.h>
#include <string.h>

#include "../read/arena.h"
#include "stack_code.h"

#define HEAD 17u

struct note {
	uint64_t address, number;
	char letter;
	const char *text;
};

/* Takes the next entry; false at the end. What is cut off ends it too. */
static bool next_note(const struct elf *elf, uint64_t *at, struct note *note)
{
	const uint8_t *bytes = elf->calls + *at;
	const uint64_t left = elf->calls_size - *at;
	const void *end = left > HEAD ? memchr(bytes + HEAD, 0, left - HEAD) : NULL;

	if (!end)
		return false;
	memcpy(&note->address, bytes, 8);
	memcpy(&note->number, bytes + 8, 8);
	note->letter = (char)bytes[16];
	note->text = (const char *)bytes + HEAD;
	*at += (uint64_t)((const uint8_t *)end + 1 - bytes);
	return true;
}

/* Is `symbol` the function `name`, or a copy that the compiler made of it ("name.part")? */
static bool is_named(const char *symbol, const char *name)
{
	const size_t length = strlen(name);

	return strncmp(symbol, name, length) == 0 && (symbol[length] == 0 || symbol[length] == '.');
}

static const struct elf_symbol *named(const struct elf *elf, const char *name)
{
	for (uint32_t i = 0; i < elf->symbols; i++) {
		if (is_named(elf->symbol[i].name, name))
			return &elf->symbol[i];
	}
	return NULL;
}

/* Splits "first:second"; does the first part equal `first`? Then the second, else NULL. */
static const char *after(const char *text, const char *first)
{
	const size_t length = strlen(first);

	return strncmp(text, first, length) == 0 && text[length] == ':' ? text + length + 1 : NULL;
}

void stack_notes_frames(struct stack_code *code)
{
	struct note note;

	for (uint64_t at = 0; code->elf->calls && next_note(code->elf, &at, &note);) {
		const struct elf_symbol *symbol = note.letter == 'R' || note.letter == 'F'
						      ? named(code->elf, note.text)
						      : stack_symbol_of(code->elf, note.address);
		struct stack_function *function = symbol ? stack_function_at(code, symbol->address) : NULL;

		if (!function)
			continue; /* it was left out by the linker */
		if (note.letter == 'f' || note.letter == 'F')
			function->declared_frame += note.number;
		if (note.letter == 'r' || note.letter == 'R')
			function->declared_recursion = note.number;
		if (note.letter == 'u')
			function->open = true;
	}
}

/* ---- addresses that are taken ----------------------------------------------------------------- */

/* Calls, and what names the other half of an address by a label in the code, do not take an address. */
static bool only_calls(const struct stack_code *code, const struct elf_reference *reference)
{
	static const uint32_t riscv[] = {R_RISCV_BRANCH,       R_RISCV_JAL,         R_RISCV_CALL,
					 R_RISCV_CALL_PLT,     R_RISCV_RVC_BRANCH,  R_RISCV_RVC_JUMP,
					 R_RISCV_PCREL_LO12_I, R_RISCV_PCREL_LO12_S};
	static const uint32_t aarch64[] = {R_AARCH64_CALL26, R_AARCH64_JUMP26, R_AARCH64_CONDBR19,
					   R_AARCH64_TSTBR14};
	static const uint32_t x86_64[] = {R_X86_64_PLT32};
	const uint32_t *list = code->machine == &code_riscv64   ? riscv
			       : code->machine == &code_aarch64 ? aarch64
								: x86_64;
	const size_t count = code->machine == &code_riscv64   ? sizeof riscv / sizeof *riscv
			     : code->machine == &code_aarch64 ? sizeof aarch64 / sizeof *aarch64
							      : sizeof x86_64 / sizeof *x86_64;

	for (size_t i = 0; i < count; i++) {
		if (list[i] == reference->type)
			return true;
	}
	return false;
}

static void take(struct stack_code *code, uint64_t address, uint32_t room)
{
	const struct elf_symbol *symbol = stack_symbol_of(code->elf, address);
	struct stack_function *function;

	if (!symbol || symbol->address != address || !(function = stack_function_at(code, address)))
		return;
	for (uint32_t i = 0; i < code->takens; i++) {
		if (code->taken[i] == function)
			return;
	}
	if (!code->taken)
		code->taken = ARENA_ARRAY(code->arena, struct stack_function *, room);
	code->taken[code->takens++] = function;
}

/* Without the linker's records any function may be meant. */
static void find_taken(struct stack_code *code)
{
	const struct elf *elf = code->elf;

	for (uint32_t i = 0; elf->has_references && i < elf->references; i++) {
		const struct elf_reference *reference = &elf->reference[i];
		/* A distance from the end of the instruction's four bytes. */
		const uint64_t bias =
		    code->machine == &code_x86_64 && reference->type == R_X86_64_PC32 ? 4 : 0;

		if (!only_calls(code, reference))
			take(code, reference->target + bias, elf->symbols);
	}
	for (uint32_t i = 0; !elf->has_references && i < elf->symbols; i++)
		take(code, elf->symbol[i].address, elf->symbols);
}

/* ---- targets of one function's calls ---------------------------------------------------------- */

static void point(struct stack_code *code, struct stack_function *from, struct stack_function *to)
{
	for (uint32_t i = 0; i < from->pointeds; i++) {
		if (from->pointed[i] == to)
			return;
	}
	if (!from->pointed)
		from->pointed = ARENA_ARRAY(code->arena, struct stack_function *, code->elf->symbols + 1);
	from->pointed[from->pointeds++] = to;
}

static bool point_by_name(struct stack_code *code, struct stack_function *from, const char *name)
{
	bool found = false;

	for (uint32_t i = 0; i < code->elf->symbols; i++) {
		struct stack_function *to = is_named(code->elf->symbol[i].name, name)
						? stack_function_at(code, code->elf->symbol[i].address)
						: NULL;

		if (to)
			point(code, from, to);
		found = found || to;
	}
	return found;
}

/* All that is declared for pointers of a kind. False: nothing, not even that they are never called. */
static bool point_by_kind(struct stack_code *code, struct stack_function *from, const char *kind)
{
	struct note note;
	bool declared = false;

	for (uint64_t at = 0; next_note(code->elf, &at, &note);) {
		const char *name = note.letter == 't' ? after(note.text, kind) : NULL;

		if (name)
			(void)point_by_name(code, from, name); /* one that was left out is not called */
		declared = declared || name || (note.letter == 'n' && strcmp(note.text, kind) == 0);
	}
	return declared;
}

static bool calls_pointers(const struct stack_function *function)
{
	for (uint32_t i = 0; i < function->calls; i++) {
		if (!function->call[i].callee)
			return true;
	}
	return false;
}

/* Looks through the declarations for `function`; sets whether there are any. False: one names no function. */
static bool declared_targets(struct stack_code *code, struct stack_function *function, bool *any)
{
	struct note note;

	*any = false;
	for (uint64_t at = 0; code->elf->calls && next_note(code->elf, &at, &note);) {
		const char *colon = note.letter == 'd' ? strchr(note.text, ':') : NULL;

		if (note.letter == 'c' && note.address >= function->address && note.address < function->end) {
			if (!point_by_kind(code, function, note.text))
				return false;
			*any = true;
		}
		if (colon && is_named(function->name,
				      arena_text(code->arena, note.text, (size_t)(colon - note.text)))) {
			(void)point_by_name(code, function,
					    colon + 1); /* a library's, which may be left out */
			*any = true;
		}
	}
	return true;
}

bool stack_notes_calls(struct stack_code *code, struct stack_result *result)
{
	for (uint32_t i = 0; i < code->functions; i++) {
		struct stack_function *function = code->function[i];
		bool declared;

		if (function->state != STACK_DONE || function->pointed || !calls_pointers(function))
			continue;
		if (!declared_targets(code, function, &declared)) {
			result->problem = STACK_BAD_NOTE;
			result->function = function->name;
			return false;
		}
		if (!declared) {
			if (!code->taken)
				find_taken(code);
			for (uint32_t t = 0; t < code->takens; t++)
				point(code, function, code->taken[t]);
			function->guessed = true;
		}
		if (!function->pointed) /* declared as never called, or there is nothing that it could call */
			function->pointed = ARENA_ARRAY(code->arena, struct stack_function *, 1);
	}
	return true;
}
