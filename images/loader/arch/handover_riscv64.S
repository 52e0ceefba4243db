/* SPDX-License-Identifier: MIT
 * The last instructions of the loader: they stand in a page of their own, which the new tables map one to one.
 * a0 entry, a1 boot information, a2 satp.
 */
	.section .text.handover, "ax"
	.balign 4096
	.globl handover_page
	.globl handover
	.type handover, %function
handover_page:
handover:
	csrci sstatus, 2
	csrw sie, zero
	fence rw, rw
	sfence.vma
	csrw satp, a2
	sfence.vma
	fence.i
	mv t0, a0
	mv a0, a1
	jr t0
	.balign 4096
