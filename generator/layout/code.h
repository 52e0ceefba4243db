/* SPDX-License-Identifier: MIT
 * What one machine instruction does to control, to the stack pointer and to
 * the registers that a stack pointer can come from. No disassembler: operands
 * that cannot matter for that are left out, and what cannot be decoded is said
 * so, never guessed.
 */
#ifndef TENON_GENERATOR_CODE_H
#define TENON_GENERATOR_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../model/model.h"

/* Registers have the architecture's numbers (on AArch64 31 is the stack pointer); these two are in addition. */
#define CODE_ZERO      32u /* reads as zero */
#define CODE_UNKNOWN   33u /* something that is not followed */
#define CODE_REGISTERS 34u
#define CODE_WRITES    8u

enum code_flow {
	CODE_NEXT,    /* goes on behind it */
	CODE_BRANCH,  /* there, or on */
	CODE_JUMP,    /* to `target` */
	CODE_JUMP_BY, /* to what `by` says */
	CODE_CALL,    /* of `target` */
	CODE_CALL_BY, /* of what `by` says */
	CODE_SYSCALL, /* the registers of a call are lost; the stack is not used */
	CODE_RETURN,
	CODE_TRAP /* never goes on */
};

enum code_how {
	CODE_LOST,     /* any value */
	CODE_ADD,      /* from + other + value */
	CODE_ADD_WORD, /* the same, in 32 bits, sign extended */
	CODE_SHIFT,    /* from << value */
	CODE_SUBTRACT, /* from - other */
	CODE_AND,      /* from & value */
	CODE_LOAD      /* `width` bytes at from + other + value */
};

struct code_write {
	uint8_t to, how, from, other, width;
	int64_t value;
};

struct code_step {
	uint8_t size; /* bytes */
	uint8_t flow;
	uint8_t writes;
	uint8_t
	    link; /* CALL, CALL_BY, RETURN: register of the return address where it is not the usual one; else 0 */
	uint8_t by; /* JUMP_BY, CALL_BY: register; CODE_UNKNOWN: memory at `table`, which is 0 if not known */
	bool below; /* x86: an access relative to `base`, at `displacement` */
	bool indexed; /* with an index besides */
	uint8_t base;
	uint64_t target; /* address */
	uint64_t table;
	int64_t displacement;                 /* of JUMP_BY and CALL_BY: what is added to the register */
	struct code_write write[CODE_WRITES]; /* one after the other */
};

struct code_machine {
	uint8_t stack_pointer;
	uint8_t call_bytes; /* pushed by a call */
	uint8_t least_size; /* of an instruction, and its alignment */
	uint32_t kept;      /* registers that a call keeps, a bit each */
	/* False: not an instruction that it knows. `size`: bytes that are left. */
	bool (*decode)(const uint8_t *bytes, size_t size, uint64_t address, struct code_step *step);
};

extern const struct code_machine code_aarch64, code_riscv64, code_x86_64;

static inline const struct code_machine *code_machine_of(enum architecture architecture)
{
	return architecture == ARCHITECTURE_X86_64    ? &code_x86_64
	       : architecture == ARCHITECTURE_AARCH64 ? &code_aarch64
						      : &code_riscv64;
}

/* ---- for decoders ---- */
static inline void code_set(struct code_step *step, struct code_write write)
{
	step->write[step->writes++] = write;
}

static inline void code_lose(struct code_step *step, uint32_t to)
{
	code_set(step, (struct code_write){.to = (uint8_t)to, .how = CODE_LOST});
}

static inline void code_add(struct code_step *step, uint32_t to, uint32_t from, int64_t value)
{
	code_set(step, (struct code_write){.to = (uint8_t)to,
					   .how = CODE_ADD,
					   .from = (uint8_t)from,
					   .other = CODE_ZERO,
					   .value = value});
}

static inline void code_load(struct code_step *step, uint32_t to, uint32_t from, int64_t value,
			     unsigned width)
{
	code_set(step, (struct code_write){.to = (uint8_t)to,
					   .how = CODE_LOAD,
					   .from = (uint8_t)from,
					   .other = CODE_ZERO,
					   .width = (uint8_t)width,
					   .value = value});
}

/* `bits` of `value`, sign extended. */
static inline int64_t code_signed(uint64_t value, unsigned bits)
{
	const uint64_t sign = UINT64_C(1) << (bits - 1);

	return (int64_t)(((value & (2 * sign - 1)) ^ sign) - sign);
}

#endif
