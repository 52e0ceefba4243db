/*
 * SPDX-License-Identifier: MIT
 *
 * Exceptions: those of user mode are told to the generic kernel in its terms,
 * those of the kernel end the machine with all that is known on one line.
 */
#include "x86.h"

enum exception {
	EXCEPTION_DIVIDE = 0,
	EXCEPTION_DEBUG = 1,
	EXCEPTION_BREAKPOINT = 3,
	EXCEPTION_OVERFLOW = 4,
	EXCEPTION_UNDEFINED = 6,
	EXCEPTION_PROTECTION = 13,
	EXCEPTION_PAGE = 14,
	EXCEPTION_X87 = 16,
	EXCEPTION_ALIGNMENT = 17,
	EXCEPTION_SIMD = 19
};

#define PAGE_ERROR_WRITE    0x02u
#define PAGE_ERROR_RESERVED 0x08u
#define PAGE_ERROR_FETCH    0x10u

/* A privileged instruction and a non-canonical address both end as general protection: taken for the former. */
static enum tenon_fault fault_kind(uint64_t vector, uint64_t error)
{
	switch (vector) {
	case EXCEPTION_PAGE:
		if (error & PAGE_ERROR_RESERVED)
			return TENON_FAULT_OTHER;
		if (error & PAGE_ERROR_FETCH)
			return TENON_FAULT_EXECUTE;
		return error & PAGE_ERROR_WRITE ? TENON_FAULT_WRITE : TENON_FAULT_READ;
	case EXCEPTION_UNDEFINED:
	case EXCEPTION_PROTECTION:
		return TENON_FAULT_INSTRUCTION;
	case EXCEPTION_DIVIDE:
	case EXCEPTION_OVERFLOW:
	case EXCEPTION_X87:
	case EXCEPTION_SIMD:
		return TENON_FAULT_ARITHMETIC;
	case EXCEPTION_DEBUG:
	case EXCEPTION_BREAKPOINT:
		return TENON_FAULT_BREAKPOINT;
	case EXCEPTION_ALIGNMENT:
		return TENON_FAULT_ALIGNMENT;
	default:
		return TENON_FAULT_OTHER;
	}
}

struct arch_context *fault_deliver(struct arch_cpu *arch, uint64_t vector, uint64_t error)
{
	struct core_fault fault = {
	    .kind = fault_kind(vector, error),
	    .address = vector == EXCEPTION_PAGE ? cr2_read() : 0,
	    .syndrome = vector << 32 | error,
	};

	return core_fault(arch->self, &fault);
}

void fault_panic(const struct trap_frame *frame)
{
	const struct core_value values[] = {
	    {"", frame->vector},  {" error", frame->error}, {" rip", frame->rip},
	    {" cr2", cr2_read()}, {" rsp", frame->rsp},
	};

	core_panic_values(__FILE__, __LINE__, "kernel exception", values, sizeof(values) / sizeof(values[0]));
}
