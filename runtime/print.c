/* SPDX-License-Identifier: MIT
 * Bounded formatted print. State: none; a `struct output` on the caller's
 * stack remembers how much room is left.
 */
#include <stdbool.h>
#include <stdint.h>
#include <tenon/print.h>
#include <tenon/string.h>

struct output {
	char *next;
	size_t room; /* bytes left before the final zero */
};

struct conversion {
	bool left, zeros, plus;
	size_t width;
	size_t precision;
	bool has_precision;
	unsigned bytes; /* size of an integer argument */
};

static void put(struct output *output, const char *text, size_t size)
{
	size_t count = size < output->room ? size : output->room;

	memcpy(output->next, text, count);
	output->next += count;
	output->room -= count;
}

static void pad(struct output *output, char with, size_t count)
{
	size_t most = count < output->room ? count : output->room;

	memset(output->next, with, most);
	output->next += most;
	output->room -= most;
}

/* Text in its field: `sign` first, then zeros or blanks as the flags say. */
static void put_field(struct output *output, const struct conversion *how, const char *sign, const char *text,
		      size_t size, size_t zeros)
{
	size_t sign_size = strlen(sign);
	size_t total = sign_size + zeros + size;
	size_t fill = how->width > total ? how->width - total : 0;

	if (!how->left && !how->zeros) {
		pad(output, ' ', fill);
	}
	put(output, sign, sign_size);
	if (!how->left && how->zeros) {
		pad(output, '0', fill);
	}
	pad(output, '0', zeros);
	put(output, text, size);
	if (how->left) {
		pad(output, ' ', fill);
	}
}

static void put_number(struct output *output, struct conversion *how, const char *sign, uint64_t value,
		       unsigned base, bool upper)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	char text[24];
	size_t at = sizeof text;
	size_t zeros;

	while (value != 0) {
		text[--at] = digits[value % base];
		value /= base;
	}
	zeros = sizeof text - at;
	zeros = (how->has_precision ? how->precision : 1) > zeros
		    ? (how->has_precision ? how->precision : 1) - zeros
		    : 0;
	if (how->has_precision) {
		how->zeros = false; /* C11 7.21.6.1: the flag 0 is ignored then */
	}
	put_field(output, how, sign, text + at, sizeof text - at, zeros);
}

static uint64_t take_unsigned(const struct conversion *how, va_list *list)
{
	switch (how->bytes) {
	case 1:
		return (uint8_t)va_arg(*list, unsigned);
	case 2:
		return (uint16_t)va_arg(*list, unsigned);
	case 8:
		return va_arg(*list, uint64_t);
	default:
		return va_arg(*list, unsigned);
	}
}

static int64_t take_signed(const struct conversion *how, va_list *list)
{
	switch (how->bytes) {
	case 1:
		return (int8_t)va_arg(*list, int);
	case 2:
		return (int16_t)va_arg(*list, int);
	case 8:
		return va_arg(*list, int64_t);
	default:
		return va_arg(*list, int);
	}
}

static const char *read_count(const char *format, size_t *count, va_list *list, struct conversion *how)
{
	*count = 0;
	if (*format == '*') {
		int given = va_arg(*list, int);

		if (given < 0) {
			how->left = true;
			given = given == INT32_MIN ? INT32_MAX : -given;
		}
		*count = (size_t)given;
		return format + 1;
	}
	while (*format >= '0' && *format <= '9') {
		if (*count < 4096) {
			*count = *count * 10 + (size_t)(*format - '0');
		}
		format++;
	}
	return format;
}

/* Reads flags, width, precision and length; returns where the conversion's letter stands. */
static const char *read_conversion(const char *format, struct conversion *how, va_list *list)
{
	*how = (struct conversion){.bytes = sizeof(int)};
	for (;; format++) {
		if (*format == '-') {
			how->left = true;
		} else if (*format == '0') {
			how->zeros = true;
		} else if (*format == '+') {
			how->plus = true;
		} else {
			break;
		}
	}
	format = read_count(format, &how->width, list, how);
	if (*format == '.') {
		how->has_precision = true;
		format = read_count(format + 1, &how->precision, list, how);
	}
	for (;; format++) {
		if (*format == 'h') {
			how->bytes /= 2;
		} else if (*format == 'l' || *format == 'z' || *format == 'j' || *format == 't') {
			how->bytes = 8;
		} else {
			break;
		}
	}
	return format;
}

static void put_signed(struct output *output, struct conversion *how, int64_t value)
{
	uint64_t magnitude = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

	put_number(output, how, value < 0 ? "-" : how->plus ? "+" : "", magnitude, 10, false);
}

static void put_string(struct output *output, struct conversion *how, const char *text)
{
	if (text == NULL) {
		text = "(null)";
	}
	how->zeros = false;
	put_field(output, how, "", text, how->has_precision ? strnlen(text, how->precision) : strlen(text),
		  0);
}

/* Prints one conversion. `start` is its percent sign, for one that is unknown. Returns what follows it. */
static const char *convert(struct output *output, const char *start, va_list *list)
{
	struct conversion how;
	const char *letter = read_conversion(start + 1, &how, list);
	char character;

	switch (*letter) {
	case 'd':
	case 'i':
		put_signed(output, &how, take_signed(&how, list));
		break;
	case 'u':
		put_number(output, &how, "", take_unsigned(&how, list), 10, false);
		break;
	case 'x':
	case 'X':
		put_number(output, &how, "", take_unsigned(&how, list), 16, *letter == 'X');
		break;
	case 'p':
		put_number(output, &how, "0x", (uintptr_t)va_arg(*list, void *), 16, false);
		break;
	case 'c':
		character = (char)va_arg(*list, int);
		put_field(output, &how, "", &character, 1, 0);
		break;
	case 's':
		put_string(output, &how, va_arg(*list, const char *));
		break;
	case '%':
		put(output, "%", 1);
		break;
	case 0:
		put(output, start, (size_t)(letter - start));
		return letter;
	default:
		put(output, start, (size_t)(letter + 1 - start));
		break;
	}
	return letter + 1;
}

size_t tenon_print_list(char *out, size_t size, const char *format, va_list list)
{
	struct output output = {.next = out, .room = size - 1};
	va_list own; /* a va_list parameter cannot be passed by address portably; its copy can */

	if (size == 0) {
		return 0;
	}
	va_copy(own, list);
	while (*format != 0) {
		const char *percent = format;

		while (*percent != 0 && *percent != '%') {
			percent++;
		}
		put(&output, format, (size_t)(percent - format));
		format = *percent == 0 ? percent : convert(&output, percent, &own);
	}
	va_end(own);
	*output.next = 0;
	return (size_t)(output.next - out);
}

size_t tenon_print(char *out, size_t size, const char *format, ...)
{
	va_list list;
	size_t written;

	va_start(list, format);
	written = tenon_print_list(out, size, format, list);
	va_end(list);
	return written;
}
