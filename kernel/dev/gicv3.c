/*
 * SPDX-License-Identifier: MIT
 *
 * Arm GICv3 (Arm IHI 0069): distributor, redistributors, and the CPU interface in
 * system registers. All interrupts are in non-secure group 1 with one priority.
 *
 * Shared interrupts (INTID 32 and up) belong to components; INTID 0 is our kick
 * between CPUs and one private interrupt is the timer. Set up by the boot CPU;
 * afterwards the distributor's set and clear registers need no lock.
 */
#include "aarch64.h"
#include <dev/its.h>
#include <dev/smmuv3.h>
#include <tenon/tables.h>

/* Distributor, and the same layout in a redistributor's second frame for INTIDs below 32. */
#define GIC_CONTROL       0x0000
#define GIC_TYPE          0x0004
#define GIC_GROUP(n)      (0x0080 + 4 * ((n) / 32))
#define GIC_ENABLE(n)     (0x0100 + 4 * ((n) / 32))
#define GIC_DISABLE(n)    (0x0180 + 4 * ((n) / 32))
#define GIC_DEACTIVATE(n) (0x0380 + 4 * ((n) / 32))
#define GIC_PRIORITY(n)   (0x0400 + (n))
#define GIC_CONFIGURE(n)  (0x0c00 + 4 * ((n) / 16))
#define GIC_ROUTE(n)      (0x6000 + 8 * (n))
#define CONTROL_GROUP1    (1u << 1)
#define CONTROL_AFFINITY  (1u << 4)
#define CONTROL_PENDING   (1u << 31)
#define CONFIGURE_EDGE(n) (2u << 2 * ((n) % 16))
#define PRIORITY_ALL      0x80808080u

/* Redistributor. */
#define GICR_TYPE    0x0008
#define GICR_WAKER   0x0014
#define GICR_PRIVATE 0x10000            /* the second frame */
#define TYPE_VIRTUAL (UINT64_C(1) << 1) /* two more frames */
#define TYPE_LAST    (UINT64_C(1) << 4)
#define WAKER_SLEEP  (1u << 1)
#define WAKER_ASLEEP (1u << 2)
#define FRAME_SIZE   0x10000

#define FIRST_SHARED  32u
#define INTERRUPT_MAX 1020u
#define SPURIOUS      1020u /* up to LPI_FIRST: none pending for us */
#define KICK          0u

/* CPU interface. */
#define ICC_PMR_EL1     s3_0_c4_c6_0
#define ICC_IAR1_EL1    s3_0_c12_c12_0
#define ICC_EOIR1_EL1   s3_0_c12_c12_1
#define ICC_BPR1_EL1    s3_0_c12_c12_3
#define ICC_CTLR_EL1    s3_0_c12_c12_4
#define ICC_SRE_EL1     s3_0_c12_c12_5
#define ICC_IGRPEN1_EL1 s3_0_c12_c12_7
#define ICC_SGI1R_EL1   s3_0_c12_c11_5
#define SRE_ENABLE      1u
#define PRIORITY_OPEN   0xffu

static volatile uint8_t *distributor;
static volatile uint8_t *redistributors;
static uint64_t redistributors_size, redistributors_bus;
static uint32_t interrupt_count;
static uint32_t timer_interrupt;

static uint32_t read32(const volatile uint8_t *base, size_t offset)
{
	return *(const volatile uint32_t *)(base + offset);
}

static void write32(volatile uint8_t *base, size_t offset, uint32_t value)
{
	*(volatile uint32_t *)(base + offset) = value;
}

static void write64(volatile uint8_t *base, size_t offset, uint64_t value)
{
	*(volatile uint64_t *)(base + offset) = value;
}

static uint32_t bit(uint32_t number)
{
	return UINT32_C(1) << number % 32;
}

/* Until the writes to control, enable and route registers have taken effect. */
static void settle(const volatile uint8_t *base)
{
	while ((read32(base, GIC_CONTROL) & CONTROL_PENDING) != 0)
		arch_relax();
}

BOOT void arch_interrupts_init(const struct tenon_boot_info *info)
{
	const struct tenon_boot_aarch64 *machine = &info->aarch64;
	uint32_t lines;

	distributor = arch_device_map((physical_t){machine->gicd}, machine->gicd_size);
	redistributors = arch_device_map((physical_t){machine->gicr}, machine->gicr_size);
	if (distributor == NULL || redistributors == NULL)
		core_panic(__FILE__, __LINE__, "the GIC's registers cannot be mapped");
	redistributors_size = machine->gicr_size;
	timer_interrupt = machine->timer_interrupt;

	redistributors_bus = machine->gicr;
	its_init((physical_t){machine->its}, info->cpu_count);
	write32(distributor, GIC_CONTROL, 0);
	settle(distributor);
	lines = 32 * ((read32(distributor, GIC_TYPE) & 31) + 1);
	interrupt_count = lines < INTERRUPT_MAX ? lines : INTERRUPT_MAX;
	for (uint32_t n = FIRST_SHARED; n < lines; n += 32) {
		write32(distributor, GIC_DISABLE(n), UINT32_MAX);
		write32(distributor, GIC_DEACTIVATE(n), UINT32_MAX);
		write32(distributor, GIC_GROUP(n), UINT32_MAX);
		for (uint32_t four = n; four < n + 32; four += 4)
			write32(distributor, GIC_PRIORITY(four), PRIORITY_ALL);
	}
	write32(distributor, GIC_CONTROL, CONTROL_AFFINITY);
	settle(distributor);
	write32(distributor, GIC_CONTROL, CONTROL_AFFINITY | CONTROL_GROUP1);
	settle(distributor);
}

/* The redistributor whose affinity is this CPU's; stops the machine if there is none. */
static volatile uint8_t *redistributor_find(uint64_t affinity)
{
	uint32_t packed = (uint32_t)(affinity >> 32 << 24 | (affinity & 0xffffff));

	for (uint64_t offset = 0; redistributors_size - offset >= 2 * FRAME_SIZE;) {
		volatile uint8_t *frames = redistributors + offset;
		uint64_t type = *(volatile uint64_t *)(frames + GICR_TYPE);

		if (type >> 32 == packed)
			return frames;
		offset += (type & TYPE_VIRTUAL) != 0 ? 4 * FRAME_SIZE : 2 * FRAME_SIZE;
		if ((type & TYPE_LAST) != 0 || offset > redistributors_size)
			break;
	}
	core_panic(__FILE__, __LINE__, "a CPU has no redistributor");
}

static uint64_t kick_value(uint64_t affinity)
{
	uint64_t aff0 = affinity & 0xff, aff1 = affinity >> 8 & 0xff, aff2 = affinity >> 16 & 0xff;

	return affinity >> 32 << 48 | aff0 >> 4 << 44 | aff2 << 32 | (uint64_t)KICK << 24 | aff1 << 16 |
	       UINT64_C(1) << (aff0 & 15);
}

void arch_interrupts_init_cpu(struct cpu *cpu)
{
	struct arch_cpu *arch = (struct arch_cpu *)cpu;
	volatile uint8_t *frames = redistributor_find(arch->affinity);
	volatile uint8_t *private = frames + GICR_PRIVATE;

	arch->kick = kick_value(arch->affinity);
	write32(frames, GICR_WAKER, read32(frames, GICR_WAKER) & ~WAKER_SLEEP);
	while ((read32(frames, GICR_WAKER) & WAKER_ASLEEP) != 0)
		arch_relax();
	arch->redistributor = its_init_cpu(frames, redistributors_bus + (uint64_t)(frames - redistributors));
	write32(private, GIC_DISABLE(0), UINT32_MAX);
	write32(private, GIC_DEACTIVATE(0), UINT32_MAX);
	write32(private, GIC_GROUP(0), UINT32_MAX);
	for (uint32_t four = 0; four < FIRST_SHARED; four += 4)
		write32(private, GIC_PRIORITY(four), PRIORITY_ALL);

	WRITE_REGISTER(ICC_SRE_EL1, READ_REGISTER(ICC_SRE_EL1) | SRE_ENABLE);
	ISB(); /* the registers below exist from here on */
	WRITE_REGISTER(ICC_PMR_EL1, PRIORITY_OPEN);
	WRITE_REGISTER(ICC_BPR1_EL1, 0);
	WRITE_REGISTER(ICC_CTLR_EL1, 0); /* one write ends an interrupt */
	WRITE_REGISTER(ICC_IGRPEN1_EL1, 1);
	ISB();
	timer_init_cpu();
	write32(private, GIC_ENABLE(0), bit(KICK) | bit(timer_interrupt));
}

void interrupts_fini_cpu(struct cpu *cpu)
{
	volatile uint8_t *frames = redistributor_find(((const struct arch_cpu *)cpu)->affinity);

	WRITE_REGISTER(ICC_IGRPEN1_EL1, 0);
	ISB();
	write32(frames, GICR_WAKER, read32(frames, GICR_WAKER) | WAKER_SLEEP);
	while ((read32(frames, GICR_WAKER) & WAKER_ASLEEP) == 0)
		arch_relax();
}

bool arch_interrupt_valid(uint32_t number)
{
	if (number >= interrupt_count)
		return number - interrupt_count < its_messages;
	return number >= FIRST_SHARED && number != smmu_line;
}

uint32_t arch_interrupt_count(void)
{
	return interrupt_count;
}

/* A shared interrupt is active high or rising edge; an inverter is the board's affair. */
BOOT void arch_interrupt_enable(uint32_t number, uint32_t flags, unsigned cpu)
{
	if (number >= interrupt_count) {
		its_enable(number - interrupt_count);
		return;
	}
	uint32_t configure = read32(distributor, GIC_CONFIGURE(number)) & ~CONFIGURE_EDGE(number);

	if ((flags & TENON_INTERRUPT_EDGE) != 0)
		configure |= CONFIGURE_EDGE(number);
	arch_interrupt_mask(number);
	write32(distributor, GIC_CONFIGURE(number), configure);
	arch_interrupt_route(number, cpu);
	arch_interrupt_unmask(number);
}

void arch_interrupt_route(uint32_t number, unsigned cpu)
{
	const struct arch_cpu *to = (const struct arch_cpu *)core_cpu(cpu);

	if (number < interrupt_count)
		write64(distributor, GIC_ROUTE(number), to->affinity);
	else
		its_route(number - interrupt_count, cpu, to->redistributor);
}

struct arch_message arch_message_bind(uint32_t number, uint32_t requester, struct arch_space *space,
				      bool translated, unsigned cpu)
{
	return its_bind(number - interrupt_count, requester, space, translated, cpu,
			((const struct arch_cpu *)core_cpu(cpu))->redistributor);
}

void arch_interrupt_mask(uint32_t number)
{
	write32(distributor, GIC_DISABLE(number), bit(number));
	settle(distributor);
}

void arch_interrupt_unmask(uint32_t number)
{
	write32(distributor, GIC_ENABLE(number), bit(number));
}

void arch_cpu_kick(struct cpu *cpu)
{
	DSB(ishst); /* what the other CPU is to see comes first */
	WRITE_REGISTER(ICC_SGI1R_EL1, ((const struct arch_cpu *)cpu)->kick);
	ISB(); /* now, for the caller may wait for the other CPU */
}

bool interrupts_handle(struct cpu *cpu)
{
	bool any = false;

	for (;;) {
		uint32_t number = (uint32_t)READ_REGISTER(ICC_IAR1_EL1) & 0xffffff;

		if (number >= SPURIOUS && number < LPI_FIRST)
			return any;
		any = true;
		if (number == timer_interrupt) {
			core_timer(cpu); /* sets the timer anew, which ends the interrupt */
		} else if (number == KICK) {
			core_kicked(cpu);
		} else if (number == smmu_line) {
			smmu_handle(cpu);
		} else {
			core_interrupt(cpu,
				       number < SPURIOUS ? number : number - LPI_FIRST + interrupt_count);
		}
		WRITE_REGISTER(ICC_EOIR1_EL1, number);
	}
}
