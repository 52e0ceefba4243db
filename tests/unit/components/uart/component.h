/* SPDX-License-Identifier: MIT
 * What the generated header of a serial driver gives its port, for a host
 * test: three clients, tokens that are numbers, and a clock of the test.
 */
#ifndef COMPONENT_TEST_UART_H
#define COMPONENT_TEST_UART_H

#include <stdbool.h>
#include <stdint.h>
#include <tenon/component.h>

#define PORT_CLIENTS 3u

enum serial_status { SERIAL_OK = 0, SERIAL_QUOTA = 0x104 };

struct serial_write_token {
	uint32_t number;
};
struct serial_drain_token {
	uint32_t number;
};

/* The port defines these. */
void port_write(uint32_t client, struct serial_write_token token, const void *data, uint32_t data_size);
void port_write_cancelled(uint32_t client, struct serial_write_token token);
void port_drain(uint32_t client, struct serial_drain_token token);
void port_drain_cancelled(uint32_t client, struct serial_drain_token token);
enum serial_status port_read(uint32_t client, uint32_t most, void *data, uint32_t *data_size);
void idle(void);

/* The test defines these. */
enum tenon_status serial_write_finish(struct serial_write_token token, enum serial_status status);
enum tenon_status serial_drain_finish(struct serial_drain_token token, enum serial_status status);
void port_signal_received(uint32_t client);
void idle_at(uint64_t deadline_ns);
uint64_t clock_ns(void);

#endif
