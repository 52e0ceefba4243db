/* SPDX-License-Identifier: MIT
 * Arm PrimeCell UART (PL011), Arm DDI 0183. The firmware chose the baud rate;
 * it is kept. Which interrupts are open is remembered in `mask`.
 */
#include "component.h"
#include "uart.h"

enum pl011_register {
	DATA = 0x00,         /* 3.3.1: a read brings error bits 8..11 with the byte */
	FLAGS = 0x18,        /* 3.3.3 */
	LINE_CONTROL = 0x2c, /* 3.3.7 */
	CONTROL = 0x30,      /* 3.3.8 */
	FIFO_LEVEL = 0x34,   /* 3.3.9 */
	MASK = 0x38,         /* 3.3.10 */
	CLEAR = 0x44,        /* 3.3.13 */
};

#define DATA_ERRORS            0x700u /* framing, parity, break: the byte is none */
#define FLAG_BUSY              0x08u
#define FLAG_RECEIVE_EMPTY     0x10u
#define FLAG_TRANSMIT_FULL     0x20u
#define LINE_FIFO_8_BITS       0x70u
#define CONTROL_ENABLE         0x301u /* UART, transmitter, receiver */
#define INTERRUPT_RECEIVE      0x10u
#define INTERRUPT_TRANSMIT     0x20u
#define INTERRUPT_RECEIVE_IDLE 0x40u /* bytes below the trigger level, and no more came */
#define INTERRUPT_INPUT        (INTERRUPT_RECEIVE | INTERRUPT_RECEIVE_IDLE)

static uint32_t mask;

static void set_mask(uint32_t wanted)
{
	if (wanted != mask) {
		mask = wanted;
		device_write32(0, MASK, mask);
	}
}

void component_start(void)
{
	device_write32(0, MASK, 0);
	device_write32(0, CLEAR, 0x7ff);
	device_write32(0, LINE_CONTROL, LINE_FIFO_8_BITS);
	device_write32(0, FIFO_LEVEL, 0); /* both at 1/8 */
	device_write32(0, CONTROL, device_read32(0, CONTROL) | CONTROL_ENABLE);
	uart_input();
	port_init();
}

void device_interrupt(uint32_t index)
{
	(void)index;
	device_write32(0, CLEAR,
		       INTERRUPT_INPUT | INTERRUPT_TRANSMIT); /* before looking, so that nothing is missed */
	uart_input();
	uart_output();
	port_progress();
}

void uart_input(void)
{
	while (port_has_room() && (device_read32(0, FLAGS) & FLAG_RECEIVE_EMPTY) == 0) {
		uint32_t data = device_read32(0, DATA);

		if ((data & DATA_ERRORS) == 0) {
			port_receive((uint8_t)data);
		}
	}
	set_mask(port_has_room() ? mask | INTERRUPT_INPUT : mask & ~INTERRUPT_INPUT);
}

/* The transmit interrupt comes when the FIFO falls to its trigger level, so it must have been filled before. */
void uart_output(void)
{
	uint8_t byte;

	while ((device_read32(0, FLAGS) & FLAG_TRANSMIT_FULL) == 0 && port_next(&byte)) {
		device_write32(0, DATA, byte);
	}
	set_mask(port_has_output() ? mask | INTERRUPT_TRANSMIT : mask & ~INTERRUPT_TRANSMIT);
}

bool uart_idle(void)
{
	return (device_read32(0, FLAGS) & FLAG_BUSY) == 0;
}
