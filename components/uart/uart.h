/* SPDX-License-Identifier: MIT
 * Between the two halves of a serial driver: the port (port.c, the same for
 * every UART: queues, clients, answers) and the device (pl011.c, ns16550.c:
 * registers and interrupts).
 */
#ifndef UART_H
#define UART_H

#include <stdbool.h>
#include <stdint.h>

/* ---- The device gives ------------------------------------------------------------------------ */

/* Moves bytes from port_next() to the device while it takes them, and asks for an interrupt if some are left. */
void uart_output(void);
/* Moves bytes from the device to port_receive() while there is room, and has itself interrupted for further ones. */
void uart_input(void);
/* Has the last byte left the machine? */
bool uart_idle(void);

/* ---- The port gives -------------------------------------------------------------------------- */

void port_init(void);
/* The next byte to send; false when there is none. */
bool port_next(uint8_t *byte);
bool port_has_output(void);
/* May port_receive() be called? When not, the device keeps the byte and stays quiet until uart_input(). */
bool port_has_room(void);
void port_receive(uint8_t byte);
/* After output or input: answers who waited for it. */
void port_progress(void);

#endif
