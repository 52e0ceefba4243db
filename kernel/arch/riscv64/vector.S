/* SPDX-License-Identifier: MIT
 * FPU and vector registers to and from a context's vector memory, a0. The rest
 * of the kernel is compiled without the F, D and V extensions; sstatus.FS and
 * VS are on here.
 */
#include <arch_offsets.h>

.option arch, +d, +v
.section .text.vector, "ax", @progbits

.macro each instruction
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	\instruction	f\n, (VECTOR_FP + 8 * \n)(a0)
	.endr
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	\instruction	f\n, (VECTOR_FP + 8 * \n)(a0)
	.endr
.endm

.macro function name
.global \name
\name:
.endm

function fp_save
	each	fsd
	frcsr	t0
	sd	t0, VECTOR_FCSR(a0)
	ret

function fp_load
	each	fld
	ld	t0, VECTOR_FCSR(a0)
	fscsr	t0
	ret

function fp_clear
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	fmv.d.x	f\n, zero
	.endr
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	fmv.d.x	f\n, zero
	.endr
	fscsr	zero
	ret

/* Eight registers at a time; such accesses ask neither vl nor vtype. a0: v0's place; t1: 8 * vlenb. */
.macro vectors instruction
	csrr	t1, vlenb
	slli	t1, t1, 3
	addi	a0, a0, VECTOR_REGISTERS
	\instruction	v0, (a0)
	add	a0, a0, t1
	\instruction	v8, (a0)
	add	a0, a0, t1
	\instruction	v16, (a0)
	add	a0, a0, t1
	\instruction	v24, (a0)
.endm

function vector_save
	csrr	t0, vstart
	csrr	t1, vcsr
	sd	t0, (VECTOR_START + 0)(a0)
	sd	t1, (VECTOR_START + 8)(a0)
	csrr	t0, vl
	csrr	t1, vtype
	sd	t0, (VECTOR_START + 16)(a0)
	sd	t1, (VECTOR_START + 24)(a0)
	csrw	vstart, zero
	vectors	vs8r.v
	ret

function vector_load
	csrw	vstart, zero
	mv	a1, a0
	vectors	vl8re8.v
	ld	t0, (VECTOR_START + 16)(a1)
	ld	t1, (VECTOR_START + 24)(a1)
	vsetvl	zero, t0, t1
	ld	t0, (VECTOR_START + 0)(a1)
	ld	t1, (VECTOR_START + 8)(a1)
	csrw	vstart, t0
	csrw	vcsr, t1
	ret

/* Copies a2 bytes from a1 to a0, a multiple, not zero, of eight registers. Those are kept at a3 meanwhile; VS may be off. */
function vector_copy
	li	t0, 3 << 9 /* SSTATUS_VS */
	csrrs	t0, sstatus, t0
	csrr	t2, vstart
	csrw	vstart, zero
	csrr	t1, vlenb
	slli	t1, t1, 3
	vs8r.v	v0, (a3)
	add	a2, a2, a1
1:	vl8re8.v	v0, (a1)
	add	a1, a1, t1
	vs8r.v	v0, (a0)
	add	a0, a0, t1
	bne	a1, a2, 1b
	vl8re8.v	v0, (a3)
	csrw	vstart, t2
	csrw	sstatus, t0
	ret

/* As after a reset: no valid type. */
function vector_clear
	csrw	vstart, zero
	csrw	vcsr, zero
	vsetvli	t0, zero, e8, m8, ta, ma
	vmv.v.i	v0, 0
	vmv.v.i	v8, 0
	vmv.v.i	v16, 0
	vmv.v.i	v24, 0
	li	t0, -1
	li	t1, 0
	vsetvl	zero, t1, t0
	ret
