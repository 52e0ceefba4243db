/* SPDX-License-Identifier: MIT
 * The console: a reader at a time gets a line edited by a person.
 *
 * Input is taken from the serial driver only while somebody reads, so what is
 * typed ahead waits there, and, when it is full, in the sender: nothing is
 * lost. `chunk` holds what was taken and not yet used.
 */
#include "component.h"
#include "editor.h"

#include <tenon/stack.h>
#include <tenon/string.h>

struct reader {
	bool waits;
	uint64_t turn; /* in which it came */
	char prompt[64];
	struct console_read_line_token token;
};

static struct editor editor;
static struct reader readers[COMPONENT_CALLS]; /* by the reply object of their token */
static uint64_t turns;
static struct reader *reader; /* whose line is edited; NULL: nobody's */
static uint8_t chunk[256];
static uint32_t chunk_first, chunk_size;
static char output[1024]; /* as much as one call of the driver takes */
static uint32_t output_size;

/* A driver that was closed for good cannot show anything, and there is nobody else to tell. */
static void print(uint32_t count)
{
	if (count > 0) {
		(void)serial_write(output, count);
		memmove(output, output + count, output_size - count);
		output_size -= count;
	}
}

static void flush(void)
{
	print(output_size);
}

/* Prints whole lines where there are some, so that others print between lines and not inside one. */
static void make_room(void)
{
	uint32_t count = output_size;

	while (count > 0 && output[count - 1] != '\n') {
		count--;
	}
	print(count > 0 ? count : output_size);
}

static void emit(const char *bytes, uint32_t size)
{
	while (size > 0) {
		uint32_t room = (uint32_t)sizeof output - output_size;
		uint32_t count = size < room ? size : room;

		memcpy(output + output_size, bytes, count);
		output_size += count;
		bytes += count;
		size -= count;
		if (output_size == sizeof output) {
			make_room();
		}
	}
}
TENON_STACK_CALLED(editor_emit, emit);

void component_start(void)
{
	static const char ready[] = "tenon: console ready\r\n";

	editor.emit = emit;
	emit(ready, sizeof ready - 1);
	flush();
}

/* ---- Lines from the person ------------------------------------------------------------------- */

/* In the order in which they came: who reads again and again waits for the others. */
static void next_reader(void)
{
	reader = NULL;
	for (uint32_t call = 0; call < COMPONENT_CALLS; call++) {
		if (readers[call].waits && (reader == NULL || readers[call].turn < reader->turn)) {
			reader = &readers[call];
		}
	}
	if (reader != NULL) {
		editor_begin(&editor, reader->prompt);
	}
}

static void answer(enum console_status status)
{
	struct console_read_line_token token = reader->token;

	reader->waits = false;
	flush();                                                    /* before the reader can print */
	(void)console_read_line_finish(token, status, editor.text); /* it may have gone */
	next_reader();
}

static bool next_byte(uint8_t *byte)
{
	if (chunk_first == chunk_size) {
		chunk_first = 0;
		if (serial_read(sizeof chunk, chunk, sizeof chunk, &chunk_size) != SERIAL_OK) {
			chunk_size =
			    0; /* no driver, no input: the next `received` comes when there is one again */
		}
	}
	if (chunk_first == chunk_size) {
		return false;
	}
	*byte = chunk[chunk_first++];
	return true;
}

static void edit(void)
{
	uint8_t byte;

	while (reader != NULL && next_byte(&byte)) {
		switch (editor_input(&editor, byte)) {
		case EDITOR_LINE:
			answer(CONSOLE_OK);
			break;
		case EDITOR_END:
			editor.text[0] = 0;
			answer(CONSOLE_END_OF_INPUT);
			break;
		case EDITOR_MORE:
			break;
		}
	}
	flush();
}

void serial_received(void)
{
	edit();
}

void port_read_line(uint32_t client, struct console_read_line_token token, const char *prompt)
{
	struct reader *own = &readers[token.reply];

	(void)client;
	own->waits = true;
	own->turn = ++turns;
	own->token = token;
	(void)tenon_copy_text(own->prompt, sizeof own->prompt, prompt); /* it fits */
	if (reader == NULL) {
		next_reader();
	}
	edit();
}

void port_read_line_cancelled(uint32_t client, struct console_read_line_token token)
{
	(void)client;
	readers[token.reply].waits = false;
	if (reader == &readers[token.reply]) {
		emit("\r\n", 2);
		next_reader();
		edit();
	}
}

/* ---- Text to the person ---------------------------------------------------------------------- */

static void emit_lines(const char *text, uint32_t size)
{
	for (uint32_t i = 0; i < size; i++) {
		if (text[i] == '\n') {
			emit("\r", 1);
		}
		emit(text + i, 1);
	}
}

enum console_status port_write(uint32_t client, const void *text, uint32_t text_size)
{
	(void)client;
	if (reader != NULL) {
		editor_hide(&editor);
	}
	emit_lines(text, text_size);
	if (reader != NULL) {
		editor_show(&editor);
	}
	flush();
	return CONSOLE_OK;
}

enum console_status port_drain(uint32_t client)
{
	(void)client;
	(void)serial_drain(); /* without a driver there is nothing to wait for */
	return CONSOLE_OK;
}
