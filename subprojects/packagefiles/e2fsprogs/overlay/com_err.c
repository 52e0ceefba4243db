/* SPDX-License-Identifier: MIT
 * What the library says by itself, in place of lib/et's, which asks the terminal.
 */
#include <com_err.h>
#include <stdarg.h>
#include <stdio.h>

void com_err(const char *whoami, errcode_t code, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	fprintf(stderr, "%s: error %ld: ", whoami, (long)code);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
	va_end(arguments);
}
