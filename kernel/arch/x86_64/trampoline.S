/*
 * SPDX-License-Identifier: MIT
 *
 * Where a further CPU starts: real mode, at the first byte of the page that
 * arch_cpu_start() filled with a copy of this. Goes straight to long mode with
 * the loader's page table, whose low half maps this page at its own address,
 * and leaves for the kernel half. Only reads the page: it is not writable there.
 */
#include <arch_layout.h>

	.section .trampoline, "a"
	.balign 4096
	.globl trampoline_start
trampoline_start:
	.code16
	cli
	cld
	movw %cs, %ax
	movw %ax, %ds
	lgdtl TRAMPOLINE_GDTR
	jmp 1f

	.org TRAMPOLINE_ROOT
	.skip TRAMPOLINE_GDT - TRAMPOLINE_ROOT
	/* Accessed bits are set: the CPU must not write here. */
	.quad 0
	.quad 0x00af9b000000ffff
	.quad 0x00cf93000000ffff

1:
	movl $CR4_PAE, %eax
	movl %eax, %cr4
	movl TRAMPOLINE_ROOT, %eax
	movl %eax, %cr3
	movl $MSR_EFER, %ecx
	rdmsr
	orl $(EFER_LME | EFER_NXE), %eax
	wrmsr
	movl $(CR0_PG | CR0_WP | CR0_NE | CR0_ET | CR0_MP | CR0_PE), %eax
	movl %eax, %cr0
	ljmpl *TRAMPOLINE_FAR

	.code64
	.balign 16
	.globl trampoline_long
trampoline_long:
	leaq trampoline_start(%rip), %rbx
	movl $SELECTOR_KERNEL_DATA, %eax
	movl %eax, %ds
	movl %eax, %es
	movl %eax, %ss
	movq TRAMPOLINE_STACK(%rbx), %rsp
	movq TRAMPOLINE_CPU(%rbx), %rdi
	movq TRAMPOLINE_ENTRY(%rbx), %rsi
	/* Given up as too slow, we would find what is for the next one. Our own APIC id: leaf 11, or else leaf 1. */
	movq %rbx, %rbp
	xorl %eax, %eax
	cpuid
	cmpl $11, %eax
	jb 2f
	movl $11, %eax
	xorl %ecx, %ecx
	cpuid
	testl %ebx, %ebx
	jnz 3f
2:
	movl $1, %eax
	cpuid
	shrl $24, %ebx
	movl %ebx, %edx
3:
	cmpl %edx, TRAMPOLINE_ID(%rbp)
	jne 4f
	jmpq *%rsi
4:
	hlt
	jmp 4b

	.globl trampoline_end
trampoline_end:

	.section .note.GNU-stack, "", @progbits
