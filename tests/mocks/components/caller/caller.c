/* SPDX-License-Identifier: MIT
 * Calls with every form of a type, and looks whether what comes back is the same.
 */
#include "component.h"

#include <tenon/string.h>

static enum trigger_status judge(bool good)
{
	return good ? TRIGGER_OK : TRIGGER_NOT_SO;
}

enum trigger_status trigger_options(uint32_t client)
{
	const struct geometry_point place = {3, -3};
	const uint16_t row[3] = {1, 2, 3};
	uint32_t number;
	struct geometry_point same_place;
	char name[10];
	uint16_t same_row[3];
	enum geometry_axis side;
	bool is[5];

	(void)client;
	return judge(forms_options(NULL, &place, "nine long", row, NULL, &number, &is[0], &same_place, &is[1],
				   name, &is[2], same_row, &is[3], &side, &is[4]) == FORMS_OK &&
		     !is[0] && is[1] && is[2] && is[3] && !is[4] && same_place.y == -3 &&
		     strcmp(name, "nine long") == 0 && same_row[2] == 3);
}

static const struct forms_entry entry = {
    .allowed = FORMS_ACCESS_RUN,
    .full = 99,
    .where = {true, {4, 5}},
    .numbers = {2, {6, 7}},
    .what = {.tag = FORMS_SHAPE_PATH, .path = {1, {{8, 9}}}},
    .loud = true,
};

static bool is_entry(const struct forms_entry *other)
{
	return other->allowed == FORMS_ACCESS_RUN && other->full == 99 && other->where.value.y == 5 &&
	       other->numbers.count == 2 && other->numbers.item[1] == 7 && other->what.path.item[0].y == 9 &&
	       other->loud;
}

enum trigger_status trigger_sequences(uint32_t client)
{
	const struct geometry_point points[2] = {{1, 2}, {3, 4}};
	const char names[2][7] = {"a", "sixsix"};
	const uint64_t large[1] = {UINT64_MAX};
	char title[6], same_names[3][7];
	struct geometry_point same_points[12];
	struct forms_entry several[3];
	uint64_t same_large[9];
	uint32_t count[4];

	(void)client;
	return judge(forms_sequences("title", points, 2, names, 2, &entry, 1, large, 1, title, same_points,
				     12, &count[0], same_names, 3, &count[1], several, 3, &count[2],
				     same_large, 9, &count[3]) == FORMS_OK &&
		     strcmp(title, "title") == 0 && count[0] == 2 && same_points[1].y == 4 && count[1] == 2 &&
		     strcmp(same_names[1], "sixsix") == 0 && count[2] == 1 && is_entry(&several[0]) &&
		     count[3] == 1 && same_large[0] == UINT64_MAX);
}

enum trigger_status trigger_entry(uint32_t client)
{
	struct forms_entry same;

	(void)client;
	return judge(forms_one(&entry, &same) == FORMS_OK && is_entry(&same));
}

enum trigger_status trigger_bytes(uint32_t client)
{
	const bool flags[3] = {true, false, true};
	const uint32_t numbers[1] = {77};
	uint8_t data[90];
	bool same_flags[8];
	uint32_t same_numbers[8], count[3];

	(void)client;
	return judge(forms_bytes("bytes", 5, flags, 3, numbers, 1, data, 90, &count[0], same_flags, 8,
				 &count[1], same_numbers, 8, &count[2]) == FORMS_OK &&
		     count[0] == 5 && memcmp(data, "bytes", 5) == 0 && count[1] == 3 && same_flags[2] &&
		     !same_flags[1] && count[2] == 1 && same_numbers[0] == 77);
}
