/* SPDX-License-Identifier: MIT
 * Prints what the decoders of generator/layout make of a file of code, an
 * instruction on each line: address, bytes, where control goes, the target, and
 * what becomes of the stack pointer. run_decode compares that with llvm-objdump.
 *
 * usage: decode x86_64|aarch64|riscv64 FILE ADDRESS
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "layout/code.h"

static const char *const flow_name[] = {
    [CODE_NEXT] = "next",       [CODE_BRANCH] = "branch", [CODE_JUMP] = "jump",
    [CODE_JUMP_BY] = "jump_by", [CODE_CALL] = "call",     [CODE_CALL_BY] = "call_by",
    [CODE_SYSCALL] = "syscall", [CODE_RETURN] = "return", [CODE_TRAP] = "trap",
};

static const struct code_machine *machine_of(const char *name)
{
	if (strcmp(name, "x86_64") == 0)
		return &code_x86_64;
	if (strcmp(name, "aarch64") == 0)
		return &code_aarch64;
	return strcmp(name, "riscv64") == 0 ? &code_riscv64 : NULL;
}

/* The sum of what is added to the stack pointer; "lost" where it comes from anything else. */
static void print_stack(const struct code_machine *machine, const struct code_step *step)
{
	int64_t sum = 0;

	for (uint32_t i = 0; i < step->writes; i++) {
		const struct code_write *write = &step->write[i];

		if (write->to != machine->stack_pointer)
			continue;
		if (write->how != CODE_ADD || write->from != machine->stack_pointer ||
		    write->other != CODE_ZERO) {
			(void)puts("lost");
			return;
		}
		sum += write->value;
	}
	(void)printf("%" PRId64 "\n", sum);
}

static void print_all(const struct code_machine *machine, const uint8_t *bytes, size_t size, uint64_t address)
{
	for (size_t at = 0; at < size;) {
		struct code_step step = {0};

		if (!machine->decode(bytes + at, size - at, address + at, &step) || step.size == 0) {
			(void)printf("%" PRIx64 " %u unknown\n", address + at, machine->least_size);
			at += machine->least_size;
			continue;
		}
		(void)printf("%" PRIx64 " %u %s %" PRIx64 " ", address + at, step.size, flow_name[step.flow],
			     step.target);
		print_stack(machine, &step);
		at += step.size;
	}
}

int main(int arguments, char **argument)
{
	const struct code_machine *machine = arguments == 4 ? machine_of(argument[1]) : NULL;
	FILE *file = machine == NULL ? NULL : fopen(argument[2], "rb");
	uint8_t *bytes;
	long size;

	if (file == NULL || fseek(file, 0, SEEK_END) != 0 || (size = ftell(file)) < 0 ||
	    fseek(file, 0, SEEK_SET) != 0) {
		(void)fprintf(stderr, "usage: decode x86_64|aarch64|riscv64 FILE ADDRESS\n");
		return 2;
	}
	bytes = malloc((size_t)size + 1);
	if (bytes == NULL || fread(bytes, 1, (size_t)size, file) != (size_t)size)
		return 2;
	(void)fclose(file);
	print_all(machine, bytes, (size_t)size, strtoull(argument[3], NULL, 0));
	free(bytes);
	return 0;
}
