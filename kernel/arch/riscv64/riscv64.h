/* SPDX-License-Identifier: MIT
 * What the files of kernel/arch/riscv64 offer each other.
 */
#ifndef RISCV64_RISCV64_H
#define RISCV64_RISCV64_H

#include <arch/arch.h>
#include <tenon/boot.h>

/* boot.c: the boot information, in the direct map, for as long as the kernel runs. */
extern const struct tenon_boot_info *boot_info;
/* Is `name`, an extension of several letters, in the ISA string? */
bool isa_has(const char *isa, const char *name);

/* entry.S */
void trap_entry(void);
void secondary_start(void);
extern char boot_stack[];
#define KERNEL_STACK_SIZE 8192u

/* boot.c, called by entry.S. */
void arch_boot(const struct tenon_boot_info *info);
void arch_boot_secondary(uint64_t hart);
extern uint64_t secondary_satp;

/* trap.c, called by entry.S; returns the context to resume. */
struct arch_context *trap_handle(struct cpu *cpu, uint64_t cause, uint64_t value, uint64_t status);

/* vector.S: a context's vector memory to and from the registers, which sstatus has open. */
void fp_save(void *vector);
void fp_load(const void *vector);
void fp_clear(void);
void vector_save(void *vector);
void vector_copy(void *to, const void *from, size_t bytes, void *kept);
void vector_load(const void *vector);
void vector_clear(void);
/* context.c: finds out what there is, on the boot CPU. */
void vector_init(void);
/* Gives `context`, which runs on this CPU, FPU and vectors; false if it had them already. */
bool vector_take(struct arch_cpu *cpu, struct arch_context *context);
/* Perhaps it was an access to the counters. True: the thread may read them, and they are open to it now. */
bool counters_take(struct arch_cpu *cpu, struct arch_context *context);

/* space.c: cleans the loader's mappings out of the user half, finds out what the CPU's MMU offers. */
void space_boot(const struct tenon_boot_info *info);
/* Does the current space allow this access by now? The TLB, which may know an entry as it was before, forgets it then. */
bool space_allows(uint64_t address, unsigned right);
/* Maps the two physical pages as kernel stack `index`, an unmapped page below them; returns its top. */
uint64_t space_map_stack(unsigned index, physical_t low, physical_t high);

/* interrupt.c: handles what is pending and open on this CPU; false if there was nothing. */
bool interrupts_handle(struct cpu *cpu);
/* message.c: what a requester writes to raise this identity at a CPU, through its I/O space; and when that is another CPU. */
struct arch_message message_bind(uint32_t identity, uint32_t requester, struct arch_space *space,
				 unsigned cpu);
void message_route(uint32_t identity, unsigned cpu);
/* timer.c: the compare value has been reached. */
void timer_fired(void);

#endif
