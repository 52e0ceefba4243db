/*
 * SPDX-License-Identifier: MIT
 *
 * Control registers: what every CPU must have, and the protections that CPUID
 * says this one has. Set from nothing, so that no setting of the firmware is
 * inherited. User mode reads no time-stamp counter and no performance counter.
 */
#include "x86.h"

#define CPUID1_C_PCID     (1u << 17)
#define CPUID7_B_FSGSBASE (1u << 0)
#define CPUID7_B_SMEP     (1u << 7)
#define CPUID7_B_INVPCID  (1u << 10)
#define CPUID7_B_SMAP     (1u << 20)
#define CPUID7_C_UMIP     (1u << 2)
#define CPUIDX_D_PDPE1GB  (1u << 26)
#define CPUIDX            0x80000001u

/* The value after reset (entry 0 write-back, entry 3 uncached), but that entry 1 is write-combining. */
#define PAT_VALUE UINT64_C(0x0007040600070106)

static bool has_bases, has_huge_pages, has_pcid, has_invpcid, no_huge_pages;

void feature_init_cpu(void)
{
	struct cpuid seven = cpuid(0, 0).a >= 7 ? cpuid(7, 0) : (struct cpuid){0};
	uint64_t cr4 = CR4_PAE | CR4_DE | CR4_MCE | CR4_PGE | CR4_OSFXSR | CR4_OSXMMEXCPT | CR4_TSD;

	if (seven.b & CPUID7_B_SMEP)
		cr4 |= CR4_SMEP;
	if (seven.b & CPUID7_B_SMAP)
		cr4 |= CR4_SMAP;
	if (seven.c & CPUID7_C_UMIP)
		cr4 |= CR4_UMIP;
	has_pcid = cpuid(1, 0).c & CPUID1_C_PCID;
	if (has_pcid)
		cr4 |= CR4_PCIDE; /* CR3 has no identifier yet */
	has_invpcid = seven.b & CPUID7_B_INVPCID;
	has_bases = seven.b & CPUID7_B_FSGSBASE;
	has_huge_pages = !no_huge_pages && (cpuid(CPUIDX, 0).d & CPUIDX_D_PDPE1GB) != 0;
	msr_write(MSR_PAT, PAT_VALUE);
	msr_write(MSR_EFER, msr_read(MSR_EFER) | EFER_NXE | EFER_SCE);
	cr0_write(CR0_PG | CR0_AM | CR0_WP | CR0_NE | CR0_ET | CR0_MP | CR0_PE);
	cr4_write(cr4);
}

bool feature_has_bases(void)
{
	return has_bases;
}

bool feature_has_huge_pages(void)
{
	return has_huge_pages;
}

BOOT void feature_forget_huge_pages(void)
{
	no_huge_pages = true;
	has_huge_pages = false;
}

bool feature_has_pcid(void)
{
	return has_pcid;
}

bool feature_has_invpcid(void)
{
	return has_invpcid;
}
