/* SPDX-License-Identifier: MIT
 * Which instructions are atomic operations, barriers, TLB invalidations, waits and marks. No state.
 *
 * Arm ARM DDI 0487 C6 (encodings), RISC-V unprivileged 20240411 and privileged ISA, Intel SDM volume 2.
 */
#include "count.h"

#include <string.h>

static const char *const tlb_names[][TLB_KINDS] = {
    [AARCH64] = {"all", "all_broadcast", "space", "space_broadcast", "page", "page_broadcast", "ttbr0_write"},
    [RISCV64] = {"all", "space", "page", "page_of_space", "remote", "satp_write"},
    [X86_64] = {"page", "invpcid", "cr3_write"},
};

const char *tlb_name(enum architecture architecture, unsigned tlb)
{
	return tlb_names[architecture][tlb];
}

static void set_mark(struct decoded *decoded, uint32_t value)
{
	if (value >> 8 < MARK_ARM || value >> 8 > MARK_SHARE_END)
		return;
	decoded->kind = KIND_MARK;
	decoded->mark = (enum mark)(value >> 8);
	decoded->number = value & 0xff;
}

static void set_tlb(struct decoded *decoded, unsigned tlb)
{
	decoded->kind = KIND_TLB;
	decoded->tlb = tlb;
}

/* TLBI: CRm 3 is the inner-shareable form, 1 the outer one; op2 says what. */
static void decode_tlbi(uint32_t word, struct decoded *decoded)
{
	const unsigned op2 = word >> 5 & 7, crm = word >> 8 & 15;
	const unsigned what = op2 == 0 ? 0 : op2 == 2 ? 1 : 2;

	set_tlb(decoded, 2 * what + (crm == 3 || crm == 1));
}

static void decode_aarch64(uint32_t word, struct decoded *decoded)
{
	const bool lse = (word & 0x3b200c00) == 0x38200000, cas = (word & 0x3fa07c00) == 0x08a07c00;
	const bool casp = (word & 0xbfa07c00) == 0x08207c00, stxr = (word & 0x3fe00000) == 0x08000000;

	if (lse || cas || casp || stxr)
		decoded->kind = KIND_ATOMIC;
	else if ((word & 0xfffff01f) == 0xd503301f && (word >> 5 & 7) >= 4 && (word >> 5 & 7) <= 6)
		decoded->kind = KIND_BARRIER; /* DSB, DMB, ISB */
	else if ((word & 0xfff8f000) == 0xd5088000)
		decode_tlbi(word, decoded);
	else if ((word & 0xffffffe0) == 0xd5182000)
		set_tlb(decoded, 6); /* MSR TTBR0_EL1 */
	else if ((word & 0xffffffdf) == 0xd503205f)
		decoded->kind = KIND_WAIT; /* WFE, WFI */
	else if ((word & 0xffe0001f) == 0xd4000001)
		decoded->kind = KIND_CALL;
	else if ((word & 0xffe0001f) == 0xd280001f)
		set_mark(decoded, word >> 5 & 0xffff); /* MOVZ XZR, #n */
}

static void decode_riscv(uint32_t word, struct decoded *decoded)
{
	const unsigned opcode = word & 0x7f, rs1 = word >> 15 & 31, rs2 = word >> 20 & 31;

	if (opcode == 0x2f && word >> 27 != 2)
		decoded->kind = KIND_ATOMIC; /* not LR, whose SC counts */
	else if (opcode == 0x0f && (word >> 12 & 7) <= 1 && word != 0x0100000f)
		decoded->kind = KIND_BARRIER; /* FENCE, FENCE.I; not PAUSE */
	else if ((word & 0xfe007fff) == 0x12000073 || (word & 0xfe007fff) == 0x16000073)
		set_tlb(decoded, (rs1 != 0 ? 2 : 0) + (rs2 != 0 ? 1 : 0)); /* SFENCE.VMA, SINVAL.VMA */
	else if ((word & 0xfff0707f) == 0x18001073)
		set_tlb(decoded, 5); /* CSRRW satp */
	else if (word == 0x10500073)
		decoded->kind = KIND_WAIT;
	else if (word == 0x00000073)
		decoded->kind = KIND_CALL;
	else if ((word & 0xfff) == 0x037)
		set_mark(decoded, word >> 12); /* LUI x0, n */
}

/* Prefixes that come before an opcode; `lock` and `repeat` are remembered. */
static unsigned skip_prefixes(const uint8_t *bytes, unsigned size, bool *lock, bool *repeat)
{
	unsigned at = 0;

	for (; at < size; at++) {
		*lock |= bytes[at] == 0xf0;
		*repeat |= bytes[at] == 0xf2 || bytes[at] == 0xf3;
		if (memchr("\xf0\xf2\xf3\x66\x67\x2e\x36\x3e\x26\x64\x65", bytes[at], 11) == NULL)
			break;
	}
	return at < size && (bytes[at] & 0xf0) == 0x40 ? at + 1 : at; /* REX */
}

static void decode_x86_two(const uint8_t *code, unsigned size, struct decoded *decoded)
{
	const unsigned second = size > 1 ? code[1] : 0, third = size > 2 ? code[2] : 0;
	uint32_t value;

	if (second == 0xae && third >= 0xe8)
		decoded->kind = KIND_BARRIER; /* LFENCE, MFENCE, SFENCE */
	else if (second == 0x01 && third >> 6 != 3 && (third >> 3 & 7) == 7)
		set_tlb(decoded, 0); /* INVLPG */
	else if (second == 0x38 && third == 0x82)
		set_tlb(decoded, 1);
	else if (second == 0x22 && (third >> 3 & 7) == 3)
		set_tlb(decoded, 2); /* MOV CR3 */
	else if (second == 0x05)
		decoded->kind = KIND_CALL;
	else if (second == 0x1f && third == 0x80 && size >= 7) {
		memcpy(&value, code + 3, sizeof value);
		set_mark(decoded, value); /* NOP with a displacement of 32 bits */
	}
}

static void decode_x86(const uint8_t *bytes, unsigned size, struct decoded *decoded)
{
	bool lock = false, repeat = false;
	const unsigned at = skip_prefixes(bytes, size, &lock, &repeat);
	const unsigned opcode = at < size ? bytes[at] : 0;

	decoded->repeats =
	    repeat && ((opcode >= 0xa4 && opcode <= 0xa7) || (opcode >= 0xaa && opcode <= 0xaf));
	if (lock || ((opcode == 0x86 || opcode == 0x87) && at + 1 < size && bytes[at + 1] >> 6 != 3))
		decoded->kind = KIND_ATOMIC;
	else if (opcode == 0xf4)
		decoded->kind = KIND_WAIT;
	else if (opcode == 0x0f)
		decode_x86_two(bytes + at, size - at, decoded);
}

void decode(enum architecture architecture, const uint8_t *bytes, unsigned size, struct decoded *decoded)
{
	uint32_t word = 0;

	*decoded = (struct decoded){.kind = KIND_PLAIN};
	if (architecture == X86_64) {
		decode_x86(bytes, size, decoded);
		return;
	}
	if (size < 4)
		return; /* compressed: none of ours */
	memcpy(&word, bytes, sizeof word);
	if (architecture == AARCH64)
		decode_aarch64(word, decoded);
	else
		decode_riscv(word, decoded);
}
