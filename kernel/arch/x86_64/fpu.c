/*
 * SPDX-License-Identifier: MIT
 *
 * Floating-point and vector state, switched when it is used: CR0.TS makes the
 * first such instruction of another thread trap (#NM), and only then do the
 * registers change hands. State is capped to x87, SSE and AVX, so that the area
 * in struct arch_context has a fixed size.
 */
#include "x86.h"

#define XCR0_X87_SSE   3u
#define XCR0_AVX       4u
#define CPUID1_C_XSAVE (1u << 26)
#define CPUID1_C_AVX   (1u << 28)

#define FCW_INITIAL   0x37f
#define MXCSR_INITIAL 0x1f80
#define FXSAVE_MXCSR  24

static uint32_t xsave_mask; /* 0: the CPU has FXSAVE only; the same on every CPU */

void fpu_init_cpu(void)
{
	struct cpuid one = cpuid(1, 0);

	cr0_write(cr0_read() | CR0_TS);
	if (!(one.c & CPUID1_C_XSAVE))
		return;
	cr4_write(cr4_read() | CR4_OSXSAVE);
	xsave_mask = one.c & CPUID1_C_AVX ? XCR0_X87_SSE | XCR0_AVX : XCR0_X87_SSE;
	__asm__ volatile("xsetbv" ::"c"(0), "a"(xsave_mask), "d"(0));
}

/* An XSAVE header of zero means initial state; MXCSR is read in any case, and FXRSTOR reads the control word too. */
void fpu_context_init(struct arch_context *context)
{
	context->fpu[0] = FCW_INITIAL & 0xff;
	context->fpu[1] = FCW_INITIAL >> 8;
	context->fpu[FXSAVE_MXCSR] = MXCSR_INITIAL & 0xff;
	context->fpu[FXSAVE_MXCSR + 1] = MXCSR_INITIAL >> 8;
}

static void fpu_save(uint8_t *area)
{
	if (xsave_mask != 0)
		__asm__ volatile("xsave64 (%0)" ::"r"(area), "a"(xsave_mask), "d"(0) : "memory");
	else
		__asm__ volatile("fxsave64 (%0)" ::"r"(area) : "memory");
}

static void fpu_load(const uint8_t *area)
{
	if (xsave_mask != 0)
		__asm__ volatile("xrstor64 (%0)" ::"r"(area), "a"(xsave_mask), "d"(0) : "memory");
	else
		__asm__ volatile("fxrstor64 (%0)" ::"r"(area) : "memory");
}

void fpu_take(struct arch_cpu *arch, struct arch_context *context)
{
	struct arch_context *owner = arch->fpu_owner;

	__asm__ volatile("clts");
	arch->special |= ARCH_SPECIAL_FPU;
	if (owner == context)
		return;
	if (owner != NULL) {
		fpu_save(owner->fpu);
		owner->special &= (uint8_t)~ARCH_SPECIAL_FPU;
	}
	fpu_load(context->fpu);
	context->special |= ARCH_SPECIAL_FPU;
	arch->fpu_owner = context;
}

void fpu_forget(struct arch_cpu *arch, struct arch_context *context)
{
	if (arch->fpu_owner != context)
		return;
	arch->fpu_owner = NULL;
	if (arch->special & ARCH_SPECIAL_FPU) {
		cr0_write(cr0_read() | CR0_TS);
		arch->special &= (uint8_t)~ARCH_SPECIAL_FPU;
	}
}
