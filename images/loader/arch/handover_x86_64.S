/* SPDX-License-Identifier: MIT
 * The last instructions of the loader: they stand in a page of their own, which the new tables map one to one.
 * rdi entry, rsi boot information, rdx root table.
 */
	.section .text.handover, "ax"
	.balign 4096
	.globl handover_page
	.globl handover
	.type handover, @function
handover_page:
handover:
	cli
	cld
	mov %rdx, %r8
	mov $0xc0000080, %ecx		/* EFER.NXE: the tables use it */
	rdmsr
	or $0x800, %eax
	wrmsr
	mov %cr0, %rax
	or $0x10000, %rax		/* WP: read-only holds in ring 0 */
	mov %rax, %cr0
	mov %cr4, %rax
	and $~0x20080, %rax		/* PCIDE, PGE off: no entry of the firmware survives */
	mov %rax, %cr4
	mov %r8, %cr3
	mov %rdi, %rax
	mov %rsi, %rdi
	xor %ebp, %ebp
	jmp *%rax
	.balign 4096
