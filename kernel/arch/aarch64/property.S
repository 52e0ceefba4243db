/*
 * SPDX-License-Identifier: MIT
 *
 * Included by each assembly file: the property note that says that its indirect
 * branch targets have landing pads and that its returns fit those of the C code
 * (ELF for the Arm 64-bit Architecture, 6.2). The loader guards the kernel's
 * pages only if all files say so.
 */
	.section .note.gnu.property, "a", %note
	.balign	8
	.word	4, 16, 5			/* name, descriptor, NT_GNU_PROPERTY_TYPE_0 */
	.asciz	"GNU"
	.word	0xc0000000, 4, 3, 0		/* FEATURE_1_AND: BTI, PAC */
