/* SPDX-License-Identifier: MIT
 * The first instructions of a component on x86_64: the kernel set rsp and rdi
 * (argument), all else is zero. A zero rbp ends every backtrace.
 */
	.section .text._start, "ax"
	.global _start
	.type _start, @function
_start:
	endbr64
	xor	%ebp, %ebp
	and	$-16, %rsp
	call	tenon_start
	int3
	.size _start, . - _start
	.section .note.GNU-stack, "", @progbits
