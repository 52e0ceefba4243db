/* SPDX-License-Identifier: MIT
 * The port of a serial driver: what its clients see, whatever the device.
 *
 * Output: one queue of bytes. A call to `write` puts all its bytes there at
 * once, so calls never mix; it is answered once at most ANSWER_BELOW bytes
 * wait. As each client has one call unanswered at most, the queue's size holds
 * the worst case; only a client that gave up waiting and writes again can
 * meet a full one, and is answered `quota`.
 *
 * Input: one queue; when it is full the device keeps what comes.
 *
 * Positions count bytes since start: `queued` into the queue, `taken` out of it.
 */
#include "component.h"
#include "uart.h"

#include <tenon/ring.h>

#define WRITE_MAX    1024u /* of interfaces/serial.yaml */
#define ANSWER_BELOW 2048u
#define IDLE_POLL_NS UINT64_C(500000)

struct waiting_write {
	bool waits;
	uint64_t end; /* position after its last byte */
	struct serial_write_token token;
};

struct waiting_drain {
	bool waits;
	uint64_t end;
	struct serial_drain_token token;
};

static uint8_t output_bytes[ANSWER_BELOW + WRITE_MAX * PORT_CLIENTS];
static uint8_t input_bytes[1024];
static struct tenon_ring output = TENON_RING(output_bytes);
static struct tenon_ring input = TENON_RING(input_bytes);
static uint64_t queued, taken;
static struct waiting_write writes[PORT_CLIENTS];
static struct waiting_drain drains[PORT_CLIENTS];
static bool reads[PORT_CLIENTS]; /* has read once, is told of input */
static bool announce;            /* input came into an empty queue */

/* A client may have waited for input when a driver before us died: let it look again. */
void port_init(void)
{
	for (uint32_t client = 0; client < PORT_CLIENTS; client++) {
		port_signal_received(client);
	}
}

/* ---- Output ---------------------------------------------------------------------------------- */

void port_write(uint32_t client, struct serial_write_token token, const void *data, uint32_t data_size)
{
	if (data_size > tenon_ring_room(&output)) {
		(void)serial_write_finish(
		    token, SERIAL_QUOTA); /* a caller that went away meanwhile misses nothing */
		return;
	}
	(void)tenon_ring_put(&output, data, data_size); /* it fits */
	queued += data_size;
	writes[client] = (struct waiting_write){.waits = true, .end = queued, .token = token};
	uart_output();
	port_progress();
}

/* What was queued is still printed: half a line would be worse. */
void port_write_cancelled(uint32_t client, struct serial_write_token token)
{
	(void)token;
	writes[client].waits = false;
}

void port_drain(uint32_t client, struct serial_drain_token token)
{
	drains[client] = (struct waiting_drain){.waits = true, .end = queued, .token = token};
	uart_output();
	port_progress();
}

void port_drain_cancelled(uint32_t client, struct serial_drain_token token)
{
	(void)token;
	drains[client].waits = false;
}

bool port_has_output(void)
{
	return output.count > 0;
}

bool port_next(uint8_t *byte)
{
	if (tenon_ring_take(&output, byte, 1) == 0) {
		return false;
	}
	taken++;
	return true;
}

static void answer_writes(void)
{
	for (uint32_t client = 0; client < PORT_CLIENTS; client++) {
		struct waiting_write *write = &writes[client];

		if (write->waits && (write->end <= taken || write->end - taken <= ANSWER_BELOW)) {
			write->waits = false;
			(void)serial_write_finish(write->token, SERIAL_OK); /* the caller may have gone */
		}
	}
}

/* No device interrupts when its last bit is out, so that is looked for now and then. */
static void answer_drains(void)
{
	for (uint32_t client = 0; client < PORT_CLIENTS; client++) {
		struct waiting_drain *drain = &drains[client];

		if (!drain->waits || drain->end > taken) {
			continue;
		}
		if (!uart_idle()) {
			idle_at(clock_ns() + IDLE_POLL_NS);
			return;
		}
		drain->waits = false;
		(void)serial_drain_finish(drain->token, SERIAL_OK); /* the caller may have gone */
	}
}

void idle(void)
{
	port_progress();
}

/* ---- Input ----------------------------------------------------------------------------------- */

bool port_has_room(void)
{
	return tenon_ring_room(&input) > 0;
}

void port_receive(uint8_t byte)
{
	announce = announce || input.count == 0;
	(void)tenon_ring_put(&input, &byte, 1); /* the device asked port_has_room() */
}

enum serial_status port_read(uint32_t client, uint32_t most, void *data, uint32_t *data_size)
{
	uint32_t capacity = 256; /* of interfaces/serial.yaml */

	reads[client] = true;
	*data_size = tenon_ring_take(&input, data, most < capacity ? most : capacity);
	uart_input();
	port_progress();
	return SERIAL_OK;
}

static void announce_input(void)
{
	if (!announce) {
		return;
	}
	announce = false;
	for (uint32_t client = 0; client < PORT_CLIENTS; client++) {
		if (reads[client]) {
			port_signal_received(client);
		}
	}
}

void port_progress(void)
{
	answer_writes();
	answer_drains();
	announce_input();
}
