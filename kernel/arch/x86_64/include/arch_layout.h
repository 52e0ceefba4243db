/*
 * SPDX-License-Identifier: MIT
 *
 * Numbers that the assembly and the C of this architecture share: selectors,
 * vectors, and where the entry code finds the fields of struct arch_context and
 * struct arch_cpu. context.c asserts that the offsets are those of the structures.
 */
#ifndef ARCH_LAYOUT_H
#define ARCH_LAYOUT_H

/* Selectors, in the order that SYSCALL (code, data) and SYSRET (data, code) ask for. */
#define SELECTOR_KERNEL_CODE 0x08
#define SELECTOR_KERNEL_DATA 0x10
#define SELECTOR_USER_DATA   0x1b
#define SELECTOR_USER_CODE   0x23
#define SELECTOR_TSS         0x28

/* Vectors. Interrupt n, a line of the I/O APICs or a message, has vector VECTOR_LINE + n on every CPU. */
#define VECTOR_LEGACY   0x20 /* where the masked 8259s would deliver */
#define VECTOR_LINE     0x30
#define VECTOR_LINES    192
#define VECTOR_TIMER    0xf0
#define VECTOR_KICK     0xf1
#define VECTOR_ERROR    0xf2
#define VECTOR_DEVICE   0xf3 /* the IOMMU stopped a device */
#define VECTOR_SPURIOUS 0xff

/* struct arch_context: the first 128 bytes are all that a system call touches. */
#define CONTEXT_CONTROL 0 /* rax rdx rbx r10 */
#define CONTEXT_RBP     32
#define CONTEXT_RIP     40
#define CONTEXT_RSP     48
#define CONTEXT_RFLAGS  56 /* 32 bits */
#define CONTEXT_FULL    60 /* 8 bits */
#define CONTEXT_WORD    64 /* rdi rsi r8 r9 r12 r13 r14 r15 */
#define CONTEXT_RCX     128
#define CONTEXT_R11     136

/* struct arch_cpu, at the base of GS while the kernel runs. */
#define CPU_SELF    0
#define CPU_CONTEXT 8
#define CPU_STACK   16
#define CPU_ROOT    24

/* context.full */
#define FULL_NONE 0 /* left by a system call; words as they stand */
#define FULL_ALL  1 /* left by an interrupt or fault: everything is saved, and IRET goes back */
#define FULL_ZERO 2 /* like NONE, but all eight words count as zero: an empty message writes and reads none */

/* The last-resort stack (NMI, double fault, machine check) ends with two words, the first of them the CPU's address. */
#define LAST_STACK_RESERVE 16

/* The trampoline page: what arch_cpu_start() fills in. */
#define TRAMPOLINE_ROOT  0x20 /* 32 bits: page table */
#define TRAMPOLINE_ID    0x24 /* 32 bits: the CPU's APIC id, written last */
#define TRAMPOLINE_ENTRY 0x28 /* 64-bit entry */
#define TRAMPOLINE_STACK 0x30
#define TRAMPOLINE_CPU   0x38
#define TRAMPOLINE_FAR   0x40 /* 32-bit offset, 16-bit selector: the jump into long mode */
#define TRAMPOLINE_GDTR  0x48 /* 16-bit limit, 32-bit base */
#define TRAMPOLINE_GDT   0x50 /* three descriptors */

#define MSR_EFER           0xc0000080
#define MSR_STAR           0xc0000081
#define MSR_LSTAR          0xc0000082
#define MSR_CSTAR          0xc0000083
#define MSR_FMASK          0xc0000084
#define MSR_FS_BASE        0xc0000100
#define MSR_GS_BASE        0xc0000101
#define MSR_KERNEL_GS_BASE 0xc0000102
#define MSR_APIC_BASE      0x1b
#define MSR_SYSENTER_CS    0x174
#define MSR_PAT            0x277
#define MSR_TSC_DEADLINE   0x6e0
#define MSR_X2APIC         0x800

#define EFER_SCE 0x001
#define EFER_LME 0x100
#define EFER_NXE 0x800

#define CR0_PE 0x00000001
#define CR0_MP 0x00000002
#define CR0_TS 0x00000008
#define CR0_ET 0x00000010
#define CR0_NE 0x00000020
#define CR0_WP 0x00010000
#define CR0_AM 0x00040000
#define CR0_PG 0x80000000

#define CR4_TSD        0x000004
#define CR4_DE         0x000008
#define CR4_PAE        0x000020
#define CR4_MCE        0x000040
#define CR4_PGE        0x000080
#define CR4_OSFXSR     0x000200
#define CR4_OSXMMEXCPT 0x000400
#define CR4_UMIP       0x000800
#define CR4_FSGSBASE   0x010000
#define CR4_PCIDE      0x020000
#define CR4_OSXSAVE    0x040000
#define CR4_SMEP       0x100000
#define CR4_SMAP       0x200000

#define CR3_PCID    0xfff               /* identifier, with CR4.PCIDE */
#define CR3_NOFLUSH (UINT64_C(1) << 63) /* what the TLB has of that identifier stays */

#define RFLAGS_FIXED 0x00002
#define RFLAGS_IF    0x00200
/* What SYSCALL clears: AC, NT, IOPL, DF, IF, TF. */
#define RFLAGS_MASK 0x47700

#endif
