/*
 * SPDX-License-Identifier: MIT
 *
 * Every way into the kernel and the two ways out.
 *
 * A system call saves what the contract in tenon/abi.h keeps or carries (16
 * registers, two cache lines) and nothing else; an interrupt or fault saves all.
 * The flags do not survive a system call. context.full says which it was, and so which way leads back: SYSRET with the
 * registers of a system call (with zeroes for the words of an empty message), or
 * IRET with all. SYSRET is never given a
 * non-canonical rip: after SYSCALL, rcx points into or just past a user page,
 * and no user page lies at or above 2^38 (space.c).
 */
#include <arch_layout.h>

	.macro save_words context
	movq %rdi, CONTEXT_WORD+0(\context)
	movq %rsi, CONTEXT_WORD+8(\context)
	movq %r8, CONTEXT_WORD+16(\context)
	movq %r9, CONTEXT_WORD+24(\context)
	movq %r12, CONTEXT_WORD+32(\context)
	movq %r13, CONTEXT_WORD+40(\context)
	movq %r14, CONTEXT_WORD+48(\context)
	movq %r15, CONTEXT_WORD+56(\context)
	.endm

	/* rax = the context: what goes back with SYSRET, words and rax aside. Leaves the flags alone. */
	.macro restore_rest
	movq CONTEXT_CONTROL+8(%rax), %rdx
	movq CONTEXT_CONTROL+16(%rax), %rbx
	movq CONTEXT_CONTROL+24(%rax), %r10
	movq CONTEXT_RBP(%rax), %rbp
	movq CONTEXT_RIP(%rax), %rcx
	movq CONTEXT_RSP(%rax), %rsp
	movl $(RFLAGS_FIXED | RFLAGS_IF), %r11d
	.endm

	.section .text.entry, "ax"

/* The loader: rdi = boot information. Stack and everything else are ours to make. */
	.globl kernel_entry
kernel_entry:
	cld
	movabsq $boot_stack_top, %rsp
	xorl %ebp, %ebp
	call arch_boot
	movq %rax, %rdi
	call core_start
	jmp resume

/* A further CPU, from the trampoline: rdi = its struct arch_cpu, rsp = top of its stack. */
	.globl kernel_entry_secondary
kernel_entry_secondary:
	cld
	/* The stack is not in the loader's tables. */
	movq CPU_ROOT(%rdi), %rax
	movq %rax, %cr3
	xorl %ebp, %ebp
	call arch_boot_secondary
	jmp resume

	.globl syscall_entry
	.balign 64
syscall_entry:
	swapgs
	movq %rsp, %r11
	movq %gs:CPU_CONTEXT, %rsp
	movq %rax, CONTEXT_CONTROL+0(%rsp)
	movq %rdx, CONTEXT_CONTROL+8(%rsp)
	movq %rbx, CONTEXT_CONTROL+16(%rsp)
	movq %r10, CONTEXT_CONTROL+24(%rsp)
	movq %rbp, CONTEXT_RBP(%rsp)
	movq %rcx, CONTEXT_RIP(%rsp)
	movq %r11, CONTEXT_RSP(%rsp)
	movb $FULL_ZERO, CONTEXT_FULL(%rsp)
	/* The convention of core/straight.c: words, operation and tag are its arguments as they stand, and r11 is the CPU. */
	movq %gs:CPU_STACK, %rsp
	movq %gs:CPU_SELF, %r11
	cmpb $1, %al /* TENON_OP_CALL */
	je core_straight_call
	jb 1f /* TENON_OP_NULL */
	cmpb $3, %al /* TENON_OP_REPLY_RECEIVE */
	je core_straight_reply
	/* Words past the length in the tag mean nothing, and an empty message is the most frequent one. */
	testw %dx, %dx
	jz 1f
	movq %gs:CPU_CONTEXT, %rax
	movb $FULL_NONE, CONTEXT_FULL(%rax)
	save_words %rax
1:	movq %r11, %rdi
	call core_syscall
	jmp resume

/* A call or an answer changed threads, with the words in place. rax = the other context, which waits in a system call. */
	.globl straight_leave
straight_leave:
	restore_rest
	movq CONTEXT_CONTROL+0(%rax), %rax
	swapgs
	sysretq

/* Or they could not, and nothing has changed. rax = the context; the stack is as C code left it. */
	.globl straight_refuse
straight_refuse:
	movb $FULL_NONE, CONTEXT_FULL(%rax)
	save_words %rax
	movq %gs:CPU_STACK, %rsp
	movq %gs:CPU_SELF, %rdi
	call core_syscall

/* rax = the context to go on with. */
resume:
	cmpb $FULL_ALL, CONTEXT_FULL(%rax)
	je resume_full
	restore_rest
	ja resume_empty
	movq CONTEXT_WORD+0(%rax), %rdi
	movq CONTEXT_WORD+8(%rax), %rsi
	movq CONTEXT_WORD+16(%rax), %r8
	movq CONTEXT_WORD+24(%rax), %r9
	movq CONTEXT_WORD+32(%rax), %r12
	movq CONTEXT_WORD+40(%rax), %r13
	movq CONTEXT_WORD+48(%rax), %r14
	movq CONTEXT_WORD+56(%rax), %r15
	movq CONTEXT_CONTROL+0(%rax), %rax
	swapgs
	sysretq

resume_empty:
	movq CONTEXT_CONTROL+0(%rax), %rax
	xorl %edi, %edi
	xorl %esi, %esi
	xorl %r8d, %r8d
	xorl %r9d, %r9d
	xorl %r12d, %r12d
	xorl %r13d, %r13d
	xorl %r14d, %r14d
	xorl %r15d, %r15d
	swapgs
	sysretq

resume_full:
	movq %gs:CPU_STACK, %rsp
	/* IRET to a non-canonical rip would fault in the kernel: that thread gets its fault instead. */
	movq CONTEXT_RIP(%rax), %rcx
	shrq $47, %rcx
	jnz resume_bad
	pushq $SELECTOR_USER_DATA
	pushq CONTEXT_RSP(%rax)
	movl CONTEXT_RFLAGS(%rax), %ecx
	pushq %rcx
	pushq $SELECTOR_USER_CODE
	pushq CONTEXT_RIP(%rax)
	movq CONTEXT_CONTROL+8(%rax), %rdx
	movq CONTEXT_CONTROL+16(%rax), %rbx
	movq CONTEXT_CONTROL+24(%rax), %r10
	movq CONTEXT_RBP(%rax), %rbp
	movq CONTEXT_WORD+0(%rax), %rdi
	movq CONTEXT_WORD+8(%rax), %rsi
	movq CONTEXT_WORD+16(%rax), %r8
	movq CONTEXT_WORD+24(%rax), %r9
	movq CONTEXT_WORD+32(%rax), %r12
	movq CONTEXT_WORD+40(%rax), %r13
	movq CONTEXT_WORD+48(%rax), %r14
	movq CONTEXT_WORD+56(%rax), %r15
	movq CONTEXT_RCX(%rax), %rcx
	movq CONTEXT_R11(%rax), %r11
	movq CONTEXT_CONTROL+0(%rax), %rax
	swapgs
	iretq

resume_bad:
	movq %gs:CPU_SELF, %rdi
	movq %rax, %rsi
	call trap_return
	jmp resume

/* One stub a vector: 16 bytes for each of the first 32, then in groups of 32 four for each, with the way on behind them;
 * descriptor.c computes their addresses. */
	.balign 16
	.globl trap_stubs
trap_stubs:
	.set vector, 0
	.rept 32
	.balign 16
	.if vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21 || vector == 29 || vector == 30
	.else
	pushq $0
	.endif
	pushq $vector
	.if vector == 2 || vector == 8 || vector == 18
	jmp trap_last
	.else
	jmp trap_common
	.endif
	.set vector, vector + 1
	.endr
	.balign 16
	.rept 7
	.rept 32
	.if vector < 128
	pushq $vector
	.else
	pushq $(vector - 256) /* in two bytes as well; the low eight bits are the vector */
	.endif
	jmp 1f
	.set vector, vector + 1
	.endr
1:
	.byte 0xe9 /* jmp, with four bytes wherever it goes */
	.long trap_interrupt - . - 4
	.endr

/* An interrupt has no error code: what stands in its place means nothing. */
	.balign 16
trap_interrupt:
	pushq (%rsp)
	andq $255, (%rsp)
/* On the stack: struct trap_frame. */
trap_common:
	testb $3, 24(%rsp)
	jz trap_in_kernel
	swapgs
	pushq %rax
	movq %gs:CPU_CONTEXT, %rax
	popq CONTEXT_CONTROL+0(%rax)
	movq %rdx, CONTEXT_CONTROL+8(%rax)
	movq %rbx, CONTEXT_CONTROL+16(%rax)
	movq %r10, CONTEXT_CONTROL+24(%rax)
	movq %rbp, CONTEXT_RBP(%rax)
	save_words %rax
	movq %rcx, CONTEXT_RCX(%rax)
	movq %r11, CONTEXT_R11(%rax)
	popq %rsi
	popq %rdx
	popq CONTEXT_RIP(%rax)
	popq %rcx
	popq %rcx
	movl %ecx, CONTEXT_RFLAGS(%rax)
	popq CONTEXT_RSP(%rax)
	movb $FULL_ALL, CONTEXT_FULL(%rax)
	movq %gs:CPU_STACK, %rsp
	/* An interrupt gate leaves DF, AC and NT as the user had them. */
	pushq $RFLAGS_FIXED
	popfq
	movq %gs:CPU_SELF, %rdi
	call trap_user
	jmp resume

/* An interrupt while idle, or our own bug. The CPU aligned the stack to 16 bytes before it pushed. */
trap_in_kernel:
	cld
	pushq %rax
	pushq %rcx
	pushq %rdx
	pushq %rsi
	pushq %rdi
	pushq %r8
	pushq %r9
	pushq %r10
	pushq %r11
	movq %gs:CPU_SELF, %rdi
	leaq 72(%rsp), %rsi
	call trap_kernel
	popq %r11
	popq %r10
	popq %r9
	popq %r8
	popq %rdi
	popq %rsi
	popq %rdx
	popq %rcx
	popq %rax
	addq $16, %rsp
	iretq

/*
 * NMI, double fault, machine check: may come where GS is still the user's, so the
 * CPU is taken from the end of its own stack. They end the machine.
 */
trap_last:
	cld
	movl $MSR_GS_BASE, %ecx
	movl 56(%rsp), %eax
	movl 60(%rsp), %edx
	wrmsr
	movq %rsp, %rdi
	call fault_panic
	ud2

	.section .stack, "aw", @nobits
	.balign 4096
	.skip 8192
	.globl boot_stack_top
boot_stack_top:
	.skip 4096
	.globl boot_last_stack_top
boot_last_stack_top:

	.section .note.GNU-stack, "", @progbits
