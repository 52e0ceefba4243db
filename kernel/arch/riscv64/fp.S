/* SPDX-License-Identifier: MIT
 * FPU registers to and from a context. The rest of the kernel is compiled
 * without the F and D extensions; sstatus.FS is on here.
 */
#include <arch_offsets.h>

.option arch, +d
.section .text.fp, "ax", @progbits

.macro each instruction
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	\instruction	f\n, (CONTEXT_FP + 8 * \n)(a0)
	.endr
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	\instruction	f\n, (CONTEXT_FP + 8 * \n)(a0)
	.endr
.endm

/* void fp_save(struct arch_context *); */
.global fp_save
fp_save:
	each	fsd
	frcsr	t0
	sd	t0, (CONTEXT_FP + 256)(a0)
	ret

/* void fp_load(const struct arch_context *); */
.global fp_load
fp_load:
	each	fld
	ld	t0, (CONTEXT_FP + 256)(a0)
	fscsr	t0
	ret
