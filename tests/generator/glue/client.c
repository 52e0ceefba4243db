/* SPDX-License-Identifier: MIT
 * The asking side: every form of a type goes there and comes back the same.
 */
#define tenon_trap           client_trap
#define tenon_component      client_component
#define tenon_component_main client_main
#define component_start      client_start
#include "asker.glue.c"

#include "glue.h"

#include <stdio.h>

static unsigned wrong;

static void expect(bool holds, const char *what)
{
	if (holds)
		return;
	wrong++;
	printf("wrong: %s\n", what);
}

void client_start(void)
{
}

static bool same_point(struct geometry_point a, struct geometry_point b)
{
	return a.x == b.x && a.y == b.y;
}

static bool same_shape(const struct forms_shape *a, const struct forms_shape *b)
{
	if (a->tag != b->tag)
		return false;
	switch (a->tag) {
	case FORMS_SHAPE_NOTHING_AT_ALL:
		return true;
	case FORMS_SHAPE_CIRCLE:
		return a->circle == b->circle;
	case FORMS_SHAPE_BOX:
		return same_point(a->box.from, b->box.from) && same_point(a->box.to, b->box.to) &&
		       a->box.along == b->box.along;
	case FORMS_SHAPE_LABEL:
		return strcmp(a->label, b->label) == 0;
	case FORMS_SHAPE_PATH:
		for (uint32_t i = 0; i < a->path.count; i++)
			if (!same_point(a->path.item[i], b->path.item[i]))
				return false;
		return a->path.count == b->path.count;
	}
	return false;
}

static bool same_entry(const struct forms_entry *a, const struct forms_entry *b)
{
	bool same = a->allowed == b->allowed && a->full == b->full && a->where.present == b->where.present &&
		    (!a->where.present || same_point(a->where.value, b->where.value)) &&
		    a->numbers.count == b->numbers.count && same_shape(&a->what, &b->what) &&
		    a->loud == b->loud;

	for (uint32_t i = 0; same && i < a->numbers.count; i++)
		same = a->numbers.item[i] == b->numbers.item[i];
	return same;
}

static const struct forms_shape shapes[] = {
    {.tag = FORMS_SHAPE_NOTHING_AT_ALL},
    {.tag = FORMS_SHAPE_CIRCLE, .circle = UINT64_MAX},
    {.tag = FORMS_SHAPE_BOX, .box = {{INT32_MIN, 1}, {2, INT32_MAX}, GEOMETRY_AXIS_DOWN}},
    {.tag = FORMS_SHAPE_LABEL, .label = "eleven long"},
    {.tag = FORMS_SHAPE_PATH, .path = {4, {{1, 2}, {3, 4}, {5, 6}, {7, 8}}}},
    {.tag = FORMS_SHAPE_PATH, .path = {.count = 0}},
};
#define SHAPES (sizeof shapes / sizeof shapes[0])

static const struct forms_entry entries[] = {
    {.allowed = FORMS_ACCESS_READ | FORMS_ACCESS_RUN,
     .full = FORMS_LEVEL_MAX,
     .where = {true, {-1, 1}},
     .numbers = {5, {1, 2, 3, 4, 65535}},
     .what = {.tag = FORMS_SHAPE_LABEL, .label = "x"},
     .loud = true},
    {.numbers = {.count = 0}, .what = {.tag = FORMS_SHAPE_CIRCLE, .circle = 1}},
    {.where = {true, {0, 0}}, .numbers = {1, {9}}, .what = {.tag = FORMS_SHAPE_PATH, .path = {1, {{5, 5}}}}},
};

static void ask_numbers(void)
{
	uint32_t allowed = 0;
	uint64_t many = 0;
	uint8_t full = 0;
	int16_t turned = 0;

	expect(forms_numbers(FORMS_ACCESS_WRITE, FORMS_WIDE_B34 | FORMS_WIDE_B0, 100, FORMS_TURN_MIN,
			     5000000000, &allowed, &many, &full, &turned) == FORMS_OK &&
		   allowed == FORMS_ACCESS_WRITE && many == (FORMS_WIDE_B34 | FORMS_WIDE_B0) && full == 100 &&
		   turned == -180,
	       "numbers");
	expect(forms_numbers(8, 0, 0, 0, 1, &allowed, &many, &full, &turned) == FORMS_MALFORMED,
	       "unknown bit");
	expect(forms_numbers(0, UINT64_C(1) << 35, 0, 0, 1, &allowed, &many, &full, &turned) ==
		   FORMS_MALFORMED,
	       "unknown bit of many");
	expect(forms_numbers(0, 0, 101, 0, 1, &allowed, &many, &full, &turned) == FORMS_MALFORMED,
	       "too full");
	expect(forms_numbers(0, 0, 0, -181, 1, &allowed, &many, &full, &turned) == FORMS_MALFORMED,
	       "turned too far");
	expect(forms_numbers(0, 0, 0, 181, 1, &allowed, &many, &full, &turned) == FORMS_MALFORMED,
	       "turned too far");
	expect(forms_numbers(0, 0, 0, 0, 0, &allowed, &many, &full, &turned) == FORMS_MALFORMED, "no delay");
	expect(forms_numbers(0, 0, 0, 0, 5000000001, &allowed, &many, &full, &turned) == FORMS_MALFORMED,
	       "delay too long");
}

/* A label without an end is refused wherever it stands, and nothing is sent; what another member left there is no string. */
static void ask_long_labels(void)
{
	const unsigned before = server_calls();
	struct forms_shape endless = {.tag = FORMS_SHAPE_LABEL}, same, same_three[3];
	struct forms_shape three[3] = {shapes[0], shapes[1], shapes[2]};

	memset(endless.label, 'x', sizeof endless.label);
	expect(forms_shapes(&endless, three, &same, same_three) == FORMS_MALFORMED, "label of twelve");
	three[2] = endless;
	expect(forms_shapes(&shapes[0], three, &same, same_three) == FORMS_MALFORMED, "label in an array");
	expect(forms_tell(&endless, NULL, 0) == FORMS_MALFORMED, "told a label of twelve");
	expect(server_calls() == before, "nothing was sent");
	endless.tag = FORMS_SHAPE_NOTHING_AT_ALL;
	expect(forms_shapes(&shapes[0], three, &same, same_three) == FORMS_MALFORMED, "label in an array");
	three[2] = endless;
	expect(forms_shapes(&endless, three, &same, same_three) == FORMS_OK, "no label at all");
}

static void ask_shapes(void)
{
	struct forms_shape same, same_three[3], bad = {.tag = (enum forms_shape_tag)5};

	for (size_t i = 0; i < SHAPES; i++) {
		const struct forms_shape three[3] = {shapes[(i + 1) % SHAPES], shapes[(i + 2) % SHAPES],
						     shapes[(i + 3) % SHAPES]};

		expect(forms_shapes(&shapes[i], three, &same, same_three) == FORMS_OK &&
			   same_shape(&same, &shapes[i]) && same_shape(&same_three[0], &three[0]) &&
			   same_shape(&same_three[1], &three[1]) && same_shape(&same_three[2], &three[2]),
		       "shapes");
	}
	expect(forms_shapes(&bad, shapes, &same, same_three) == FORMS_MALFORMED, "unknown tag");
	bad = (struct forms_shape){.tag = FORMS_SHAPE_PATH, .path = {.count = 5}};
	expect(forms_shapes(&bad, shapes, &same, same_three) == FORMS_MALFORMED, "path of five");
	ask_long_labels();
}

static void ask_entries(void)
{
	const unsigned before = server_calls();
	struct forms_entry same, bad = entries[0];

	memset(bad.what.label, 'x', sizeof bad.what.label);
	expect(forms_one(&bad, &same) == FORMS_MALFORMED && server_calls() == before, "label in a structure");
	bad = entries[0];
	for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++)
		expect(forms_one(&entries[i], &same) == FORMS_OK && same_entry(&same, &entries[i]), "entry");
	bad.numbers.count = UINT32_MAX;
	expect(forms_one(&bad, &same) == FORMS_MALFORMED, "numbers without end");
	bad = entries[0];
	bad.full = 101;
	expect(forms_one(&bad, &same) == FORMS_MALFORMED, "entry too full");
}

static void ask_options(void)
{
	static const uint32_t number = 77;
	static const struct geometry_point place = {3, -3};
	static const uint16_t row[3] = {1, 2, 3};
	static const enum geometry_axis side = GEOMETRY_AXIS_DOWN;
	struct geometry_point same_place;
	char same_name[9 + 1];
	enum geometry_axis same_side;
	uint32_t same_number;
	uint16_t same_row[3];

	for (unsigned i = 0; i < 32; i++) {
		bool is[5];

		expect(forms_options((i & 1) ? &number : NULL, (i & 2) ? &place : NULL,
				     (i & 4) ? "nine long" : NULL, (i & 8) ? row : NULL,
				     (i & 16) ? &side : NULL, &same_number, &is[0], &same_place, &is[1],
				     same_name, &is[2], same_row, &is[3], &same_side, &is[4]) == FORMS_OK,
		       "options");
		for (unsigned k = 0; k < 5; k++)
			expect(is[k] == ((i >> k & 1) != 0), "an option is there or not");
		expect((!is[0] || same_number == 77) && (!is[1] || same_point(same_place, place)) &&
			   (!is[2] || strcmp(same_name, "nine long") == 0) &&
			   (!is[3] || memcmp(same_row, row, sizeof row) == 0) &&
			   (!is[4] || same_side == GEOMETRY_AXIS_DOWN),
		       "value of an option");
	}
}

static void ask_long_name(void)
{
	const unsigned before = server_calls();
	struct geometry_point place;
	enum geometry_axis side;
	char name[9 + 1];
	uint32_t number;
	uint16_t row[3];
	bool is[5];

	expect(forms_options(NULL, NULL, "ten longer", NULL, NULL, &number, &is[0], &place, &is[1], name,
			     &is[2], row, &is[3], &side, &is[4]) == FORMS_MALFORMED &&
		   server_calls() == before,
	       "a name of ten");
}

/* So many of each; what comes back is compared. `room`: of the caller for entries. */
static enum forms_status ask_sequences_of(const char *title, uint32_t count, uint32_t room)
{
	static const struct geometry_point points[13] = {{1, 2}, [11] = {3, 4}};
	static const char names[4][6 + 1] = {"", "seven", "sixsix"};
	static const uint64_t large[10] = {1, 2, UINT64_MAX, [8] = 9};
	static struct forms_entry several[4], same_several[4];
	struct geometry_point same_points[12];
	uint32_t number[4] = {0};
	char same_title[5 + 1], same_names[3][6 + 1];
	uint64_t same_large[9];
	enum forms_status status;

	for (unsigned i = 0; i < 3; i++)
		several[i] = entries[i];
	status = forms_sequences(title, points, count * 4, names, count, several, count, large, count * 3,
				 same_title, same_points, 12, &number[0], same_names, 3, &number[1],
				 same_several, room, &number[2], same_large, 9, &number[3]);
	if (status != FORMS_OK)
		return status;
	expect(strcmp(title, same_title) == 0 && number[0] == count * 4 && number[1] == count &&
		   number[2] == count && number[3] == count * 3,
	       "counts");
	expect(memcmp(points, same_points, count * 4 * sizeof *points) == 0 &&
		   memcmp(large, same_large, count * 3 * sizeof *large) == 0,
	       "plain elements");
	for (uint32_t i = 0; i < count; i++)
		expect(same_entry(&several[i], &same_several[i]) && strcmp(names[i], same_names[i]) == 0,
		       "elements");
	return status;
}

static void ask_sequences(void)
{
	static const char names[2][6 + 1] = {"sixsix", {'s', 'e', 'v', 'e', 'n', 't', 'h'}};
	unsigned before;

	for (uint32_t count = 0; count <= 3; count++)
		for (uint32_t length = 0; length <= 5; length++)
			expect(ask_sequences_of(&"12345"[5 - length], count, 3) == FORMS_OK, "sequences");
	expect(ask_sequences_of("", 4, 4) == FORMS_MALFORMED, "four are too many");
	expect(ask_sequences_of("", 3, 2) == FORMS_MALFORMED, "more than the caller has room for");
	expect(ask_sequences_of("123456", 0, 0) == FORMS_MALFORMED, "a title that is too long");
	before = server_calls();
	expect(forms_tell(&shapes[0], names, 2) == FORMS_MALFORMED && server_calls() == before,
	       "a name of seven in a sequence");
}

static void ask_bytes(void)
{
	static uint8_t data[91], same_data[90];
	static const bool flags[8] = {true, false, true};
	static const uint32_t numbers[8] = {1, 2, 3, 4, 5, 6, 7, 8};
	uint32_t size, flags_count, numbers_count, same_numbers[8];
	bool same_flags[8];

	for (uint32_t i = 0; i < sizeof data; i++)
		data[i] = (uint8_t)(i + 1);
	for (uint32_t i = 0; i <= 90; i++) {
		expect(forms_bytes(data, i, flags, i % 9, numbers, 8 - i % 9, same_data, 90, &size,
				   same_flags, 8, &flags_count, same_numbers, 8,
				   &numbers_count) == FORMS_OK &&
			   size == i && flags_count == i % 9 && numbers_count == 8 - i % 9 &&
			   memcmp(data, same_data, i) == 0 && memcmp(flags, same_flags, i % 9) == 0 &&
			   memcmp(numbers, same_numbers, numbers_count * sizeof *numbers) == 0,
		       "bytes");
	}
	expect(forms_bytes(data, 91, NULL, 0, NULL, 0, same_data, 90, &size, same_flags, 8, &flags_count,
			   same_numbers, 8, &numbers_count) == FORMS_MALFORMED,
	       "91 bytes");
}

static void ask_lent(void)
{
	static uint16_t numbers[2049];
	static const struct geometry_point points[] = {{1, 2}, {-3, -4}, {5, -5}};
	uint8_t data[101];
	int32_t sums[4] = {9, 9, 9, 9};
	uint64_t sum = 0;

	for (uint32_t i = 0; i < 2049; i++)
		numbers[i] = 7;
	expect(forms_lent("abc", numbers, 2048, points, 3, sums, 3, &sum) == FORMS_OK && sum == 7 * 2048 &&
		   sums[0] == 3 && sums[1] == -7 && sums[2] == 0 && sums[3] == 9,
	       "lent");
	expect(forms_lent("", NULL, 0, NULL, 0, NULL, 0, &sum) == FORMS_OK && sum == 0, "nothing lent");
	expect(forms_lent("", numbers, 2049, points, 0, sums, 0, &sum) == FORMS_MALFORMED, "lent too much");
	expect(forms_lent("", numbers, 1, points, 3, sums, 2, &sum) == FORMS_LATE, "written past the loan");
	memset(data, 1, sizeof data);
	expect(forms_lent_later(data, 100) == FORMS_OK && data[0] == 0 && data[99] == 0 && data[100] == 1,
	       "lent later");
	expect(forms_lent_later(data, 101) == FORMS_MALFORMED, "lent too much for later");
}

static void tell(void)
{
	static const char names[4][6 + 1] = {"a", "bb", "sixsix"};
	const unsigned before = server_calls();
	struct forms_shape bad = {.tag = FORMS_SHAPE_PATH, .path = {.count = 9}};

	expect(forms_tell(&shapes[3], names, 3) == FORMS_OK && server_calls() == before + 1, "told");
	expect(forms_tell(&bad, names, 0) == FORMS_OK && server_calls() == before + 1,
	       "what is malformed is dropped");
	expect(forms_tell(&bad, names, 4) == FORMS_MALFORMED && server_calls() == before + 1,
	       "told too much");
}

static void ask_later(void)
{
	struct geometry_point place;
	struct forms_shape what;
	uint16_t numbers[6];
	uint32_t count = 0;
	bool present = false;

	for (uint8_t i = 0; i <= 6; i++) {
		expect(forms_later(i, numbers, 6, &count, &place, &present, &what) == FORMS_OK &&
			   count == i && (i == 0 || numbers[i - 1] == i) && present == (i == 3) &&
			   (!present || (place.x == 7 && place.y == -7)) && what.circle == 11,
		       "later");
	}
	expect(forms_later(7, numbers, 6, &count, &place, &present, &what) == FORMS_LATE, "a declared error");
}

unsigned client_ask_all(bool counts)
{
	wrong = 0;
	ask_numbers();
	ask_shapes();
	ask_entries();
	ask_options();
	ask_long_name();
	ask_sequences();
	ask_bytes();
	ask_lent();
	if (counts)
		tell();
	else
		expect(forms_tell(&shapes[3], (const char[2][6 + 1]){"x", "yy"}, 2) == FORMS_OK, "told");
	ask_later();
	return wrong;
}

void client_ask_one(void)
{
	struct forms_entry same;

	(void)forms_one(&entries[0], &same); /* the server stops */
}

/* What a stub says is OK has values that the types allow, whatever the server sent. */
void client_ask_blindly(void)
{
	struct forms_shape same = shapes[0], same_three[3];
	struct forms_entry entry, some[3];
	struct geometry_point points[12];
	char title[5 + 1], names[3][6 + 1];
	uint64_t large[9];
	uint32_t number[4];

	if (forms_shapes(&shapes[2], shapes, &same, same_three) == FORMS_OK) {
		CHECK(same.tag <= FORMS_SHAPE_PATH);
		CHECK(same.tag != FORMS_SHAPE_PATH || same.path.count <= 4);
		CHECK(same.tag != FORMS_SHAPE_LABEL || strnlen(same.label, 12) < 12);
	}
	if (forms_one(&entries[0], &entry) == FORMS_OK)
		CHECK(entry.allowed < 8 && entry.full <= 100 && entry.numbers.count <= 5);
	if (forms_sequences("abc", points, 0, names, 0, entries, 3, large, 0, title, points, 12, &number[0],
			    names, 3, &number[1], some, 3, &number[2], large, 9, &number[3]) == FORMS_OK) {
		CHECK(number[0] <= 12 && number[1] <= 3 && number[2] <= 3 && number[3] <= 9);
		for (uint32_t i = 0; i < number[2]; i++)
			CHECK(some[i].full <= 100 && some[i].what.tag <= FORMS_SHAPE_PATH);
	}
}
