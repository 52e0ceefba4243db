/* SPDX-License-Identifier: MIT
 * One serial line for several clients: each writes in a colour of its own, and one at a time gets what is typed. Ctrl-\,
 * a client's number and Return choose another.
 *
 * What is typed and has no room in the client's channel stays here, and what comes then stays in the driver.
 */
#include "component.h"

#include <tenon/print.h>
#include <tenon/string.h>

#define SWITCH 0x1cu /* Ctrl-\ */

static struct terminal_chunk typed; /* for the client that is chosen */
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

/* ---- Output ---------------------------------------------------------------------------------- */

/* The driver keeps apart what comes in one call, so the colour travels with the text. */
void port_output(uint32_t client)
{
	struct terminal_chunk chunk;
	char text[sizeof chunk.text.item + 16];

	while (port_output_receive(client, &chunk)) {
		size_t head = tenon_print(text, sizeof text, "\x1b[3%um", client % 6 + 1);

		memcpy(text + head, chunk.text.item, chunk.text.count);
		memcpy(text + head + chunk.text.count, "\x1b[0m", 4);
		(void)serial_write(text, (uint32_t)head + chunk.text.count + 4);
	}
}

/* ---- Input ----------------------------------------------------------------------------------- */

static bool pass_on(void)
{
	if (typed.text.count > 0 && !port_input_send(chosen, &typed))
		return false;
	typed.text.count = 0;
	return true;
}

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
	if (mode == PLAIN && byte == SWITCH) {
		mode = SWITCHING;
		number = 0;
	} else if (mode == PLAIN) {
		typed.text.item[typed.text.count++] = byte;
	} else if (byte >= '0' && byte <= '9' && number < PORT_CLIENTS) {
		number = number * 10 + byte - '0';
	} else if (byte == '\r') {
		choose();
	} else {
		mode = PLAIN;
	}
}

/* One byte at a time where a switch may be under way: what was typed before it belongs to the client before. */
void serial_received(void)
{
	uint8_t byte;
	uint32_t count;

	while (pass_on() && serial_read(1, &byte, 1, &count) == SERIAL_OK && count > 0)
		take(byte);
}

void port_input_room(uint32_t client)
{
	if (client == chosen)
		serial_received();
}

void port_session(uint32_t client, bool open)
{
	if (open)
		port_input_room(client);
}
