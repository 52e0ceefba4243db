/* SPDX-License-Identifier: MIT
 * IMSIC, each CPU's file of message interrupts (RISC-V AIA 1.0, chapter 3).
 */
#ifndef DEV_IMSIC_H
#define DEV_IMSIC_H

#include <arch/arch.h>

/* The S-mode files of `cpus` CPUs start at `base`, 1 << stride_bits bytes apart. Boot only. */
void imsic_init(physical_t base, uint32_t stride_bits, uint32_t cpus, uint32_t identities);
/* Opens all identities of this CPU's file. */
void imsic_init_cpu(void);
/* Takes the most urgent pending identity of this CPU; 0: none. */
uint32_t imsic_claim(void);
/* Makes `identity` pending at another CPU; writes before it are visible there when it arrives. */
void imsic_send(uint32_t cpu, uint32_t identity);
/* Where the file of a CPU is on the bus: a page. */
physical_t imsic_file(uint32_t cpu);

#endif
