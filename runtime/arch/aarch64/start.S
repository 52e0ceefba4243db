/* SPDX-License-Identifier: MIT
 * The first instructions of a component on AArch64: the kernel set sp and x0
 * (argument), all else is zero. A frame record of zeros ends every backtrace.
 */
	.section .text._start, "ax"
	.global _start
	.type _start, %function
_start:
	bti	j
	mov	x29, xzr
	mov	x30, xzr
	mov	x9, sp
	and	sp, x9, #~15
	bl	tenon_start
	brk	#1
	.size _start, . - _start

/* Says to the kernel which protections this object keeps: branch targets are marked. */
	.section .note.gnu.property, "a"
	.p2align 3
	.word	4
	.word	16
	.word	5
	.asciz	"GNU"
	.word	0xc0000000
	.word	4
	.word	1
	.word	0
