/*
 * SPDX-License-Identifier: MIT
 *
 * Local APIC of each CPU: end of interrupt, interrupts to other CPUs, the
 * one-shot timer. Intel SDM volume 3, chapter 11.
 */
#ifndef LAPIC_H
#define LAPIC_H

#include <stdbool.h>
#include <stdint.h>
#include <tenon/boot.h>

/* Once, on the boot CPU; chooses x2APIC where there is one. */
void lapic_init(const struct tenon_boot_info *info);
/* APIC ids are 32 bits wide. */
bool lapic_is_x2apic(void);
/* This CPU's own: enabled, nothing but NMI and the timer unmasked. */
void lapic_init_cpu(void);
/* It takes no interrupt any more but INIT, NMI and start-up. */
void lapic_fini_cpu(void);
/* Ends the interrupt in service. */
void lapic_end(void);
/* `id` is the APIC's. Does not wait for delivery. */
void lapic_send(uint32_t id, uint8_t vector);
void lapic_send_init(uint32_t id);
/* The CPU starts in real mode at physical address page * 4096. */
void lapic_send_startup(uint32_t id, uint8_t page);
/* Rings at `ticks` of the time-stamp counter, or early if that is further than the counter reaches; UINT64_MAX: never. */
void lapic_timer_set(uint64_t ticks);

#endif
