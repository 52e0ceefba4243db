/* SPDX-License-Identifier: MIT
 * Misbehaves in the one way that its instance is named after. What it must
 * never reach is the line after that.
 */
#include "component.h"

#include <tenon/stack.h>
#include <tenon/boot.h>
#include <tenon/string.h>

/* Where the direct map is, no component is told. */
#if defined(__aarch64__)
#include "../../../kernel/arch/aarch64/include/arch_boot.h"
#elif defined(__riscv)
#include "../../../kernel/arch/riscv64/include/arch_boot.h"
#else
#include "../../../kernel/arch/x86_64/include/arch_boot.h"
#endif

static const uint64_t constants[4] = {1, 2, 3, 4};
static uint8_t data[64];

static void read_at(uint64_t address)
{
	(void)*(const volatile uint8_t *)address;
}

static void write_at(uint64_t address)
{
	*(volatile uint8_t *)address = 1;
}

static void execute_at(uint64_t address)
{
	((void (*)(void))address)();
}

/* The heap's address is mapped in the witness and not here. */
static void read_others_memory(void)
{
	read_at(TENON_AREA_HEAP);
}

static void write_others_memory(void)
{
	write_at(TENON_AREA_HEAP);
}

static void execute_others_memory(void)
{
	execute_at(TENON_AREA_HEAP);
}

static void read_null(void)
{
	read_at(0);
}

static void read_kernel_image(void)
{
	read_at(TENON_KERNEL_BASE);
}

static void write_kernel_image(void)
{
	write_at(TENON_KERNEL_BASE);
}

static void read_direct_map(void)
{
	read_at(TENON_DIRECT_BASE + 0x80000000);
}

static void execute_kernel_image(void)
{
	execute_at(TENON_KERNEL_BASE);
}

static void write_own_code(void)
{
	write_at((uint64_t)&component_start);
}

static void write_own_constants(void)
{
	write_at((uint64_t)&constants);
}

static void execute_own_data(void)
{
	execute_at((uint64_t)data);
}

static void execute_own_stack(void)
{
	volatile uint32_t code[4] = {0};
	execute_at((uint64_t)code);
}

/* Grows by a frame of half a page each time; the guard page is larger than that. */
static unsigned overflow(volatile uint8_t *previous)
{
	volatile uint8_t frame[2048];
	TENON_STACK_OPEN();
	frame[0] = previous[0];
	/* Always so, but the compiler cannot know. */
	if (frame[0] != 0)
		return 0;
	return overflow(frame) + frame[0];
}

static void overflow_stack(void)
{
	volatile uint8_t first = 0;
	(void)overflow(&first);
}

static void mask_interrupts(void)
{
#if defined(__aarch64__)
	__asm__ volatile("msr daifset, #0xf");
#elif defined(__riscv)
	__asm__ volatile("csrci sstatus, 2");
#else
	__asm__ volatile("cli");
#endif
}

static void read_system_register(void)
{
	uint64_t value = 0;
#if defined(__aarch64__)
	__asm__ volatile("mrs %0, ttbr0_el1" : "=r"(value));
#elif defined(__riscv)
	__asm__ volatile("csrr %0, satp" : "=r"(value));
#else
	__asm__ volatile("mov %%cr3, %0" : "=r"(value));
#endif
	(void)value;
}

static void undefined_instruction(void)
{
#if defined(__aarch64__)
	__asm__ volatile("udf #0");
#elif defined(__riscv)
	__asm__ volatile("unimp");
#else
	__asm__ volatile("ud2");
#endif
}

/* AArch64 lets nobody but the kernel touch the translation tables; elsewhere a halt is privileged. */
static void stop_the_cpu(void)
{
#if defined(__aarch64__)
	__asm__ volatile("tlbi vmalle1");
#elif defined(__riscv)
	__asm__ volatile("sret");
#else
	__asm__ volatile("hlt");
#endif
}

static const struct {
	const char *name;
	void (*attack)(void);
} attacks[] = {
    {"read_others_memory", read_others_memory},
    {"write_others_memory", write_others_memory},
    {"execute_others_memory", execute_others_memory},
    {"read_null", read_null},
    {"read_kernel_image", read_kernel_image},
    {"write_kernel_image", write_kernel_image},
    {"read_direct_map", read_direct_map},
    {"execute_kernel_image", execute_kernel_image},
    {"write_own_code", write_own_code},
    {"write_own_constants", write_own_constants},
    {"execute_own_data", execute_own_data},
    {"execute_own_stack", execute_own_stack},
    {"overflow_stack", overflow_stack},
    {"mask_interrupts", mask_interrupts},
    {"read_system_register", read_system_register},
    {"undefined_instruction", undefined_instruction},
    {"stop_the_cpu", stop_the_cpu},
};

void component_start(void)
{
	for (unsigned i = 0; i < sizeof attacks / sizeof attacks[0]; i++) {
		if (strcmp(attacks[i].name, COMPONENT_NAME) == 0)
			attacks[i].attack();
	}
	log_error("%s went unpunished", COMPONENT_NAME);
}
