/* SPDX-License-Identifier: MIT
 * The port of a serial driver: what its clients see, whatever the device.
 *
 * Output: one queue. A call to `write` puts all its bytes there at once, behind a header that says whose they are, so
 * calls never mix and each connection has an account of what it has in the queue; the queue has room for all accounts at
 * their limit. A call is answered once what its connection has there leaves room for another one. Only a client that gave
 * up waiting and writes again can meet a full account, and is answered `quota`; nobody else is.
 *
 * Input: one queue; when it is full the device keeps what comes.
 *
 * Positions count bytes since start: `queued` into the queue, `taken` out of it.
 */
#include "component.h"
#include "uart.h"

#include <tenon/ring.h>

#define WRITE_MAX    1024u /* of interfaces/serial.yaml */
#define IDLE_POLL_NS UINT64_C(500000)

/* Stands in the queue before the bytes of a call. */
struct output_header {
	uint16_t client, size;
};

struct waiting_write {
	bool waits;
	uint32_t client;
	struct serial_write_token token;
};

struct waiting_drain {
	bool waits;
	uint64_t end;
	struct serial_drain_token token;
};

static uint8_t output_bytes[PORT_BUFFER_TOTAL + 1]; /* none where nobody is connected */
static uint8_t input_bytes[1024];
static struct tenon_ring output = TENON_RING(output_bytes);
static struct tenon_ring input = TENON_RING(input_bytes);
static struct output_header current; /* what is being taken out; `size` is what is left of it */
static uint32_t current_cost;        /* of it in its connection's account */
static uint32_t used[PORT_CLIENTS];  /* bytes in the queue of each connection, headers among them */
static uint64_t queued, taken;
static struct waiting_write writes[COMPONENT_CALLS]; /* by the reply object of their token */
static struct waiting_drain drains[COMPONENT_CALLS];
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

/* Is there room for another call behind what the connection has in the queue? */
static bool is_low(uint32_t client)
{
	const uint32_t limit = port_buffer_limit(client);
	const uint32_t most = (uint32_t)sizeof(struct output_header) + WRITE_MAX;

	return limit > most ? used[client] <= limit - most : used[client] == 0;
}

void port_write(uint32_t client, struct serial_write_token token, const void *data, uint32_t data_size)
{
	const struct output_header header = {.client = (uint16_t)client, .size = (uint16_t)data_size};
	const uint32_t cost = (uint32_t)sizeof header + data_size;

	if (data_size != 0 && !port_take_buffer(client, cost)) {
		(void)serial_write_finish(
		    token, SERIAL_QUOTA); /* a caller that went away meanwhile misses nothing */
		return;
	}
	if (data_size != 0) {
		(void)tenon_ring_put(&output, &header,
				     sizeof header); /* the queue has room for all accounts */
		(void)tenon_ring_put(&output, data, data_size);
		used[client] += cost;
		queued += data_size;
	}
	writes[token.reply] = (struct waiting_write){.waits = true, .client = client, .token = token};
	uart_output();
	port_progress();
}

/* What was queued is still printed: half a line would be worse. */
void port_write_cancelled(uint32_t client, struct serial_write_token token)
{
	(void)client;
	writes[token.reply].waits = false;
}

void port_drain(uint32_t client, struct serial_drain_token token)
{
	(void)client;
	drains[token.reply] = (struct waiting_drain){.waits = true, .end = queued, .token = token};
	uart_output();
	port_progress();
}

void port_drain_cancelled(uint32_t client, struct serial_drain_token token)
{
	(void)client;
	drains[token.reply].waits = false;
}

bool port_has_output(void)
{
	return output.count > 0;
}

bool port_next(uint8_t *byte)
{
	if (current.size == 0) {
		if (tenon_ring_take(&output, &current, sizeof current) == 0) {
			return false;
		}
		current_cost = (uint32_t)sizeof current + current.size;
	}
	(void)tenon_ring_take(&output, byte, 1); /* it stands behind the header */
	taken++;
	if (--current.size == 0) {
		used[current.client] -= current_cost;
		port_give_back_buffer(current.client, current_cost);
	}
	return true;
}

static void answer_writes(void)
{
	for (uint32_t call = 0; call < COMPONENT_CALLS; call++) {
		struct waiting_write *write = &writes[call];

		if (write->waits && is_low(write->client)) {
			write->waits = false;
			(void)serial_write_finish(write->token, SERIAL_OK); /* the caller may have gone */
		}
	}
}

/* No device interrupts when its last bit is out, so that is looked for now and then. */
static void answer_drains(void)
{
	for (uint32_t call = 0; call < COMPONENT_CALLS; call++) {
		struct waiting_drain *drain = &drains[call];

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
