/*
 * SPDX-License-Identifier: MIT
 *
 * Power, restart, I/O ports, and the serial port that a stopping kernel writes to.
 */
#include "x86.h"

#define PM1_SLEEP_TYPE_SHIFT 10
#define PM1_SLEEP_TYPE       (7u << PM1_SLEEP_TYPE_SHIFT)
#define PM1_SLEEP_ENABLE     (1u << 13)

#define RESET_CONTROL    0xcf9 /* of the PCI host bridge */
#define KEYBOARD_COMMAND 0x64

#define COM1             0x3f8
#define COM1_LINE_STATUS (COM1 + 5)
#define LINE_EMPTY       0x20u
#define LINE_ABSENT      0xffu
#define WRITE_TRIES      100000u

static noreturn void stop(void)
{
	for (;;)
		__asm__ volatile("cli; hlt" ::: "memory");
}

/* ACPI 6.5, 4.8.3.2: SLP_TYP and SLP_EN of the PM1 control registers. */
static void sleep_write(uint32_t port, uint32_t type)
{
	uint32_t value;

	if (port == 0 || port > 0xffff)
		return;
	value = port_in16((uint16_t)port) & ~(PM1_SLEEP_TYPE | PM1_SLEEP_ENABLE);
	value |= (type << PM1_SLEEP_TYPE_SHIFT & PM1_SLEEP_TYPE) | PM1_SLEEP_ENABLE;
	port_out16((uint16_t)port, (uint16_t)value);
}

void arch_power_off(void)
{
	const struct tenon_boot_x86_64 *x86 = &boot_info->x86_64;

	sleep_write(x86->pm1a_control, x86->s5_type_a);
	sleep_write(x86->pm1b_control, x86->s5_type_b);
	stop();
}

/* The FADT's register, then the host bridge's, then the keyboard controller's line, then a triple fault. */
void arch_restart(void)
{
	const struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) none = {0, 0};

	if (boot_info->x86_64.reset_port != 0 && boot_info->x86_64.reset_port <= 0xffff)
		port_out8((uint16_t)boot_info->x86_64.reset_port, (uint8_t)boot_info->x86_64.reset_value);
	port_out8(RESET_CONTROL, 0x02);
	port_out8(RESET_CONTROL, 0x06);
	port_out8(KEYBOARD_COMMAND, 0xfe);
	__asm__ volatile("lidt %0; int3" ::"m"(none));
	stop();
}

enum tenon_status arch_port_read(uint16_t port, unsigned width, uint32_t *value)
{
	if (width == 1)
		*value = port_in8(port);
	else if (width == 2)
		*value = port_in16(port);
	else
		*value = port_in32(port);
	return TENON_OK;
}

enum tenon_status arch_port_write(uint16_t port, unsigned width, uint32_t value)
{
	if (width == 1)
		port_out8(port, (uint8_t)value);
	else if (width == 2)
		port_out16(port, (uint16_t)value);
	else
		port_out32(port, value);
	return TENON_OK;
}

static void panic_byte(uint8_t byte)
{
	for (unsigned i = 0; i < WRITE_TRIES; i++) {
		uint8_t status = port_in8(COM1_LINE_STATUS);

		if (status == LINE_ABSENT)
			return;
		if (status & LINE_EMPTY)
			break;
	}
	port_out8(COM1, byte);
}

void arch_panic_write(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\n')
			panic_byte('\r');
		panic_byte((uint8_t)*text);
	}
}

#define CACHE_LINE 64u

void arch_flush_pages(const void *direct, size_t bytes)
{
	const char *at = direct;

	for (const char *end = at + bytes; at < end; at += CACHE_LINE)
		__asm__ volatile("clflush %0" ::"m"(*at) : "memory");
	__asm__ volatile("mfence" ::: "memory");
}

/* Instruction fetch is coherent with stores. */
void arch_sync_instructions(const void *direct, size_t bytes)
{
	(void)direct;
	(void)bytes;
}
