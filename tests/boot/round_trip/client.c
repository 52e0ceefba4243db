/* SPDX-License-Identifier: MIT
 * The asking half of the round trip: calls each operation with the values at
 * the borders of each type and compares what comes back.
 */
#include "component.h"

#include <tenon/string.h>

#include "guest.h"

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

static void try_sets_and_ranges(void)
{
	uint32_t missing = 0;
	uint8_t left = 0;
	expect(types_small_set(EVERY_TYPE_ACCESS_WRITE, 30, &missing, &left) == EVERY_TYPE_OK &&
		   missing == (EVERY_TYPE_ACCESS_READ | EVERY_TYPE_ACCESS_RUN) && left == 70,
	       "bit set and percentage");
	expect(types_small_set(8, 0, &missing, &left) == EVERY_TYPE_MALFORMED, "an unknown bit is refused");
	expect(types_small_set(0, 101, &missing, &left) == EVERY_TYPE_MALFORMED, "101 percent are refused");
}

static bool same_shape(const struct every_type_shape *a, const struct every_type_shape *b)
{
	bool same = a->tag == b->tag;
	switch (a->tag) {
	case EVERY_TYPE_SHAPE_NOWHERE:
		return same;
	case EVERY_TYPE_SHAPE_AT:
		return same && a->at.x == b->at.x && a->at.y == b->at.y;
	case EVERY_TYPE_SHAPE_NAMED:
		return same && strcmp(a->named, b->named) == 0;
	case EVERY_TYPE_SHAPE_PATH:
		same = same && a->path.count == b->path.count;
		for (uint32_t i = 0; same && i < a->path.count; i++)
			same =
			    a->path.item[i].x == b->path.item[i].x && a->path.item[i].y == b->path.item[i].y;
		return same;
	}
	return false;
}

static bool same_entry(const struct every_type_entry *a, const struct every_type_entry *b)
{
	return a->allowed == b->allowed && a->full == b->full && a->where.present == b->where.present &&
	       (!a->where.present || memcmp(&a->where.value, &b->where.value, sizeof a->where.value) == 0) &&
	       same_shape(&a->what, &b->what) && a->numbers.count == b->numbers.count &&
	       memcmp(a->numbers.item, b->numbers.item, a->numbers.count * sizeof a->numbers.item[0]) == 0;
}

static const struct every_type_shape shapes[] = {
    {.tag = EVERY_TYPE_SHAPE_NOWHERE},
    {.tag = EVERY_TYPE_SHAPE_AT, .at = {INT32_MIN, INT32_MAX}},
    {.tag = EVERY_TYPE_SHAPE_NAMED, .named = "eleven long"},
    {.tag = EVERY_TYPE_SHAPE_PATH, .path = {5, {{1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 10}}}},
};

static struct every_type_entry entry_of(uint32_t i)
{
	return (struct every_type_entry){.allowed = i % 8,
					 .full = (uint8_t)(i * 33),
					 .where = {i % 2 == 1, {(int32_t)i, -1}},
					 .what = shapes[i % 4],
					 .numbers = {i % 8, {1, 2, 3, 4, 5, 6, 7}}};
}

static void try_unions(void)
{
	struct every_type_shape same, unknown = {.tag = (enum every_type_shape_tag)4};
	for (uint32_t i = 0; i < 4; i++)
		expect(types_choice(&shapes[i], &same) == EVERY_TYPE_OK && same_shape(&shapes[i], &same),
		       "union");
	expect(types_choice(&unknown, &same) == EVERY_TYPE_MALFORMED, "an unknown tag is refused");
	unknown = shapes[3];
	unknown.path.count = 6;
	expect(types_choice(&unknown, &same) == EVERY_TYPE_MALFORMED, "a count past the end is refused");
	for (uint32_t i = 0; i < 4; i++) {
		struct every_type_entry entry = entry_of(i), back;
		expect(types_nested(&entry, &back) == EVERY_TYPE_OK && same_entry(&entry, &back),
		       "nested structure");
	}
}

static void try_options(void)
{
	static const uint64_t number = UINT64_MAX - 1;
	static const struct places_point where = {-5, 5};
	for (unsigned i = 0; i < 8; i++) {
		bool has_number, has_where, has_name;
		uint64_t same_number;
		struct places_point same_where;
		char same_name[9 + 1];
		expect(types_perhaps((i & 1) ? &number : NULL, (i & 2) ? &where : NULL,
				     (i & 4) ? "nine long" : NULL, &same_number, &has_number, &same_where,
				     &has_where, same_name, &has_name) == EVERY_TYPE_OK &&
			   has_number == ((i & 1) != 0) && has_where == ((i & 2) != 0) &&
			   has_name == ((i & 4) != 0) && (!has_number || same_number == number) &&
			   (!has_where || (same_where.x == -5 && same_where.y == 5)) &&
			   (!has_name || strcmp(same_name, "nine long") == 0),
		       "options");
	}
}

static void try_sequences(void)
{
	static struct places_point points[21], back[20];
	static struct every_type_entry entries[5], entries_back[4];
	for (uint32_t i = 0; i < 21; i++)
		points[i] = (struct places_point){(int32_t)i, -(int32_t)i};
	for (uint32_t i = 0; i < 5; i++)
		entries[i] = entry_of(i);
	for (uint32_t i = 0; i <= 20; i++) {
		uint32_t number = 99, entries_number = 99, e = i % 5;
		bool same = types_several(&"123456789"[i % 9], points, i, entries, e, back, 20, &number,
					  entries_back, 4, &entries_number) == EVERY_TYPE_OK &&
			    number == i && entries_number == e;
		for (uint32_t k = 0; same && k < i; k++)
			same = back[k].x == points[i - 1 - k].x && back[k].y == points[i - 1 - k].y;
		for (uint32_t k = 0; same && k < e; k++)
			same = same_entry(&entries_back[k], &entries[e - 1 - k]);
		expect(same, "sequences");
	}
	uint32_t number = 0, entries_number = 0;
	expect(types_several("x", points, 21, entries, 0, back, 20, &number, entries_back, 4,
			     &entries_number) == EVERY_TYPE_MALFORMED,
	       "21 points are refused");
	expect(types_several("x", points, 20, entries, 0, back, 19, &number, entries_back, 4,
			     &entries_number) == EVERY_TYPE_MALFORMED,
	       "more than there is room for");
}

static void try_loans(void)
{
	static uint32_t numbers[16385], doubled[16384];
	static uint8_t data[16384];
	uint64_t sum = 0, right = 0;
	for (uint32_t i = 0; i < 16384; i++) {
		numbers[i] = i * 3;
		right += i * 3;
	}
	bool same = types_lent(numbers, 16384, doubled, 16384, &sum) == EVERY_TYPE_OK && sum == right;
	for (uint32_t i = 0; same && i < 16384; i++)
		same = doubled[i] == 2 * numbers[i];
	expect(same, "64 KiB lent to be read, and as much to be written");
	expect(types_lent(NULL, 0, NULL, 0, &sum) == EVERY_TYPE_OK && sum == 0, "nothing lent");
	expect(types_lent(numbers, 16385, doubled, 16384, &sum) == EVERY_TYPE_MALFORMED,
	       "more than may be lent");
	doubled[7] = 1;
	expect(types_lent(numbers, 8, doubled, 7, &sum) == EVERY_TYPE_EMPTY && doubled[7] == 1,
	       "nothing is written past the loan");
	same = types_lent_later(0xc3, data + 1, sizeof data - 2) == EVERY_TYPE_OK;
	for (uint32_t i = 0; same && i < sizeof data; i++)
		same = data[i] == (i == 0 || i == sizeof data - 1 ? 0 : 0xc3);
	expect(same, "lent until a later answer");
}

static void try_never_answered(void)
{
	static const char names[5][31 + 1] = {"one", "", "thirty-one letters in this name"};
	uint64_t sum = 0;
	uint32_t times = 0;
	bool told = true;
	for (uint64_t i = 1; i <= 100; i++)
		told = told && types_tell(i, names, i % 5 == 0 ? 3 : 0) == EVERY_TYPE_OK;
	expect(told && types_told(&sum, &times) == EVERY_TYPE_OK && times == 100 &&
		   sum == 5050 + 20 * (3 + 31),
	       "told, and never answered");
	expect(types_tell(1, names, 5) == EVERY_TYPE_MALFORMED, "five names are refused");
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
	try_sets_and_ranges();
	try_unions();
	try_options();
	try_sequences();
	try_loans();
	try_never_answered();
	try_later_and_shared();
	guest_try_all(expect);
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
