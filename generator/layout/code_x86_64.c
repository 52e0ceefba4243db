/* SPDX-License-Identifier: MIT
 * x86-64 in 64-bit mode (Intel 64 and IA-32 Architectures Software Developer's
 * Manual, volume 2: chapter 2 for the form of instructions, appendix A for the
 * maps of operation codes; AMD64 ABI, section 3.2.2 for the red zone). EVEX,
 * XOP and 3DNow! are not known here: components are not compiled for them.
 */
#include "code.h"

#define RAX 0u
#define RCX 1u
#define RDX 2u
#define RBX 3u
#define RSP 4u
#define RBP 5u
#define RSI 6u
#define RDI 7u

#define WORD 8 /* of a push */

struct reader {
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

static uint64_t take(struct reader *in, unsigned bytes)
{
	uint64_t value = 0;

	if (in->size - in->at < bytes) {
		in->short_read = true;
		return 0;
	}
	for (unsigned i = 0; i < bytes; i++)
		value |= (uint64_t)in->bytes[in->at++] << 8 * i;
	return value;
}

static int64_t take_signed(struct reader *in, unsigned bytes)
{
	return code_signed(take(in, bytes), 8 * bytes);
}

/* An immediate of the operand's size, four bytes at most. */
static int64_t take_immediate(struct reader *in)
{
	return take_signed(in, in->operand_16 && !(in->rex & 8) ? 2 : 4);
}

static void take_prefixes(struct reader *in)
{
	for (; in->at < in->size && in->at < 14; in->at++) {
		const uint8_t byte = in->bytes[in->at];

		if (byte == 0x66)
			in->operand_16 = true;
		else if (byte == 0xf3)
			in->repeat = true;
		else if (byte == 0x67)
			in->address_32 = true;
		else if (byte != 0xf0 && byte != 0xf2 && byte != 0x2e && byte != 0x36 && byte != 0x3e &&
			 byte != 0x26 && byte != 0x64 && byte != 0x65)
			break;
	}
	if (in->at < in->size && (in->bytes[in->at] & 0xf0) == 0x40)
		in->rex = in->bytes[in->at++];
}

static void take_sib(struct reader *in)
{
	const uint8_t sib = (uint8_t)take(in, 1);

	in->base = (uint32_t)(sib & 7) | (in->rex & 1 ? 8 : 0);
	in->index = (uint32_t)(sib >> 3 & 7) | (in->rex & 2 ? 8 : 0);
	in->scale = 1u << (sib >> 6);
	if (in->index == RSP)
		in->index = CODE_UNKNOWN;
	if ((sib & 7) == 5 && in->mod == 0) {
		in->base = CODE_ZERO;
		in->displacement = take_signed(in, 4);
	}
}

/* Addresses of 32 bits have no base that is followed. */
static void take_modrm(struct reader *in)
{
	const uint8_t modrm = (uint8_t)take(in, 1);

	in->mod = modrm >> 6;
	in->kind = modrm >> 3 & 7;
	in->reg = in->kind | (in->rex & 4 ? 8u : 0);
	in->rm = (uint32_t)(modrm & 7) | (in->rex & 1 ? 8 : 0);
	in->base = in->index = CODE_UNKNOWN;
	if (in->mod == 3)
		return;
	if ((modrm & 7) == 4) {
		take_sib(in);
	} else if ((modrm & 7) == 5 && in->mod == 0) {
		in->base = CODE_ZERO;
		in->displacement = take_signed(in, 4);
		in->displacement_at = in->at;
	} else {
		in->base = in->rm;
	}
	if (in->mod == 1)
		in->displacement = take_signed(in, 1);
	else if (in->mod == 2)
		in->displacement = take_signed(in, 4);
	if (in->address_32)
		in->base = CODE_UNKNOWN;
	if (in->base < 16) {
		in->step->below = true;
		in->step->base = (uint8_t)in->base;
		in->step->indexed = in->index != CODE_UNKNOWN;
		in->step->displacement = in->displacement;
	}
}

/* ---- operands that are written ---------------------------------------------------------------- */

static void lose_rm(struct reader *in)
{
	if (in->mod == 3)
		code_lose(in->step, in->rm);
}

/* Without a REX prefix the byte registers 4 to 7 are AH, CH, DH and BH. */
static uint32_t byte_register(const struct reader *in, uint32_t number)
{
	return !in->rex && number >= 4 && number < 8 ? number - 4 : number;
}

/* An operation of bytes where `wide` is false. */
static void lose_sized(struct reader *in, uint32_t number, bool wide)
{
	code_lose(in->step, wide ? number : byte_register(in, number));
}

static void lose_rm_sized(struct reader *in, bool wide)
{
	if (in->mod == 3)
		lose_sized(in, in->rm, wide);
}

static bool wide_64(const struct reader *in)
{
	return (in->rex & 8) != 0;
}

/* ADD, OR, ADC, SBB, AND, SUB, XOR, CMP with a constant. */
static void arithmetic_immediate(struct reader *in, int64_t value, bool wide)
{
	if (in->mod != 3 || in->kind == 7)
		return;
	if (wide && wide_64(in) && (in->kind == 0 || in->kind == 5))
		code_add(in->step, in->rm, in->rm, in->kind == 5 ? -value : value);
	else if (wide && wide_64(in) && in->kind == 4)
		code_set(in->step, (struct code_write){.to = (uint8_t)in->rm,
						       .how = CODE_AND,
						       .from = (uint8_t)in->rm,
						       .other = CODE_ZERO,
						       .value = value});
	else
		lose_sized(in, in->rm, wide);
}

static void arithmetic_registers(struct reader *in, uint32_t kind, uint32_t to, uint32_t other, bool wide)
{
	if (kind == 7)
		return;
	if (wide && wide_64(in) && (kind == 0 || kind == 5))
		code_set(in->step, (struct code_write){.to = (uint8_t)to,
						       .how = kind == 5 ? CODE_SUBTRACT : CODE_ADD,
						       .from = (uint8_t)to,
						       .other = (uint8_t)other});
	else
		lose_sized(in, to, wide);
}

/* 00 to 3f but for prefixes: the operation in bits 3 to 5, the form in bits 0 to 2. */
static bool arithmetic(struct reader *in, uint8_t code)
{
	const uint32_t kind = code >> 3;
	const bool wide = (code & 1) != 0;

	switch (code & 7) {
	case 0:
	case 1:
		take_modrm(in);
		if (in->mod == 3)
			arithmetic_registers(in, kind, in->rm, in->reg, wide);
		return true;
	case 2:
	case 3:
		take_modrm(in);
		arithmetic_registers(in, kind, in->reg, in->mod == 3 ? in->rm : CODE_UNKNOWN, wide);
		return true;
	case 4:
	case 5:
		(void)(wide ? take_immediate(in) : take_signed(in, 1));
		if (kind != 7)
			code_lose(in->step, RAX);
		return true;
	default:
		return false;
	}
}

/* The address of the memory operand, as far as it is followed. Call when the instruction's end is known. */
static void address_of(struct reader *in, struct code_write *write)
{
	write->from = (uint8_t)in->base;
	write->other = (uint8_t)(in->index == CODE_UNKNOWN ? CODE_ZERO : CODE_UNKNOWN);
	write->value = in->displacement;
	if (in->displacement_at)
		write->value += (int64_t)(in->address + in->at);
}

static void move(struct reader *in, uint8_t code)
{
	const bool wide = (code & 1) != 0;
	struct code_write write = {.how = CODE_LOAD, .width = wide_64(in) ? 8 : 4};

	take_modrm(in);
	if (in->mod == 3) {
		const uint32_t to = code & 2 ? in->reg : in->rm, from = code & 2 ? in->rm : in->reg;

		if (wide && wide_64(in))
			code_add(in->step, to, from, 0);
		else
			lose_sized(in, to, wide);
	} else if ((code & 2) && wide && !in->operand_16) {
		write.to = (uint8_t)in->reg;
		address_of(in, &write);
		code_set(in->step, write);
	} else if (code & 2) {
		lose_sized(in, in->reg, wide);
	}
}

/* ---- control ---------------------------------------------------------------------------------- */

static void push(struct reader *in)
{
	code_add(in->step, RSP, RSP, -WORD);
}

static bool relative(struct reader *in, enum code_flow flow, unsigned bytes)
{
	const int64_t by = take_signed(in, bytes);

	in->step->flow = (uint8_t)flow;
	in->step->target = in->address + in->at + (uint64_t)by;
	return true;
}

/* FF: increment, decrement, calls, jumps and push. */
static bool group_5(struct reader *in)
{
	take_modrm(in);
	switch (in->kind) {
	case 0:
	case 1:
		lose_rm(in);
		return true;
	case 2:
	case 4:
		in->step->flow = in->kind == 2 ? CODE_CALL_BY : CODE_JUMP_BY;
		in->step->by = (uint8_t)(in->mod == 3 ? in->rm : CODE_UNKNOWN);
		if (in->mod != 3 && in->base == CODE_ZERO && in->index != CODE_UNKNOWN && in->scale == 8)
			in->step->table = (uint64_t)in->displacement;
		if (in->mod == 3)
			in->step->displacement = 0;
		return true;
	case 6:
		push(in);
		return true;
	default:
		return false;
	}
}

/* F6 and F7: TEST has an immediate; the rest negates, multiplies, divides. */
static void group_3(struct reader *in, bool wide)
{
	take_modrm(in);
	if (in->kind < 2)
		(void)(wide ? take_immediate(in) : take_signed(in, 1));
	else if (in->kind < 4)
		lose_rm_sized(in, wide);
	else {
		code_lose(in->step, RAX);
		code_lose(in->step, RDX);
	}
}

/* ---- 0F --------------------------------------------------------------------------------------- */

static bool in_range(uint8_t code, uint8_t first, uint8_t last)
{
	return code >= first && code <= last;
}

static bool two_bytes_plain(struct reader *in, uint8_t code, bool *known)
{
	*known = true;
	switch (code) {
	case 0x05: /* SYSCALL: also RCX and R11, which a call loses too */
		in->step->flow = CODE_SYSCALL;
		return true;
	case 0x0b: /* UD2 */
		in->step->flow = CODE_TRAP;
		return true;
	case 0x31: /* RDTSC, RDMSR, RDPMC */
	case 0x32:
	case 0x33:
		code_lose(in->step, RAX);
		code_lose(in->step, RDX);
		return true;
	case 0x06:
	case 0x08:
	case 0x09:
	case 0x30:
	case 0x77: /* EMMS */
		return true;
	case 0xa0:
	case 0xa8:
		push(in);
		return true;
	case 0xa1:
	case 0xa9:
		code_add(in->step, RSP, RSP, WORD);
		return true;
	case 0xa2: /* CPUID */
		for (uint32_t i = RAX; i <= RBX; i++)
			code_lose(in->step, i);
		return true;
	default:
		*known = in_range(code, 0x80, 0x8f) || in_range(code, 0xc8, 0xcf);
		if (in_range(code, 0x80, 0x8f))
			return relative(in, CODE_BRANCH, 4);
		if (*known) /* BSWAP */
			code_lose(in->step, (uint32_t)(code & 7) | (in->rex & 1 ? 8 : 0));
		return *known;
	}
}

/* Which general registers an instruction of map 0F with ModRM writes; all others write none. */
static void lose_of_map_1(struct reader *in, uint8_t code)
{
	if (in_range(code, 0x40, 0x4f) || in_range(code, 0xbc, 0xbf) || code == 0x02 || code == 0x03 ||
	    code == 0x2c || code == 0x2d || code == 0x50 || code == 0xaf || code == 0xb6 || code == 0xb7 ||
	    code == 0xb8 || code == 0xc5 || code == 0xd7 || code == 0xb2 || code == 0xb4 || code == 0xb5)
		code_lose(in->step, in->reg);
	if (in_range(code, 0x90, 0x9f) || code == 0xb0 || code == 0xc0)
		lose_rm_sized(in, false);
	if (code == 0x00 || code == 0x1e || code == 0xa4 || code == 0xa5 || code == 0xab || code == 0xac ||
	    code == 0xad || code == 0xae || code == 0xb1 || code == 0xb3 || code == 0xba || code == 0xbb ||
	    code == 0xc1 || code == 0xc7 || (code == 0x7e && !in->repeat) || in_range(code, 0x20, 0x21))
		lose_rm(in);
	if (code == 0xc0 || code == 0xc1)
		lose_sized(in, in->reg, code == 0xc1);
	if (code == 0xb0 || code == 0xb1 || code == 0xc7 || code == 0x01) {
		code_lose(in->step, RAX);
		code_lose(in->step, RDX);
	}
	if (code == 0x01) { /* RDTSCP and others */
		code_lose(in->step, RCX);
		lose_rm(in);
	}
}

static bool has_byte_of_map_1(uint8_t code)
{
	return in_range(code, 0x70, 0x73) || code == 0xa4 || code == 0xac || code == 0xba || code == 0xc2 ||
	       in_range(code, 0xc4, 0xc6);
}

static bool map_1(struct reader *in, uint8_t code)
{
	bool known;

	if (two_bytes_plain(in, code, &known) || known)
		return known;
	if (code == 0x04 || code == 0x07 || code == 0x0a || code == 0x0c || code == 0x0e || code == 0x0f ||
	    in_range(code, 0x24, 0x27) || in_range(code, 0x34, 0x3f) || code == 0xa6 || code == 0xa7 ||
	    code == 0xaa || code == 0xff)
		return false;
	take_modrm(in);
	lose_of_map_1(in, code);
	if (has_byte_of_map_1(code))
		(void)take(in, 1);
	return true;
}

static bool map_2(struct reader *in, uint8_t code)
{
	take_modrm(in);
	if (in_range(code, 0xf0, 0xf7)) /* CRC32, MOVBE, ADCX and the like; BMI */
		code_lose(in->step, in->reg);
	return true;
}

static bool map_3(struct reader *in, uint8_t code)
{
	take_modrm(in);
	(void)take(in, 1);
	if (in_range(code, 0x14, 0x17)) /* PEXTR and the like */
		lose_rm(in);
	if (code == 0xf0) /* RORX */
		code_lose(in->step, in->reg);
	if (in_range(code, 0x60, 0x63)) /* PCMPESTRI and the like */
		code_lose(in->step, RCX);
	return true;
}

static bool by_map(struct reader *in, unsigned map)
{
	in->code = (uint8_t)take(in, 1);
	return map == 1   ? map_1(in, in->code)
	       : map == 2 ? map_2(in, in->code)
			  : map == 3 && map_3(in, in->code);
}

static bool escape(struct reader *in)
{
	if (in->at < in->size && (in->bytes[in->at] == 0x38 || in->bytes[in->at] == 0x3a))
		return by_map(in, in->bytes[in->at++] == 0x38 ? 2 : 3);
	return by_map(in, 1);
}

/* C4 and C5: the bits of REX are stored inverted; the register vvvv is written by some of BMI. */
static bool vex(struct reader *in, bool three_bytes)
{
	const uint8_t first = (uint8_t)take(in, 1);
	const uint8_t second = three_bytes ? (uint8_t)take(in, 1) : first;
	const unsigned map = three_bytes ? first & 0x1f : 1;

	in->rex = (uint8_t)(0x40 | (first & 0x80 ? 0 : 4));
	if (three_bytes)
		in->rex |=
		    (uint8_t)((first & 0x40 ? 0 : 2) | (first & 0x20 ? 0 : 1) | (second & 0x80 ? 8 : 0));
	in->repeat = (second & 3) == 2;
	if (!by_map(in, map))
		return false;
	if (map == 2 && in->code >= 0xf0) /* of the others vvvv is a vector */
		code_lose(in->step, ~(uint32_t)second >> 3 & 15);
	return in->step->flow == CODE_NEXT;
}

/* ---- one byte --------------------------------------------------------------------------------- */

static bool moves_of_strings(struct reader *in, uint8_t code)
{
	code_lose(in->step, RSI);
	code_lose(in->step, RDI);
	code_lose(in->step, RCX);
	if (code == 0xac || code == 0xad)
		code_lose(in->step, RAX);
	return true;
}

static void pop(struct reader *in, uint32_t to)
{
	code_add(in->step, RSP, RSP, WORD);
	if (to != CODE_UNKNOWN)
		code_lose(in->step, to);
}

static bool from_80(struct reader *in, uint8_t code)
{
	const uint32_t short_register = (uint32_t)(code & 7) | (in->rex & 1 ? 8 : 0);
	struct code_write write = {.how = CODE_ADD};

	switch (code) {
	case 0x80:
	case 0x81:
	case 0x83:
		take_modrm(in);
		arithmetic_immediate(in, code == 0x81 ? take_immediate(in) : take_signed(in, 1),
				     code != 0x80);
		return true;
	case 0x84: /* TEST */
	case 0x85:
	case 0x8e:
		take_modrm(in);
		return true;
	case 0x86: /* XCHG */
	case 0x87:
		take_modrm(in);
		lose_sized(in, in->reg, code == 0x87);
		lose_rm_sized(in, code == 0x87);
		return true;
	case 0x88:
	case 0x89:
	case 0x8a:
	case 0x8b:
		move(in, code);
		return true;
	case 0x8c:
		take_modrm(in);
		lose_rm(in);
		return true;
	case 0x8d: /* LEA: no access */
		take_modrm(in);
		in->step->below = false;
		write.to = (uint8_t)in->reg;
		address_of(in, &write);
		if (!wide_64(in))
			write.how = CODE_LOST;
		code_set(in->step, write);
		return in->mod != 3;
	case 0x8f:
		take_modrm(in);
		pop(in, in->mod == 3 ? in->rm : CODE_UNKNOWN);
		return in->kind == 0;
	default: /* 90 to 97: XCHG with RAX; with itself it is NOP */
		if (short_register == RAX)
			return true;
		code_lose(in->step, RAX);
		code_lose(in->step, short_register);
		return in_range(code, 0x90, 0x97);
	}
}

static bool from_98(struct reader *in, uint8_t code)
{
	switch (code) {
	case 0x98: /* CBW, CWD and so on */
	case 0x99:
	case 0x9f: /* LAHF */
		code_lose(in->step, code == 0x99 ? RDX : RAX);
		return true;
	case 0x9b:
	case 0x9e:
		return true;
	case 0x9c:
		push(in);
		return true;
	case 0x9d:
		pop(in, CODE_UNKNOWN);
		return true;
	case 0xa0:
	case 0xa1:
	case 0xa2:
	case 0xa3:
		(void)take(in, 8);
		code_lose(in->step, RAX);
		return true;
	case 0xa8:
	case 0xa9:
		(void)(code == 0xa9 ? take_immediate(in) : take_signed(in, 1));
		return true;
	default:
		return in_range(code, 0xa4, 0xaf) && moves_of_strings(in, code);
	}
}

static bool from_b0(struct reader *in, uint8_t code)
{
	const uint32_t number = (uint32_t)(code & 7) | (in->rex & 1 ? 8 : 0);

	if (code < 0xb8) {
		(void)take(in, 1);
		lose_sized(in, number, false);
	} else if (wide_64(in)) {
		code_add(in->step, number, CODE_ZERO, (int64_t)take(in, 8));
	} else {
		code_add(in->step, number, CODE_ZERO, (int64_t)take(in, in->operand_16 ? 2 : 4));
	}
	return true;
}

static bool from_c0(struct reader *in, uint8_t code)
{
	switch (code) {
	case 0xc0: /* shifts */
	case 0xc1:
	case 0xd0:
	case 0xd1:
	case 0xd2:
	case 0xd3:
		take_modrm(in);
		if (code < 0xd0)
			(void)take(in, 1);
		lose_rm_sized(in, (code & 1) != 0);
		return true;
	case 0xc2:
		(void)take(in, 2);
		in->step->flow = CODE_RETURN;
		return false; /* no convention here pops what a caller pushed */
	case 0xc3:
		in->step->flow = CODE_RETURN;
		return true;
	case 0xc4:
	case 0xc5:
		return vex(in, code == 0xc4);
	case 0xc6:
	case 0xc7:
		take_modrm(in);
		(void)(code == 0xc7 ? take_immediate(in) : take_signed(in, 1));
		lose_rm_sized(in, code == 0xc7);
		return in->kind == 0;
	case 0xc9: /* LEAVE */
		code_add(in->step, RSP, RBP, WORD);
		code_lose(in->step, RBP);
		return true;
	case 0xcc: /* INT3: a debugger may go on */
		return true;
	default:
		if (!in_range(code, 0xd8, 0xdf))
			return false;
		take_modrm(in); /* x87; FNSTSW writes AX */
		code_lose(in->step, RAX);
		return true;
	}
}

static bool from_e0(struct reader *in, uint8_t code)
{
	switch (code) {
	case 0xe0: /* LOOP and JRCXZ */
	case 0xe1:
	case 0xe2:
	case 0xe3:
		code_lose(in->step, RCX);
		return relative(in, CODE_BRANCH, 1);
	case 0xe4: /* IN, OUT */
	case 0xe5:
	case 0xe6:
	case 0xe7:
		(void)take(in, 1);
		code_lose(in->step, RAX);
		return true;
	case 0xe8:
		return relative(in, CODE_CALL, 4);
	case 0xe9:
		return relative(in, CODE_JUMP, 4);
	case 0xeb:
		return relative(in, CODE_JUMP, 1);
	case 0xec:
	case 0xed:
	case 0xee:
	case 0xef:
		code_lose(in->step, RAX);
		return true;
	case 0xf4: /* HLT */
		in->step->flow = CODE_TRAP;
		return true;
	case 0xf6:
	case 0xf7:
		group_3(in, code == 0xf7);
		return true;
	case 0xfe:
		take_modrm(in);
		lose_rm_sized(in, false);
		return in->kind < 2;
	case 0xff:
		return group_5(in);
	default:
		return code == 0xf5 || in_range(code, 0xf8, 0xfd);
	}
}

static bool below_80(struct reader *in, uint8_t code)
{
	const uint32_t number = (uint32_t)(code & 7) | (in->rex & 1 ? 8 : 0);

	if (code < 0x40)
		return arithmetic(in, code);
	if (in_range(code, 0x70, 0x7f))
		return relative(in, CODE_BRANCH, 1);
	if (in_range(code, 0x50, 0x57)) {
		push(in);
		return true;
	}
	if (in_range(code, 0x58, 0x5f)) {
		pop(in, number);
		return true;
	}
	switch (code) {
	case 0x63: /* MOVSXD */
	case 0x69: /* IMUL */
	case 0x6b: {
		struct code_write write = {.how = CODE_LOAD, .width = 4};

		take_modrm(in);
		if (code != 0x63)
			(void)(code == 0x69 ? take_immediate(in) : take_signed(in, 1));
		write.to = (uint8_t)in->reg;
		address_of(in, &write);
		if (code != 0x63 || in->mod == 3)
			write.how = CODE_LOST;
		code_set(in->step, write);
		return true;
	}
	case 0x68:
	case 0x6a:
		(void)(code == 0x68 ? take_immediate(in) : take_signed(in, 1));
		push(in);
		return true;
	default:
		return in_range(code, 0x6c, 0x6f) && moves_of_strings(in, code);
	}
}

static bool operation(struct reader *in)
{
	const uint8_t code = (uint8_t)take(in, 1);

	if (code == 0x0f)
		return escape(in);
	if (code < 0x80)
		return below_80(in, code);
	if (code < 0x98)
		return from_80(in, code);
	if (code < 0xb0)
		return from_98(in, code);
	if (code < 0xc0)
		return from_b0(in, code);
	if (code < 0xe0)
		return from_c0(in, code);
	return from_e0(in, code);
}

static bool decode(const uint8_t *bytes, size_t size, uint64_t address, struct code_step *step)
{
	struct reader in = {.bytes = bytes, .size = size < 15 ? size : 15, .address = address, .step = step};
	bool known;

	*step = (struct code_step){.flow = CODE_NEXT};
	take_prefixes(&in);
	known = operation(&in) && !in.short_read;
	step->size = (uint8_t)in.at;
	return known;
}

const struct code_machine code_x86_64 = {
    .stack_pointer = RSP,
    .call_bytes = WORD,
    .least_size = 1,
    .kept = 1u << RBX | 1u << RSP | 1u << RBP | 0xfu << 12, /* and r12-r15 */
    .decode = decode,
};
