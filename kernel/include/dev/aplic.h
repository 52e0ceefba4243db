/* SPDX-License-Identifier: MIT
 * APLIC, the wired interrupt controller (RISC-V AIA 1.0, chapter 4), in its
 * message mode: each source is sent as an identity to a CPU's IMSIC file.
 */
#ifndef DEV_APLIC_H
#define DEV_APLIC_H

#include <arch/arch.h>

/* All sources off, then the domain on. Boot only. */
void aplic_init(physical_t base, uint64_t size, uint32_t sources);
/* Sets the trigger mode (TENON_INTERRUPT_*), routes `source` as `identity` to hart index `hart`, unmasks. */
void aplic_enable(uint32_t source, uint32_t flags, uint32_t hart, uint32_t identity);
/* From now on to that hart; a message that was sent stays where it is. */
void aplic_route(uint32_t source, uint32_t hart, uint32_t identity);
/* Each is one or two writes of registers that concern `source` alone: any CPU may call them at any time. */
void aplic_mask(uint32_t source);
void aplic_unmask(uint32_t source);

#endif
