/* SPDX-License-Identifier: MIT
 * One serial line for several clients: each writes in a colour of its own, and one at a time gets what is typed. Ctrl-\,
 * a client's number and Return choose another.
 *
 * A client that does not read stops the input when its queue is full: what is typed further waits in the driver.
 */
#include "component.h"

#include <tenon/print.h>
#include <tenon/string.h>

#define SWITCH 0x1cu /* Ctrl-\ */
#define QUEUE  256u  /* a power of two, and no more than a read takes */

struct queue {
	uint8_t byte[QUEUE];
	uint32_t head, tail;
	bool wants_signal;
};

static struct queue queues[PORT_CLIENTS];
static uint32_t chosen, number;
static enum { PLAIN, SWITCHING } mode;

static void say(const char *text)
{
	(void)serial_write(text, (uint32_t)strlen(text));
}

void component_start(void)
{
	say("Begin input\r\n");
	serial_received(); /* who has read once hears of what comes */
}

/* ---- Input ----------------------------------------------------------------------------------- */

static void choose(void)
{
	char text[48];

	mode = PLAIN;
	if (number >= PORT_CLIENTS)
		return say("There is no such client\r\n");
	chosen = number;
	(void)tenon_print(text, sizeof text, "Switching to client %u\r\n", chosen);
	say(text);
}

static void take(uint8_t byte)
{
	struct queue *queue = &queues[chosen];

	if (mode == PLAIN && byte == SWITCH) {
		mode = SWITCHING;
		number = 0;
	} else if (mode == PLAIN) {
		queue->byte[queue->tail++ % QUEUE] = byte;
	} else if (byte >= '0' && byte <= '9' && number < PORT_CLIENTS) {
		number = number * 10 + byte - '0';
	} else if (byte == '\r') {
		choose();
	} else {
		mode = PLAIN;
	}
}

/* No more than the client who is chosen has room for; its next read goes on. */
void serial_received(void)
{
	uint8_t bytes[64];
	uint32_t count, room;

	do {
		room = QUEUE - (queues[chosen].tail - queues[chosen].head);
		if (room > sizeof bytes)
			room = sizeof bytes;
		if (room == 0 || serial_read(room, bytes, room, &count) != SERIAL_OK)
			return;
		for (uint32_t i = 0; i < count; i++)
			take(bytes[i]);
		for (uint32_t client = 0; client < PORT_CLIENTS; client++)
			if (queues[client].wants_signal && queues[client].tail != queues[client].head) {
				queues[client].wants_signal = false;
				port_signal_received(client);
			}
	} while (count > 0);
}

enum serial_status port_read(uint32_t client, uint32_t most, void *data, uint32_t *data_size)
{
	struct queue *queue = &queues[client];
	uint8_t *to = data;
	bool was_full = queue->tail - queue->head == QUEUE;

	*data_size = 0;
	while (*data_size < most && queue->head != queue->tail)
		to[(*data_size)++] = queue->byte[queue->head++ % QUEUE];
	queue->wants_signal = queue->head == queue->tail;
	if (was_full && client == chosen)
		serial_received();
	return SERIAL_OK;
}

/* ---- Output ---------------------------------------------------------------------------------- */

/* The driver keeps apart what comes in one call, so the colour travels with the text. */
void port_write(uint32_t client, struct serial_write_token token, const void *data, uint32_t data_size)
{
	char text[1024];
	const char *from = data;
	enum serial_status status = SERIAL_OK;

	while (data_size > 0 && status == SERIAL_OK) {
		uint32_t part = data_size < 1000 ? data_size : 1000;
		size_t head = tenon_print(text, sizeof text, "\x1b[3%um", client % 6 + 1);

		memcpy(text + head, from, part);
		memcpy(text + head + part, "\x1b[0m", 4);
		status = serial_write(text, (uint32_t)head + part + 4);
		from += part;
		data_size -= part;
	}
	(void)serial_write_finish(token, status); /* it may have gone */
}

void port_write_cancelled(uint32_t client, struct serial_write_token token)
{
	(void)client;
	(void)token; /* answered before the handler returns, so none waits */
}

void port_drain(uint32_t client, struct serial_drain_token token)
{
	(void)client;
	(void)serial_drain_finish(token, serial_drain());
}

void port_drain_cancelled(uint32_t client, struct serial_drain_token token)
{
	(void)client;
	(void)token;
}
