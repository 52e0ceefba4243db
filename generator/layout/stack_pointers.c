/* SPDX-License-Identifier: MIT
 * What calls through pointers may lead to: what is declared of them, and where
 * nothing is, all functions whose address is taken.
 */
#include <elf.h>
#include <string.h>

#include "../read/arena.h"
#include "stack_notes.h"

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

/* What the notes of a library lead to is called by that library alone. */
static void find_spoken_for(struct stack_code *code)
{
	for (uint32_t i = 0; i < code->notes; i++) {
		const struct stack_note *note = &code->note[i];
		const char *first, *name = strchr("td", note->letter) && note->end != UINT64_MAX
					       ? stack_note_second(code, note, &first)
					       : NULL;

		for (uint32_t k = 0; name && k < code->elf->symbols; k++) {
			if (stack_note_names(note, &code->elf->symbol[k], name))
				stack_function_at(code, code->elf->symbol[k].address)->spoken_for = true;
		}
	}
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

/* One that was left out by the linker is not called. */
static void point_by_name(struct stack_code *code, struct stack_function *from, const struct stack_note *note,
			  const char *name)
{
	for (uint32_t i = 0; i < code->elf->symbols; i++) {
		struct stack_function *to = stack_note_names(note, &code->elf->symbol[i], name)
						? stack_function_at(code, code->elf->symbol[i].address)
						: NULL;

		if (to)
			point(code, from, to);
	}
}

/* Each function whose address stands there, as a table of data has it. */
static void point_by_data(struct stack_code *code, struct stack_function *from, uint64_t first, uint64_t end)
{
	const struct elf *elf = code->elf;

	for (uint32_t i = 0; i < elf->references; i++) {
		const struct elf_reference *reference = &elf->reference[i];
		const struct elf_symbol *symbol = stack_symbol_of(elf, reference->target);

		if (reference->location >= first && reference->location < end && !reference->code && symbol &&
		    symbol->address == reference->target && stack_function_at(code, reference->target))
			point(code, from, stack_function_at(code, reference->target));
	}
}

/* Of a table that the compiler took apart each part is called "name.N". */
static void point_by_object(struct stack_code *code, struct stack_function *from,
			    const struct stack_note *note, const char *name)
{
	for (uint32_t i = 0; i < code->elf->objects; i++) {
		const struct elf_symbol *object = &code->elf->object[i];

		if (stack_note_names(note, object, name))
			point_by_data(code, from, object->address, object->address + object->size);
	}
}

static void guess(struct stack_code *code, struct stack_function *function, const char *kind)
{
	if (!code->looked_for_taken) {
		find_spoken_for(code);
		find_taken(code);
		code->looked_for_taken = true;
	}
	for (uint32_t i = 0; i < code->takens; i++) {
		if (!code->taken[i]->spoken_for)
			point(code, function, code->taken[i]);
	}
	function->guessed = true;
	function->kind = kind;
}

/* All that is declared for pointers of a kind. False: nothing, not even that they are never called. */
static bool point_by_kind(struct stack_code *code, struct stack_function *from, const char *kind)
{
	bool declared = false, handed = false;

	for (uint32_t i = 0; i < code->notes; i++) {
		const struct stack_note *note = &code->note[i];
		const char *first = note->text, *second = NULL;

		if (strchr("to", note->letter))
			second = stack_note_second(code, note, &first);
		else if (!strchr("nab", note->letter))
			continue;
		if (strcmp(first, kind) != 0)
			continue;
		handed = handed || note->letter == 'a';
		declared = declared || note->letter != 'a';
		if (note->letter == 't' && second)
			point_by_name(code, from, note, second);
		else if (note->letter == 'o' && second)
			point_by_object(code, from, note, second);
		else if (note->letter == 'b')
			point_by_data(code, from, note->address, note->number);
	}
	if (!declared && handed)
		guess(code, from, kind);
	return declared || handed;
}

static bool calls_pointers(const struct stack_function *function)
{
	for (uint32_t i = 0; i < function->calls; i++) {
		if (!function->call[i].callee)
			return true;
	}
	return false;
}

/* One function may have several names. */
static bool is_called(const struct stack_code *code, const struct stack_function *function,
		      const struct stack_note *note, const char *name)
{
	const struct elf *elf = code->elf;

	for (uint32_t i = 0; i < elf->symbols && elf->symbol[i].address <= function->address; i++) {
		if (elf->symbol[i].address == function->address &&
		    stack_note_names(note, &elf->symbol[i], name))
			return true;
	}
	return false;
}

/* Looks through the declarations for `function`; sets whether there are any. False: one has a kind of which nothing is said. */
static bool declared_targets(struct stack_code *code, struct stack_function *function, bool *any)
{
	*any = false;
	for (uint32_t i = 0; i < code->notes; i++) {
		const struct stack_note *note = &code->note[i];
		const char *caller = NULL, *kind = NULL, *second = NULL;

		if (note->letter == 'c' && note->address >= function->address &&
		    note->address < function->end)
			kind = note->text;
		else if (strchr("kd", note->letter))
			second = stack_note_second(code, note, &caller);
		if (second && is_called(code, function, note, caller)) {
			*any = true;
			if (note->letter == 'k')
				kind = second;
			else
				point_by_name(code, function, note, second);
		}
		if (!kind)
			continue;
		*any = true;
		function->kind = kind;
		if (!point_by_kind(code, function, kind))
			return false;
	}
	return true;
}

/* Does it belong to a library whose notes are complete? */
static bool of_library(const struct stack_code *code, const struct stack_function *function)
{
	for (uint32_t i = 0; i < code->notes; i++) {
		if (code->note[i].letter == 'l' && function->address >= code->note[i].address &&
		    function->address < code->note[i].number)
			return true;
	}
	return false;
}

static bool find_targets(struct stack_code *code, struct stack_function *function,
			 struct stack_result *result)
{
	bool declared = false;

	if (!declared_targets(code, function, &declared))
		result->problem = STACK_BAD_NOTE;
	else if (!declared && of_library(code, function))
		result->problem = STACK_UNDECLARED;
	else if (!declared)
		guess(code, function, NULL);
	if (result->problem != STACK_KNOWN) {
		result->function = function->name;
		result->kind = function->kind;
		return false;
	}
	if (!function->pointed) /* declared as never called, or there is nothing that it could call */
		function->pointed = ARENA_ARRAY(code->arena, struct stack_function *, 1);
	return true;
}

bool stack_pointers(struct stack_code *code, struct stack_result *result)
{
	for (uint32_t i = 0; i < code->functions; i++) {
		struct stack_function *function = code->function[i];

		if (function->state == STACK_DONE && !function->pointed && calls_pointers(function) &&
		    !find_targets(code, function, result))
			return false;
	}
	return true;
}
