/* SPDX-License-Identifier: MIT
 * Messages on the firmware's console.
 */
#include "loader.h"

#include <stdarg.h>
#include <string.h>

static void print_number(uint64_t value, unsigned base)
{
	char digits[24];
	size_t first = sizeof(digits);

	do {
		digits[--first] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value != 0);
	if (base == 16) {
		digits[--first] = 'x';
		digits[--first] = '0';
	}
	firmware_write(&digits[first], sizeof(digits) - first);
}

static void print_arguments(const char *format, va_list *arguments)
{
	for (;;) {
		size_t plain = 0;

		while (format[plain] != 0 && format[plain] != '%')
			plain++;
		firmware_write(format, plain);
		if (format[plain] == 0)
			return;
		switch (format[plain + 1]) {
		case 's': {
			const char *text = va_arg(*arguments, const char *);

			firmware_write(text, strlen(text));
			break;
		}
		case 'u':
			print_number(va_arg(*arguments, uint64_t), 10);
			break;
		case 'x':
			print_number(va_arg(*arguments, uint64_t), 16);
			break;
		default:
			return;
		}
		format += plain + 2;
	}
}

void print(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_arguments(format, &arguments);
	va_end(arguments);
}

noreturn void refuse(const char *format, ...)
{
	va_list arguments;

	print("tenon: loader: ");
	va_start(arguments, format);
	print_arguments(format, &arguments);
	va_end(arguments);
	print("\ntenon: end 1\n");
	firmware_give_up();
}
