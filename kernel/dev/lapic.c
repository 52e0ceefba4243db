/*
 * SPDX-License-Identifier: MIT
 *
 * The local APIC, through model-specific registers (x2APIC) or its page of
 * registers. Written by its own CPU only, so there is no lock; the static state
 * is set once at boot.
 */
#include <dev/lapic.h>
#include <x86.h>

enum lapic_register {
	LAPIC_TASK_PRIORITY = 0x08,
	LAPIC_END = 0x0b,
	LAPIC_SPURIOUS = 0x0f,
	LAPIC_ERROR_STATUS = 0x28,
	LAPIC_COMMAND = 0x30,
	LAPIC_COMMAND_HIGH = 0x31,
	LAPIC_LVT_TIMER = 0x32,
	LAPIC_LVT_LINT0 = 0x35,
	LAPIC_LVT_LINT1 = 0x36,
	LAPIC_LVT_ERROR = 0x37,
	LAPIC_TIMER_INITIAL = 0x38,
	LAPIC_TIMER_DIVIDE = 0x3e
};

#define BASE_ENABLE (1u << 11)
#define BASE_X2APIC (1u << 10)

#define SPURIOUS_ENABLE    0x100u
#define LVT_MASKED         0x10000u
#define LVT_NMI            0x400u
#define LVT_TIMER_DEADLINE 0x40000u
#define DIVIDE_BY_1        0x0bu

#define COMMAND_FIXED   0x4000u /* level assert */
#define COMMAND_INIT    0x4500u
#define COMMAND_STARTUP 0x4600u
#define COMMAND_PENDING 0x1000u

#define CPUID1_C_X2APIC   (1u << 21)
#define CPUID1_C_DEADLINE (1u << 24)

static const struct {
	enum lapic_register reg;
	uint32_t value;
} at_start[] = {
    {LAPIC_SPURIOUS, SPURIOUS_ENABLE | VECTOR_SPURIOUS},
    {LAPIC_TASK_PRIORITY, 0},
    {LAPIC_LVT_LINT0, LVT_MASKED},
    {LAPIC_LVT_LINT1, LVT_NMI},
    {LAPIC_LVT_ERROR, LVT_MASKED | VECTOR_ERROR},
    {LAPIC_ERROR_STATUS, 0},
    {LAPIC_TIMER_DIVIDE, DIVIDE_BY_1},
    {LAPIC_TIMER_INITIAL, 0},
};

static volatile uint32_t *lapic_page;
static bool has_x2apic, has_deadline;
static uint64_t timer_ratio; /* timer counts per tick of the time-stamp counter, 32.32 */

static void lapic_write(enum lapic_register reg, uint32_t value)
{
	if (has_x2apic)
		msr_write(MSR_X2APIC + reg, value);
	else
		lapic_page[reg * 4u] = value;
}

BOOT void lapic_init(const struct tenon_boot_info *info)
{
	uint32_t features = cpuid(1, 0).c;

	has_x2apic = features & CPUID1_C_X2APIC;
	has_deadline = features & CPUID1_C_DEADLINE;
	if (!has_x2apic)
		lapic_page = arch_device_map((physical_t){info->x86_64.lapic}, TENON_PAGE_SIZE);
	if (!has_x2apic && lapic_page == NULL)
		core_panic(__FILE__, __LINE__, "the local APIC cannot be mapped");
	if (info->x86_64.tsc_hz == 0 || info->x86_64.lapic_hz == 0 || info->x86_64.lapic_hz >> 32 != 0)
		core_panic(__FILE__, __LINE__, "the loader measured no timer frequency");
	timer_ratio = (info->x86_64.lapic_hz << 32) / info->x86_64.tsc_hz;
}

BOOT bool lapic_is_x2apic(void)
{
	return has_x2apic;
}

void lapic_init_cpu(void)
{
	msr_write(MSR_APIC_BASE, msr_read(MSR_APIC_BASE) | BASE_ENABLE);
	if (has_x2apic)
		msr_write(MSR_APIC_BASE, msr_read(MSR_APIC_BASE) | BASE_X2APIC);
	for (unsigned i = 0; i < sizeof(at_start) / sizeof(at_start[0]); i++)
		lapic_write(at_start[i].reg, at_start[i].value);
	lapic_write(LAPIC_LVT_TIMER, VECTOR_TIMER | (has_deadline ? LVT_TIMER_DEADLINE : 0));
	/* SDM 11.5.4.1: the mode must have taken effect before the first deadline is written. */
	__asm__ volatile("mfence" ::: "memory");
	lapic_end();
}

void lapic_fini_cpu(void)
{
	lapic_write(LAPIC_SPURIOUS, VECTOR_SPURIOUS);
}

void lapic_end(void)
{
	lapic_write(LAPIC_END, 0);
}

static void command(uint32_t id, uint32_t value)
{
	if (has_x2apic) {
		/* The write of a model-specific register does not wait for earlier stores, which the other CPU is to see. */
		__asm__ volatile("mfence; lfence" ::: "memory");
		msr_write(MSR_X2APIC + LAPIC_COMMAND, (uint64_t)id << 32 | value);
		return;
	}
	while (lapic_page[LAPIC_COMMAND * 4u] & COMMAND_PENDING)
		arch_relax();
	lapic_write(LAPIC_COMMAND_HIGH, id << 24);
	lapic_write(LAPIC_COMMAND, value);
}

void lapic_send(uint32_t id, uint8_t vector)
{
	command(id, COMMAND_FIXED | vector);
}

void lapic_send_init(uint32_t id)
{
	command(id, COMMAND_INIT);
}

void lapic_send_startup(uint32_t id, uint8_t page)
{
	command(id, COMMAND_STARTUP | page);
}

static uint32_t timer_count(uint64_t ticks)
{
	uint64_t now = arch_ticks();
	unsigned __int128 count;

	if (ticks == UINT64_MAX)
		return 0;
	if (ticks <= now)
		return 1;
	count = ((unsigned __int128)(ticks - now) * timer_ratio >> 32) + 1;
	return count > UINT32_MAX ? UINT32_MAX : (uint32_t)count;
}

void lapic_timer_set(uint64_t ticks)
{
	if (has_deadline)
		msr_write(MSR_TSC_DEADLINE, ticks == UINT64_MAX ? 0 : ticks > 0 ? ticks : 1);
	else
		lapic_write(LAPIC_TIMER_INITIAL, timer_count(ticks));
}
