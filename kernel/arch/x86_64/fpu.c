/*
 * SPDX-License-Identifier: MIT
 *
 * Floating-point and vector state, switched when it is used: CR0.TS makes the
 * first such instruction of another thread trap (#NM), and only then do the
 * registers change hands. What CPUID offers of x87, SSE, AVX and AVX-512 is
 * open; the size of a thread's area follows from that. It has XSAVE's standard
 * form: with lazy switching each save is into another area than the last load,
 * so that the compact form would save nothing.
 */
#include "x86.h"

#define XCR0_X87_SSE   0x03u
#define XCR0_AVX       0x04u
#define XCR0_AVX512    0xe0u /* opmask, upper halves, upper sixteen: all or none */
#define CPUID1_C_XSAVE (1u << 26)
#define CPUIDD         0xdu
#define CPUIDD1_A_OPT  (1u << 0) /* XSAVEOPT */

#define FCW_INITIAL   0x37f
#define MXCSR_INITIAL 0x1f80
#define FXSAVE_MXCSR  24
#define FXSAVE_BYTES  512
#define XSAVE_HEADER  64

/* The same on every CPU. */
static uint32_t xsave_mask; /* 0: the CPU has FXSAVE only */
static bool has_xsaveopt;
static uint32_t fpu_bytes = FXSAVE_BYTES;

void fpu_init_cpu(void)
{
	uint32_t offered;

	cr0_write(cr0_read() | CR0_TS);
	if (!(cpuid(1, 0).c & CPUID1_C_XSAVE))
		return;
	cr4_write(cr4_read() | CR4_OSXSAVE);
	offered = cpuid(CPUIDD, 0).a;
	xsave_mask = XCR0_X87_SSE | (offered & XCR0_AVX);
	if ((offered & (XCR0_AVX | XCR0_AVX512)) == (XCR0_AVX | XCR0_AVX512))
		xsave_mask |= XCR0_AVX512;
	__asm__ volatile("xsetbv" ::"c"(0), "a"(xsave_mask), "d"(0));
	fpu_bytes = cpuid(CPUIDD, 0).b; /* for what XCR0 has open now */
	has_xsaveopt = cpuid(CPUIDD, 1).a & CPUIDD1_A_OPT;
}

size_t arch_context_state_bytes(void)
{
	return (fpu_bytes + 63) & ~(size_t)63;
}

/* An XSAVE header of zero means initial state; MXCSR is read in any case, and FXRSTOR reads all 512 bytes. */
void fpu_context_init(struct arch_context *context)
{
	__builtin_memset(context->fpu, 0, xsave_mask != 0 ? FXSAVE_BYTES + XSAVE_HEADER : FXSAVE_BYTES);
	context->fpu[0] = FCW_INITIAL & 0xff;
	context->fpu[1] = FCW_INITIAL >> 8;
	context->fpu[FXSAVE_MXCSR] = MXCSR_INITIAL & 0xff;
	context->fpu[FXSAVE_MXCSR + 1] = MXCSR_INITIAL >> 8;
}

/* What is in its initial state is marked so and not written, its old bytes in the area are never read then. */
static void fpu_save(uint8_t *area)
{
	if (has_xsaveopt)
		__asm__ volatile("xsaveopt64 (%0)" ::"r"(area), "a"(xsave_mask), "d"(0) : "memory");
	else if (xsave_mask != 0)
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

void fpu_release(struct arch_cpu *arch, struct arch_context *context)
{
	if (arch->fpu_owner != context)
		return;
	__asm__ volatile("clts");
	arch->special |= ARCH_SPECIAL_FPU;
	fpu_save(context->fpu);
	context->special &= (uint8_t)~ARCH_SPECIAL_FPU;
	fpu_forget(arch, context);
}
