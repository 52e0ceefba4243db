/* SPDX-License-Identifier: MIT
 * Control and status registers (RISC-V Privileged Architecture 20240411, supervisor-level ISA; AIA 1.0,
 * chapter 2). By number where an assembler knows the name only with an extension switched on.
 */
#ifndef RISCV64_CSR_H
#define RISCV64_CSR_H

#include <stdint.h>

#define CSR_STIMECMP 0x14d
#define CSR_SISELECT 0x150
#define CSR_SIREG    0x151
#define CSR_STOPEI   0x15c

#define CSR_VLENB 0xc22

#define SSTATUS_SIE   (UINT64_C(1) << 1)
#define SSTATUS_SPP   (UINT64_C(1) << 8)
#define SSTATUS_VS    (UINT64_C(3) << 9)
#define SSTATUS_FS    (UINT64_C(3) << 13)
#define SSTATUS_STATE (SSTATUS_VS | SSTATUS_FS) /* FPU and vector registers; without the latter VS stays 0 */
#define SSTATUS_SUM   (UINT64_C(1) << 18)
#define SSTATUS_MXR   (UINT64_C(1) << 19)

/* Bits of sie and sip. */
#define INTERRUPT_SOFTWARE (UINT64_C(1) << 1)
#define INTERRUPT_TIMER    (UINT64_C(1) << 5)
#define INTERRUPT_EXTERNAL (UINT64_C(1) << 9)

#define SATP_SV39       (UINT64_C(8) << 60)
#define SATP_ASID_SHIFT 44
#define SATP_ASID_MASK  UINT64_C(0xffff)
#define SATP_PPN_MASK   ((UINT64_C(1) << 44) - 1)

#define CSR_TEXT_(name) #name
#define CSR_TEXT(name)  CSR_TEXT_(name)

#define csr_read(name)                                                                                       \
	({                                                                                                   \
		uint64_t csr_value_;                                                                         \
		__asm__ volatile("csrr %0, " CSR_TEXT(name) : "=r"(csr_value_)::"memory");                   \
		csr_value_;                                                                                  \
	})
#define csr_write(name, value)                                                                               \
	__asm__ volatile("csrw " CSR_TEXT(name) ", %0" ::"rK"((uint64_t)(value)) : "memory")
#define csr_set(name, bits)                                                                                  \
	__asm__ volatile("csrs " CSR_TEXT(name) ", %0" ::"rK"((uint64_t)(bits)) : "memory")
#define csr_clear(name, bits)                                                                                \
	__asm__ volatile("csrc " CSR_TEXT(name) ", %0" ::"rK"((uint64_t)(bits)) : "memory")
#define csr_exchange(name, value)                                                                            \
	({                                                                                                   \
		uint64_t csr_value_;                                                                         \
		__asm__ volatile("csrrw %0, " CSR_TEXT(name) ", %1"                                          \
				 : "=r"(csr_value_)                                                          \
				 : "rK"((uint64_t)(value))                                                   \
				 : "memory");                                                                \
		csr_value_;                                                                                  \
	})

#endif
