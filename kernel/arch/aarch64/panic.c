/*
 * SPDX-License-Identifier: MIT
 *
 * The line that a stopping kernel prints: a PL011 by polling (Arm DDI 0183). Its
 * driver is a component; here it is taken as that component left it.
 */
#include "aarch64.h"

#define UART_DATA     0x00
#define UART_FLAGS    0x18
#define UART_TX_FULL  (1u << 5)
#define UART_SIZE     0x1000
#define POLLS_AT_MOST 1000000u /* a UART that is switched off must not keep the machine from restarting */

static volatile uint8_t *uart;

BOOT void panic_init(const struct tenon_boot_info *info)
{
	if (info->aarch64.panic_uart != 0)
		uart = arch_device_map((physical_t){info->aarch64.panic_uart}, UART_SIZE);
}

static void put(char character)
{
	for (unsigned n = 0; n < POLLS_AT_MOST; n++)
		if ((*(volatile uint32_t *)(uart + UART_FLAGS) & UART_TX_FULL) == 0)
			break;
	*(volatile uint32_t *)(uart + UART_DATA) = (unsigned char)character;
}

void arch_panic_write(const char *text)
{
	if (uart == NULL)
		return;
	for (; *text != '\0'; text++) {
		if (*text == '\n')
			put('\r');
		put(*text);
	}
}
