/*
 * SPDX-License-Identifier: MIT
 *
 * The FP, SIMD and SVE registers of a context. x0 is its vector memory, of
 * which the registers of SIMD and of SVE use the same part in turn.
 */
#include <arch_offsets.h>
#include "property.S"

	.arch	armv8.2-a+fp+simd+sve

	.macro	function name
	.balign	16
	.globl	\name
	.type	\name, %function
\name:
	bti	c
	.endm

	.macro	status_save
	mrs	x2, fpcr
	mrs	x3, fpsr
	stp	x2, x3, [x0, #VECTOR_FPCR]
	.endm

	.macro	status_load
	ldp	x2, x3, [x0, #VECTOR_FPCR]
	msr	fpcr, x2
	msr	fpsr, x3
	.endm

	/* All 32 registers with STP or LDP. */
	.macro	simd instruction
	add	x1, x0, #VECTOR_REGISTERS
	\instruction	q0, q1, [x1, #0]
	\instruction	q2, q3, [x1, #32]
	\instruction	q4, q5, [x1, #64]
	\instruction	q6, q7, [x1, #96]
	\instruction	q8, q9, [x1, #128]
	\instruction	q10, q11, [x1, #160]
	\instruction	q12, q13, [x1, #192]
	\instruction	q14, q15, [x1, #224]
	\instruction	q16, q17, [x1, #256]
	\instruction	q18, q19, [x1, #288]
	\instruction	q20, q21, [x1, #320]
	\instruction	q22, q23, [x1, #352]
	\instruction	q24, q25, [x1, #384]
	\instruction	q26, q27, [x1, #416]
	\instruction	q28, q29, [x1, #448]
	\instruction	q30, q31, [x1, #480]
	.endm

	/* All vectors with STR or LDR; x2 is where the predicates stand. */
	.macro	sve_vectors instruction
	add	x1, x0, #VECTOR_REGISTERS
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	\instruction	z\n, [x1, #\n, mul vl]
	.endr
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	\instruction	z\n, [x1, #\n, mul vl]
	.endr
	addvl	x2, x1, #31
	addvl	x2, x2, #1
	.endm

	.macro	sve_predicates instruction
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	\instruction	p\n, [x2, #\n, mul vl]
	.endr
	.endm

	.text
	function simd_save
	simd	stp
	status_save
	ret

	function simd_load
	simd	ldp
	status_load
	ret

	function simd_clear
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movi	v\n\().2d, #0
	.endr
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	movi	v\n\().2d, #0
	.endr
	msr	fpcr, xzr
	msr	fpsr, xzr
	ret

	function sve_save
	sve_vectors str
	sve_predicates str
	rdffr	p0.b
	str	p0, [x2, #16, mul vl]
	status_save
	ret

	function sve_load
	sve_vectors ldr
	ldr	p0, [x2, #16, mul vl]
	wrffr	p0.b
	sve_predicates ldr
	status_load
	ret

	function sve_predicates_clear
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	pfalse	p\n\().b
	.endr
	wrffr	p0.b
	ret

	function sve_bytes
	rdvl	x0, #1
	ret

	/* x0 to, x1 from, x2 bytes: whole vectors; x3: memory for one. */
	function sve_copy
	str	z0, [x3]
	rdvl	x4, #1
1:	ldr	z0, [x1]
	str	z0, [x0]
	add	x1, x1, x4
	add	x0, x0, x4
	subs	x2, x2, x4
	b.ne	1b
	ldr	z0, [x3]
	ret
