/* SPDX-License-Identifier: MIT
 * The first instructions of a component on RISC-V: the kernel set sp and a0
 * (argument), all else is zero. A zero frame pointer and return address end
 * every backtrace. gp is set for code that the linker relaxed against it.
 */
	.section .text._start, "ax"
	.global _start
	.type _start, @function
_start:
	.option push
	.option norelax
	.weak __global_pointer$
	lla	gp, __global_pointer$
	.option pop
	li	s0, 0
	li	ra, 0
	andi	sp, sp, -16
	call	tenon_start
	ebreak
	.size _start, . - _start
