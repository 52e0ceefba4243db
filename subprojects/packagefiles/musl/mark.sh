#!/bin/sh
# SPDX-License-Identifier: MIT
# Prints an assembly file of musl's for AArch64 as BTI wants it: each function begins with a mark (hint #34 is BTI C), a
# branch to a return address is a return, and the file says so (ELF for the Arm 64-bit Architecture, 6.2).
sed -e '/^[A-Za-z_][A-Za-z_0-9]*:$/a\	hint #34' -e 's/^\tbr x30$/\tret/' "$1"
cat <<'END'
	.section .note.gnu.property, "a", %note
	.balign	8
	.word	4, 16, 5
	.asciz	"GNU"
	.word	0xc0000000, 4, 1, 0
END
