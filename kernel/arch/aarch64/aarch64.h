/*
 * SPDX-License-Identifier: MIT
 *
 * What the files of arch/aarch64, gicv3.c and arm_timer.c share among
 * themselves. Nothing here is called by generic code.
 */
#ifndef AARCH64_H
#define AARCH64_H

#include <arch_inline.h>
#include <arch_offsets.h>

/* `name` may be a macro that stands for a register which the assembler has no name for. */
#define READ_REGISTER(name)         READ_REGISTER_(name)
#define WRITE_REGISTER(name, value) WRITE_REGISTER_(name, value)
#define READ_REGISTER_(name)                                                                                 \
	__extension__({                                                                                      \
		uint64_t value_;                                                                             \
		__asm__ volatile("mrs %0, " #name : "=r"(value_));                                           \
		value_;                                                                                      \
	})
#define WRITE_REGISTER_(name, value)                                                                         \
	__asm__ volatile("msr " #name ", %0" : : "r"((uint64_t)(value)) : "memory")
#define ISB()       __asm__ volatile("isb" : : : "memory")
#define DSB(domain) __asm__ volatile("dsb " #domain : : : "memory")

/* The 4-bit field at `shift` of an ID register. */
#define ID_FIELD(name, shift) ((unsigned)(READ_REGISTER(name) >> (shift)) & 15u)

#define MPIDR_AFFINITY UINT64_C(0xff00ffffff)

#define SCTLR_BASE                                                                                           \
	(UINT64_C(1) << 29 | 1 << 28 | 1 << 22 | 1 << 20 | 1 << 11) /* LSMAOE nTLSMD EIS TSCXT EOS */
#define SCTLR_M    (UINT64_C(1) << 0)
#define SCTLR_C    (UINT64_C(1) << 2)
#define SCTLR_SA   (UINT64_C(1) << 3)
#define SCTLR_SA0  (UINT64_C(1) << 4)
#define SCTLR_I    (UINT64_C(1) << 12)
#define SCTLR_DZE  (UINT64_C(1) << 14)
#define SCTLR_NTWE (UINT64_C(1) << 18)
#define SCTLR_WXN  (UINT64_C(1) << 19)
#define SCTLR_PAC                                                                                            \
	(UINT64_C(1) << 31 | UINT64_C(1) << 30 | UINT64_C(1) << 27 | UINT64_C(1) << 13) /* IA IB DA DB */
#define SCTLR_BT                                                                                             \
	(UINT64_C(3) << 35) /* the instruction that signs a return address is a mark for calls only */
#define SCTLR_TCF0_FAULT (UINT64_C(1) << 38) /* user mode's accesses with a wrong tag fault at once */
#define SCTLR_ATA0       (UINT64_C(1) << 42) /* user mode, and ATA: the kernel, reach tags */
#define SCTLR_ATA        (UINT64_C(1) << 43)
#define SCTLR_EPAN       (UINT64_C(1) << 57)
#define SCTLR_TIDCP      (UINT64_C(1) << 63)

#define TCR_AS    (UINT64_C(1) << 36)
#define TCR_TBI0  (UINT64_C(1) << 37) /* the top byte of a user address is no address */
#define TCR_TBID0 (UINT64_C(1) << 51) /* but of an instruction's it is */
#define TCR_E0PD1 (UINT64_C(1) << 56)

/* Exception classes, ESR_EL1.EC. */
enum exception_class {
	EC_UNKNOWN = 0x00,
	EC_WFX = 0x01,
	EC_FPU = 0x07,
	EC_PAC_TRAP = 0x09,
	EC_BTI = 0x0d,
	EC_ILLEGAL = 0x0e,
	EC_MSR = 0x18,
	EC_SVE = 0x19,
	EC_PAC_FAIL = 0x1c,
	EC_SME = 0x1d,
	EC_INSTRUCTION_ABORT = 0x20,
	EC_PC_ALIGNMENT = 0x22,
	EC_DATA_ABORT = 0x24,
	EC_SP_ALIGNMENT = 0x26,
	EC_FP_EXCEPTION = 0x2c,
	EC_BREAKPOINT = 0x30,
	EC_STEP = 0x32,
	EC_WATCHPOINT = 0x34,
	EC_BRK = 0x3c
};

/* entry.S and kernel.ld */
#define BOOT_STACK_PAGES 4
extern char boot_stack[];
extern char secondary_start[]; /* in the trampoline */
extern char trampoline_begin[], trampoline_end[];
void secondary_entry(struct cpu *cpu);
noreturn void cpu_park(void);
/* fpu.S: a context's vector memory to and from the registers, which must be open. */
void simd_save(void *vector);
void simd_load(const void *vector);
void simd_clear(void); /* the whole of the SVE registers too */
void sve_save(void *vector);
void sve_load(const void *vector);
void sve_predicates_clear(void);
uint64_t sve_bytes(void); /* length of a vector */
void sve_copy(void *to, const void *from, size_t bytes, void *kept);

/* registers.c: control registers of this CPU. The caller must not be compiled with return addresses signed. */
void registers_init(void);

/* boot.c and smp.c: entries from entry.S. */
struct cpu *arch_boot(const struct tenon_boot_info *info);
struct arch_context *arch_boot_secondary(struct cpu *cpu);

/* fault.c: entries from entry.S. */
struct arch_context *arch_fault(struct cpu *cpu, struct arch_context *context);
struct arch_context *arch_interrupt(struct cpu *cpu);
noreturn void arch_kernel_fault(unsigned vector);

/* context.c: what a thread has used; what is higher includes the lower. */
enum vector_use { VECTOR_NONE = 0, VECTOR_SIMD, VECTOR_SVE };
void vector_init_cpu(void);
/* Gives the registers to the context that trapped on them. False: this CPU has none of the kind. */
/* An access to the counters was refused. True: the thread may read them, and they are open to it now. */
bool counters_trap(struct arch_cpu *cpu, struct arch_context *context);
bool vector_trap(struct arch_cpu *cpu, struct arch_context *context, enum vector_use wanted);

/* space.c. `kernel_init` comes first. */
void kernel_space_init(const struct tenon_boot_info *info);
/* The empty user half, for a CPU that runs no thread yet. */
void kernel_space_empty_user(void);
/* Maps pages of RAM as a kernel stack, an unmapped guard page below; returns its top. Boot only. */
uint64_t kernel_stack_map(const physical_t *pages, unsigned count);

/* cache.c: to the point where CPUs with their caches off read it. */
void cache_clean_to_memory(const void *start, size_t bytes);

/* smp.c */
void smp_init(const struct tenon_boot_info *info);

/* psci.c */
void psci_init(const struct tenon_boot_info *info);
bool psci_cpu_on(uint64_t affinity, physical_t entry, physical_t argument);
void psci_cpu_off(void); /* comes back only where the firmware refuses */
bool psci_cpu_is_off(uint64_t affinity);

/* panic.c */
void panic_init(const struct tenon_boot_info *info);

/* gicv3.c: handles every pending interrupt; false if there was none. */
bool interrupts_handle(struct cpu *cpu);
/* The controller sends this CPU nothing any more. */
void interrupts_fini_cpu(struct cpu *cpu);

/* arm_timer.c */
void timer_init_cpu(void);

#endif
