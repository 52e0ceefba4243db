/*
 * SPDX-License-Identifier: MIT
 *
 * The interrupt and timer half of the contract, on top of the local APIC and the
 * I/O APICs (kernel/dev). Line numbers 0..15 are the ISA bus's, others global
 * system interrupts, and behind them come messages; number n arrives as vector
 * VECTOR_LINE + n. A message that no IOMMU remaps stays with its CPU.
 */
#include "x86.h"
#include "interrupt.h"
#include <dev/ioapic.h>
#include <dev/lapic.h>
#include <dev/vtd.h>

#define PIC_MASTER 0x20
#define PIC_SLAVE  0xa0

#define APIC_ID_BROADCAST 0xff

#define MESSAGE_ADDRESS  0xfee00000u
#define MESSAGE_REMAPPED 0x10u

/* The 8259s: out of the exceptions' vectors, and masked. */
static void legacy_mask(void)
{
	port_out8(PIC_MASTER, 0x11);
	port_out8(PIC_SLAVE, 0x11);
	port_out8(PIC_MASTER + 1, VECTOR_LEGACY);
	port_out8(PIC_SLAVE + 1, VECTOR_LEGACY + 8);
	port_out8(PIC_MASTER + 1, 1 << 2);
	port_out8(PIC_SLAVE + 1, 2);
	port_out8(PIC_MASTER + 1, 1);
	port_out8(PIC_SLAVE + 1, 1);
	port_out8(PIC_MASTER + 1, 0xff);
	port_out8(PIC_SLAVE + 1, 0xff);
}

BOOT void arch_interrupts_init(const struct tenon_boot_info *info)
{
	legacy_mask();
	lapic_init(info);
	ioapic_init(info);
}

void arch_interrupts_init_cpu(struct cpu *cpu)
{
	(void)cpu;
	lapic_init_cpu();
}

static bool is_message(uint32_t number)
{
	return number >= ioapic_line_count();
}

bool arch_interrupt_valid(uint32_t number)
{
	return is_message(number) ? number < VECTOR_LINES : ioapic_line_valid(number);
}

uint32_t arch_interrupt_count(void)
{
	return ioapic_line_count();
}

/* An I/O APIC reaches the first 255 APICs; the generic kernel takes an interrupt on any CPU. */
static uint32_t line_target(unsigned cpu)
{
	uint64_t id = boot_info->cpu[cpu].id;

	if (id >= APIC_ID_BROADCAST)
		id = boot_info->cpu[boot_info->boot_cpu].id;
	return (uint32_t)id;
}

void arch_interrupt_enable(uint32_t number, uint32_t flags, unsigned cpu)
{
	if (!is_message(number))
		ioapic_line_enable(number, flags, (uint8_t)(VECTOR_LINE + number), line_target(cpu));
}

void arch_interrupt_route(uint32_t number, unsigned cpu)
{
	if (!is_message(number))
		ioapic_line_route(number, line_target(cpu));
	else if (vtd_remaps())
		vtd_interrupt_route(number, line_target(cpu));
}

/* Intel SDM 3A, 11.11, and VT-d 5.1.2.2 for the remappable form. The address is none that is translated. */
struct arch_message arch_message_bind(uint32_t number, uint32_t requester, struct arch_space *space,
				      bool translated, unsigned cpu)
{
	uint32_t id = line_target(cpu);

	(void)space;
	(void)translated;
	if (!vtd_remaps())
		return (struct arch_message){MESSAGE_ADDRESS | id << 12, VECTOR_LINE + number};
	vtd_interrupt_bind(number, requester, (uint8_t)(VECTOR_LINE + number), false, id);
	return (struct arch_message){MESSAGE_ADDRESS | number << 5 | MESSAGE_REMAPPED, 0};
}

void arch_interrupt_mask(uint32_t number)
{
	ioapic_line_mask(number);
}

void arch_interrupt_unmask(uint32_t number)
{
	ioapic_line_unmask(number);
}

uint64_t arch_ticks_per_second(void)
{
	return boot_info->x86_64.tsc_hz;
}

void arch_timer_set(uint64_t ticks)
{
	cpu_arch(arch_cpu())->timer_ticks = ticks;
	lapic_timer_set(ticks);
}

/* The timer's counter is 32 bits wide and rings early for a far deadline; that is nobody else's affair. */
static void timer_take(struct arch_cpu *arch)
{
	if (arch_ticks() < arch->timer_ticks) {
		lapic_timer_set(arch->timer_ticks);
		return;
	}
	arch->timer_ticks = UINT64_MAX;
	core_timer(arch->self);
}

void interrupt_take(struct arch_cpu *arch, unsigned vector)
{
	if (vector < VECTOR_LINE || vector == VECTOR_SPURIOUS)
		return;
	if (vector - VECTOR_LINE < VECTOR_LINES)
		core_interrupt(arch->self, vector - VECTOR_LINE);
	lapic_end();
	if (vector == VECTOR_TIMER)
		timer_take(arch);
	else if (vector == VECTOR_KICK)
		core_kicked(arch->self);
	else if (vector == VECTOR_DEVICE)
		vtd_faults(arch->self);
}
