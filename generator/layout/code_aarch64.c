/* SPDX-License-Identifier: MIT
 * A64, but for loads and stores (code_aarch64.h has the manual). Of SVE only
 * ADDVL and ADDPL can write the stack pointer. SME and the memory copy
 * instructions are not known here: components are not compiled for them.
 */
#include "code_aarch64.h"

#define SP 31u

static void go(struct code_step *step, enum code_flow flow, uint64_t address, uint32_t word, unsigned from,
	       unsigned count)
{
	step->flow = (uint8_t)flow;
	step->target = address + (uint64_t)(code_signed(a64_bits(word, from, count), count) * 4);
}

/* ---- immediates ------------------------------------------------------------------------------- */

/* DecodeBitMasks() for 64 bits; 0: reserved. */
static uint64_t bit_mask(uint32_t n, uint32_t size, uint32_t rotate)
{
	const uint32_t kind = n << 6 | (~size & 0x3f);
	unsigned width = 64, ones;
	uint64_t element, mask = 0;

	if (kind < 2)
		return 0;
	while (!(kind & width))
		width /= 2;
	ones = (size & (width - 1)) + 1;
	if (ones == width)
		return 0;
	rotate &= width - 1;
	element = (UINT64_C(1) << ones) - 1;
	if (rotate)
		element = element >> rotate | element << (width - rotate);
	if (width < 64)
		element &= (UINT64_C(1) << width) - 1;
	for (unsigned at = 0; at < 64; at += width)
		mask |= element << at;
	return mask;
}

static void add_immediate(uint32_t word, struct code_step *step)
{
	const uint32_t to = a64_bits(word, 0, 5), from = a64_bits(word, 5, 5);
	const int64_t value = (int64_t)a64_bits(word, 10, 12) << (a64_bits(word, 22, 1) ? 12 : 0);
	const bool flags = a64_bits(word, 29, 1) != 0, wide = a64_bits(word, 31, 1) != 0;

	if (flags && to == 31)
		return; /* a comparison */
	if (wide)
		code_add(step, to, from, a64_bits(word, 30, 1) ? -value : value);
	else
		code_lose(step, to);
}

static bool logical_immediate(uint32_t word, struct code_step *step)
{
	const uint32_t to = a64_bits(word, 0, 5), from = a64_source(a64_bits(word, 5, 5)),
		       operation = a64_bits(word, 29, 2);
	const uint64_t mask = bit_mask(a64_bits(word, 22, 1), a64_bits(word, 10, 6), a64_bits(word, 16, 6));

	if (mask == 0)
		return false;
	if (operation == 3 && to == 31)
		return true;
	if (operation == 0 && a64_bits(word, 31, 1))
		code_set(step, (struct code_write){.to = (uint8_t)to,
						   .how = CODE_AND,
						   .from = (uint8_t)from,
						   .other = CODE_ZERO,
						   .value = (int64_t)mask});
	else if (operation == 1 && from == CODE_ZERO && a64_bits(word, 31, 1))
		code_add(step, to, CODE_ZERO, (int64_t)mask);
	else
		code_lose(step, to);
	return true;
}

static bool move_wide(uint32_t word, struct code_step *step)
{
	const uint32_t to = a64_bits(word, 0, 5), operation = a64_bits(word, 29, 2);
	const unsigned shift = 16 * a64_bits(word, 21, 2);
	const uint64_t value = (uint64_t)a64_bits(word, 5, 16) << shift,
		       narrow = a64_bits(word, 31, 1) ? 0 : UINT32_MAX;

	if (to == 31)
		return operation != 1;
	if (operation == 0)
		code_add(step, to, CODE_ZERO, (int64_t)(narrow ? ~value & narrow : ~value));
	else if (operation == 2)
		code_add(step, to, CODE_ZERO, (int64_t)value);
	else if (operation == 3) {
		code_set(step, (struct code_write){.to = (uint8_t)to,
						   .how = CODE_AND,
						   .from = (uint8_t)to,
						   .other = CODE_ZERO,
						   .value = (int64_t)~(UINT64_C(0xffff) << shift)});
		code_add(step, to, to, (int64_t)value);
	}
	return operation != 1;
}

static bool immediate(uint32_t word, uint64_t address, struct code_step *step)
{
	const uint32_t to = a64_bits(word, 0, 5);
	const int64_t by = code_signed(a64_bits(word, 5, 19) << 2 | a64_bits(word, 29, 2), 21);

	switch (a64_bits(word, 23, 3)) {
	case 0:
	case 1: /* ADR, ADRP */
		if (to != 31)
			code_add(step, to, CODE_ZERO,
				 a64_bits(word, 31, 1) ? (int64_t)(address & ~UINT64_C(0xfff)) + by * 4096
						       : (int64_t)address + by);
		return true;
	case 2:
		add_immediate(word, step);
		return true;
	case 3: /* ADDG, SUBG */
		code_lose(step, to);
		return true;
	case 4:
		return logical_immediate(word, step);
	case 5:
		return move_wide(word, step);
	default:
		a64_lose(step, to);
		return true;
	}
}

/* ---- branches and system ---------------------------------------------------------------------- */

static bool branch_by(uint32_t word, struct code_step *step)
{
	step->by = (uint8_t)a64_source(a64_bits(word, 5, 5));
	switch (a64_bits(word, 21, 4)) {
	case 0:
	case 8: /* with authentication */
		step->flow = CODE_JUMP_BY;
		return true;
	case 1:
	case 9:
		step->flow = CODE_CALL_BY;
		return true;
	case 2:
		step->flow = CODE_RETURN;
		return true;
	default:
		return false;
	}
}

/* BRK 0xf000 is __builtin_debugtrap(), behind which a debugger may go on. */
static bool exception(uint32_t word, struct code_step *step)
{
	if (a64_bits(word, 21, 3) == 0)
		step->flow = CODE_SYSCALL;
	else if (a64_bits(word, 21, 3) != 1 || a64_bits(word, 5, 16) != 0xf000)
		step->flow = CODE_TRAP;
	return true;
}

static bool control(uint32_t word, uint64_t address, struct code_step *step)
{
	if (a64_bits(word, 26, 5) == 5) {
		go(step, a64_bits(word, 31, 1) ? CODE_CALL : CODE_JUMP, address, word, 0, 26);
		return true;
	}
	if (a64_bits(word, 24, 8) == 0x54 || a64_bits(word, 25, 6) == 0x1a) { /* B.cond, CBZ, CBNZ */
		go(step, CODE_BRANCH, address, word, 5, 19);
		return true;
	}
	if (a64_bits(word, 25, 6) == 0x1b) { /* TBZ, TBNZ */
		go(step, CODE_BRANCH, address, word, 5, 14);
		return true;
	}
	if (a64_bits(word, 24, 8) == 0xd4)
		return exception(word, step);
	if (a64_bits(word, 25, 7) == 0x6b)
		return branch_by(word, step);
	if (a64_bits(word, 22, 10) == 0x354) {
		if (a64_bits(word, 21, 1)) /* something is read */
			a64_lose(step, a64_bits(word, 0, 5));
		return true;
	}
	return false;
}

/* ---- registers -------------------------------------------------------------------------------- */

static void add_register(uint32_t word, struct code_step *step, uint32_t to, uint32_t from, bool plain)
{
	const uint32_t other = a64_source(a64_bits(word, 16, 5));

	if (!a64_bits(word, 31, 1))
		code_lose(step, to);
	else if (!a64_bits(word, 30, 1))
		code_set(step, (struct code_write){.to = (uint8_t)to,
						   .how = CODE_ADD,
						   .from = (uint8_t)from,
						   .other = (uint8_t)(plain ? other : CODE_UNKNOWN)});
	else
		code_set(step, (struct code_write){.to = (uint8_t)to,
						   .how = CODE_SUBTRACT,
						   .from = (uint8_t)from,
						   .other = (uint8_t)(plain ? other : CODE_UNKNOWN)});
}

static void registers(uint32_t word, struct code_step *step)
{
	const uint32_t to = a64_bits(word, 0, 5), from = a64_bits(word, 5, 5);
	const bool flags = a64_bits(word, 29, 1) != 0;

	if (a64_bits(word, 21, 8) == 0x59) { /* ADD, SUB, extended: 31 is the stack pointer */
		if (!flags || to != 31)
			add_register(word, step, to, from,
				     a64_bits(word, 13, 3) == 3 && a64_bits(word, 10, 3) == 0 &&
					 a64_bits(word, 22, 2) == 0);
	} else if (a64_bits(word, 24, 5) == 0x0b) { /* shifted */
		if (to != 31)
			add_register(word, step, to, a64_source(from), a64_bits(word, 10, 6) == 0);
	} else if ((word & 0xffe0ffe0) == 0xaa0003e0) { /* MOV */
		if (to != 31)
			code_add(step, to, a64_source(a64_bits(word, 16, 5)), 0);
	} else if ((word & 0xffe0fc00) == 0x9ac01000) { /* IRG */
		code_lose(step, to);
	} else {
		a64_lose(step, to);
	}
}

/* Conversions to integers and moves from vectors; where others have such bits, forgetting too much does no harm. */
static void vectors(uint32_t word, struct code_step *step)
{
	const bool conversion =
	    a64_bits(word, 24, 5) == 0x1e && a64_bits(word, 21, 1) && a64_bits(word, 10, 6) == 0;
	const bool fixed = a64_bits(word, 24, 5) == 0x1e && !a64_bits(word, 21, 1);
	const bool element = (word & 0xbfe0c400) == 0x0e000400;

	if (conversion || fixed || element)
		a64_lose(step, a64_bits(word, 0, 5));
}

static bool decode(const uint8_t *bytes, size_t size, uint64_t address, struct code_step *step)
{
	uint32_t word;

	*step = (struct code_step){.size = 4, .flow = CODE_NEXT};
	if (size < 4)
		return false;
	word = bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
	switch (a64_bits(word, 25, 4)) {
	case 0:
		step->flow = CODE_TRAP;
		return word >> 16 == 0; /* UDF */
	case 2:                         /* SVE */
		if ((word & 0xffa0f800) == 0x04205000)
			code_lose(step, a64_bits(word, 0, 5));
		else
			a64_lose(step, a64_bits(word, 0, 5));
		return true;
	case 8:
	case 9:
		return immediate(word, address, step);
	case 10:
	case 11:
		return control(word, address, step);
	case 4:
	case 6:
	case 12:
	case 14:
		return a64_memory(word, step);
	case 5:
	case 13:
		registers(word, step);
		return true;
	case 7:
	case 15:
		vectors(word, step);
		return true;
	default:
		return false;
	}
}

const struct code_machine code_aarch64 = {
    .stack_pointer = SP,
    .least_size = 4,
    .kept = 1u << SP | 0x7ffu << 19, /* x19-x29 */
    .decode = decode,
};
