/*
 * SPDX-License-Identifier: MIT
 *
 * The control registers of a CPU, the same on each: what user mode may do, and
 * the protections that the CPU offers (PAN by SCTLR_EL1.SPAN = 0, WXN, pointer
 * authentication, E0PD), memory tags. Features are probed; a plain Armv8.0 CPU passes.
 *
 * One set of pointer authentication keys is drawn per start of the machine. The
 * kernel signs with key B, components with key A; both are open to user mode.
 */
#include "aarch64.h"

/* Registers younger than the instruction set that we compile for. */
#define APIAKEYLO_EL1    s3_0_c2_c1_0
#define APIAKEYHI_EL1    s3_0_c2_c1_1
#define APIBKEYLO_EL1    s3_0_c2_c1_2
#define APIBKEYHI_EL1    s3_0_c2_c1_3
#define APDAKEYLO_EL1    s3_0_c2_c2_0
#define APDAKEYHI_EL1    s3_0_c2_c2_1
#define APDBKEYLO_EL1    s3_0_c2_c2_2
#define APDBKEYHI_EL1    s3_0_c2_c2_3
#define ID_AA64ISAR2_EL1 s3_0_c0_c6_2
#define RNDR             s3_3_c2_c4_0
#define GCR_EL1          s3_0_c1_c0_6
#define RGSR_EL1         s3_0_c1_c0_5
#define AMUSERENR_EL0    s3_3_c13_c2_3

static uint64_t keys[8]; /* IA, IB, DA, DB: low and high halves; drawn by the boot CPU */

/* GCR_EL1: tags are drawn by the CPU's own means; never tag 0, which plain pointers have. */
#define GCR_RANDOM    (UINT64_C(1) << 16)
#define GCR_EXCLUDE_0 UINT64_C(1)

#define MDSCR_TDCC (UINT64_C(1) << 12) /* the debugger's channel is closed to user mode */

static inline bool has_pointer_authentication(void)
{
	/* APA, API, GPA, GPI; APA3, GPA3. */
	return (READ_REGISTER(id_aa64isar1_el1) & UINT64_C(0xff000ff0)) != 0 ||
	       (READ_REGISTER(ID_AA64ISAR2_EL1) & UINT64_C(0xff00)) != 0;
}

/* Not a secret of quality where the CPU has no RNDR: the counter, mixed. */
static inline uint64_t random_word(uint64_t salt)
{
	uint64_t value = 0;

	if (ID_FIELD(id_aa64isar0_el1, 60) != 0)
		value = READ_REGISTER(RNDR);
	value ^= READ_REGISTER(cntvct_el0) + salt * UINT64_C(0x9e3779b97f4a7c15);
	value ^= value >> 29;
	value *= UINT64_C(0xbf58476d1ce4e5b9);
	return value ^ value >> 32;
}

static inline void keys_load(void)
{
	WRITE_REGISTER(APIAKEYLO_EL1, keys[0]);
	WRITE_REGISTER(APIAKEYHI_EL1, keys[1]);
	WRITE_REGISTER(APIBKEYLO_EL1, keys[2]);
	WRITE_REGISTER(APIBKEYHI_EL1, keys[3]);
	WRITE_REGISTER(APDAKEYLO_EL1, keys[4]);
	WRITE_REGISTER(APDAKEYHI_EL1, keys[5]);
	WRITE_REGISTER(APDBKEYLO_EL1, keys[6]);
	WRITE_REGISTER(APDBKEYHI_EL1, keys[7]);
}

/*
 * Memory tags (Arm ARM, D10). The kernel's view of all RAM becomes tagged, so that it clears the tags with the bytes;
 * user mode sees RAM through an untagged attribute unless the mapping asks. Accesses of the kernel are not checked.
 */
static inline void tags_init(void)
{
	const unsigned normal = 8 * TENON_MAIR_NORMAL, untagged = 8 * TENON_MAIR_UNTAGGED;
	uint64_t mair = TENON_MAIR_VALUE | UINT64_C(0xff) << untagged;

	arch_has_tags = ID_FIELD(id_aa64pfr1_el1, 8) >= 2;
	if (arch_has_tags) {
		mair ^= UINT64_C(0x0f) << normal; /* 0xf0: write-back, tagged */
		WRITE_REGISTER(tcr_el1, READ_REGISTER(tcr_el1) | TCR_TBI0 | TCR_TBID0);
		WRITE_REGISTER(GCR_EL1, GCR_RANDOM | GCR_EXCLUDE_0);
		WRITE_REGISTER(RGSR_EL1, (random_word(8) & 0xffff00) | 0x100);
	}
	WRITE_REGISTER(mair_el1, mair);
	ISB();
	__asm__ volatile("tlbi vmalle1" : : : "memory");
	DSB(nsh);
}

/* Signed with one key and checked with the next, its return address would not match. */
__attribute__((target("branch-protection=none"))) void registers_init(void)
{
	uint64_t sctlr = SCTLR_BASE | SCTLR_M | SCTLR_C | SCTLR_SA | SCTLR_SA0 | SCTLR_I | SCTLR_DZE |
			 SCTLR_NTWE | SCTLR_WXN;

	if (has_pointer_authentication()) {
		for (unsigned n = 0; n < 8 && keys[7] == 0; n++)
			keys[n] = random_word(n) | (n == 7);
		keys_load();
		sctlr |= SCTLR_PAC;
	}
	tags_init();
	if (arch_has_tags)
		sctlr |= SCTLR_ATA | SCTLR_ATA0 | SCTLR_TCF0_FAULT;
	if (ID_FIELD(id_aa64pfr1_el1, 0) != 0)
		sctlr |= SCTLR_BT;
	if (ID_FIELD(id_aa64mmfr1_el1, 20) >= 3)
		sctlr |= SCTLR_EPAN;
	if (ID_FIELD(id_aa64mmfr1_el1, 52) != 0)
		sctlr |= SCTLR_TIDCP;
	if (ID_FIELD(id_aa64mmfr2_el1, 60) != 0)
		WRITE_REGISTER(tcr_el1, READ_REGISTER(tcr_el1) | TCR_E0PD1);
	if (ID_FIELD(id_aa64dfr0_el1, 8) - 1u < 14u) /* a PMU; 15: one of another kind */
		WRITE_REGISTER(pmuserenr_el0, 0);
	if (ID_FIELD(id_aa64pfr0_el1, 44) != 0)
		WRITE_REGISTER(AMUSERENR_EL0, 0);
	WRITE_REGISTER(mdscr_el1, MDSCR_TDCC);
	WRITE_REGISTER(cntkctl_el1, 0); /* counters and timers are closed to user mode */
	WRITE_REGISTER(cpacr_el1, 0);
	WRITE_REGISTER(tpidrro_el0, 0);
	WRITE_REGISTER(contextidr_el1, 0);
	WRITE_REGISTER(sctlr_el1, sctlr);
	ISB();
}
