/* SPDX-License-Identifier: MIT
 * The maps of operation codes behind 0F, 0F 38 and 0F 3A, by those bytes or by
 * a VEX prefix.
 */
#include "code_x86_64.h"

static bool two_bytes_plain(struct x86_reader *in, uint8_t code, bool *known)
{
	*known = true;
	switch (code) {
	case 0x05: /* SYSCALL: also X86_RCX and R11, which a call loses too */
		in->step->flow = CODE_SYSCALL;
		return true;
	case 0x0b: /* UD2 */
		in->step->flow = CODE_TRAP;
		return true;
	case 0x31: /* RDTSC, RDMSR, RDPMC */
	case 0x32:
	case 0x33:
		code_lose(in->step, X86_RAX);
		code_lose(in->step, X86_RDX);
		return true;
	case 0x06:
	case 0x08:
	case 0x09:
	case 0x30:
	case 0x77: /* EMMS */
		return true;
	case 0xa0:
	case 0xa8:
		x86_push(in);
		return true;
	case 0xa1:
	case 0xa9:
		code_add(in->step, X86_RSP, X86_RSP, X86_WORD);
		return true;
	case 0xa2: /* CPUID */
		for (uint32_t i = X86_RAX; i <= X86_RBX; i++)
			code_lose(in->step, i);
		return true;
	default:
		*known = x86_in_range(code, 0x80, 0x8f) || x86_in_range(code, 0xc8, 0xcf);
		if (x86_in_range(code, 0x80, 0x8f))
			return x86_relative(in, CODE_BRANCH, 4);
		if (*known) /* BSWAP */
			code_lose(in->step, (uint32_t)(code & 7) | (in->rex & 1 ? 8 : 0));
		return *known;
	}
}

/* Which general registers an instruction of map 0F with ModRM writes; all others write none. */
static void lose_of_map_1(struct x86_reader *in, uint8_t code)
{
	if (x86_in_range(code, 0x40, 0x4f) || x86_in_range(code, 0xbc, 0xbf) || code == 0x02 ||
	    code == 0x03 || code == 0x2c || code == 0x2d || code == 0x50 || code == 0xaf || code == 0xb6 ||
	    code == 0xb7 || code == 0xb8 || code == 0xc5 || code == 0xd7 || code == 0xb2 || code == 0xb4 ||
	    code == 0xb5)
		code_lose(in->step, in->reg);
	if (x86_in_range(code, 0x90, 0x9f) || code == 0xb0 || code == 0xc0)
		x86_lose_rm_sized(in, false);
	if (code == 0x00 || code == 0x1e || code == 0xa4 || code == 0xa5 || code == 0xab || code == 0xac ||
	    code == 0xad || code == 0xae || code == 0xb1 || code == 0xb3 || code == 0xba || code == 0xbb ||
	    code == 0xc1 || code == 0xc7 || (code == 0x7e && !in->repeat) || x86_in_range(code, 0x20, 0x21))
		x86_lose_rm(in);
	if (code == 0xc0 || code == 0xc1)
		x86_lose_sized(in, in->reg, code == 0xc1);
	if (code == 0xb0 || code == 0xb1 || code == 0xc7 || code == 0x01) {
		code_lose(in->step, X86_RAX);
		code_lose(in->step, X86_RDX);
	}
	if (code == 0x01) { /* RDTSCP and others */
		code_lose(in->step, X86_RCX);
		x86_lose_rm(in);
	}
}

static bool has_byte_of_map_1(uint8_t code)
{
	return x86_in_range(code, 0x70, 0x73) || code == 0xa4 || code == 0xac || code == 0xba ||
	       code == 0xc2 || x86_in_range(code, 0xc4, 0xc6);
}

static bool map_1(struct x86_reader *in, uint8_t code)
{
	bool known;

	if (two_bytes_plain(in, code, &known) || known)
		return known;
	if (code == 0x04 || code == 0x07 || code == 0x0a || code == 0x0c || code == 0x0e || code == 0x0f ||
	    x86_in_range(code, 0x24, 0x27) || x86_in_range(code, 0x34, 0x3f) || code == 0xa6 ||
	    code == 0xa7 || code == 0xaa || code == 0xff)
		return false;
	x86_take_modrm(in);
	lose_of_map_1(in, code);
	if (has_byte_of_map_1(code))
		(void)x86_take(in, 1);
	return true;
}

static bool map_2(struct x86_reader *in, uint8_t code)
{
	x86_take_modrm(in);
	if (x86_in_range(code, 0xf0, 0xf7)) /* CRC32, MOVBE, ADCX and the like; BMI */
		code_lose(in->step, in->reg);
	return true;
}

static bool map_3(struct x86_reader *in, uint8_t code)
{
	x86_take_modrm(in);
	(void)x86_take(in, 1);
	if (x86_in_range(code, 0x14, 0x17)) /* PEXTR and the like */
		x86_lose_rm(in);
	if (code == 0xf0) /* RORX */
		code_lose(in->step, in->reg);
	if (x86_in_range(code, 0x60, 0x63)) /* PCMPESTRI and the like */
		code_lose(in->step, X86_RCX);
	return true;
}

static bool by_map(struct x86_reader *in, unsigned map)
{
	in->code = (uint8_t)x86_take(in, 1);
	return map == 1   ? map_1(in, in->code)
	       : map == 2 ? map_2(in, in->code)
			  : map == 3 && map_3(in, in->code);
}

bool x86_escape(struct x86_reader *in)
{
	if (in->at < in->size && (in->bytes[in->at] == 0x38 || in->bytes[in->at] == 0x3a))
		return by_map(in, in->bytes[in->at++] == 0x38 ? 2 : 3);
	return by_map(in, 1);
}

/* C4 and C5: the bits of REX are stored inverted; the register vvvv is written by some of BMI. */
bool x86_vex(struct x86_reader *in, bool three_bytes)
{
	const uint8_t first = (uint8_t)x86_take(in, 1);
	const uint8_t second = three_bytes ? (uint8_t)x86_take(in, 1) : first;
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
