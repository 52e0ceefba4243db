/* SPDX-License-Identifier: MIT
 * Gives back what it is given. What it is given was checked: it checks again,
 * and stops where that is not so.
 */
#include "component.h"

#include <tenon/string.h>

#define WIDE_ALL UINT64_C(0x7ffffffff)

static unsigned asked_calls; /* for who runs it on the host */
static bool asked_endless;   /* likewise: answers a label that does not end */

void component_start(void)
{
}

static void check_shape(const struct forms_shape *shape)
{
	asked_calls++;
	switch (shape->tag) {
	case FORMS_SHAPE_NOTHING_AT_ALL:
	case FORMS_SHAPE_CIRCLE:
		return;
	case FORMS_SHAPE_BOX:
		CHECK(shape->box.along == GEOMETRY_AXIS_ACROSS || shape->box.along == GEOMETRY_AXIS_DOWN);
		return;
	case FORMS_SHAPE_LABEL:
		CHECK(strnlen(shape->label, sizeof shape->label) < sizeof shape->label);
		return;
	case FORMS_SHAPE_PATH:
		CHECK(shape->path.count <= 4);
		return;
	}
	CHECK(false);
}

static void check_entry(const struct forms_entry *entry)
{
	CHECK((entry->allowed & ~(FORMS_ACCESS_READ | FORMS_ACCESS_WRITE | FORMS_ACCESS_RUN)) == 0);
	CHECK(entry->full <= FORMS_LEVEL_MAX);
	CHECK(entry->numbers.count <= 5);
	check_shape(&entry->what);
}

enum forms_status served_numbers(uint32_t client, uint32_t allowed, uint64_t many, uint8_t full, int16_t turned,
				 uint64_t delay, uint32_t *same_allowed, uint64_t *same_many, uint8_t *same_full,
				 int16_t *same_turned)
{
	(void)client;
	CHECK(allowed < 8 && (many & ~WIDE_ALL) == 0 && full <= FORMS_LEVEL_MAX);
	CHECK(turned >= FORMS_TURN_MIN && turned <= FORMS_TURN_MAX && delay != 0 && delay <= 5000000000);
	asked_calls++;
	*same_allowed = allowed;
	*same_many = many;
	*same_full = full;
	*same_turned = turned;
	return FORMS_OK;
}

enum forms_status served_shapes(uint32_t client, const struct forms_shape *value, const struct forms_shape three[3],
				struct forms_shape *same, struct forms_shape same_three[3])
{
	(void)client;
	check_shape(value);
	*same = *value;
	for (uint32_t i = 0; i < 3; i++) {
		check_shape(&three[i]);
		same_three[i] = three[i];
	}
	return FORMS_OK;
}

enum forms_status served_one(uint32_t client, const struct forms_entry *value, struct forms_entry *same)
{
	(void)client;
	check_entry(value);
	*same = *value;
	if (asked_endless)
		memset(same->what.label, 'x', sizeof same->what.label);
	return FORMS_OK;
}

enum forms_status served_options(uint32_t client, const uint32_t *number, const struct geometry_point *place,
				 const char *name, const uint16_t row[3], const enum geometry_axis *side,
				 uint32_t *same_number, bool *same_number_present,
				 struct geometry_point *same_place, bool *same_place_present, char same_name[9 + 1],
				 bool *same_name_present, uint16_t same_row[3], bool *same_row_present,
				 enum geometry_axis *same_side, bool *same_side_present)
{
	(void)client;
	asked_calls++;
	*same_number_present = number != NULL;
	if (number != NULL)
		*same_number = *number;
	*same_place_present = place != NULL;
	if (place != NULL)
		*same_place = *place;
	*same_name_present = name != NULL;
	if (name != NULL)
		memcpy(same_name, name, strlen(name) + 1);
	*same_row_present = row != NULL;
	if (row != NULL)
		memcpy(same_row, row, 3 * sizeof *row);
	*same_side_present = side != NULL;
	if (side != NULL)
		*same_side = *side;
	return FORMS_OK;
}

enum forms_status served_sequences(uint32_t client, const char *title, const struct geometry_point points[],
				   uint32_t points_count, const char names[][6 + 1], uint32_t names_count,
				   const struct forms_entry entries[], uint32_t entries_count,
				   const uint64_t large[], uint32_t large_count, char same_title[5 + 1],
				   struct geometry_point same_points[12], uint32_t *same_points_count,
				   char same_names[3][6 + 1], uint32_t *same_names_count,
				   struct forms_entry same_entries[3], uint32_t *same_entries_count,
				   uint64_t same_large[9], uint32_t *same_large_count)
{
	(void)client;
	asked_calls++;
	CHECK(points_count <= 12 && names_count <= 3 && entries_count <= 3 && large_count <= 9);
	memcpy(same_title, title, strlen(title) + 1);
	memcpy(same_points, points, points_count * sizeof *points);
	*same_points_count = points_count;
	for (uint32_t i = 0; i < names_count; i++)
		memcpy(same_names[i], names[i], strlen(names[i]) + 1);
	*same_names_count = names_count;
	for (uint32_t i = 0; i < entries_count; i++) {
		check_entry(&entries[i]);
		same_entries[i] = entries[i];
	}
	*same_entries_count = entries_count;
	memcpy(same_large, large, large_count * sizeof *large);
	*same_large_count = large_count;
	return FORMS_OK;
}

enum forms_status served_bytes(uint32_t client, const void *data, uint32_t data_size, const bool flags[],
			       uint32_t flags_count, const uint32_t numbers[], uint32_t numbers_count,
			       void *same_data, uint32_t *same_data_size, bool same_flags[8],
			       uint32_t *same_flags_count, uint32_t same_numbers[8], uint32_t *same_numbers_count)
{
	(void)client;
	asked_calls++;
	CHECK(data_size <= 90 && flags_count <= 8 && numbers_count <= 8);
	memcpy(same_data, data, data_size);
	*same_data_size = data_size;
	memcpy(same_flags, flags, flags_count * sizeof *flags);
	*same_flags_count = flags_count;
	memcpy(same_numbers, numbers, numbers_count * sizeof *numbers);
	*same_numbers_count = numbers_count;
	return FORMS_OK;
}

enum forms_status served_lent(uint32_t client, const char *title, struct tenon_loan numbers,
			      struct tenon_loan points, struct tenon_loan sums, uint64_t *sum)
{
	struct geometry_point point;
	uint16_t number;

	(void)client;
	asked_calls++;
	CHECK(strlen(title) <= 5 && numbers.bytes % 2 == 0 && numbers.bytes <= 4096 && points.bytes % 8 == 0);
	for (uint64_t i = 0; i < numbers.bytes; i += sizeof number) {
		if (tenon_loan_get(numbers, i, &number, sizeof number) != TENON_OK)
			return FORMS_LATE;
		*sum += number;
	}
	for (uint64_t i = 0; i < points.bytes / sizeof point; i++) {
		if (tenon_loan_get(points, i * sizeof point, &point, sizeof point) != TENON_OK)
			return FORMS_LATE;
		point.x = (int32_t)((uint32_t)point.x + (uint32_t)point.y);
		if (tenon_loan_put(sums, i * sizeof point.x, &point.x, sizeof point.x) != TENON_OK)
			return FORMS_LATE;
	}
	return FORMS_OK;
}

void served_lent_later(uint32_t client, struct forms_lent_later_token token, struct tenon_loan data)
{
	static const uint8_t zeros[100];
	const enum tenon_status written = tenon_loan_put(data, 0, zeros, data.bytes);

	(void)client;
	asked_calls++;
	(void)forms_lent_later_finish(token, written == TENON_OK ? FORMS_OK : FORMS_LATE);
}

void served_lent_later_cancelled(uint32_t client, struct forms_lent_later_token token)
{
	(void)client;
	(void)token;
}

void served_tell(uint32_t client, const struct forms_shape *what, const char names[][6 + 1], uint32_t names_count)
{
	(void)client;
	check_shape(what);
	CHECK(names_count <= 3);
	for (uint32_t i = 0; i < names_count; i++)
		CHECK(strnlen(names[i], 6 + 1) <= 6);
}

void served_later(uint32_t client, struct forms_later_token token, uint8_t count)
{
	static const uint16_t numbers[6] = {1, 2, 3, 4, 5, 6};
	const struct geometry_point place = {.x = 7, .y = -7};
	const struct forms_shape what = {.tag = FORMS_SHAPE_CIRCLE, .circle = 11};

	(void)client;
	asked_calls++;
	if (count > 6)
		(void)forms_later_finish(token, FORMS_LATE, NULL, 0, NULL, &what);
	else
		(void)forms_later_finish(token, FORMS_OK, numbers, count, count == 3 ? &place : NULL, &what);
}

void served_later_cancelled(uint32_t client, struct forms_later_token token)
{
	(void)client;
	(void)token;
}
