/* SPDX-License-Identifier: MIT
 * Intel VT-d: I/O spaces for requesters, and interrupts bound to who may signal them. All units of the machine are as one:
 * they share their tables, and each is told what is not true any more. Callers see to it that one CPU at a time is in here.
 */
#ifndef VTD_H
#define VTD_H

#include <arch/arch.h>
#include <tenon/boot.h>

/* Boot, with the interrupt controllers set up. Stops the machine on units that the kernel cannot handle. */
void vtd_init(const struct tenon_boot_info *info);
/* There are units. Without them the rest is not called. */
bool vtd_translates(void);
/* They remap interrupts. Without that vtd_interrupt_…() is not called. */
bool vtd_remaps(void);

/* Boot: as arch_io_space_init(). Stops the machine where the units tell fewer spaces apart. */
void vtd_space_init(struct arch_space *space, physical_t page);
/* As arch_io_attach() and its kind. */
enum tenon_status vtd_attach(struct arch_space *space, uint32_t requester);
void vtd_detach(uint32_t requester);
void vtd_flush(const struct arch_space *space);

/* Interrupt `index`, below VECTOR_LINES, arrives as `vector` at the local APIC with this id, if this requester signals it;
 * TENON_BOOT_NO_REQUESTER: whoever does. */
void vtd_interrupt_bind(uint32_t index, uint32_t requester, uint8_t vector, bool level, uint32_t apic_id);
void vtd_interrupt_route(uint32_t index, uint32_t apic_id);

/* The units' own interrupt: tells core_device_fault() what they have recorded. On one CPU. */
void vtd_faults(struct cpu *cpu);

#endif
