/* SPDX-License-Identifier: MIT
 * Prints what generator/layout finds about the stack of a program: its bound
 * and the deepest chain, or why there is none, and the frame of each of its
 * functions. run_bound compares that with what the compiler says.
 *
 * usage: bound x86_64|aarch64|riscv64 ELF
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emit/text.h"
#include "layout/stack_code.h"
#include "read/arena.h"

static bool architecture_of(const char *name, enum architecture *architecture)
{
	static const char *const names[] = {[ARCHITECTURE_X86_64] = "x86_64",
					    [ARCHITECTURE_AARCH64] = "aarch64",
					    [ARCHITECTURE_RISCV64] = "riscv64"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		*architecture = (enum architecture)i;
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

static void print_result(const struct stack_result *result)
{
	struct text why = {0};

	if (result->problem != STACK_KNOWN) {
		stack_say(result, &why);
		(void)printf("refused %s\n", why.data);
		text_fini(&why);
		return;
	}
	(void)printf("%s %" PRIu64 "\n", result->open ? "open" : "bound", result->bytes);
	(void)printf("guessed %u\n", result->guessed);
	for (uint32_t i = 0; i < result->links; i++)
		(void)printf("link %s %" PRIu64 " %s\n", result->chain[i].name, result->chain[i].bytes,
			     result->chain[i].through ? "pointer" : "name");
}

/* Of every function alone, whether or not the entry point reaches it. */
static void print_frames(struct stack_code *code)
{
	stack_notes_read(code);
	stack_notes_frames(code);
	for (uint32_t i = 0; i < code->elf->symbols; i++) {
		struct stack_function *function = stack_function_at(code, code->elf->symbol[i].address);

		if (function == NULL)
			continue;
		if (function->state == STACK_NEW)
			stack_follow(code, function);
		if (function->problem == STACK_KNOWN)
			(void)printf("frame %s %" PRIu64 "\n", function->name, function->frame);
	}
	free(code->function);
}

int main(int arguments, char **argument)
{
	struct arena *arena = arena_create();
	struct stack_code code = {.arena = arena};
	struct stack_result result;
	enum architecture architecture;
	struct elf elf;

	if (arguments != 3 || !architecture_of(argument[1], &architecture)) {
		(void)fprintf(stderr, "usage: bound x86_64|aarch64|riscv64 ELF\n");
		arena_destroy(arena);
		return 2;
	}
	if (!elf_read(&elf, argument[2], architecture, arena)) {
		(void)fprintf(stderr, "%s %s\n", argument[2], elf.why);
		arena_destroy(arena);
		return 1;
	}
	stack_of(&elf, architecture, arena, &result);
	print_result(&result);
	code.elf = &elf;
	code.machine = code_machine_of(architecture);
	print_frames(&code);
	arena_destroy(arena);
	return 0;
}
