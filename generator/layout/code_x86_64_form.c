/* SPDX-License-Identifier: MIT
 * The form of an instruction of x86-64: prefixes, ModRM, SIB, displacements
 * and immediates.
 */
#include "code_x86_64.h"

uint64_t x86_take(struct x86_reader *in, unsigned bytes)
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

int64_t x86_take_signed(struct x86_reader *in, unsigned bytes)
{
	return code_signed(x86_take(in, bytes), 8 * bytes);
}

/* An immediate of the operand's size, four bytes at most. */
int64_t x86_take_immediate(struct x86_reader *in)
{
	return x86_take_signed(in, in->operand_16 && !(in->rex & 8) ? 2 : 4);
}

void x86_take_prefixes(struct x86_reader *in)
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

static void take_sib(struct x86_reader *in)
{
	const uint8_t sib = (uint8_t)x86_take(in, 1);

	in->base = (uint32_t)(sib & 7) | (in->rex & 1 ? 8 : 0);
	in->index = (uint32_t)(sib >> 3 & 7) | (in->rex & 2 ? 8 : 0);
	in->scale = 1u << (sib >> 6);
	if (in->index == X86_RSP)
		in->index = CODE_UNKNOWN;
	if ((sib & 7) == 5 && in->mod == 0) {
		in->base = CODE_ZERO;
		in->displacement = x86_take_signed(in, 4);
	}
}

/* Addresses of 32 bits have no base that is followed. */
void x86_take_modrm(struct x86_reader *in)
{
	const uint8_t modrm = (uint8_t)x86_take(in, 1);

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
		in->displacement = x86_take_signed(in, 4);
		in->displacement_at = in->at;
	} else {
		in->base = in->rm;
	}
	if (in->mod == 1)
		in->displacement = x86_take_signed(in, 1);
	else if (in->mod == 2)
		in->displacement = x86_take_signed(in, 4);
	if (in->address_32)
		in->base = CODE_UNKNOWN;
	if (in->base < 16) {
		in->step->below = true;
		in->step->base = (uint8_t)in->base;
		in->step->indexed = in->index != CODE_UNKNOWN;
		in->step->displacement = in->displacement;
	}
}

/* The address of the memory operand, as far as it is followed. Call when the instruction's end is known. */
void x86_address_of(struct x86_reader *in, struct code_write *write)
{
	write->from = (uint8_t)in->base;
	write->other = (uint8_t)(in->index == CODE_UNKNOWN ? CODE_ZERO : CODE_UNKNOWN);
	write->value = in->displacement;
	if (in->displacement_at)
		write->value += (int64_t)(in->address + in->at);
}

bool x86_relative(struct x86_reader *in, enum code_flow flow, unsigned bytes)
{
	const int64_t by = x86_take_signed(in, bytes);

	in->step->flow = (uint8_t)flow;
	in->step->target = in->address + in->at + (uint64_t)by;
	return true;
}
