/* SPDX-License-Identifier: MIT
 * The decoder of x86-64, between its files: the form of an instruction
 * (code_x86_64_form.c), what the integer operations write
 * (code_x86_64_integer.c), the maps of operation codes behind 0F
 * (code_x86_64_map.c) and that of one byte (code_x86_64.c). The reader lives
 * for one instruction.
 *
 * Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2:
 * chapter 2 for the form of instructions, appendix A for the maps.
 */
#ifndef TENON_GENERATOR_CODE_X86_64_H
#define TENON_GENERATOR_CODE_X86_64_H

#include "code.h"

#define X86_RAX 0u
#define X86_RCX 1u
#define X86_RDX 2u
#define X86_RBX 3u
#define X86_RSP 4u
#define X86_RBP 5u
#define X86_RSI 6u
#define X86_RDI 7u

#define X86_WORD 8 /* of a push */

struct x86_reader {
	const uint8_t *bytes;
	size_t size, at;
	uint64_t address;
	bool short_read;

	bool operand_16, repeat, address_32; /* 66, F3, 67 */
	uint8_t rex;                         /* with its bits W, R, X, B; 0: none */
	uint8_t code;                        /* of a map behind 0F */
	struct code_step *step;

	/* ModRM and what follows it. */
	uint8_t mod, kind; /* kind: the middle field, as an operation */
	uint32_t reg, rm;
	uint32_t base, index; /* of a memory operand; CODE_UNKNOWN: none */
	unsigned scale;
	int64_t displacement;
	size_t displacement_at; /* where relative to the next instruction; 0: not */
};

/* ---- code_x86_64_form.c ---- */
/* So many bytes, as a number; 0 and `short_read` where there are fewer. */
uint64_t x86_take(struct x86_reader *in, unsigned bytes);
int64_t x86_take_signed(struct x86_reader *in, unsigned bytes);
/* An immediate of the operand's size, four bytes at most. */
int64_t x86_take_immediate(struct x86_reader *in);
void x86_take_prefixes(struct x86_reader *in);
/* ModRM, SIB and displacement; notes an access that is relative to a register. */
void x86_take_modrm(struct x86_reader *in);
/* The address of the memory operand, as far as it is followed. Call when the instruction's end is known. */
void x86_address_of(struct x86_reader *in, struct code_write *write);
/* A branch, jump or call by a distance of so many bytes. */
bool x86_relative(struct x86_reader *in, enum code_flow flow, unsigned bytes);

/* ---- code_x86_64_integer.c: the forms are taken, what is written is noted ---- */
bool x86_wide_64(const struct x86_reader *in);
void x86_lose_rm(struct x86_reader *in);
/* An operation of bytes where `wide` is false. */
void x86_lose_sized(struct x86_reader *in, uint32_t number, bool wide);
void x86_lose_rm_sized(struct x86_reader *in, bool wide);
void x86_push(struct x86_reader *in);
/* 00 to 3f; false: a prefix, or unknown. */
bool x86_arithmetic(struct x86_reader *in, uint8_t code);
/* 80, 81, 83: with a constant. */
void x86_arithmetic_immediate(struct x86_reader *in, int64_t value, bool wide);
/* 88 to 8b. */
void x86_move(struct x86_reader *in, uint8_t code);
/* F6 and F7. */
void x86_group_3(struct x86_reader *in, bool wide);

/* ---- code_x86_64_map.c: false: not known ---- */
bool x86_escape(struct x86_reader *in);
bool x86_vex(struct x86_reader *in, bool three_bytes);

static inline bool x86_in_range(uint8_t code, uint8_t first, uint8_t last)
{
	return code >= first && code <= last;
}

#endif
