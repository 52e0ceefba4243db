/* SPDX-License-Identifier: MIT
 * The asking half of the round trip: calls each operation with the values at
 * the borders of each type and compares what comes back.
 */
#include "component.h"

#include <tenon/string.h>

static unsigned checks, wrong, events;
static uint8_t sent[4088], received[2000];

static void expect(bool holds, const char *what)
{
	checks++;
	if (holds)
		return;
	wrong++;
	log_error("wrong: %s", what);
}

static void try_scalars(void)
{
	static const uint64_t values[] = {0,
					  1,
					  0x7f,
					  0x80,
					  0xff,
					  0x7fff,
					  0x8000,
					  0xffff,
					  0x7fffffff,
					  0x80000000,
					  0xffffffff,
					  0x7fffffffffffffff,
					  0x8000000000000000,
					  0xffffffffffffffff,
					  0x0123456789abcdef};
	for (unsigned i = 0; i < sizeof values / sizeof values[0]; i++) {
		uint64_t v = values[i];
		uint8_t a;
		uint16_t b;
		uint32_t c;
		uint64_t d;
		expect(types_unsigned_scalars((uint8_t)v, (uint16_t)v, (uint32_t)v, v, &a, &b, &c, &d) ==
			       EVERY_TYPE_OK &&
			   a == (uint8_t)~v && b == (uint16_t)~v && c == (uint32_t)~v && d == ~v,
		       "unsigned scalars");
		int8_t e;
		int16_t f;
		int32_t g;
		int64_t h;
		expect(types_signed_scalars((int8_t)v, (int16_t)v, (int32_t)v, (int64_t)v, &e, &f, &g, &h) ==
			       EVERY_TYPE_OK &&
			   e == (int8_t)~v && f == (int16_t)~v && g == (int32_t)~v && h == (int64_t)~v,
		       "signed scalars");
	}
}

static void try_small(void)
{
	bool opposite = false;
	expect(types_nothing() == EVERY_TYPE_OK, "nothing");
	expect(types_boolean(false, &opposite) == EVERY_TYPE_OK && opposite, "boolean false");
	expect(types_boolean(true, &opposite) == EVERY_TYPE_OK && !opposite, "boolean true");
	enum every_type_colour next = EVERY_TYPE_COLOUR_RED;
	expect(types_enumeration(EVERY_TYPE_COLOUR_RED, &next) == EVERY_TYPE_OK &&
		   next == EVERY_TYPE_COLOUR_GREEN,
	       "first colour");
	expect(types_enumeration(EVERY_TYPE_COLOUR_BLUE, &next) == EVERY_TYPE_OK &&
		   next == EVERY_TYPE_COLOUR_RED,
	       "last colour");
	uint32_t half = 77;
	expect(types_even_only(0xfffffffe, &half) == EVERY_TYPE_OK && half == 0x7fffffff, "half");
	half = 77;
	expect(types_even_only(7, &half) == EVERY_TYPE_ODD && half == 77,
	       "a declared error leaves the output alone");
}

static void try_structure(void)
{
	struct every_type_sample value = {.tone = 0xff,
					  .level = INT16_MIN,
					  .weight = 0x80000001,
					  .offset = INT64_MIN,
					  .tint = EVERY_TYPE_COLOUR_GREEN,
					  .loud = true};
	struct every_type_sample changed = {0};
	expect(types_structure(&value, &changed) == EVERY_TYPE_OK && changed.tone == 0 &&
		   changed.level == INT16_MAX && changed.weight == 0x7ffffffe &&
		   changed.offset == INT64_MAX && changed.tint == EVERY_TYPE_COLOUR_BLUE && !changed.loud,
	       "structure");
	uint32_t values[24], reversed[24];
	for (uint32_t i = 0; i < 24; i++)
		values[i] = i * 0x01010101u + 0x80000000u;
	bool same = types_fixed_array(values, reversed) == EVERY_TYPE_OK;
	for (uint32_t i = 0; i < 24; i++)
		same = same && reversed[i] == values[23 - i];
	expect(same, "fixed array");
}

/* Every length around the border between registers and message buffer, and the borders of the type. */
static void try_text(void)
{
	static const uint32_t lengths[] = {1, 2, 31, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 99, 100};
	char value[101], backwards[101];
	for (unsigned i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
		uint32_t length = lengths[i];
		for (uint32_t k = 0; k < length; k++)
			value[k] = (char)('!' + k % 90);
		value[length] = '\0';
		bool same = types_text(value, backwards) == EVERY_TYPE_OK && strlen(backwards) == length;
		for (uint32_t k = 0; same && k < length; k++)
			same = backwards[k] == value[length - 1 - k];
		expect(same, "text");
	}
	expect(types_text("", backwards) == EVERY_TYPE_EMPTY, "empty text");
}

static void try_data(void)
{
	static const uint32_t sizes[] = {0, 1, 7, 8, 59, 60, 61, 63, 64, 65, 1023, 1999, 2000};
	for (uint32_t i = 0; i < sizeof sent; i++)
		sent[i] = (uint8_t)(i * 31 + (i >> 8));
	for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		uint32_t size = 0;
		bool same = types_data(sent, sizes[i], received, sizeof received, &size) == EVERY_TYPE_OK &&
			    size == sizes[i];
		for (uint32_t k = 0; same && k < size; k++)
			same = received[k] == (uint8_t)~sent[k];
		expect(same, "data");
	}
	uint32_t size = 0;
	expect(types_data(sent, 2001, received, sizeof received, &size) == EVERY_TYPE_MALFORMED,
	       "data one byte too long is refused");
	uint64_t sum = 0, right = 0;
	for (uint32_t i = 0; i < sizeof sent; i++)
		right += (uint64_t)sent[i] * (i + 1);
	expect(types_largest(sent, sizeof sent, &sum) == EVERY_TYPE_OK && sum == right,
	       "the largest message");
}

static void try_mixed(void)
{
	uint64_t sum = 0, right = 200 + 0x100000000 + 65535;
	char echo[32];
	uint8_t last = 0;
	for (uint32_t i = 0; i < 77; i++)
		right += (uint64_t)sent[i] * (i + 1);
	expect(types_mixed(200, "a name of some length", 0x100000000, sent, 77, 65535, &sum, echo, &last) ==
		       EVERY_TYPE_OK &&
		   sum == right && strcmp(echo, "a name of some length") == 0 && last == sent[76],
	       "mixed");
}

static void try_later_and_shared(void)
{
	uint64_t squared = 0;
	expect(types_later(0xffffffff, &squared) == EVERY_TYPE_OK && squared == 0xfffffffe00000001, "later");
	expect(types_later_until(clock_ns() + 1000, 5, &squared) == EVERY_TYPE_TIMED_OUT, "later, timed out");
	expect(types_later(3, &squared) == EVERY_TYPE_OK && squared == 9, "later, after a timed-out one");
	const uint8_t *board = types_board();
	expect(board[0] == 0x5a && board[TYPES_BOARD_SIZE / 2 - 1] == 0x5a &&
		   board[TYPES_BOARD_SIZE / 2] == 0,
	       "shared page");
}

void component_start(void)
{
	try_scalars();
	try_small();
	try_structure();
	try_data();
	try_text();
	try_mixed();
	try_later_and_shared();
	verdict_at(clock_ns() + 5000000);
}

void types_answered(void)
{
	events++;
}

/* Events arrive in the loop, so the verdict waits until it has run. */
void verdict(void)
{
	expect(events > 0, "event");
	log_info("round trip: %u checks, %u wrong", checks, wrong);
	(void)power_end(wrong == 0 ? 0 : 1); /* does not come back when it succeeds */
}
