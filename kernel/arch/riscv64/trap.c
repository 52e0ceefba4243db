/* SPDX-License-Identifier: MIT
 * Traps other than system calls: interrupts taken in user mode, faults of user
 * mode, and faults of the kernel itself, which stop it. The kernel runs with
 * interrupts masked and polls for them when idle, so none is ever taken in
 * kernel mode.
 */
#include <arch/arch.h>
#include <arch_inline.h>
#include "riscv64.h"

/* Privileged Architecture 20240411, table 22. */
enum {
	CAUSE_FETCH_MISALIGNED = 0,
	CAUSE_FETCH_ACCESS = 1,
	CAUSE_ILLEGAL = 2,
	CAUSE_BREAKPOINT = 3,
	CAUSE_LOAD_MISALIGNED = 4,
	CAUSE_LOAD_ACCESS = 5,
	CAUSE_STORE_MISALIGNED = 6,
	CAUSE_STORE_ACCESS = 7,
	CAUSE_FETCH_PAGE = 12,
	CAUSE_LOAD_PAGE = 13,
	CAUSE_STORE_PAGE = 15,
	CAUSE_COUNT
};

static const uint8_t fault_of[CAUSE_COUNT] = {
    [CAUSE_FETCH_MISALIGNED] = TENON_FAULT_ALIGNMENT, [CAUSE_FETCH_ACCESS] = TENON_FAULT_EXECUTE,
    [CAUSE_ILLEGAL] = TENON_FAULT_INSTRUCTION,        [CAUSE_BREAKPOINT] = TENON_FAULT_BREAKPOINT,
    [CAUSE_LOAD_MISALIGNED] = TENON_FAULT_ALIGNMENT,  [CAUSE_LOAD_ACCESS] = TENON_FAULT_READ,
    [CAUSE_STORE_MISALIGNED] = TENON_FAULT_ALIGNMENT, [CAUSE_STORE_ACCESS] = TENON_FAULT_WRITE,
    [CAUSE_FETCH_PAGE] = TENON_FAULT_EXECUTE,         [CAUSE_LOAD_PAGE] = TENON_FAULT_READ,
    [CAUSE_STORE_PAGE] = TENON_FAULT_WRITE,
};

/* What a page fault's access needed. */
static const uint8_t right_of[CAUSE_COUNT] = {
    [CAUSE_FETCH_PAGE] = TENON_RIGHT_EXECUTE,
    [CAUSE_LOAD_PAGE] = TENON_RIGHT_READ,
    [CAUSE_STORE_PAGE] = TENON_RIGHT_WRITE,
};

static struct core_fault decode(uint64_t cause, uint64_t value)
{
	struct core_fault fault = {.kind = TENON_FAULT_OTHER, .address = value, .syndrome = cause};

	if (cause < CAUSE_COUNT && fault_of[cause] != TENON_FAULT_NONE)
		fault.kind = (enum tenon_fault)fault_of[cause];
	if (fault.kind == TENON_FAULT_INSTRUCTION || fault.kind == TENON_FAULT_OTHER)
		fault.address = 0; /* stval holds the instruction, or something else */
	return fault;
}

static noreturn void kernel_fault(uint64_t pc, uint64_t value, uint64_t cause, uint64_t ra)
{
	const struct core_value values[] = {{", pc", pc}, {" stval", value}, {" scause", cause}, {" ra", ra}};

	core_panic_values("trap.c", __LINE__, "fault in kernel mode", values,
			  sizeof(values) / sizeof(values[0]));
}

struct arch_context *trap_handle(struct cpu *cpu, uint64_t cause, uint64_t value, uint64_t status)
{
	struct arch_cpu *arch = (struct arch_cpu *)cpu;

	if ((status & SSTATUS_SPP) != 0)
		kernel_fault(arch->kernel.pc, value, cause, arch->kernel.ra);
	if ((int64_t)cause < 0) {
		(void)interrupts_handle(cpu); /* one that went away meanwhile leaves nothing to do */
		return core_resume(cpu);
	}
	/* FPU and vectors are closed for all but their owner, counters likewise, and their instructions then illegal; one
	 * that is illegal for another reason comes again. */
	if (cause == CAUSE_ILLEGAL &&
	    (vector_take(arch, arch->entered) || counters_take(arch, arch->entered)))
		return arch->entered;
	if (cause < CAUSE_COUNT && right_of[cause] != 0 && space_allows(value, right_of[cause]))
		return arch->entered;

	struct core_fault fault = decode(cause, value);
	return core_fault(cpu, &fault);
}
