/* SPDX-License-Identifier: MIT
 * Interrupts: one of two controllers, chosen by the boot information.
 *
 *   APLIC + IMSIC  a wired source is turned into a message, whose identity each
 *                  CPU takes from its own IMSIC file; so are kicks.
 *   PLIC           a wired source is claimed and completed; kicks come through
 *                  the firmware as software interrupts.
 */
#include <arch/arch.h>
#include <arch_inline.h>
#include <dev/aplic.h>
#include <dev/imsic.h>
#include <dev/plic.h>
#include <dev/riscv_iommu.h>
#include <tenon/tables.h>
#include "riscv64.h"
#include "sbi.h"

#define IDENTITY_KICK  1u
#define IDENTITY_IOMMU 2u
#define IDENTITY_FIRST 3u
#define IDENTITIES     256u

/* What stands behind an identity, 0: nothing. Written at boot, before the identity can arrive. */
static uint16_t source_of[IDENTITIES];
static uint32_t identity_next = IDENTITY_FIRST;

static bool has_imsic(void)
{
	return boot_info->riscv64.imsic != 0 && boot_info->riscv64.aplic != 0;
}

BOOT void arch_interrupts_init(const struct tenon_boot_info *info)
{
	const struct tenon_boot_riscv64 *machine = &info->riscv64;

	if (has_imsic()) {
		imsic_init((physical_t){machine->imsic}, machine->imsic_stride_bits, info->cpu_count,
			   machine->imsic_ids);
		aplic_init((physical_t){machine->aplic}, machine->aplic_size, machine->aplic_sources);
		return;
	}
	uint32_t contexts = 0;
	for (uint32_t i = 0; i < info->cpu_count; ++i)
		if (info->cpu[i].context >= contexts)
			contexts = info->cpu[i].context + 1;
	plic_init((physical_t){machine->plic}, machine->plic_sources, contexts);
}

void arch_interrupts_init_cpu(struct cpu *cpu)
{
	const struct arch_cpu *arch = (const struct arch_cpu *)cpu;

	if (has_imsic())
		imsic_init_cpu();
	else
		plic_init_cpu(arch->plic_context);
	csr_set(sie, INTERRUPT_EXTERNAL | INTERRUPT_SOFTWARE);
}

uint32_t arch_interrupt_count(void)
{
	return (has_imsic() ? boot_info->riscv64.aplic_sources : boot_info->riscv64.plic_sources) + 1;
}

bool arch_interrupt_valid(uint32_t number)
{
	if (number == 0)
		return false;
	if (!has_imsic())
		return number < arch_interrupt_count();
	return identity_next < IDENTITIES && identity_next <= boot_info->riscv64.imsic_ids;
}

void arch_interrupt_enable(uint32_t number, uint32_t flags, unsigned cpu)
{
	if (!has_imsic()) {
		plic_enable(number, boot_info->cpu[cpu].context);
		return;
	}
	uint32_t identity = identity_next++;
	source_of[identity] = (uint16_t)number;
	if ((flags & TENON_INTERRUPT_MESSAGE) == 0)
		aplic_enable(number, flags, cpu, identity);
}

static uint32_t identity_of(uint32_t number)
{
	uint32_t identity = IDENTITY_FIRST;

	while (source_of[identity] != number)
		++identity;
	return identity;
}

void arch_interrupt_route(uint32_t number, unsigned cpu)
{
	if (!has_imsic())
		plic_route(number, ((const struct arch_cpu *)arch_cpu())->plic_context,
			   boot_info->cpu[cpu].context);
	else if (number >= arch_interrupt_count())
		message_route(identity_of(number), cpu);
	else
		aplic_route(number, cpu, identity_of(number));
}

struct arch_message arch_message_bind(uint32_t number, uint32_t requester, struct arch_space *space,
				      bool translated, unsigned cpu)
{
	return message_bind(identity_of(number), requester, translated ? space : NULL, cpu);
}

BOOT void arch_io_init(const struct tenon_boot_info *info)
{
	const struct tenon_boot_riscv64 *machine = &info->riscv64;

	if (machine->iommu == 0)
		return;
	if (!has_imsic())
		core_panic("interrupt.c", __LINE__, "an IOMMU, and no IMSIC for what it reports");
	riscv_iommu_init((physical_t){machine->iommu}, machine->iommu_size,
			 (struct arch_message){imsic_file(info->boot_cpu).value, IDENTITY_IOMMU});
}

void arch_interrupt_mask(uint32_t number)
{
	if (has_imsic())
		aplic_mask(number);
	else
		plic_mask(number);
}

void arch_interrupt_unmask(uint32_t number)
{
	if (has_imsic())
		aplic_unmask(number);
	else
		plic_unmask(number);
}

static void external_handle(struct cpu *cpu)
{
	if (has_imsic()) {
		for (uint32_t identity; (identity = imsic_claim()) != 0;) {
			if (identity == IDENTITY_KICK)
				core_kicked(cpu);
			else if (identity < IDENTITIES && source_of[identity] != 0)
				core_interrupt(cpu, source_of[identity]);
			else if (identity == IDENTITY_IOMMU && boot_info->riscv64.iommu != 0)
				riscv_iommu_handle(cpu);
		}
		return;
	}
	uint32_t context = ((const struct arch_cpu *)cpu)->plic_context;
	for (uint32_t source; (source = plic_claim(context)) != 0;) {
		core_interrupt(cpu, source);
		plic_complete(context, source);
	}
}

bool interrupts_handle(struct cpu *cpu)
{
	uint64_t pending = csr_read(sip) & csr_read(sie);

	if ((pending & INTERRUPT_TIMER) != 0) {
		timer_fired();
		core_timer(cpu);
	}
	if ((pending & INTERRUPT_SOFTWARE) != 0) {
		csr_clear(sip, INTERRUPT_SOFTWARE);
		core_kicked(cpu);
	}
	if ((pending & INTERRUPT_EXTERNAL) != 0)
		external_handle(cpu);
	return pending != 0;
}

/* wfi ends at an interrupt that is open in sie even while sstatus.SIE is off: it is handled, never taken. */
void arch_idle(void)
{
	struct cpu *cpu = arch_cpu();

	do
		__asm__ volatile("wfi" ::: "memory");
	while (!interrupts_handle(cpu));
}

void arch_cpu_kick(struct cpu *cpu)
{
	const struct arch_cpu *arch = (const struct arch_cpu *)cpu;

	if (has_imsic())
		imsic_send(arch->index, IDENTITY_KICK);
	else
		sbi_send_ipi(arch->hart);
}
