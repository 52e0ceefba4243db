/* SPDX-License-Identifier: MIT
 * PLIC, the platform-level interrupt controller (RISC-V PLIC 1.0.0).
 */
#ifndef DEV_PLIC_H
#define DEV_PLIC_H

#include <arch/arch.h>

/* All sources off at every context below `contexts`. Boot only. */
void plic_init(physical_t base, uint32_t sources, uint32_t contexts);
void plic_init_cpu(uint32_t context);
/* Routes `source` to `context` and unmasks. The trigger mode is the wiring's. */
void plic_enable(uint32_t source, uint32_t context);
/* From one context to another; on the CPU of `from`, so that it is not between claim and completion. */
void plic_route(uint32_t source, uint32_t from, uint32_t to);
/* One write of a register that concerns `source` alone: any CPU may call them at any time. */
void plic_mask(uint32_t source);
void plic_unmask(uint32_t source);
/* Takes the most urgent pending source of this context, 0: none; it comes again once it is completed. */
uint32_t plic_claim(uint32_t context);
void plic_complete(uint32_t context, uint32_t source);

#endif
