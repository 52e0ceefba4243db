/* SPDX-License-Identifier: MIT
 * Numbers, sizes and times: exact, with units, nothing rounded, nothing that
 * wraps.
 */
#include "value.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct unit {
	const char *name;
	uint64_t factor;
};

static const struct unit size_unit[] = {
    {"GiB", UINT64_C(1) << 30}, {"MiB", UINT64_C(1) << 20}, {"KiB", UINT64_C(1) << 10}, {"B", 1}};
static const struct unit time_unit[] = {{"h", UINT64_C(3600000000000)}, {"min", UINT64_C(60000000000)},
					{"s", UINT64_C(1000000000)},    {"ms", UINT64_C(1000000)},
					{"us", UINT64_C(1000)},         {"ns", 1}};
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/* Digits with single underscores between them. Leaves *at behind them. */
static enum scalar_status take_number(const char **at, uint64_t *number)
{
	const char *text = *at;
	uint64_t base = 10, value = 0;
	bool large = false, any = false;

	if (text[0] == '0' && (isdigit((unsigned char)text[1]) || text[1] == '_'))
		return SCALAR_MALFORMED; /* octal for YAML 1.1 and for C, decimal for YAML 1.2 */
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		text += 2;
	}
	for (;; text++) {
		uint64_t digit = (uint64_t)digit_of(*text);

		if (*text == '_' && any && (uint64_t)digit_of(text[1]) < base)
			continue;
		if (digit >= base)
			break;
		large = large || value > (UINT64_MAX - digit) / base;
		value = value * base + digit;
		any = true;
	}
	if (!any)
		return SCALAR_MALFORMED;
	*at = text;
	*number = value;
	return large ? SCALAR_TOO_LARGE : SCALAR_OK;
}

enum scalar_status scalar_unsigned(const char *text, uint64_t *number)
{
	uint64_t value;
	enum scalar_status status = take_number(&text, &value);

	if (status == SCALAR_MALFORMED || *text != '\0')
		return SCALAR_MALFORMED;
	if (status == SCALAR_OK)
		*number = value;
	return status;
}

enum scalar_status scalar_signed(const char *text, int64_t *number)
{
	bool negative = text[0] == '-';
	uint64_t value, limit = (uint64_t)INT64_MAX + (negative ? 1 : 0);
	enum scalar_status status = scalar_unsigned(text + (negative ? 1 : 0), &value);

	if (status != SCALAR_OK)
		return status;
	if (value > limit)
		return SCALAR_TOO_LARGE;
	*number = (int64_t)(negative ? 0 - value : value);
	return SCALAR_OK;
}

static void skip_spaces(const char **at)
{
	while (**at == ' ')
		(*at)++;
}

/* A number, spaces, a unit. Leaves *at behind it. */
static enum scalar_status take_quantity(const char **at, const struct unit *unit, size_t units,
					uint64_t *result)
{
	uint64_t number;
	enum scalar_status status = take_number(at, &number);

	if (status == SCALAR_MALFORMED)
		return status;
	skip_spaces(at);
	for (size_t i = 0; i < units; i++) {
		size_t length = strlen(unit[i].name);

		if (strncmp(*at, unit[i].name, length) != 0 || isalnum((unsigned char)(*at)[length]))
			continue;
		*at += length;
		if (status == SCALAR_TOO_LARGE || number > UINT64_MAX / unit[i].factor)
			return SCALAR_TOO_LARGE;
		*result = number * unit[i].factor;
		return SCALAR_OK;
	}
	return SCALAR_MALFORMED;
}

static enum scalar_status quantity(const char *text, const struct unit *unit, size_t units, uint64_t *result)
{
	uint64_t value;
	enum scalar_status status = take_quantity(&text, unit, units, &value);

	if (status == SCALAR_MALFORMED || *text != '\0')
		return SCALAR_MALFORMED;
	if (status == SCALAR_OK)
		*result = value;
	return status;
}

enum scalar_status scalar_size(const char *text, uint64_t *bytes)
{
	return quantity(text, size_unit, COUNT_OF(size_unit), bytes);
}

enum scalar_status scalar_time(const char *text, uint64_t *ns)
{
	return quantity(text, time_unit, COUNT_OF(time_unit), ns);
}

enum scalar_status scalar_rate(const char *text, uint64_t *count, uint64_t *window_ns)
{
	uint64_t number, window;
	enum scalar_status status = take_number(&text, &number);

	if (status != SCALAR_OK)
		return status;
	skip_spaces(&text);
	if (strncmp(text, "per ", 4) != 0)
		return SCALAR_MALFORMED;
	text += 4;
	skip_spaces(&text);
	status = scalar_time(text, &window);
	if (status != SCALAR_OK)
		return status;
	*count = number;
	*window_ns = window;
	return SCALAR_OK;
}

enum scalar_status scalar_version(const char *text, uint64_t *major, uint64_t *minor)
{
	uint64_t first, second;

	if (!isdigit((unsigned char)text[0]) || take_number(&text, &first) != SCALAR_OK || *text != '.')
		return SCALAR_MALFORMED;
	text++;
	if (!isdigit((unsigned char)text[0]) || take_number(&text, &second) != SCALAR_OK || *text != '\0')
		return SCALAR_MALFORMED;
	if (first > UINT16_MAX || second > UINT16_MAX)
		return SCALAR_TOO_LARGE;
	*major = first;
	*minor = second;
	return SCALAR_OK;
}

static const char *print_quantity(struct arena *arena, uint64_t value, const struct unit *unit, size_t units)
{
	for (size_t i = 0; i < units; i++)
		if (value >= unit[i].factor && value % unit[i].factor == 0)
			return arena_format(arena, "%llu %s", (unsigned long long)(value / unit[i].factor),
					    unit[i].name);
	return arena_format(arena, "%llu %s", (unsigned long long)value, unit[units - 1].name);
}

static const char *list_units(struct arena *arena, const struct unit *unit, size_t units)
{
	const char *text = unit[units - 1].name;

	for (size_t i = units - 1; i-- > 0;)
		text = arena_format(arena, "%s%s%s", text, i == 0 ? " or " : ", ", unit[i].name);
	return text;
}

const char *scalar_size_units(struct arena *arena)
{
	return list_units(arena, size_unit, COUNT_OF(size_unit));
}

const char *scalar_time_units(struct arena *arena)
{
	return list_units(arena, time_unit, COUNT_OF(time_unit));
}

const char *scalar_print_size(struct arena *arena, uint64_t bytes)
{
	return print_quantity(arena, bytes, size_unit, COUNT_OF(size_unit));
}

const char *scalar_print_time(struct arena *arena, uint64_t ns)
{
	return print_quantity(arena, ns, time_unit, COUNT_OF(time_unit));
}
