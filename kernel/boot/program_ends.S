/* SPDX-License-Identifier: MIT
 * What the kernel takes from layout, by name alone: with it the kernel is optimised as one program before there is a
 * system (kernel/optimise). It is in no image.
 */
	.section .rodata
	.globl tenon_image_header, tenon_tables, payload
tenon_image_header:
tenon_tables:
payload:
	.byte 0
