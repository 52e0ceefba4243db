/* SPDX-License-Identifier: MIT
 * UART of the 16550 family (National Semiconductor PC16550D), byte registers
 * next to each other. The firmware chose the baud rate; it is kept. Which
 * interrupts are open is remembered in `enabled`.
 *
 * On a PC the line is edge-triggered: an interrupt is finished only when the
 * device says that nothing is pending any more.
 */
#include "component.h"
#include "uart.h"

enum ns16550_register {
	DATA = 0,
	INTERRUPT_ENABLE = 1,
	INTERRUPT_IDENTITY = 2, /* read */
	FIFO_CONTROL = 2,       /* write */
	LINE_CONTROL = 3,
	MODEM_CONTROL = 4,
	LINE_STATUS = 5,
};

#define ENABLE_RECEIVE         0x01u
#define ENABLE_TRANSMIT        0x02u
#define IDENTITY_NONE          0x01u
#define FIFO_ENABLE            0x01u /* interrupt at the first byte */
#define LINE_8_BITS            0x03u
#define MODEM_READY_INTERRUPTS 0x0bu /* DTR, RTS, and OUT2, which opens the line on a PC */
#define STATUS_RECEIVED        0x01u
#define STATUS_ERRORS          0x1cu /* parity, framing, break: the byte is none */
#define STATUS_TRANSMIT_EMPTY  0x20u
#define STATUS_IDLE            0x40u
#define FIFO_BYTES             16u
#define ROUNDS                 256u /* a device that never comes to rest is broken; its queues are shorter than that */

static uint8_t enabled;

static void enable(uint8_t wanted)
{
	if (wanted != enabled) {
		enabled = wanted;
		device_write8(0, INTERRUPT_ENABLE, enabled);
	}
}

void component_start(void)
{
	device_write8(0, LINE_CONTROL, LINE_8_BITS); /* first: it may have hidden the other registers */
	device_write8(0, INTERRUPT_ENABLE, 0);
	device_write8(0, FIFO_CONTROL, FIFO_ENABLE);
	device_write8(0, MODEM_CONTROL, MODEM_READY_INTERRUPTS);
	uart_input();
	port_init();
}

void device_interrupt(uint32_t index)
{
	(void)index;
	for (unsigned round = 0; round < ROUNDS; round++) {
		if ((device_read8(0, INTERRUPT_IDENTITY) & IDENTITY_NONE) != 0) {
			break;
		}
		uart_input();
		uart_output();
	}
	port_progress();
}

void uart_input(void)
{
	while (port_has_room()) {
		uint8_t status = device_read8(0, LINE_STATUS);
		uint8_t byte;

		if ((status & STATUS_RECEIVED) == 0) {
			break;
		}
		byte = device_read8(0, DATA);
		if ((status & STATUS_ERRORS) == 0) {
			port_receive(byte);
		}
	}
	enable(port_has_room() ? enabled | ENABLE_RECEIVE : enabled & (uint8_t)~ENABLE_RECEIVE);
}

void uart_output(void)
{
	uint8_t byte;

	while (port_has_output() && (device_read8(0, LINE_STATUS) & STATUS_TRANSMIT_EMPTY) != 0) {
		for (unsigned i = 0; i < FIFO_BYTES && port_next(&byte); i++) {
			device_write8(0, DATA, byte);
		}
	}
	enable(port_has_output() ? enabled | ENABLE_TRANSMIT : enabled & (uint8_t)~ENABLE_TRANSMIT);
}

bool uart_idle(void)
{
	return (device_read8(0, LINE_STATUS) & STATUS_IDLE) != 0;
}
