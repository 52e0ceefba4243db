/*
 * SPDX-License-Identifier: MIT
 *
 * Entry into the kernel: the boot CPU, started CPUs, and the exception vectors.
 *
 * SP_EL1 is the pointer to the running thread's context while user code runs,
 * so an exception stores registers there without a scratch register; the kernel
 * stack is loaded from struct arch_cpu after that and is empty at every entry.
 * A fault in the kernel itself runs on a stack of its own and never returns.
 */
#include <arch_offsets.h>
#include "property.S"

	.macro function name, section=.text
	.section \section, "ax", %progbits
	.balign 16
	.globl \name
	.type \name, %function
\name:
	.endm

/* Control comes from the loader: x0 is the boot information. */
	function kernel_entry, .text.entry
	bti	j
	msr	daifset, #15
	msr	spsel, #1
	adrp	x9, boot_stack_end
	add	x9, x9, :lo12:boot_stack_end
	mov	sp, x9
	mov	x29, xzr
	mov	x30, xzr
	adrp	x9, vectors
	add	x9, x9, :lo12:vectors
	msr	vbar_el1, x9
	mov	x19, x0
	bl	registers_init
	mov	x0, x19
	bl	arch_boot
	bl	core_start
	b	context_resume

/* A started CPU with its MMU on: sp is set, x0 is its struct cpu. */
	function secondary_entry
	bti	j
	mov	x29, xzr
	mov	x30, xzr
	adrp	x9, vectors
	add	x9, x9, :lo12:vectors
	msr	vbar_el1, x9
	mov	x19, x0
	bl	registers_init
	mov	x0, x19
	bl	arch_boot_secondary
	b	context_resume

/*
 * A CPU that PSCI started: MMU off, at the physical address, x0 is the physical
 * address of its start block. Firmware may enter at EL2 even if the boot CPU
 * runs at EL1.
 */
	function secondary_start, .trampoline
	msr	daifset, #15
	mrs	x9, currentel
	cmp	x9, #(2 << 2)
	b.ne	1f
	mov	x9, #(1 << 31)			/* HCR_EL2.RW: EL1 is AArch64 */
	orr	x9, x9, #(3 << 40)		/* APK, API: it may use pointer authentication */
	orr	x9, x9, #(1 << 56)		/* ATA: and memory tags */
	msr	hcr_el2, x9
	mov	x9, #3				/* EL1 reaches the counter and timer */
	msr	cnthctl_el2, x9
	msr	cntvoff_el2, xzr
	mov	x9, #0x32ff			/* CPTR_EL2: no traps, of SVE neither */
	msr	cptr_el2, x9
	isb
	mrs	x9, id_aa64pfr0_el1
	ubfx	x9, x9, #32, #4
	cbz	x9, 2f
	mov	x9, #15
	msr	s3_4_c1_c2_0, x9		/* ZCR_EL2: vectors of all lengths */
2:
	mrs	x9, midr_el1
	msr	vpidr_el2, x9
	mrs	x9, mpidr_el1
	msr	vmpidr_el2, x9
	mov	x9, #0xf			/* ICC_SRE_EL2: system registers, also for EL1 */
	msr	s3_4_c12_c9_5, x9
	isb
	msr	s3_4_c12_c11_0, xzr		/* ICH_HCR_EL2 */
	mov	x9, #0x3c5			/* EL1h, DAIF masked */
	msr	spsr_el2, x9
	ldr	x9, [x0, #START_SCTLR]
	bic	x9, x9, #1
	msr	sctlr_el1, x9
	adr	x9, 1f
	msr	elr_el2, x9
	eret
1:	ldp	x1, x2, [x0, #START_MAIR]
	ldp	x3, x4, [x0, #START_TTBR0]
	ldp	x5, x6, [x0, #START_SCTLR]	/* x6: secondary_entry */
	ldp	x7, x8, [x0, #START_STACK]
	msr	mair_el1, x1
	msr	tcr_el1, x2
	msr	ttbr0_el1, x3
	msr	ttbr1_el1, x4
	msr	spsel, #1
	tlbi	vmalle1
	ic	iallu
	dsb	nsh
	isb
	msr	sctlr_el1, x5
	isb
	mov	sp, x7
	mov	x0, x8
	br	x6

/* Nothing left to do for this CPU. */
	function cpu_park
	bti	c
1:	wfi
	b	1b

	.macro	save_words context=sp
	stp	x0, x1, [\context, #CONTEXT_X(0)]
	stp	x2, x3, [\context, #CONTEXT_X(2)]
	stp	x4, x5, [\context, #CONTEXT_X(4)]
	stp	x6, x7, [\context, #CONTEXT_X(6)]
	.endm

	.macro	save_control
	stp	x8, x9, [sp, #CONTEXT_X(8)]
	stp	x10, x11, [sp, #CONTEXT_X(10)]
	.endm

	/* Callee-saved and special registers, but pstate; tls stays in x15. */
	.macro	save_callee_saved
	stp	x19, x20, [sp, #CONTEXT_X(19)]
	stp	x21, x22, [sp, #CONTEXT_X(21)]
	stp	x23, x24, [sp, #CONTEXT_X(23)]
	stp	x25, x26, [sp, #CONTEXT_X(25)]
	stp	x27, x28, [sp, #CONTEXT_X(27)]
	stp	x29, x30, [sp, #CONTEXT_X(29)]
	mrs	x12, sp_el0
	mrs	x13, elr_el1
	mrs	x15, tpidr_el0
	stp	x12, x13, [sp, #CONTEXT_SP]
	.endm

	/* All of a context but the control registers; leaves it in x1. */
	.macro	save_rest
	save_words
	stp	x12, x13, [sp, #CONTEXT_X(12)]
	stp	x14, x15, [sp, #CONTEXT_X(14)]
	stp	x16, x17, [sp, #CONTEXT_X(16)]
	str	x18, [sp, #CONTEXT_X(18)]
	save_callee_saved
	mrs	x14, spsr_el1
	orr	x14, x14, #(1 << CONTEXT_FULL_BIT)
	stp	x14, x15, [sp, #CONTEXT_PSTATE]
	mov	x1, sp
	.endm

	/* Onto the kernel stack; x0 is the CPU. */
	/* The context is at sp. */
	.macro	restore_words
	ldp	x0, x1, [sp, #CONTEXT_X(0)]
	ldp	x2, x3, [sp, #CONTEXT_X(2)]
	ldp	x4, x5, [sp, #CONTEXT_X(4)]
	ldp	x6, x7, [sp, #CONTEXT_X(6)]
	.endm

	.macro	restore_control
	ldp	x8, x9, [sp, #CONTEXT_X(8)]
	ldp	x10, x11, [sp, #CONTEXT_X(10)]
	.endm

	.macro	restore_middle
	ldp	x12, x13, [sp, #CONTEXT_X(12)]
	ldp	x14, x15, [sp, #CONTEXT_X(14)]
	ldp	x16, x17, [sp, #CONTEXT_X(16)]
	ldr	x18, [sp, #CONTEXT_X(18)]
	.endm

	.macro	restore_kept
	ldp	x19, x20, [sp, #CONTEXT_X(19)]
	ldp	x21, x22, [sp, #CONTEXT_X(21)]
	ldp	x23, x24, [sp, #CONTEXT_X(23)]
	ldp	x25, x26, [sp, #CONTEXT_X(25)]
	ldp	x27, x28, [sp, #CONTEXT_X(27)]
	ldp	x29, x30, [sp, #CONTEXT_X(29)]
	.endm

	.macro	enter_kernel
	mrs	x0, tpidr_el1
	ldr	x9, [x0, #CPU_STACK]
	mov	sp, x9
	.endm

	.macro	kernel_vector number
	.balign	128
	mov	x0, #\number
	b	kernel_fault
	.endm

	.section .text.vectors, "ax", %progbits
	.balign	2048
vectors:
	kernel_vector 0
	kernel_vector 1
	kernel_vector 2
	kernel_vector 3
	kernel_vector 4
	kernel_vector 5
	kernel_vector 6
	kernel_vector 7
	.balign	128				/* user mode, synchronous: the whole system call entry */
	save_control
	mrs	x10, esr_el1
	tbz	w10, #30, user_fault		/* of the classes that user mode can cause, bit 4 set and bit 3 clear */
	tbnz	w10, #29, user_fault		/* is SVC alone while debug exceptions are off */
	save_callee_saved
	stp	xzr, x15, [sp, #CONTEXT_PSTATE]	/* flags, DIT and SSBS do not survive a call */
	mrs	x11, tpidr_el1
	mov	x10, sp
	ldr	x12, [x11, #CPU_STACK]
	and	w8, w8, #0xff			/* TENON_OPERATION_BITS */
	mov	sp, x12
	cmp	w8, #1				/* TENON_OP_CALL */
	b.eq	core_straight_call
	cmp	w8, #3				/* TENON_OP_REPLY_RECEIVE */
	b.eq	core_straight_reply
	b	syscall_other
	.balign	128				/* user mode, interrupt */
	save_control
	b	user_interrupt
	kernel_vector 10
	kernel_vector 11
	kernel_vector 12
	kernel_vector 13
	kernel_vector 14
	kernel_vector 15

	.balign	64
user_interrupt:
	save_rest
	enter_kernel
	bl	arch_interrupt
	b	context_resume

/*
 * A call or an answer changed threads with the words in x0..x7. The context in x8 waits in a system call, so that its
 * pstate is zero, and so are x12..x18 in it.
 */
	.globl	straight_leave
straight_leave:
	mov	sp, x8
	ldp	x19, x20, [sp, #CONTEXT_SP]
	ldr	x21, [sp, #CONTEXT_TLS]
	msr	sp_el0, x19
	msr	elr_el1, x20
	msr	spsr_el1, xzr
	msr	tpidr_el0, x21
	restore_control
	restore_middle
	restore_kept
	eret

/* Or they could not: the context is in x8, and the stack as C code left it. */
	.globl	straight_refuse
straight_refuse:
	save_words x8
	enter_kernel
	b	1f

/* Other operations than these two: the context is in x10, the CPU in x11, the tag in x9. */
syscall_other:
	cbz	w9, 2f				/* the words of an empty message mean nothing */
	save_words x10
2:	mov	x0, x11
1:	bl	core_syscall
	tbnz	x0, #0, context_return
	b	context_resume

	.balign	64
user_fault:
	save_rest
	enter_kernel
	bl	arch_fault

/*
 * To user mode with the context in x0. A system call returns zeros in x12..x18, so that nothing of the kernel shows:
 * they are zero in a context except between a full save and its restore.
 */
	function context_resume, .text.vectors /* user_fault falls into it */
	mov	sp, x0
	ldp	x19, x20, [sp, #CONTEXT_SP]
	ldp	x21, x22, [sp, #CONTEXT_PSTATE]
	msr	sp_el0, x19
	msr	elr_el1, x20
	msr	spsr_el1, x21
	msr	tpidr_el0, x22
	restore_middle
	tbnz	x21, #CONTEXT_FULL_BIT, 2f
1:	restore_words
	restore_control
	restore_kept
	eret
2:	bic	x21, x21, #(1 << CONTEXT_FULL_BIT)
	msr	spsr_el1, x21
	stp	xzr, xzr, [sp, #CONTEXT_X(12)]
	stp	xzr, xzr, [sp, #CONTEXT_X(14)]
	stp	xzr, xzr, [sp, #CONTEXT_X(16)]
	str	xzr, [sp, #CONTEXT_X(18)]
	b	1b

/* The same after a system call that kept its thread on the CPU (arch_context_undisturbed()): the rest is in place. */
context_return:
	sub	sp, x0, #1
	restore_middle
	restore_words
	restore_control
	ldr	x30, [sp, #CONTEXT_X(30)]
	eret

/* A fault, SError or interrupt that must not be: x0 is the vector's number. */
kernel_fault:
	adrp	x9, fault_stack_end
	add	x9, x9, :lo12:fault_stack_end
	mov	sp, x9
	mov	x29, xzr
	bl	arch_kernel_fault

	.section .bss.stack, "aw", %nobits
	.balign	4096
	.globl	boot_stack
boot_stack:
	.skip	16384				/* BOOT_STACK_PAGES */
boot_stack_end:
	.skip	4096
fault_stack_end:
