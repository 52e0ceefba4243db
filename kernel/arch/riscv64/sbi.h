/* SPDX-License-Identifier: MIT
 * Calls into the firmware (RISC-V SBI 2.0).
 */
#ifndef RISCV64_SBI_H
#define RISCV64_SBI_H

#include <stdbool.h>
#include <stdint.h>
#include <stdnoreturn.h>

/* Chapter 9 (HSM): starts a hart in S-mode at a physical address, with the MMU off and `opaque` in a1. */
bool sbi_hart_start(uint64_t hart, uint64_t physical, uint64_t opaque);
/* The calling hart stops; comes back only where the firmware refuses. */
void sbi_hart_stop(void);
bool sbi_hart_is_stopped(uint64_t hart);
/* Chapter 7 (IPI): sets SSIP of one hart. */
void sbi_send_ipi(uint64_t hart);
/* Chapter 8 (RFENCE): stores of this hart so far, and then FENCE.I on every hart that runs; has happened on return. */
void sbi_fence_instructions(void);
/* Chapter 6 (TIME): timer interrupt at `ticks`; clears a pending one. */
void sbi_set_timer(uint64_t ticks);

#endif
