/* SPDX-License-Identifier: MIT
 * x86-64 in 64-bit mode, the map of one byte (code_x86_64.h has the manual;
 * AMD64 ABI, section 3.2.2 for the red zone). EVEX, XOP and 3DNow! are not
 * known here: components are not compiled for them.
 */
#include "code_x86_64.h"

/* FF: increment, decrement, calls, jumps and push. */
static bool group_5(struct x86_reader *in)
{
	x86_take_modrm(in);
	switch (in->kind) {
	case 0:
	case 1:
		x86_lose_rm(in);
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
		x86_push(in);
		return true;
	default:
		return false;
	}
}

static bool moves_of_strings(struct x86_reader *in, uint8_t code)
{
	code_lose(in->step, X86_RSI);
	code_lose(in->step, X86_RDI);
	code_lose(in->step, X86_RCX);
	if (code == 0xac || code == 0xad)
		code_lose(in->step, X86_RAX);
	return true;
}

static void pop(struct x86_reader *in, uint32_t to)
{
	code_add(in->step, X86_RSP, X86_RSP, X86_WORD);
	if (to != CODE_UNKNOWN)
		code_lose(in->step, to);
}

static bool from_80(struct x86_reader *in, uint8_t code)
{
	const uint32_t short_register = (uint32_t)(code & 7) | (in->rex & 1 ? 8 : 0);
	struct code_write write = {.how = CODE_ADD};

	switch (code) {
	case 0x80:
	case 0x81:
	case 0x83:
		x86_take_modrm(in);
		x86_arithmetic_immediate(in, code == 0x81 ? x86_take_immediate(in) : x86_take_signed(in, 1),
					 code != 0x80);
		return true;
	case 0x84: /* TEST */
	case 0x85:
	case 0x8e:
		x86_take_modrm(in);
		return true;
	case 0x86: /* XCHG */
	case 0x87:
		x86_take_modrm(in);
		x86_lose_sized(in, in->reg, code == 0x87);
		x86_lose_rm_sized(in, code == 0x87);
		return true;
	case 0x88:
	case 0x89:
	case 0x8a:
	case 0x8b:
		x86_move(in, code);
		return true;
	case 0x8c:
		x86_take_modrm(in);
		x86_lose_rm(in);
		return true;
	case 0x8d: /* LEA: no access */
		x86_take_modrm(in);
		in->step->below = false;
		write.to = (uint8_t)in->reg;
		x86_address_of(in, &write);
		if (!x86_wide_64(in))
			write.how = CODE_LOST;
		code_set(in->step, write);
		return in->mod != 3;
	case 0x8f:
		x86_take_modrm(in);
		pop(in, in->mod == 3 ? in->rm : CODE_UNKNOWN);
		return in->kind == 0;
	default: /* 90 to 97: XCHG with X86_RAX; with itself it is NOP */
		if (short_register == X86_RAX)
			return true;
		code_lose(in->step, X86_RAX);
		code_lose(in->step, short_register);
		return x86_in_range(code, 0x90, 0x97);
	}
}

static bool from_98(struct x86_reader *in, uint8_t code)
{
	switch (code) {
	case 0x98: /* CBW, CWD and so on */
	case 0x99:
	case 0x9f: /* LAHF */
		code_lose(in->step, code == 0x99 ? X86_RDX : X86_RAX);
		return true;
	case 0x9b:
	case 0x9e:
		return true;
	case 0x9c:
		x86_push(in);
		return true;
	case 0x9d:
		pop(in, CODE_UNKNOWN);
		return true;
	case 0xa0:
	case 0xa1:
	case 0xa2:
	case 0xa3:
		(void)x86_take(in, 8);
		code_lose(in->step, X86_RAX);
		return true;
	case 0xa8:
	case 0xa9:
		(void)(code == 0xa9 ? x86_take_immediate(in) : x86_take_signed(in, 1));
		return true;
	default:
		return x86_in_range(code, 0xa4, 0xaf) && moves_of_strings(in, code);
	}
}

static bool from_b0(struct x86_reader *in, uint8_t code)
{
	const uint32_t number = (uint32_t)(code & 7) | (in->rex & 1 ? 8 : 0);

	if (code < 0xb8) {
		(void)x86_take(in, 1);
		x86_lose_sized(in, number, false);
	} else if (x86_wide_64(in)) {
		code_add(in->step, number, CODE_ZERO, (int64_t)x86_take(in, 8));
	} else {
		code_add(in->step, number, CODE_ZERO, (int64_t)x86_take(in, in->operand_16 ? 2 : 4));
	}
	return true;
}

static bool from_c0(struct x86_reader *in, uint8_t code)
{
	switch (code) {
	case 0xc0: /* shifts */
	case 0xc1:
	case 0xd0:
	case 0xd1:
	case 0xd2:
	case 0xd3:
		x86_take_modrm(in);
		if (code < 0xd0)
			(void)x86_take(in, 1);
		x86_lose_rm_sized(in, (code & 1) != 0);
		return true;
	case 0xc2:
		(void)x86_take(in, 2);
		in->step->flow = CODE_RETURN;
		return false; /* no convention here pops what a caller pushed */
	case 0xc3:
		in->step->flow = CODE_RETURN;
		return true;
	case 0xc4:
	case 0xc5:
		return x86_vex(in, code == 0xc4);
	case 0xc6:
	case 0xc7:
		x86_take_modrm(in);
		(void)(code == 0xc7 ? x86_take_immediate(in) : x86_take_signed(in, 1));
		x86_lose_rm_sized(in, code == 0xc7);
		return in->kind == 0;
	case 0xc9: /* LEAVE */
		code_add(in->step, X86_RSP, X86_RBP, X86_WORD);
		code_lose(in->step, X86_RBP);
		return true;
	case 0xcc: /* INT3: a debugger may go on */
		return true;
	default:
		if (!x86_in_range(code, 0xd8, 0xdf))
			return false;
		x86_take_modrm(in); /* x87; FNSTSW writes AX */
		code_lose(in->step, X86_RAX);
		return true;
	}
}

static bool from_e0(struct x86_reader *in, uint8_t code)
{
	switch (code) {
	case 0xe0: /* LOOP and JRCXZ */
	case 0xe1:
	case 0xe2:
	case 0xe3:
		code_lose(in->step, X86_RCX);
		return x86_relative(in, CODE_BRANCH, 1);
	case 0xe4: /* IN, OUT */
	case 0xe5:
	case 0xe6:
	case 0xe7:
		(void)x86_take(in, 1);
		code_lose(in->step, X86_RAX);
		return true;
	case 0xe8:
		return x86_relative(in, CODE_CALL, 4);
	case 0xe9:
		return x86_relative(in, CODE_JUMP, 4);
	case 0xeb:
		return x86_relative(in, CODE_JUMP, 1);
	case 0xec:
	case 0xed:
	case 0xee:
	case 0xef:
		code_lose(in->step, X86_RAX);
		return true;
	case 0xf4: /* HLT */
		in->step->flow = CODE_TRAP;
		return true;
	case 0xf6:
	case 0xf7:
		x86_group_3(in, code == 0xf7);
		return true;
	case 0xfe:
		x86_take_modrm(in);
		x86_lose_rm_sized(in, false);
		return in->kind < 2;
	case 0xff:
		return group_5(in);
	default:
		return code == 0xf5 || x86_in_range(code, 0xf8, 0xfd);
	}
}

static bool below_80(struct x86_reader *in, uint8_t code)
{
	const uint32_t number = (uint32_t)(code & 7) | (in->rex & 1 ? 8 : 0);

	if (code < 0x40)
		return x86_arithmetic(in, code);
	if (x86_in_range(code, 0x70, 0x7f))
		return x86_relative(in, CODE_BRANCH, 1);
	if (x86_in_range(code, 0x50, 0x57)) {
		x86_push(in);
		return true;
	}
	if (x86_in_range(code, 0x58, 0x5f)) {
		pop(in, number);
		return true;
	}
	switch (code) {
	case 0x63: /* MOVSXD */
	case 0x69: /* IMUL */
	case 0x6b: {
		struct code_write write = {.how = CODE_LOAD, .width = 4};

		x86_take_modrm(in);
		if (code != 0x63)
			(void)(code == 0x69 ? x86_take_immediate(in) : x86_take_signed(in, 1));
		write.to = (uint8_t)in->reg;
		x86_address_of(in, &write);
		if (code != 0x63 || in->mod == 3)
			write.how = CODE_LOST;
		code_set(in->step, write);
		return true;
	}
	case 0x68:
	case 0x6a:
		(void)(code == 0x68 ? x86_take_immediate(in) : x86_take_signed(in, 1));
		x86_push(in);
		return true;
	default:
		return x86_in_range(code, 0x6c, 0x6f) && moves_of_strings(in, code);
	}
}

static bool operation(struct x86_reader *in)
{
	const uint8_t code = (uint8_t)x86_take(in, 1);

	if (code == 0x0f)
		return x86_escape(in);
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
	struct x86_reader in = {
	    .bytes = bytes, .size = size < 15 ? size : 15, .address = address, .step = step};
	bool known;

	*step = (struct code_step){.flow = CODE_NEXT};
	x86_take_prefixes(&in);
	known = operation(&in) && !in.short_read;
	step->size = (uint8_t)in.at;
	return known;
}

const struct code_machine code_x86_64 = {
    .stack_pointer = X86_RSP,
    .call_bytes = X86_WORD,
    .least_size = 1,
    .kept = 1u << X86_RBX | 1u << X86_RSP | 1u << X86_RBP | 0xfu << 12, /* and r12-r15 */
    .decode = decode,
};
