/* SPDX-License-Identifier: MIT
 * Entries: from the loader, from the firmware (further CPUs), and every trap.
 *
 * In user mode sscratch points at the thread's context; in kernel mode at the
 * CPU's own (struct arch_cpu, whose address is also that of struct cpu, in tp).
 * Every entry stores all that it must: the thread may go to another CPU before
 * this one returns to user mode. The kernel leaves gp alone and C code keeps
 * s0..s11, so they are loaded only when the context that the kernel returns is
 * another than the one that entered (cpu->entered).
 */
#include <arch_offsets.h>

#define WORD(n)    (CONTEXT_WORD + 8 * (n))
#define CONTROL(n) (CONTEXT_CONTROL + 8 * (n))
#define SAVED(n)   (CONTEXT_SAVED + 8 * ((n) - 1))
#define SCRATCH(n) (CONTEXT_SCRATCH + 8 * ((n) - 4))

/* a0 = context: the registers that every return to user mode loads, message words aside. */
.macro restore_rest
	ld	t0, CONTROL(0)(a0)
	ld	t1, CONTROL(1)(a0)
	ld	t2, CONTROL(2)(a0)
	ld	t3, CONTROL(3)(a0)
	ld	ra, CONTEXT_RA(a0)
	ld	sp, CONTEXT_SP(a0)
	ld	tp, CONTEXT_TP(a0)
.endm

.macro restore_words
	ld	a1, WORD(1)(a0)
	ld	a2, WORD(2)(a0)
	ld	a3, WORD(3)(a0)
	ld	a4, WORD(4)(a0)
	ld	a5, WORD(5)(a0)
	ld	a6, WORD(6)(a0)
	ld	a7, WORD(7)(a0)
	ld	a0, WORD(0)(a0)
.endm

.macro save_words context
	sd	a0, WORD(0)(\context)
	sd	a1, WORD(1)(\context)
	sd	a2, WORD(2)(\context)
	sd	a3, WORD(3)(\context)
	sd	a4, WORD(4)(\context)
	sd	a5, WORD(5)(\context)
	sd	a6, WORD(6)(\context)
	sd	a7, WORD(7)(\context)
.endm

/* The registers that C code keeps. */
.macro restore_saved context
	ld	gp, CONTEXT_GP(\context)
	ld	s0, CONTEXT_S0(\context)
	ld	s1, SAVED(1)(\context)
	ld	s2, SAVED(2)(\context)
	ld	s3, SAVED(3)(\context)
	ld	s4, SAVED(4)(\context)
	ld	s5, SAVED(5)(\context)
	ld	s6, SAVED(6)(\context)
	ld	s7, SAVED(7)(\context)
	ld	s8, SAVED(8)(\context)
	ld	s9, SAVED(9)(\context)
	ld	s10, SAVED(10)(\context)
	ld	s11, SAVED(11)(\context)
.endm

.section .text.entry, "ax", @progbits

/* From the loader: a0 = boot information. */
.global _start
_start:
	la	sp, boot_stack_top
	mv	s1, a0
	call	arch_boot /* sets tp */
	ld	sp, CPU_STACK_TOP(tp)
	mv	a0, s1
	mv	a1, tp
	call	core_boot
	mv	a0, tp
	call	core_start
	j	trap_resume

/* From the firmware (SBI HSM hart_start), MMU off: a0 = hart id, a1 = struct cpu. The fetch after the
 * write of satp faults, for nothing maps this physical address, and the trap goes on at the virtual one. */
.balign 4
.global secondary_start
secondary_start:
	lla	t0, secondary_satp
	ld	t0, 0(t0)
	lla	t1, secondary_continue
	ld	t1, 0(t1)
	csrw	stvec, t1
	sfence.vma
	csrw	satp, t0
	j	.
.balign 4
secondary_virtual:
	mv	tp, a1
	ld	sp, CPU_STACK_TOP(tp)
	call	arch_boot_secondary
	mv	a0, tp
	call	core_boot_secondary
	j	trap_resume

/* Every trap. stvec points here, in direct mode. */
.balign 4
.global trap_entry
trap_entry:
	csrrw	t6, sscratch, t6
	sd	t0, CONTROL(0)(t6)
	sd	t1, CONTROL(1)(t6)
	sd	t2, CONTROL(2)(t6)
	sd	t3, CONTROL(3)(t6)
	csrr	t2, scause
	sd	ra, CONTEXT_RA(t6)
	sd	sp, CONTEXT_SP(t6)
	csrr	t3, sepc
	sd	tp, CONTEXT_TP(t6)
	sd	s0, CONTEXT_S0(t6)
	sd	zero, CONTEXT_RESTORE(t6)
	sd	gp, CONTEXT_GP(t6)
	sd	s1, SAVED(1)(t6)
	sd	s2, SAVED(2)(t6)
	sd	s3, SAVED(3)(t6)
	sd	s4, SAVED(4)(t6)
	sd	s5, SAVED(5)(t6)
	sd	s6, SAVED(6)(t6)
	sd	s7, SAVED(7)(t6)
	sd	s8, SAVED(8)(t6)
	sd	s9, SAVED(9)(t6)
	sd	s10, SAVED(10)(t6)
	sd	s11, SAVED(11)(t6)
	li	ra, 8 /* environment call from user mode */
	ld	tp, CONTEXT_CPU(t6)
	bne	t2, ra, trap_other

	addi	t3, t3, 4
	sd	t3, CONTEXT_PC(t6)
	ld	sp, CPU_STACK_TOP(tp)
	csrw	sscratch, tp
	sd	t6, CPU_ENTERED(tp)
	andi	t0, t0, 0xff /* TENON_OPERATION_BITS */
	li	t2, 1        /* TENON_OP_CALL */
	bne	t0, t2, 1f
	j	core_straight_call
1:	li	t2, 3 /* TENON_OP_REPLY_RECEIVE */
	bne	t0, t2, 1f
	j	core_straight_reply
1:	sext.w	t1, t1
	beqz	t1, 1f /* the words of an empty message mean nothing */
	save_words t6
	li	t1, 1
	sd	t1, CONTEXT_RESTORE(t6)
1:	mv	a0, tp
	jal	core_syscall
	ld	t6, CPU_ENTERED(tp)
	bne	a0, t6, trap_resume

trap_return: /* a0 = the context that entered: s0..s11 and gp are its own already */
	csrw	sscratch, a0
	ld	t0, CONTEXT_PC(a0)
	ld	t1, CONTEXT_RESTORE(a0)
	csrw	sepc, t0
	bltz	t1, restore_all
	li	t4, 0
	li	t5, 0
	li	t6, 0
	beqz	t1, restore_empty
	restore_rest
	restore_words
	sret
restore_empty:
	restore_rest
	li	a0, 0
	li	a1, 0
	li	a2, 0
	li	a3, 0
	li	a4, 0
	li	a5, 0
	li	a6, 0
	li	a7, 0
	sret
restore_all:
	ld	t4, SCRATCH(4)(a0)
	ld	t5, SCRATCH(5)(a0)
	ld	t6, SCRATCH(6)(a0)
	restore_rest
	restore_words
	sret

/* Another thread goes on. */
trap_resume: /* a0 = context, none of whose registers is loaded */
	csrw	sscratch, a0
	ld	t0, CONTEXT_PC(a0)
	ld	t1, CONTEXT_RESTORE(a0)
	csrw	sepc, t0
	sd	tp, CONTEXT_CPU(a0)
	restore_saved a0
	li	t4, 0
	li	t5, 0
	li	t6, 0
	beqz	t1, restore_empty
	bltz	t1, restore_all
	restore_rest
	restore_words
	sret

/* A call or an answer changed threads with the words in a0..a7; t0 = the other context, which waits in a system call. */
.global straight_leave
straight_leave:
	csrw	sscratch, t0
	ld	t1, CONTEXT_PC(t0)
	sd	tp, CONTEXT_CPU(t0)
	csrw	sepc, t1
	restore_saved t0
	li	t4, 0
	li	t5, 0
	li	t6, 0
	ld	t1, CONTROL(1)(t0)
	ld	t2, CONTROL(2)(t0)
	ld	t3, CONTROL(3)(t0)
	ld	ra, CONTEXT_RA(t0)
	ld	sp, CONTEXT_SP(t0)
	ld	tp, CONTEXT_TP(t0)
	ld	t0, CONTROL(0)(t0)
	sret

/* Or they could not; t0 = the context. Stack and s0..s11 are as C code left them, for which there is no way back. */
.global straight_refuse
straight_refuse:
	save_words t0
	li	t1, 1
	sd	t1, CONTEXT_RESTORE(t0)
	ld	sp, CPU_STACK_TOP(tp)
	mv	a0, tp
	jal	core_syscall
	j	trap_resume

/* Interrupts, and every exception but the system call; t2 = scause, t3 = sepc. */
trap_other:
	save_words t6
	mv	a1, t2
	mv	a2, t3
	sd	t4, SCRATCH(4)(t6)
	li	t4, -1
	sd	t4, CONTEXT_RESTORE(t6)
	csrr	t4, sscratch
	sd	t5, SCRATCH(5)(t6)
	sd	t4, SCRATCH(6)(t6)
	sd	a2, CONTEXT_PC(t6)
	ld	sp, CPU_STACK_TOP(tp)
	csrw	sscratch, tp
	sd	t6, CPU_ENTERED(tp)
	csrr	a2, stval
	csrr	a3, sstatus
	mv	a0, tp
	jal	trap_handle
	ld	t6, CPU_ENTERED(tp)
	bne	a0, t6, trap_resume
	j	trap_return

.section .rodata.entry, "a", @progbits
.balign 8
secondary_continue:
	.dword	secondary_virtual

.section .bss.boot_stack, "aw", @nobits
.balign 4096
.global boot_stack
boot_stack:
	.skip	8192
boot_stack_top:
