/* SPDX-License-Identifier: MIT
 * The bound of one program: finds its functions, starting at the entry point,
 * until no call leads to a new one; then adds up.
 */
#include "stack.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../emit/text.h"
#include "../read/arena.h"
#include "stack_code.h"

/* The last symbol that begins at or before the address. */
const struct elf_symbol *stack_symbol_of(const struct elf *elf, uint64_t address)
{
	uint32_t low = 0, high = elf->symbols;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (elf->symbol[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0)
		return NULL;
	while (low > 1 && elf->symbol[low - 2].address == elf->symbol[low - 1].address &&
	       elf->symbol[low - 1].size == 0)
		low--; /* of several names one with a size */
	return elf->symbol[low - 1].size == 0 ||
		       address - elf->symbol[low - 1].address < elf->symbol[low - 1].size
		   ? &elf->symbol[low - 1]
		   : NULL;
}

const uint8_t *stack_bytes(const struct elf *elf, uint64_t address, uint32_t flags, uint64_t *size)
{
	*size = 0;
	for (uint32_t i = 0; i < elf->segments; i++) {
		const struct elf_segment *segment = &elf->segment[i];

		if (address < segment->address || address - segment->address >= segment->file_size)
			continue;
		if ((segment->flags & flags) != flags ||
		    (flags == ELF_READ && (segment->flags & ELF_WRITE) != 0))
			return NULL;
		*size = segment->file_size - (address - segment->address);
		return segment->bytes + (address - segment->address);
	}
	return NULL;
}

/* Where the code of what begins at `address` ends at the latest: with its symbol, or before the next one. */
static uint64_t end_of(const struct elf *elf, uint64_t address, uint64_t left)
{
	const struct elf_symbol *symbol = stack_symbol_of(elf, address);
	uint64_t end = address + left;

	for (uint32_t i = 0; i < elf->symbols; i++) {
		if (elf->symbol[i].address > address) {
			end = elf->symbol[i].address < end ? elf->symbol[i].address : end;
			break;
		}
	}
	if (symbol && symbol->size != 0 && symbol->address + symbol->size < end)
		end = symbol->address + symbol->size;
	return end;
}

static const char *name_of(const struct stack_code *code, uint64_t address)
{
	const struct elf_symbol *symbol = stack_symbol_of(code->elf, address);

	if (!symbol)
		return arena_format(code->arena, "0x%" PRIx64, address);
	return symbol->address == address
		   ? symbol->name
		   : arena_format(code->arena, "%s+0x%" PRIx64, symbol->name, address - symbol->address);
}

struct stack_function *stack_function_at(struct stack_code *code, uint64_t address)
{
	uint32_t low = 0, high = code->functions;
	uint64_t left;

	while (low < high) {
		const uint32_t middle = low + (high - low) / 2;

		if (code->function[middle]->address < address)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < code->functions && code->function[low]->address == address)
		return code->function[low];
	if (!stack_bytes(code->elf, address, ELF_EXECUTE, &left))
		return NULL;
	if (code->functions == code->room) {
		const uint32_t room = code->room ? 2 * code->room : 128;
		struct stack_function **more = realloc(code->function, room * sizeof *more);

		if (more == NULL)
			abort();
		code->function = more;
		code->room = room;
	}
	memmove(code->function + low + 1, code->function + low,
		(code->functions++ - low) * sizeof(struct stack_function *));
	code->function[low] = ARENA_NEW(code->arena, struct stack_function);
	code->function[low]->address = address;
	code->function[low]->end = end_of(code->elf, address, left);
	code->function[low]->name = name_of(code, address);
	return code->function[low];
}

/* What the pointers of those seen so far may lead to is followed too, until there is nothing new. */
static bool follow_all(struct stack_code *code, struct stack_function *root, struct stack_result *result)
{
	bool more = true;

	stack_follow(code, root);
	while (more) {
		more = false;
		if (!stack_pointers(code, result))
			return false;
		for (uint32_t i = 0; i < code->functions; i++) {
			const struct stack_function *function = code->function[i];

			for (uint32_t k = 0; k < function->calls + function->pointeds; k++) {
				struct stack_function *callee = k < function->calls
								    ? function->call[k].callee
								    : function->pointed[k - function->calls];

				if (callee && callee->state == STACK_NEW) {
					stack_follow(code, callee);
					more = true;
				}
			}
		}
	}
	return true;
}

void stack_of(const struct elf *elf, enum architecture architecture, struct arena *arena,
	      struct stack_result *result)
{
	struct stack_code code = {.elf = elf, .machine = code_machine_of(architecture), .arena = arena};
	struct stack_function *root;

	*result = (struct stack_result){.problem = STACK_KNOWN};
	stack_notes_read(&code);
	stack_notes_frames(&code);
	root = stack_function_at(&code, elf->entry);
	if (!root) {
		result->problem = STACK_OUTSIDE;
		result->function = "the entry point";
		result->address = elf->entry;
	} else if (follow_all(&code, root, result)) {
		stack_add_up(&code, root, result);
	}
	free(code.function);
}

void stack_say(const struct stack_result *result, struct text *out)
{
	static const char *const what[] = {
	    [STACK_UNDECODED] = "has an instruction that is not known here",
	    [STACK_OUTSIDE] = "is outside of the code",
	    [STACK_TABLE] = "jumps by a table whose targets are not known",
	    [STACK_VARIABLE] = "has a frame whose size depends on a value",
	    [STACK_LOST] = "sets the stack pointer to what cannot be followed",
	    [STACK_GROWS] =
		"comes to one instruction with different amounts on the stack, as by pushing in a loop",
	    [STACK_UNBALANCED] = "returns with another stack pointer than it was called with",
	    [STACK_PIECE] = "has a piece that the compiler moved elsewhere, with branches in it",
	    [STACK_BAD_NOTE] = "calls through pointers of a kind for which no function is declared",
	    [STACK_UNDECLARED] = "calls through a pointer of which its library's notes say nothing",
	};

	if (result->problem != STACK_RECURSION) {
		text_add(out, "%s %s", result->function, what[result->problem]);
		if (result->problem == STACK_BAD_NOTE)
			text_add(out, ": %s", result->kind);
		if (result->address)
			text_add(out, ", at 0x%" PRIx64, result->address);
		return;
	}
	text_add(out, "%s calls itself: ", result->function);
	for (uint32_t i = 0; i < result->links; i++)
		text_add(out, "%s%s -> ", result->chain[i].name,
			 result->chain[i].through ? " -> through a pointer" : "");
	text_add(out, "%s", result->function);
}
