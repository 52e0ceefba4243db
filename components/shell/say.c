/* SPDX-License-Identifier: MIT
 * Text to the console. State: what was gathered and not yet printed.
 */
#include "say.h"
#include "component.h"

#include <stdarg.h>
#include <tenon/print.h>

#define PIECE 256u

static char text[1024]; /* as much as one call of `write` takes */
static uint32_t size;

void say_now(void)
{
	if (size > 0) {
		(void)console_write(text, size); /* there is nobody else to tell */
		size = 0;
	}
}

void say(const char *format, ...)
{
	va_list list;

	if (sizeof text - size < PIECE) {
		say_now();
	}
	va_start(list, format);
	size += (uint32_t)tenon_print_list(text + size, PIECE, format, list);
	va_end(list);
}
