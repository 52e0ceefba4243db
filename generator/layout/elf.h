/* SPDX-License-Identifier: MIT
 * Reading an instance's ELF. Every number in the file is checked before it is
 * used: the file comes from the linker, but nothing here depends on that.
 */
#ifndef TENON_GENERATOR_ELF_H
#define TENON_GENERATOR_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../model/model.h"

#define ELF_EXECUTE      1u /* PF_X, PF_W, PF_R */
#define ELF_WRITE        2u
#define ELF_READ         4u
#define ELF_SEGMENTS_MAX 8u

struct elf_segment {
	uint64_t address; /* page-aligned */
	uint64_t size;    /* in memory, bytes */
	const uint8_t *bytes;
	uint64_t file_size; /* bytes; the rest is zero */
	uint32_t flags;     /* ELF_READ and so on; never WRITE and EXECUTE */
};

struct elf_symbol {
	uint64_t address, size;
	const char *name;
};

/* A relocation that the linker kept (--emit-relocs): at `location` stands something made from `target`. */
struct elf_reference {
	uint64_t location, target;
	uint32_t type;
	bool code; /* in an executable section */
};

struct elf {
	uint64_t entry;
	struct elf_segment segment[ELF_SEGMENTS_MAX]; /* ascending, each in pages of its own */
	uint32_t segments;
	const struct elf_symbol *symbol; /* functions, ascending */
	uint32_t symbols;
	const struct elf_symbol *object; /* variables, ascending */
	uint32_t objects;
	const char *contract; /* the text of emit/contract.c, `contract_size` bytes; NULL: there is none */
	size_t contract_size;
	const struct elf_reference
	    *reference; /* ascending by location; of sections that are loaded, but .eh_frame */
	uint32_t references;
	bool has_references;  /* the linker kept them */
	const uint8_t *calls; /* section .tenon.calls, see runtime/include/tenon/stack.h; NULL: none */
	uint64_t calls_size;
	const char *why; /* after a refusal: what is wrong, to stand behind a name, "is not an ELF file" */
};

/* Reads and checks. What it finds lives in the arena. False where it is no program: `why` is set. */
__attribute__((warn_unused_result)) bool elf_read(struct elf *elf, const char *path,
						  enum architecture architecture, struct arena *arena);

#endif
