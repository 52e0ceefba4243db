/* SPDX-License-Identifier: MIT
 * Mocks see every form of a type as it was given, and give it back.
 */
#include "test.h"

static enum forms_status options(const struct mock_forms_options_call *call,
				 struct mock_forms_options_answer *answer)
{
	assert_false(call->number.present || call->side.present);
	answer->same_place.present = call->place.present;
	answer->same_place.value = call->place.value;
	answer->same_name.present = call->name.present;
	memcpy(answer->same_name.value, call->name.value, sizeof call->name.value);
	answer->same_row.present = call->row.present;
	memcpy(answer->same_row.value, call->row.value, sizeof call->row.value);
	return FORMS_OK;
}

static enum forms_status sequences(const struct mock_forms_sequences_call *call,
				   struct mock_forms_sequences_answer *answer)
{
	memcpy(answer->same_title, call->title, sizeof call->title);
	memcpy(&answer->same_points, &call->points, sizeof call->points);
	memcpy(&answer->same_names, &call->names, sizeof call->names);
	memcpy(&answer->same_entries, &call->entries, sizeof call->entries);
	memcpy(&answer->same_large, &call->large, sizeof call->large);
	return FORMS_OK;
}

TEST(what_a_function_gives_back)
{
	mock_forms_options_does(options);
	assert_int_equal(client_trigger_options(0), TRIGGER_OK);
	mock_forms_sequences_does(sequences);
	assert_int_equal(client_trigger_sequences(1), TRIGGER_OK);
	assert_int_equal(mock_forms_sequences_call(0)->names.count, 2);
}

TEST(what_was_queued)
{
	const struct geometry_point place = {3, -3};
	const uint16_t row[3] = {1, 2, 3};
	const bool flags[3] = {true, false, true};
	const uint32_t numbers[1] = {77};
	const struct forms_entry entry = {.allowed = FORMS_ACCESS_RUN,
					  .full = 99,
					  .where = {true, {4, 5}},
					  .numbers = {2, {6, 7}},
					  .what = {.tag = FORMS_SHAPE_PATH, .path = {1, {{8, 9}}}},
					  .loud = true};

	mock_forms_options_answers(NULL, &place, "nine long", row, NULL);
	assert_int_equal(client_trigger_options(0), TRIGGER_OK);
	mock_forms_one_answers(&entry);
	assert_int_equal(client_trigger_entry(0), TRIGGER_OK);
	mock_forms_bytes_answers("bytes", 5, flags, 3, numbers, 1);
	assert_int_equal(client_trigger_bytes(0), TRIGGER_OK);
	assert_int_equal(mock_forms_bytes_call(0)->data_size, 5);
	assert_int_equal(mock_forms_bytes_call(0)->flags.count, 3);
	mock_forms_one_answers(&(struct forms_entry){.full = 1});
	assert_int_equal(client_trigger_entry(0), TRIGGER_NOT_SO);
	mock_forms_one_answers(&(struct forms_entry){.full = 101}); /* more than the interface allows */
	assert_int_equal(client_trigger_entry(0), TRIGGER_NOT_SO);
}
