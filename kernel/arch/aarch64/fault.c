/*
 * SPDX-License-Identifier: MIT
 *
 * Exceptions other than system calls: what ESR_EL1 says, in the kernel's terms.
 */
#include "aarch64.h"

/* ESR_EL1 of a data abort. */
#define ABORT_WRITE        (UINT64_C(1) << 6)
#define TOP_BIT_OF_ADDRESS (UINT64_C(1) << 55)
#define ABORT_STATUS       UINT64_C(0x3f)
#define STATUS_ALIGNMENT   0x21
#define STATUS_TAG         0x11
#define STATUS_EXTERNAL    0x10 /* up to 0x1f: answered by the bus, not by the page tables */

static enum tenon_fault data_abort_kind(uint64_t esr)
{
	uint64_t status = esr & ABORT_STATUS;

	if (status == STATUS_ALIGNMENT)
		return TENON_FAULT_ALIGNMENT;
	if (status == STATUS_TAG)
		return TENON_FAULT_TAG;
	if (status - STATUS_EXTERNAL < 16)
		return TENON_FAULT_OTHER;
	return (esr & ABORT_WRITE) != 0 ? TENON_FAULT_WRITE : TENON_FAULT_READ;
}

static void fault_decode(struct core_fault *fault, const struct arch_context *context, uint64_t esr)
{
	*fault = (struct core_fault){.kind = TENON_FAULT_OTHER, .syndrome = esr};
	switch ((enum exception_class)(esr >> 26 & 0x3f)) {
	case EC_DATA_ABORT:
		fault->kind = data_abort_kind(esr);
		fault->address = READ_REGISTER(far_el1);
		/* The top byte of a user address is its tag. */
		if (arch_has_tags && (fault->address & TOP_BIT_OF_ADDRESS) == 0)
			fault->address &= TOP_BIT_OF_ADDRESS - 1;
		return;
	case EC_INSTRUCTION_ABORT:
		fault->kind = TENON_FAULT_EXECUTE;
		fault->address = READ_REGISTER(far_el1);
		return;
	case EC_PC_ALIGNMENT:
		fault->kind = TENON_FAULT_ALIGNMENT;
		fault->address = READ_REGISTER(far_el1);
		return;
	case EC_SP_ALIGNMENT:
		fault->kind = TENON_FAULT_ALIGNMENT;
		fault->address = context->sp;
		return;
	case EC_UNKNOWN:
	case EC_WFX:
	case EC_PAC_TRAP:
	case EC_MSR:
	case EC_SVE:
	case EC_SME:
		fault->kind = TENON_FAULT_INSTRUCTION;
		return;
	case EC_FP_EXCEPTION:
		fault->kind = TENON_FAULT_ARITHMETIC;
		return;
	case EC_BREAKPOINT:
	case EC_STEP:
	case EC_WATCHPOINT:
	case EC_BRK:
		fault->kind = TENON_FAULT_BREAKPOINT;
		return;
	case EC_FPU:
	case EC_BTI:
	case EC_ILLEGAL:
	case EC_PAC_FAIL:
		return;
	}
}

struct arch_context *arch_fault(struct cpu *cpu, struct arch_context *context)
{
	uint64_t esr = READ_REGISTER(esr_el1);
	struct core_fault fault;

	switch ((enum exception_class)(esr >> 26 & 0x3f)) {
	case EC_FPU:
		if (vector_trap((struct arch_cpu *)cpu, context, VECTOR_SIMD))
			return context;
		break;
	case EC_SVE:
		if (vector_trap((struct arch_cpu *)cpu, context, VECTOR_SVE))
			return context;
		break;
	case EC_MSR:
		if (counters_trap((struct arch_cpu *)cpu, context))
			return context;
		break;
	default:
		break;
	}
	fault_decode(&fault, context, esr);
	return core_fault(cpu, &fault);
}

struct arch_context *arch_interrupt(struct cpu *cpu)
{
	(void)interrupts_handle(cpu); /* none left: another CPU was faster */
	return core_resume(cpu);
}

/* A fault, a system error or an unexpected interrupt while the kernel ran; vectors 8 and above: from user mode. */
void arch_kernel_fault(unsigned vector)
{
	static const char *const kinds[4] = {"fault", "interrupt", "fast interrupt", "system error"};
	const struct core_value values[] = {
	    {vector < 8 ? " in kernel mode: pc" : " in user mode: pc", READ_REGISTER(elr_el1)},
	    {" far", READ_REGISTER(far_el1)},
	    {" esr", READ_REGISTER(esr_el1)},
	};

	core_panic_values(__FILE__, __LINE__, kinds[vector % 4], values, sizeof(values) / sizeof(values[0]));
}
