/* SPDX-License-Identifier: MIT
 * The PE32+ header (Microsoft PE Format; UEFI 2.10, 2.1.1), written by hand, because no linker makes PE files for RISC-V;
 * one way for all three machines. On AArch64 and RISC-V the first 64 bytes are at once the header of a Linux image
 * (Documentation/arch/{arm64/booting,riscv/boot-image-header}), so that a boot loader without UEFI can start it too.
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
#if defined(__x86_64__)
	.ascii "MZ"
	.org 60
	.long pe_header - image_start
#elif defined(__aarch64__)
	ccmp x18, #0, #0xd, pl		/* "MZ" and no effect */
	b raw_entry
	.quad 0				/* offset from a 2 MiB boundary */
	.quad image_size
	.quad 0xa			/* little-endian, 4 KiB pages, anywhere */
	.quad 0, 0, 0
	.ascii "ARM\x64"
	.long pe_header - image_start
#else
	.option push
	.option rvc
	c.li s4, -13			/* "MZ" and no effect */
	.option norvc
	j raw_entry
	.option pop
	.balign 8
	.quad 0x200000			/* offset from the start of RAM */
	.quad image_size
	.quad 0
	.long 2				/* version 0.2 */
	.long 0
	.quad 0
	.ascii "RISCV\0\0\0"
	.ascii "RSC\x05"
	.long pe_header - image_start
#endif

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

#if defined(__aarch64__)
	.text
raw_entry:
	wfi
	b raw_entry
#elif defined(__riscv)
	.text
raw_entry:
	wfi
	j raw_entry
#endif

	.section .rodata.kernel, "a"
	.balign 4096
	.globl kernel_elf
	.globl kernel_elf_end
kernel_elf:
	.incbin KERNEL_ELF
kernel_elf_end:
	.balign 8
