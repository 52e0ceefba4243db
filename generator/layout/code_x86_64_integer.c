/* SPDX-License-Identifier: MIT
 * What the integer operations of x86-64 write.
 */
#include "code_x86_64.h"

void x86_lose_rm(struct x86_reader *in)
{
	if (in->mod == 3)
		code_lose(in->step, in->rm);
}

/* Without a REX prefix the byte registers 4 to 7 are AH, CH, DH and BH. */
static uint32_t byte_register(const struct x86_reader *in, uint32_t number)
{
	return !in->rex && number >= 4 && number < 8 ? number - 4 : number;
}

/* An operation of bytes where `wide` is false. */
void x86_lose_sized(struct x86_reader *in, uint32_t number, bool wide)
{
	code_lose(in->step, wide ? number : byte_register(in, number));
}

void x86_lose_rm_sized(struct x86_reader *in, bool wide)
{
	if (in->mod == 3)
		x86_lose_sized(in, in->rm, wide);
}

bool x86_wide_64(const struct x86_reader *in)
{
	return (in->rex & 8) != 0;
}

void x86_push(struct x86_reader *in)
{
	code_add(in->step, X86_RSP, X86_RSP, -X86_WORD);
}

/* ADD, OR, ADC, SBB, AND, SUB, XOR, CMP with a constant. */
void x86_arithmetic_immediate(struct x86_reader *in, int64_t value, bool wide)
{
	if (in->mod != 3 || in->kind == 7)
		return;
	if (wide && x86_wide_64(in) && (in->kind == 0 || in->kind == 5))
		code_add(in->step, in->rm, in->rm, in->kind == 5 ? -value : value);
	else if (wide && x86_wide_64(in) && in->kind == 4)
		code_set(in->step, (struct code_write){.to = (uint8_t)in->rm,
						       .how = CODE_AND,
						       .from = (uint8_t)in->rm,
						       .other = CODE_ZERO,
						       .value = value});
	else
		x86_lose_sized(in, in->rm, wide);
}

static void arithmetic_registers(struct x86_reader *in, uint32_t kind, uint32_t to, uint32_t other, bool wide)
{
	if (kind == 7)
		return;
	if (wide && x86_wide_64(in) && (kind == 0 || kind == 5))
		code_set(in->step, (struct code_write){.to = (uint8_t)to,
						       .how = kind == 5 ? CODE_SUBTRACT : CODE_ADD,
						       .from = (uint8_t)to,
						       .other = (uint8_t)other});
	else
		x86_lose_sized(in, to, wide);
}

/* 00 to 3f but for prefixes: the operation in bits 3 to 5, the form in bits 0 to 2. */
bool x86_arithmetic(struct x86_reader *in, uint8_t code)
{
	const uint32_t kind = code >> 3;
	const bool wide = (code & 1) != 0;

	switch (code & 7) {
	case 0:
	case 1:
		x86_take_modrm(in);
		if (in->mod == 3)
			arithmetic_registers(in, kind, in->rm, in->reg, wide);
		return true;
	case 2:
	case 3:
		x86_take_modrm(in);
		arithmetic_registers(in, kind, in->reg, in->mod == 3 ? in->rm : CODE_UNKNOWN, wide);
		return true;
	case 4:
	case 5:
		(void)(wide ? x86_take_immediate(in) : x86_take_signed(in, 1));
		if (kind != 7)
			code_lose(in->step, X86_RAX);
		return true;
	default:
		return false;
	}
}

void x86_move(struct x86_reader *in, uint8_t code)
{
	const bool wide = (code & 1) != 0;
	struct code_write write = {.how = CODE_LOAD, .width = x86_wide_64(in) ? 8 : 4};

	x86_take_modrm(in);
	if (in->mod == 3) {
		const uint32_t to = code & 2 ? in->reg : in->rm, from = code & 2 ? in->rm : in->reg;

		if (wide && x86_wide_64(in))
			code_add(in->step, to, from, 0);
		else
			x86_lose_sized(in, to, wide);
	} else if ((code & 2) && wide && !in->operand_16) {
		write.to = (uint8_t)in->reg;
		x86_address_of(in, &write);
		code_set(in->step, write);
	} else if (code & 2) {
		x86_lose_sized(in, in->reg, wide);
	}
}

/* F6 and F7: TEST has an immediate; the rest negates, multiplies, divides. */
void x86_group_3(struct x86_reader *in, bool wide)
{
	x86_take_modrm(in);
	if (in->kind < 2)
		(void)(wide ? x86_take_immediate(in) : x86_take_signed(in, 1));
	else if (in->kind < 4)
		x86_lose_rm_sized(in, wide);
	else {
		code_lose(in->step, X86_RAX);
		code_lose(in->step, X86_RDX);
	}
}
