/* SPDX-License-Identifier: MIT
 * The PE32+ header (Microsoft PE Format; UEFI 2.10, 2.1.1), written by hand, because no linker makes PE files for RISC-V;
 * one way for all three machines.
 *
 * The file is laid out as in memory: pages of code, constants and data with rights of their own.
 */
#if defined(__x86_64__)
#define MACHINE 0x8664
#elif defined(__aarch64__)
#define MACHINE 0xaa64
#else
#define MACHINE 0x5064
#endif

	.section .head, "ax"
	.globl image_start
image_start:
	.ascii "MZ"
	.org 60
	.long pe_header - image_start

	.balign 8
pe_header:
	.ascii "PE\0\0"
	.short MACHINE
	.short 3			/* sections */
	.long 0				/* time stamp */
	.long 0, 0			/* symbols */
	.short section_table - optional_header
	.short 0x0206			/* executable, no line numbers, no debug information */
optional_header:
	.short 0x20b			/* PE32+ */
	.byte 1, 0
	.long text_size
	.long data_file_size
	.long bss_size
	.long efi_entry
	.long text_offset
	.quad 0				/* image base */
	.long 4096, 4096		/* alignment in memory and in the file */
	.short 0, 0, 0, 0, 0, 0
	.long 0
	.long image_size
	.long text_offset		/* size of headers */
	.long 0
	.short 10			/* EFI application */
	.short 0x100			/* NX compatible */
	.quad 0, 0, 0, 0
	.long 0
	.long 6				/* data directories, all empty; the fifth is the certificate table of a signed image */
	.quad 0, 0, 0, 0, 0, 0
section_table:
	.ascii ".text\0\0\0"
	.long text_size, text_offset, text_size, text_offset
	.long 0, 0
	.short 0, 0
	.long 0x60000020		/* code, execute, read */
	.ascii ".rdata\0\0"
	.long rodata_size, rodata_offset, rodata_size, rodata_offset
	.long 0, 0
	.short 0, 0
	.long 0x40000040		/* data, read */
	.ascii ".data\0\0\0"
	.long data_size, data_offset, data_file_size, data_offset
	.long 0, 0
	.short 0, 0
	.long 0xc0000040		/* data, read, write */

	.section .rodata.kernel, "a"
	.balign 4096
	.globl kernel_elf
	.globl kernel_elf_end
kernel_elf:
	.incbin KERNEL_ELF
kernel_elf_end:
	.balign 8
