/* SPDX-License-Identifier: MIT
 * Scalars against their shapes, and access to values that were read.
 */
#include "yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "meant.h"
#include "names.h"

static bool refuse(struct reader *reader, const struct yaml *yaml, const struct shape *shape, enum rule rule,
		   const char *what)
{
	struct complaint *complaint =
	    report_error(reader->report, rule, yaml->place, "\"%s\" must be %s, not \"%s\"", what,
			 shape->says, yaml->text);

	if (shape->kind == SHAPE_SIZE)
		complaint_allowed(complaint, "a number and %s", scalar_size_units(reader->arena));
	if (shape->kind == SHAPE_TIME)
		complaint_allowed(complaint, "a number and %s", scalar_time_units(reader->arena));
	complaint_meant(complaint, shape->kind, yaml->text, yaml->quoted);
	return false;
}

bool read_choice(struct reader *reader, const struct yaml *yaml, const struct shape *shape, const char *what,
		 uint64_t *index)
{
	struct nearest nearest = nearest_start(yaml->text);
	struct complaint *complaint;
	const char *all = "";

	for (uint32_t i = 0; shape->choice[i] != NULL; i++) {
		if (strcmp(shape->choice[i], yaml->text) == 0) {
			*index = i;
			return true;
		}
		nearest_try(&nearest, shape->choice[i]);
		all = arena_format(reader->arena, "%s%s%s", all, i == 0 ? "" : ", ", shape->choice[i]);
	}
	complaint = report_error(reader->report, RULE_BAD_CHOICE, yaml->place, "\"%s\" cannot be \"%s\"",
				 what, yaml->text);
	complaint_allowed(complaint, "%s", all);
	complaint_nearest(complaint, &nearest);
	return false;
}

static bool in_range(struct reader *reader, const struct yaml *yaml, const struct value *value,
		     const char *what)
{
	const struct shape *shape = value->shape;
	const char *least, *most;

	if (value->number >= shape->min && value->number <= shape->max)
		return true;
	if (shape->kind == SHAPE_SIZE) {
		least = scalar_print_size(reader->arena, shape->min);
		most = scalar_print_size(reader->arena, shape->max);
	} else if (shape->kind == SHAPE_TIME) {
		least = scalar_print_time(reader->arena, shape->min);
		most = scalar_print_time(reader->arena, shape->max);
	} else {
		least = arena_format(reader->arena, "%llu", (unsigned long long)shape->min);
		most = arena_format(reader->arena, "%llu", (unsigned long long)shape->max);
	}
	complaint_allowed(report_error(reader->report, RULE_OUT_OF_RANGE, yaml->place,
				       "\"%s\" is out of its range: %s", what, yaml->text),
			  "%s to %s", least, most);
	return false;
}

static bool read_boolean(struct reader *reader, const struct yaml *yaml, struct value *value,
			 const char *what)
{
	if (!yaml->quoted && strcmp(yaml->text, "true") == 0)
		value->number = 1;
	else if (yaml->quoted || strcmp(yaml->text, "false") != 0)
		return refuse(reader, yaml, value->shape, RULE_WRONG_TYPE, what);
	return true;
}

static bool read_identifier(struct reader *reader, const struct yaml *yaml, const struct shape *shape,
			    const char *what)
{
	if (name_is_identifier(yaml->text)) {
		if (!shape->bare || !name_is_keyword(yaml->text))
			return true;
		report_error(reader->report, RULE_KEYWORD, yaml->place,
			     "\"%s\" cannot stand in \"%s\": it becomes a name in C, where it is a keyword",
			     yaml->text, what);
		return false;
	}
	complaint_name(complaint_allowed(report_error(reader->report, RULE_BAD_IDENTIFIER, yaml->place,
						      "\"%s\" is not a name (for \"%s\")", yaml->text, what),
					 NAME_FORM),
		       yaml->text);
	return false;
}

/* Sizes, times, numbers, rates, versions: the same three outcomes. */
static bool read_quantity(struct reader *reader, const struct yaml *yaml, struct value *value,
			  const char *what)
{
	enum scalar_status status = SCALAR_MALFORMED;
	enum rule rule = RULE_BAD_NUMBER;

	if (value->shape->argument && !yaml->quoted && yaml->text[0] == '$')
		return true;
	if (value->shape->word != NULL && !yaml->quoted && strcmp(yaml->text, value->shape->word) == 0)
		return true;
	if (value->shape->kind == SHAPE_INTEGER) {
		status = yaml->quoted ? SCALAR_MALFORMED : scalar_unsigned(yaml->text, &value->number);
	} else if (value->shape->kind == SHAPE_SIZE) {
		rule = RULE_BAD_SIZE;
		status = scalar_size(yaml->text, &value->number);
	} else if (value->shape->kind == SHAPE_TIME) {
		rule = RULE_BAD_TIME;
		status = scalar_time(yaml->text, &value->number);
	} else if (value->shape->kind == SHAPE_RATE) {
		rule = RULE_BAD_RATE;
		status = scalar_rate(yaml->text, &value->number, &value->second);
	} else {
		rule = RULE_BAD_VERSION;
		status = scalar_version(yaml->text, &value->number, &value->second);
	}
	if (status == SCALAR_MALFORMED)
		return refuse(reader, yaml, value->shape, rule, what);
	if (status == SCALAR_TOO_LARGE)
		value->number = UINT64_MAX;
	return value->shape->kind == SHAPE_VERSION
		   ? status == SCALAR_OK || in_range(reader, yaml, value, what)
		   : in_range(reader, yaml, value, what);
}

bool read_scalar(struct reader *reader, const struct yaml *yaml, struct value *value, const char *what)
{
	switch (value->shape->kind) {
	case SHAPE_TEXT:
	case SHAPE_SCALAR:
		return true;
	case SHAPE_IDENTIFIER:
		return read_identifier(reader, yaml, value->shape, what);
	case SHAPE_BOOLEAN:
		return read_boolean(reader, yaml, value, what);
	case SHAPE_CHOICE:
		return read_choice(reader, yaml, value->shape, what, &value->number);
	case SHAPE_CHOICES:
		if (!read_choice(reader, yaml, value->shape, what, &value->number))
			return false;
		value->number = UINT64_C(1) << value->number;
		return true;
	case SHAPE_INTEGER:
	case SHAPE_SIZE:
	case SHAPE_TIME:
	case SHAPE_RATE:
	case SHAPE_VERSION:
		return read_quantity(reader, yaml, value, what);
	case SHAPE_LIST:
	case SHAPE_MAP:
	case SHAPE_OBJECT:
	case SHAPE_EITHER:
		break;
	}
	return false;
}

/* ---- Access ---- */

static const struct entry *find(const struct value *object, const char *key)
{
	for (uint32_t i = 0; i < object->entries; i++)
		if (strcmp(object->entry[i].name.text, key) == 0)
			return &object->entry[i];
	fprintf(stderr, "tenon-gen: internal error: %s has no key \"%s\"\n", object->shape->says, key);
	abort();
}

const struct value *value_get(const struct value *object, const char *key)
{
	return find(object, key)->value;
}

struct place value_key_place(const struct value *object, const char *key)
{
	return find(object, key)->name.place;
}

struct place value_text_place(const struct value *value)
{
	struct place place = value->place;

	place.column += value->quoted ? 1 : 0;
	return place;
}

/* Is each key of `a` one of `b`, with the same value? A key of an object that is absent has no value. */
static bool is_within(const struct value *a, const struct value *b)
{
	for (uint32_t i = 0; i < a->entries; i++) {
		uint32_t j = 0;

		while (j < b->entries && (a->entry[i].name.text == NULL
					      ? j != i
					      : strcmp(a->entry[i].name.text, b->entry[j].name.text) != 0))
			j++;
		if (j == b->entries || !value_equal(a->entry[i].value, b->entry[j].value))
			return false;
	}
	return true;
}

bool value_equal(const struct value *a, const struct value *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	if ((a->text == NULL) != (b->text == NULL) || (a->text != NULL && strcmp(a->text, b->text) != 0))
		return false;
	return a->entries == b->entries && is_within(a, b);
}

const char *value_text(const struct value *object, const char *key, const char *fallback)
{
	const struct value *value = value_get(object, key);

	return value == NULL ? fallback : value->text;
}

uint64_t value_number(const struct value *object, const char *key, uint64_t fallback)
{
	const struct value *value = value_get(object, key);

	return value == NULL ? fallback : value->number;
}
