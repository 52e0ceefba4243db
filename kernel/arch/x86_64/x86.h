/*
 * SPDX-License-Identifier: MIT
 *
 * Instructions of the machine as functions, and what the files of this
 * architecture offer one another. Nothing here is seen by generic code.
 */
#ifndef X86_H
#define X86_H

#include <arch/arch.h>
#include <arch_inline.h>
#include <tenon/boot.h>
#include <tenon/tables.h>

static inline void port_out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" ::"a"(value), "Nd"(port));
}

static inline void port_out16(uint16_t port, uint16_t value)
{
	__asm__ volatile("outw %0, %1" ::"a"(value), "Nd"(port));
}

static inline void port_out32(uint16_t port, uint32_t value)
{
	__asm__ volatile("outl %0, %1" ::"a"(value), "Nd"(port));
}

static inline uint8_t port_in8(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline uint16_t port_in16(uint16_t port)
{
	uint16_t value;

	__asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline uint32_t port_in32(uint16_t port)
{
	uint32_t value;

	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline uint64_t msr_read(uint32_t msr)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
	return (uint64_t)high << 32 | low;
}

static inline void msr_write(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr" ::"a"((uint32_t)value), "d"((uint32_t)(value >> 32)), "c"(msr) : "memory");
}

static inline uint64_t cr0_read(void)
{
	uint64_t value;

	__asm__ volatile("movq %%cr0, %0" : "=r"(value));
	return value;
}

static inline void cr0_write(uint64_t value)
{
	__asm__ volatile("movq %0, %%cr0" ::"r"(value) : "memory");
}

static inline uint64_t cr2_read(void)
{
	uint64_t value;

	__asm__ volatile("movq %%cr2, %0" : "=r"(value));
	return value;
}

static inline uint64_t cr3_read(void)
{
	uint64_t value;

	__asm__ volatile("movq %%cr3, %0" : "=r"(value));
	return value;
}

static inline void cr3_write(uint64_t value)
{
	__asm__ volatile("movq %0, %%cr3" ::"r"(value) : "memory");
}

static inline uint64_t cr4_read(void)
{
	uint64_t value;

	__asm__ volatile("movq %%cr4, %0" : "=r"(value));
	return value;
}

static inline void cr4_write(uint64_t value)
{
	__asm__ volatile("movq %0, %%cr4" ::"r"(value) : "memory");
}

struct cpuid {
	uint32_t a, b, c, d;
};

static inline struct cpuid cpuid(uint32_t leaf, uint32_t subleaf)
{
	struct cpuid r;

	__asm__ volatile("cpuid" : "=a"(r.a), "=b"(r.b), "=c"(r.c), "=d"(r.d) : "a"(leaf), "c"(subleaf));
	return r;
}

static inline struct arch_cpu *cpu_arch(struct cpu *cpu)
{
	return (struct arch_cpu *)cpu;
}

/* boot.c: the information from the loader, in the direct map; valid from arch_boot() on. */
extern const struct tenon_boot_info *boot_info;
/* The loader enters here, on the boot stack. Returns the first user context. */
struct cpu *arch_boot(const struct tenon_boot_info *info);
/* A CPU started by arch_cpu_start() arrives here, on its own stack. */
struct arch_context *arch_boot_secondary(struct arch_cpu *cpu);

/* descriptor.c: fills and loads the CPU's GDT, TSS, the shared IDT and the system-call registers. Needs arch->stack;
 * `last_stack` is the top of the stack for the exceptions that may come at any instruction. */
void descriptor_init(void);
void descriptor_init_cpu(struct arch_cpu *arch, uint64_t last_stack);

/* feature.c: control registers of this CPU, from what CPUID says. */
void feature_init_cpu(void);
bool feature_has_bases(void);
bool feature_has_huge_pages(void);
void feature_forget_huge_pages(void); /* boot: an IOMMU, which walks the same tables, has none */
bool feature_has_pcid(void);          /* the TLB is tagged, and CR4.PCIDE is set */
bool feature_has_invpcid(void);
#define INVPCID_ADDRESS UINT64_C(0)
#define INVPCID_SPACE   UINT64_C(1)

/* fpu.c: #NM, the first floating-point instruction since another thread's. */
void fpu_init_cpu(void);
void fpu_context_init(struct arch_context *context);
/* Perhaps it was RDTSC. True: the thread may read the time stamp counter, which is open to it now. */
bool counters_take(struct arch_cpu *arch, struct arch_context *context);
void fpu_take(struct arch_cpu *arch, struct arch_context *context);
void fpu_forget(struct arch_cpu *arch, struct arch_context *context);
void fpu_release(struct arch_cpu *arch, struct arch_context *context);

/* space.c: the kernel half, shared by all spaces. */
void space_init(void);
uint64_t space_kernel_root(void); /* physical address of a root with nothing else */
/* Maps `pages` fresh pages with an unmapped one below; returns the address past the end. Boot only. */
uint64_t space_stack_map(unsigned pages);

/* trap.c: called by entry.S. */
struct trap_frame {
	uint64_t vector, error, rip, cs, rflags, rsp, ss;
};
struct arch_context *trap_user(struct arch_cpu *cpu, uint64_t vector, uint64_t error);
struct arch_context *trap_return(struct arch_cpu *cpu, struct arch_context *context);
void trap_kernel(struct arch_cpu *cpu, struct trap_frame *frame);

/* fault.c */
struct arch_context *fault_deliver(struct arch_cpu *arch, uint64_t vector, uint64_t error);
noreturn void fault_panic(const struct trap_frame *frame);

/* entry.S, trampoline.S */
extern const char kernel_entry[], syscall_entry[], trap_stubs[], kernel_entry_secondary[];
extern const char trampoline_start[], trampoline_end[];
extern char boot_stack_top[], boot_last_stack_top[];

#endif
