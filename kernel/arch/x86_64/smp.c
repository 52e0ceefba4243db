/*
 * SPDX-License-Identifier: MIT
 *
 * Further CPUs: INIT, SIPI, SIPI, through a copy of trampoline.S in the page
 * below 1 MiB that the loader set aside. One CPU at a time uses that page: one
 * that was given up and comes after all sees there that it is not meant, and halts.
 */
#include "x86.h"
#include <dev/lapic.h>

#define STACK_PAGES      2
#define LAST_STACK_PAGES 1
#define STARTUP_TRY_US   1000
#define STARTUP_LAST_US  500000

extern const char trampoline_long[];

static void store32(uint8_t *to, uint32_t value)
{
	__builtin_memcpy(to, &value, sizeof(value));
}

static void store64(uint8_t *to, uint64_t value)
{
	__builtin_memcpy(to, &value, sizeof(value));
}

static uint8_t *trampoline(void)
{
	return arch_direct((physical_t){boot_info->x86_64.trampoline});
}

static bool trampoline_exists(void)
{
	uint64_t page = boot_info->x86_64.trampoline;

	return page != 0 && page >> 20 == 0 && boot_info->root_table >> 32 == 0;
}

/* Once: a CPU that is late may be in there. */
static BOOT void trampoline_copy(void)
{
	uint32_t base = (uint32_t)boot_info->x86_64.trampoline;
	uint8_t *page = trampoline();

	for (size_t i = 0; i < (size_t)(trampoline_end - trampoline_start); i++)
		page[i] = (uint8_t)trampoline_start[i];
	store32(page + TRAMPOLINE_ROOT, (uint32_t)boot_info->root_table);
	store64(page + TRAMPOLINE_ENTRY, (uint64_t)kernel_entry_secondary);
	store32(page + TRAMPOLINE_FAR, base + (uint32_t)(trampoline_long - trampoline_start));
	store32(page + TRAMPOLINE_FAR + 4, SELECTOR_KERNEL_CODE);
	store32(page + TRAMPOLINE_GDTR, (base + TRAMPOLINE_GDT) << 16 | (3 * 8 - 1));
	store32(page + TRAMPOLINE_GDTR + 4, (base + TRAMPOLINE_GDT) >> 16);
}

static void trampoline_fill(const struct arch_cpu *arch)
{
	uint8_t *page = trampoline();

	store32(page + TRAMPOLINE_ID, UINT32_MAX);
	__atomic_thread_fence(__ATOMIC_RELEASE);
	store64(page + TRAMPOLINE_STACK, arch->stack);
	store64(page + TRAMPOLINE_CPU, (uint64_t)arch);
	__atomic_thread_fence(__ATOMIC_RELEASE);
	store32(page + TRAMPOLINE_ID, arch->apic_id);
}

static bool started_within(const struct arch_cpu *arch, uint64_t microseconds)
{
	uint64_t end = arch_ticks() + microseconds * boot_info->x86_64.tsc_hz / 1000000;

	do {
		if (__atomic_load_n(&arch->started, __ATOMIC_ACQUIRE))
			return true;
		arch_relax();
	} while (arch_ticks() < end);
	return false;
}

/* Its stacks; a CPU that comes back finds them again. */
BOOT void arch_cpu_prepare(unsigned index, struct cpu *cpu)
{
	static bool is_copied;
	struct arch_cpu *arch = cpu_arch(cpu);

	(void)index;
	if (!is_copied && trampoline_exists()) {
		trampoline_copy();
		is_copied = true;
	}
	arch->stack = space_stack_map(STACK_PAGES);
	arch->tss.ist[0] = space_stack_map(LAST_STACK_PAGES);
}

bool arch_cpu_start(unsigned index, struct cpu *cpu)
{
	struct arch_cpu *arch = cpu_arch(cpu);
	uint64_t page = boot_info->x86_64.trampoline;
	bool first = arch->self == NULL; /* during boot; later there is no time to wait */

	if (!trampoline_exists())
		return false;
	arch->self = cpu;
	arch->apic_id = (uint32_t)boot_info->cpu[index].id;
	arch->timer_ticks = UINT64_MAX;
	arch->root = space_kernel_root();
	trampoline_fill(arch);
	lapic_send_init(arch->apic_id);
	lapic_send_startup(arch->apic_id, (uint8_t)(page >> 12));
	if (first && started_within(arch, STARTUP_TRY_US))
		return true;
	/* The second one finds a CPU that missed the first, and is nothing to a CPU that runs (SDM 11.4.4.1). */
	lapic_send_startup(arch->apic_id, (uint8_t)(page >> 12));
	return !first || started_within(arch, STARTUP_LAST_US);
}

bool arch_cpu_is_off(struct cpu *cpu)
{
	return __atomic_load_n(&cpu_arch(cpu)->started, __ATOMIC_ACQUIRE) == 0;
}

/* What came in before the lines were routed elsewhere is taken in the window; then INIT finds a CPU that does nothing. */
void arch_cpu_off(struct cpu *cpu)
{
	__asm__ volatile("sti; nop; nop; cli" ::: "memory");
	lapic_fini_cpu();
	__asm__ volatile("wbinvd" ::: "memory");
	__atomic_store_n(&cpu_arch(cpu)->started, 0, __ATOMIC_RELEASE);
	for (;;)
		__asm__ volatile("cli; hlt" ::: "memory");
}

void arch_cpu_kick(struct cpu *cpu)
{
	lapic_send(cpu_arch(cpu)->apic_id, VECTOR_KICK);
}

/* STI takes effect after HLT began, so that an interrupt in between ends the wait. */
void arch_idle(void)
{
	__asm__ volatile("sti; hlt; cli" ::: "memory");
}
