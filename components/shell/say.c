/* SPDX-License-Identifier: MIT
 * Text to the console. State: what was gathered and not yet printed.
 */
#include "say.h"
#include "component.h"

#include <stdarg.h>
#include <tenon/print.h>
#include <tenon/string.h>

#define PIECE 256u

static char text[1024]; /* as much as one call of `write` takes */
static uint32_t size;

static void print(uint32_t count)
{
	if (count > 0) {
		(void)console_write(text, count); /* there is nobody else to tell */
		memmove(text, text + count, size - count);
		size -= count;
	}
}

void say_now(void)
{
	print(size);
}

/* Prints whole lines only, so that a line of the log never stands in the middle of one. */
static void make_room(void)
{
	uint32_t count = size;

	while (count > 0 && text[count - 1] != '\n') {
		count--;
	}
	print(count > 0 ? count : size);
}

void say(const char *format, ...)
{
	va_list list;

	if (sizeof text - size < PIECE) {
		make_room();
	}
	va_start(list, format);
	size += (uint32_t)tenon_print_list(text + size, PIECE, format, list);
	va_end(list);
}
