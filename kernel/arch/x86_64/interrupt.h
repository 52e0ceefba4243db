/*
 * SPDX-License-Identifier: MIT
 *
 * Interrupt vectors of this architecture, shared out between the I/O APICs'
 * lines, the timer and the kick.
 */
#ifndef INTERRUPT_H
#define INTERRUPT_H

#include <arch/arch.h>

/* An interrupt came: tells the generic kernel and ends it at the local APIC. */
void interrupt_take(struct arch_cpu *arch, unsigned vector);

#endif
