/* SPDX-License-Identifier: MIT
 * The answering half of the round trip: each operation changes what it was
 * given in a way that the client can foresee.
 */
#include "component.h"

#include <tenon/string.h>

static struct every_type_later_token waiting;
static uint32_t waiting_client;
static uint64_t waiting_value;
static bool is_waiting;

void component_start(void)
{
	memset(types_board(0), 0x5a, TYPES_BOARD_SIZE / 2);
}

enum every_type_status types_nothing(uint32_t client)
{
	(void)client;
	return EVERY_TYPE_OK;
}

enum every_type_status types_unsigned_scalars(uint32_t client, uint8_t a, uint16_t b, uint32_t c, uint64_t d,
					      uint8_t *not_a, uint16_t *not_b, uint32_t *not_c,
					      uint64_t *not_d)
{
	(void)client;
	*not_a = (uint8_t)~a;
	*not_b = (uint16_t)~b;
	*not_c = ~c;
	*not_d = ~d;
	return EVERY_TYPE_OK;
}

enum every_type_status types_signed_scalars(uint32_t client, int8_t a, int16_t b, int32_t c, int64_t d,
					    int8_t *not_a, int16_t *not_b, int32_t *not_c, int64_t *not_d)
{
	(void)client;
	*not_a = (int8_t)(-1 - a);
	*not_b = (int16_t)(-1 - b);
	*not_c = -1 - c;
	*not_d = -1 - d;
	return EVERY_TYPE_OK;
}

enum every_type_status types_boolean(uint32_t client, bool value, bool *opposite)
{
	(void)client;
	*opposite = !value;
	return EVERY_TYPE_OK;
}

static enum every_type_colour next_colour(enum every_type_colour colour)
{
	return colour == EVERY_TYPE_COLOUR_BLUE ? EVERY_TYPE_COLOUR_RED : colour + 1;
}

enum every_type_status types_enumeration(uint32_t client, enum every_type_colour value,
					 enum every_type_colour *next)
{
	(void)client;
	*next = next_colour(value);
	return EVERY_TYPE_OK;
}

enum every_type_status types_structure(uint32_t client, const struct every_type_sample *value,
				       struct every_type_sample *changed)
{
	(void)client;
	changed->tone = (uint8_t)~value->tone;
	changed->level = (int16_t)(-1 - value->level);
	changed->weight = ~value->weight;
	changed->offset = -1 - value->offset;
	changed->tint = next_colour(value->tint);
	changed->loud = !value->loud;
	return EVERY_TYPE_OK;
}

enum every_type_status types_fixed_array(uint32_t client, const uint32_t values[24], uint32_t reversed[24])
{
	(void)client;
	for (unsigned i = 0; i < 24; i++)
		reversed[i] = values[23 - i];
	return EVERY_TYPE_OK;
}

enum every_type_status types_text(uint32_t client, const char *value, char *backwards)
{
	(void)client;
	size_t length = strlen(value);
	if (length == 0)
		return EVERY_TYPE_EMPTY;
	for (size_t i = 0; i < length; i++)
		backwards[i] = value[length - 1 - i];
	backwards[length] = '\0';
	return EVERY_TYPE_OK;
}

enum every_type_status types_data(uint32_t client, const void *value, uint32_t value_size, void *changed,
				  uint32_t *changed_size)
{
	(void)client;
	const uint8_t *from = value;
	uint8_t *to = changed;
	for (uint32_t i = 0; i < value_size; i++)
		to[i] = (uint8_t)~from[i];
	*changed_size = value_size;
	return EVERY_TYPE_OK;
}

static uint64_t sum_of(const void *data, uint32_t size)
{
	const uint8_t *bytes = data;
	uint64_t sum = 0;
	for (uint32_t i = 0; i < size; i++)
		sum += (uint64_t)bytes[i] * (i + 1);
	return sum;
}

enum every_type_status types_largest(uint32_t client, const void *value, uint32_t value_size, uint64_t *sum)
{
	(void)client;
	*sum = sum_of(value, value_size);
	return EVERY_TYPE_OK;
}

enum every_type_status types_mixed(uint32_t client, uint8_t first, const char *name, uint64_t second,
				   const void *block, uint32_t block_size, uint16_t third, uint64_t *sum,
				   char *echo, uint8_t *last)
{
	(void)client;
	*sum = first + second + third + sum_of(block, block_size);
	memcpy(echo, name, strlen(name) + 1);
	*last = block_size == 0 ? 0 : ((const uint8_t *)block)[block_size - 1];
	return EVERY_TYPE_OK;
}

enum every_type_status types_even_only(uint32_t client, uint32_t value, uint32_t *half)
{
	(void)client;
	if (value % 2 != 0)
		return EVERY_TYPE_ODD;
	*half = value / 2;
	return EVERY_TYPE_OK;
}

enum every_type_status types_small_set(uint32_t client, uint32_t allowed, uint8_t full, uint32_t *missing,
				       uint8_t *left)
{
	(void)client;
	*missing = ~allowed & (EVERY_TYPE_ACCESS_READ | EVERY_TYPE_ACCESS_WRITE | EVERY_TYPE_ACCESS_RUN);
	*left = (uint8_t)(EVERY_TYPE_PERCENT_MAX - full);
	return EVERY_TYPE_OK;
}

enum every_type_status types_choice(uint32_t client, const struct every_type_shape *value,
				    struct every_type_shape *same)
{
	(void)client;
	*same = *value;
	return EVERY_TYPE_OK;
}

enum every_type_status types_nested(uint32_t client, const struct every_type_entry *value,
				    struct every_type_entry *same)
{
	(void)client;
	*same = *value;
	return EVERY_TYPE_OK;
}

enum every_type_status types_perhaps(uint32_t client, const uint64_t *number,
				     const struct places_point *where, const char *name,
				     uint64_t *same_number, bool *same_number_present,
				     struct places_point *same_where, bool *same_where_present,
				     char *same_name, bool *same_name_present)
{
	(void)client;
	*same_number_present = number != NULL;
	if (number != NULL)
		*same_number = *number;
	*same_where_present = where != NULL;
	if (where != NULL)
		*same_where = *where;
	*same_name_present = name != NULL;
	if (name != NULL)
		memcpy(same_name, name, strlen(name) + 1);
	return EVERY_TYPE_OK;
}

enum every_type_status types_several(uint32_t client, const char *title, const struct places_point points[],
				     uint32_t points_count, const struct every_type_entry entries[],
				     uint32_t entries_count, struct places_point points_back[20],
				     uint32_t *points_back_count, struct every_type_entry entries_back[4],
				     uint32_t *entries_back_count)
{
	(void)client;
	if (strlen(title) == 0)
		return EVERY_TYPE_EMPTY;
	for (uint32_t i = 0; i < points_count; i++)
		points_back[i] = points[points_count - 1 - i];
	*points_back_count = points_count;
	for (uint32_t i = 0; i < entries_count; i++)
		entries_back[i] = entries[entries_count - 1 - i];
	*entries_back_count = entries_count;
	return EVERY_TYPE_OK;
}

/* Odd: not all of it could be read; empty: not all of it could be written. */
enum every_type_status types_lent(uint32_t client, struct tenon_loan numbers, struct tenon_loan doubled,
				  uint64_t *sum)
{
	static uint32_t part[256];
	(void)client;
	for (uint64_t at = 0; at < numbers.bytes; at += sizeof part) {
		uint64_t size = numbers.bytes - at < sizeof part ? numbers.bytes - at : sizeof part;
		if (tenon_loan_get(numbers, at, part, size) != TENON_OK)
			return EVERY_TYPE_ODD;
		for (uint64_t i = 0; i < size / sizeof part[0]; i++) {
			*sum += part[i];
			part[i] *= 2;
		}
		if (tenon_loan_put(doubled, at, part, size) != TENON_OK)
			return EVERY_TYPE_EMPTY;
	}
	return EVERY_TYPE_OK;
}

static struct every_type_lent_later_token filling;
static struct tenon_loan filled;
static uint8_t filler;

void types_lent_later(uint32_t client, struct every_type_lent_later_token token, uint8_t value,
		      struct tenon_loan data)
{
	(void)client;
	filling = token;
	filled = data;
	filler = value;
	fill_at(clock_ns() + 1000000);
}

void types_lent_later_cancelled(uint32_t client, struct every_type_lent_later_token token)
{
	(void)client;
	(void)token;
	fill_cancel();
}

void fill(void)
{
	static uint8_t bytes[1000];
	bool good = true;
	memset(bytes, filler, sizeof bytes);
	for (uint64_t at = 0; at < filled.bytes; at += sizeof bytes) {
		uint64_t size = filled.bytes - at < sizeof bytes ? filled.bytes - at : sizeof bytes;
		good = good && tenon_loan_put(filled, at, bytes, size) == TENON_OK;
	}
	CHECK(every_type_lent_later_finish(filling, good ? EVERY_TYPE_OK : EVERY_TYPE_ODD) == TENON_OK);
}

static uint64_t told_sum;
static uint32_t told_times;

void types_tell(uint32_t client, uint64_t value, const char names[][31 + 1], uint32_t names_count)
{
	(void)client;
	told_sum += value;
	for (uint32_t i = 0; i < names_count; i++)
		told_sum += strlen(names[i]);
	told_times++;
}

enum every_type_status types_told(uint32_t client, uint64_t *sum, uint32_t *times)
{
	(void)client;
	*sum = told_sum;
	*times = told_times;
	return EVERY_TYPE_OK;
}

void types_later(uint32_t client, struct every_type_later_token token, uint64_t value)
{
	CHECK(!is_waiting);
	waiting = token;
	waiting_client = client;
	waiting_value = value;
	is_waiting = true;
	answer_at(clock_ns() + 1000000);
}

void types_later_cancelled(uint32_t client, struct every_type_later_token token)
{
	(void)client;
	(void)token;
	is_waiting = false;
	answer_cancel();
}

void answer(void)
{
	is_waiting = false;
	types_signal_answered(waiting_client);
	CHECK(every_type_later_finish(waiting, EVERY_TYPE_OK, waiting_value * waiting_value) == TENON_OK);
}
