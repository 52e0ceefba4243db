/* SPDX-License-Identifier: MIT
 * The last instructions of the loader: they stand in a page of their own, which the new tables map one to one.
 * x0 entry, x1 boot information, x2 lower root, x3 upper root, x4 TCR, x5 SCTLR, x6 MAIR.
 */
	.section .text.handover, "ax"
	.balign 4096
	.globl handover_page
	.globl handover
	.type handover, %function
handover_page:
handover:
	msr daifset, #15
	mrs x9, CurrentEL
	cmp x9, #8
	b.ne 1f

	/* EL2: the EL1 registers are not in use yet; set them, then return into EL1. */
	mov x9, #1
	lsl x9, x9, #31			/* HCR_EL2.RW: EL1 is AArch64; no traps, no second stage */
	orr x9, x9, #(3 << 40)		/* APK, API: EL1 may use pointer authentication */
	orr x9, x9, #(1 << 56)		/* ATA: and memory tags */
	msr hcr_el2, x9
	isb
	mov x9, #3			/* EL1 may read the physical counter and timer */
	msr cnthctl_el2, x9
	msr cntvoff_el2, xzr
	mov x9, #0x32ff			/* CPTR_EL2: nothing trapped, of SVE neither */
	msr cptr_el2, x9
	isb
	mrs x9, id_aa64pfr0_el1
	ubfx x9, x9, #32, #4
	cbz x9, 2f
	mov x9, #15
	msr s3_4_c1_c2_0, x9		/* ZCR_EL2: vectors of all lengths */
2:
	msr hstr_el2, xzr
	mrs x9, midr_el1
	msr vpidr_el2, x9
	mrs x9, mpidr_el1
	msr vmpidr_el2, x9
	mrs x9, id_aa64pfr0_el1
	ubfx x9, x9, #24, #4
	cbz x9, 2f
	mrs x9, S3_4_C12_C9_5		/* ICC_SRE_EL2: system registers on, EL1 may use them */
	orr x9, x9, #1
	orr x9, x9, #8
	msr S3_4_C12_C9_5, x9
	isb
2:	bl 3f
	msr sctlr_el1, x5
	mov x9, #0x3c5			/* EL1h, interrupts masked */
	msr spsr_el2, x9
	msr elr_el2, x0
	mov x0, x1
	isb
	eret

	/* EL1: off with the MMU, for TCR and both roots change together. */
1:	mrs x9, sctlr_el1
	mov x10, #5
	bic x9, x9, x10
	msr sctlr_el1, x9
	isb
	bl 3f
	msr sctlr_el1, x5
	isb
	mov x16, x0
	mov x0, x1
	br x16

3:	ic iallu
	tlbi vmalle1
	dsb sy
	msr mair_el1, x6
	msr tcr_el1, x4
	msr ttbr0_el1, x2
	msr ttbr1_el1, x3
	dsb sy
	isb
	ret
	.balign 4096
