/*
 * SPDX-License-Identifier: MIT
 *
 * The I/O APICs: interrupt lines by number. 0..15 are ISA interrupts, translated
 * through the MADT's overrides; from 16 on a number is a global system interrupt.
 * Where interrupts are remapped, a line's number is its place in the IOMMU's table, too.
 */
#ifndef IOAPIC_H
#define IOAPIC_H

#include <stdbool.h>
#include <stdint.h>
#include <tenon/boot.h>

/* Maps all and masks every line. Boot only. */
void ioapic_init(const struct tenon_boot_info *info);
/* One more than the highest number. */
uint32_t ioapic_line_count(void);
/* False for numbers without a line, and for one that an override gave to another ISA interrupt. */
bool ioapic_line_valid(uint32_t number);
/* flags: TENON_INTERRUPT_*, of no effect on ISA interrupts, whose trigger mode the bus and the MADT say. */
void ioapic_line_enable(uint32_t number, uint32_t flags, uint8_t vector, uint32_t apic_id);
/* To another local APIC from now on; what was sent stays where it is. */
void ioapic_line_route(uint32_t number, uint32_t apic_id);
/* A level-triggered line is masked; an edge-triggered one stays open, since an edge while it is masked would be lost. */
void ioapic_line_mask(uint32_t number);
void ioapic_line_unmask(uint32_t number);

#endif
