/* SPDX-License-Identifier: MIT
 * RV64GC (The RISC-V Instruction Set Manual, volume I, 20191213: chapters 2,
 * 5, 8, 9, 11, 12 and 16, listings in chapter 24).
 */
#include "code.h"

#define ZERO 0u
#define RA   1u
#define SP   2u
#define T0   5u /* the alternative link register */

/* Register 0 reads as zero and takes nothing. */
static uint32_t source(uint32_t number)
{
	return number == ZERO ? CODE_ZERO : number;
}

static void set(struct code_step *step, uint32_t to, enum code_how how, uint32_t from, uint32_t other,
		int64_t value)
{
	if (to != ZERO)
		code_set(step, (struct code_write){.to = (uint8_t)to,
						   .how = (uint8_t)how,
						   .from = (uint8_t)source(from),
						   .other = (uint8_t)source(other),
						   .value = value});
}

static void lose(struct code_step *step, uint32_t to)
{
	set(step, to, CODE_LOST, ZERO, ZERO, 0);
}

static void load(struct code_step *step, uint32_t to, uint32_t from, int64_t value, unsigned width)
{
	if (to != ZERO)
		code_load(step, to, source(from), value, width);
}

static void go(struct code_step *step, enum code_flow flow, uint64_t address, int64_t by)
{
	step->flow = (uint8_t)flow;
	step->target = address + (uint64_t)by;
}

static uint8_t link_of(uint32_t number)
{
	return number == T0 ? T0 : 0;
}

/* `jalr to, value(from)` */
static bool go_by(struct code_step *step, uint32_t to, uint32_t from, int64_t value)
{
	step->by = (uint8_t)source(from);
	step->displacement = value;
	if (to == ZERO)
		step->flow = (from == RA || from == T0) && value == 0 ? CODE_RETURN : CODE_JUMP_BY;
	else
		step->flow = CODE_CALL_BY;
	step->link = step->flow == CODE_RETURN ? link_of(from) : link_of(to);
	return to == ZERO || to == RA || to == T0;
}

/* ---- 16 bits ---------------------------------------------------------------------------------- */

/* Bits of the immediate are scattered: takes `count` of them from bit `from` of the word to bit `to`. */
static uint64_t part(uint32_t word, unsigned from, unsigned count, unsigned to)
{
	return (uint64_t)(word >> from & ((1u << count) - 1)) << to;
}

static bool quadrant_0(uint32_t word, struct code_step *step)
{
	const uint32_t to = 8 + (word >> 2 & 7), from = 8 + (word >> 7 & 7);
	const int64_t wide = (int64_t)(part(word, 10, 3, 3) | part(word, 5, 2, 6));
	const int64_t narrow = (int64_t)(part(word, 10, 3, 3) | part(word, 6, 1, 2) | part(word, 5, 1, 6));

	switch (word >> 13) {
	case 0:
		if (word == 0)
			step->flow = CODE_TRAP;
		set(step, to, CODE_ADD, SP, ZERO,
		    (int64_t)(part(word, 11, 2, 4) | part(word, 7, 4, 6) | part(word, 6, 1, 2) |
			      part(word, 5, 1, 3)));
		return true;
	case 2:
		load(step, to, from, narrow, 4);
		return true;
	case 3:
		load(step, to, from, wide, 8);
		return true;
	case 4:
		return false;
	default:
		return true; /* stores, and loads of floating point */
	}
}

static void compressed_arithmetic(uint32_t word, int64_t value, struct code_step *step)
{
	const uint32_t to = 8 + (word >> 7 & 7), other = 8 + (word >> 2 & 7);

	if ((word >> 10 & 3) == 2)
		set(step, to, CODE_AND, to, ZERO, value);
	else if ((word >> 10 & 7) == 3 && (word >> 5 & 3) == 0)
		set(step, to, CODE_SUBTRACT, to, other, 0);
	else
		lose(step, to);
}

static bool quadrant_1(uint32_t word, uint64_t address, struct code_step *step)
{
	const uint32_t to = word >> 7 & 31;
	const int64_t value = code_signed(part(word, 12, 1, 5) | part(word, 2, 5, 0), 6);

	switch (word >> 13) {
	case 0:
		set(step, to, CODE_ADD, to, ZERO, value);
		return true;
	case 1:
		set(step, to, CODE_ADD_WORD, to, ZERO, value);
		return true;
	case 2:
		set(step, to, CODE_ADD, ZERO, ZERO, value);
		return true;
	case 3:
		if (to == SP)
			set(step, SP, CODE_ADD, SP, ZERO,
			    code_signed(part(word, 12, 1, 9) | part(word, 6, 1, 4) | part(word, 5, 1, 6) |
					    part(word, 3, 2, 7) | part(word, 2, 1, 5),
					10));
		else
			set(step, to, CODE_ADD, ZERO, ZERO, value * 4096);
		return true;
	case 4:
		compressed_arithmetic(word, value, step);
		return true;
	case 5:
		go(step, CODE_JUMP, address,
		   code_signed(part(word, 12, 1, 11) | part(word, 11, 1, 4) | part(word, 9, 2, 8) |
				   part(word, 8, 1, 10) | part(word, 7, 1, 6) | part(word, 6, 1, 7) |
				   part(word, 3, 3, 1) | part(word, 2, 1, 5),
			       12));
		return true;
	default:
		go(step, CODE_BRANCH, address,
		   code_signed(part(word, 12, 1, 8) | part(word, 10, 2, 3) | part(word, 5, 2, 6) |
				   part(word, 3, 2, 1) | part(word, 2, 1, 5),
			       9));
		return true;
	}
}

static bool quadrant_2(uint32_t word, struct code_step *step)
{
	const uint32_t to = word >> 7 & 31, other = word >> 2 & 31;
	const bool upper = (word >> 12 & 1) != 0;

	switch (word >> 13) {
	case 0:
		set(step, to, CODE_SHIFT, to, ZERO, (int64_t)(part(word, 12, 1, 5) | part(word, 2, 5, 0)));
		return true;
	case 2:
		load(step, to, SP,
		     (int64_t)(part(word, 12, 1, 5) | part(word, 4, 3, 2) | part(word, 2, 2, 6)), 4);
		return true;
	case 3:
		load(step, to, SP,
		     (int64_t)(part(word, 12, 1, 5) | part(word, 5, 2, 3) | part(word, 2, 3, 6)), 8);
		return true;
	case 4:
		if (other == 0)
			return (to == ZERO && upper) || /* c.ebreak: a debugger may go on */
			       (to != ZERO && go_by(step, upper ? RA : ZERO, to, 0));
		set(step, to, CODE_ADD, upper ? to : ZERO, other, 0);
		return true;
	default:
		return true;
	}
}

/* ---- 32 bits ---------------------------------------------------------------------------------- */

static bool decode_system(uint32_t word, struct code_step *step)
{
	if (word == 0x73) /* ecall */
		step->flow = CODE_SYSCALL;
	else if ((word >> 12 & 7) != 0) /* a control register is read */
		lose(step, word >> 7 & 31);
	return true;
}

static void decode_register(uint32_t word, struct code_step *step)
{
	const uint32_t to = word >> 7 & 31, from = word >> 15 & 31, other = word >> 20 & 31;

	if ((word >> 12 & 7) == 0 && word >> 25 == 0)
		set(step, to, CODE_ADD, from, other, 0);
	else if ((word >> 12 & 7) == 0 && word >> 25 == 0x20)
		set(step, to, CODE_SUBTRACT, from, other, 0);
	else
		lose(step, to);
}

/* Comparisons, conversions to integers, moves and classes write an integer register. */
static void decode_float(uint32_t word, struct code_step *step)
{
	const uint32_t operation = word >> 27;

	if (operation == 0x14 || operation == 0x18 || operation == 0x1c)
		lose(step, word >> 7 & 31);
}

/* OP-V writes an integer register as vset*, vmv.x.s, vcpop and vfirst (RISC-V V extension, sections 6, 15 and 16.1). */
static void decode_vector(uint32_t word, struct code_step *step)
{
	const uint32_t kind = word >> 12 & 7;

	if (kind == 7 || (kind == 2 && word >> 26 == 0x10))
		lose(step, word >> 7 & 31);
}

static bool decode_jump(uint32_t word, uint64_t address, struct code_step *step)
{
	const uint32_t to = word >> 7 & 31;

	go(step, to == ZERO ? CODE_JUMP : CODE_CALL, address,
	   code_signed(part(word, 31, 1, 20) | part(word, 21, 10, 1) | part(word, 20, 1, 11) |
			   part(word, 12, 8, 12),
		       21));
	step->link = link_of(to);
	return to == ZERO || to == RA || to == T0;
}

static void decode_immediate(uint32_t word, struct code_step *step)
{
	static const uint8_t how[8] = {
	    [0] = CODE_ADD, [1] = CODE_SHIFT, [7] = CODE_AND}; /* the others: CODE_LOST */
	const uint32_t to = word >> 7 & 31, from = word >> 15 & 31, kind = word >> 12 & 7;
	const int64_t value = code_signed(word >> 20, 12);

	if ((word & 0x7f) == 0x1b) /* OP-IMM-32 */
		set(step, to, kind == 0 ? CODE_ADD_WORD : CODE_LOST, from, ZERO, value);
	else if (kind == 1 && word >> 26 != 0)
		lose(step, to); /* of an extension */
	else
		set(step, to, how[kind], from, ZERO, value);
}

static bool decode_word(uint32_t word, uint64_t address, struct code_step *step)
{
	const uint32_t to = word >> 7 & 31, from = word >> 15 & 31;
	const int64_t upper = (int32_t)(word & 0xfffff000);

	switch (word & 0x7f) {
	case 0x03: /* LOAD */
		load(step, to, from, code_signed(word >> 20, 12), 1u << (word >> 12 & 3));
		return true;
	case 0x07: /* LOAD-FP, STORE-FP, of vectors too: no integer register is written */
	case 0x27:
		return true;
	case 0x0f: /* FENCE */
	case 0x23: /* STORE */
	case 0x43: /* FMADD and the like */
	case 0x47:
	case 0x4b:
	case 0x4f:
		return true;
	case 0x13:
	case 0x1b:
		decode_immediate(word, step);
		return true;
	case 0x17: /* AUIPC */
		set(step, to, CODE_ADD, ZERO, ZERO, (int64_t)address + upper);
		return true;
	case 0x37: /* LUI */
		set(step, to, CODE_ADD, ZERO, ZERO, upper);
		return true;
	case 0x2f: /* AMO */
	case 0x3b: /* OP-32 */
		lose(step, to);
		return true;
	case 0x33:
		decode_register(word, step);
		return true;
	case 0x53:
		decode_float(word, step);
		return true;
	case 0x57:
		decode_vector(word, step);
		return true;
	case 0x63:
		go(step, CODE_BRANCH, address,
		   code_signed(part(word, 31, 1, 12) | part(word, 25, 6, 5) | part(word, 8, 4, 1) |
				   part(word, 7, 1, 11),
			       13));
		return true;
	case 0x67:
		return (word >> 12 & 7) == 0 && go_by(step, to, from, code_signed(word >> 20, 12));
	case 0x6f:
		return decode_jump(word, address, step);
	case 0x73:
		return decode_system(word, step);
	default:
		return false;
	}
}

static bool decode(const uint8_t *bytes, size_t size, uint64_t address, struct code_step *step)
{
	uint32_t word;

	*step = (struct code_step){.size = 2, .flow = CODE_NEXT};
	if (size < 2)
		return false;
	word = bytes[0] | (uint32_t)bytes[1] << 8;
	switch (word & 3) {
	case 0:
		return quadrant_0(word, step);
	case 1:
		return quadrant_1(word, address, step);
	case 2:
		return quadrant_2(word, step);
	default:
		break;
	}
	step->size = 4;
	if (size < 4)
		return false;
	word |= (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
	return decode_word(word, address, step);
}

const struct code_machine code_riscv64 = {
    .stack_pointer = SP,
    .least_size = 2,
    .kept = 1u << SP | 1u << 3 | 1u << 4 | 1u << 8 | 1u << 9 | 0x3ffu << 18, /* sp gp tp s0-s11 */
    .decode = decode,
};
