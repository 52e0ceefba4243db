/*
 * SPDX-License-Identifier: MIT
 *
 * Segments, the task state segment and the interrupt table: each CPU has its own
 * GDT and TSS in struct arch_cpu, all share one IDT, which is filled once. Three
 * exceptions may come at any instruction and run on a stack of their own.
 */
#include "x86.h"

#define GATE_INTERRUPT 0x8e00u
#define GATE_DPL3      0x6000u

#define VECTOR_NMI           2
#define VECTOR_BREAKPOINT    3
#define VECTOR_DOUBLE_FAULT  8
#define VECTOR_MACHINE_CHECK 18

/* The stubs in entry.S: long ones for the exceptions, short ones in groups. */
#define STUBS_LONG  32u
#define LONG_SIZE   16u
#define STUBS_GROUP 32u
#define SHORT_SIZE  4u
#define GROUP_SIZE  133u

#define SEGMENT_KERNEL_CODE UINT64_C(0x00af9b000000ffff)
#define SEGMENT_KERNEL_DATA UINT64_C(0x00cf93000000ffff)
#define SEGMENT_USER_DATA   UINT64_C(0x00cff3000000ffff)
#define SEGMENT_USER_CODE   UINT64_C(0x00affb000000ffff)
#define SEGMENT_TSS         UINT64_C(0x0000890000000000)

struct gate {
	uint16_t offset0, selector, attributes, offset1;
	uint32_t offset2, reserved;
};

struct pointer {
	uint16_t limit;
	uint64_t base;
} __attribute__((packed));

static struct gate idt[256];

static BOOT void gate_set(unsigned vector, uint32_t attributes, uint32_t stack)
{
	unsigned rest = vector - STUBS_LONG;
	uint64_t stub = (uint64_t)trap_stubs +
			(vector < STUBS_LONG ? vector * LONG_SIZE
					     : STUBS_LONG * LONG_SIZE + rest / STUBS_GROUP * GROUP_SIZE +
						   rest % STUBS_GROUP * SHORT_SIZE);

	idt[vector] = (struct gate){
	    .offset0 = (uint16_t)stub,
	    .selector = SELECTOR_KERNEL_CODE,
	    .attributes = (uint16_t)(attributes | stack),
	    .offset1 = (uint16_t)(stub >> 16),
	    .offset2 = (uint32_t)(stub >> 32),
	};
}

BOOT void descriptor_init(void)
{
	for (unsigned vector = 0; vector < 256; vector++)
		gate_set(vector, GATE_INTERRUPT, 0);
	gate_set(VECTOR_BREAKPOINT, GATE_INTERRUPT | GATE_DPL3, 0);
	gate_set(VECTOR_NMI, GATE_INTERRUPT, 1);
	gate_set(VECTOR_DOUBLE_FAULT, GATE_INTERRUPT, 1);
	gate_set(VECTOR_MACHINE_CHECK, GATE_INTERRUPT, 1);
}

static void segments_fill(struct arch_cpu *arch)
{
	uint64_t tss = (uint64_t)&arch->tss;

	arch->gdt[1] = SEGMENT_KERNEL_CODE;
	arch->gdt[2] = SEGMENT_KERNEL_DATA;
	arch->gdt[3] = SEGMENT_USER_DATA;
	arch->gdt[4] = SEGMENT_USER_CODE;
	arch->gdt[5] =
	    SEGMENT_TSS | (sizeof(arch->tss) - 1) | (tss & 0xffffff) << 16 | (tss >> 24 & 0xff) << 56;
	arch->gdt[6] = tss >> 32;
}

static void segments_load(struct arch_cpu *arch)
{
	struct pointer gdt = {sizeof(arch->gdt) - 1, (uint64_t)arch->gdt};
	struct pointer table = {sizeof(idt) - 1, (uint64_t)idt};

	__asm__ volatile("lgdt %0" ::"m"(gdt));
	__asm__ volatile("lidt %0" ::"m"(table));
	__asm__ volatile("pushq %0; leaq 1f(%%rip), %%rax; pushq %%rax; lretq; 1:" ::"i"(SELECTOR_KERNEL_CODE)
			 : "rax", "memory");
	__asm__ volatile("movl %0, %%ds; movl %0, %%es; movl %0, %%ss" ::"r"(SELECTOR_KERNEL_DATA));
	__asm__ volatile("movl %0, %%fs; movl %0, %%gs; lldt %w0" ::"r"(0));
	__asm__ volatile("ltr %w0" ::"r"(SELECTOR_TSS));
}

void descriptor_init_cpu(struct arch_cpu *arch, uint64_t last_stack)
{
	struct cpu **last = (struct cpu **)(last_stack - LAST_STACK_RESERVE);

	*last = arch->self;
	arch->tss.rsp[0] = arch->stack;
	arch->tss.ist[0] = (uint64_t)last;
	arch->tss.ports = sizeof(arch->tss);
	segments_fill(arch);
	segments_load(arch);
	msr_write(MSR_GS_BASE, (uint64_t)arch);
	msr_write(MSR_KERNEL_GS_BASE, 0);
	msr_write(MSR_FS_BASE, 0);
	msr_write(MSR_SYSENTER_CS, 0);
	msr_write(MSR_STAR,
		  (uint64_t)(SELECTOR_KERNEL_DATA | 3) << 48 | (uint64_t)SELECTOR_KERNEL_CODE << 32);
	msr_write(MSR_LSTAR, (uint64_t)syscall_entry);
	msr_write(MSR_CSTAR, 0);
	msr_write(MSR_FMASK, RFLAGS_MASK);
}
