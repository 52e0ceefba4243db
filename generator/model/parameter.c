/* SPDX-License-Identifier: MIT
 * Parameters: their types, and values decoded against them.
 *
 * A number is kept as 64 bits in its own representation; `less` compares it
 * signed or unsigned as the kind asks.
 */
#include "build.h"

#include <string.h>

#include "../read/meant.h"

static const char *const type_names[] = {"u8",  "u16", "u32",  "u64",  "i8",  "i16",
					 "i32", "i64", "bool", "size", "time"};
#define TYPE_NAMES (sizeof(type_names) / sizeof(type_names[0]))

static bool less(const struct parameter *parameter, uint64_t a, uint64_t b)
{
	return parameter->kind == PARAMETER_SIGNED ? (int64_t)a < (int64_t)b : a < b;
}

static void set_integer(struct parameter *parameter, bool is_signed, uint32_t bits)
{
	parameter->kind = is_signed ? PARAMETER_SIGNED : PARAMETER_UNSIGNED;
	parameter->bits = bits;
	parameter->max = is_signed ? UINT64_MAX >> (65 - bits) : UINT64_MAX >> (64 - bits);
	parameter->min = is_signed ? ~parameter->max : 0;
}

static bool set_named(struct parameter *parameter, const char *name)
{
	enum type_kind kind;

	parameter->bits = 64;
	parameter->max = UINT64_MAX;
	if (strcmp(name, "size") == 0) {
		parameter->kind = PARAMETER_SIZE;
	} else if (strcmp(name, "time") == 0) {
		parameter->kind = PARAMETER_TIME;
	} else if (!type_builtin(name, &kind)) {
		return false;
	} else if (kind == TYPE_BOOL) {
		parameter->kind = PARAMETER_BOOL;
		parameter->bits = 8;
		parameter->max = 1;
	} else {
		uint32_t signed_kind = kind >= TYPE_I8;

		set_integer(parameter, signed_kind,
			    8u << ((uint32_t)kind - (signed_kind ? TYPE_I8 : TYPE_U8)));
	}
	return true;
}

static bool set_choice(struct build *build, const struct value *list, struct parameter *parameter)
{
	struct name *name = ARENA_ARRAY(build->arena, struct name, list->entries);
	struct names seen = {0};

	for (uint32_t i = 0; i < list->entries; i++) {
		struct name *first;

		name[i] = (struct name){list->entry[i].value->text, list->entry[i].value->place};
		first = names_put(&seen, build->arena, name[i].text, &name[i]);
		if (first != NULL) {
			complaint_note(report_error(build->report, RULE_SECOND_DEFINITION, name[i].place,
						    "the choice \"%s\" stands here a second time",
						    name[i].text),
				       first->place, "the first one is here");
			return false;
		}
	}
	parameter->kind = PARAMETER_CHOICE;
	parameter->choice = name;
	parameter->choices = list->entries;
	parameter->max = list->entries - 1;
	return true;
}

static bool set_type(struct build *build, const struct value *type, struct parameter *parameter)
{
	const struct value *string, *choice;
	struct nearest nearest;

	if (type->shape->kind == SHAPE_OBJECT) {
		string = value_get(type, "string");
		choice = value_get(type, "choice");
		if ((string == NULL) == (choice == NULL)) {
			complaint_allowed(report_error(build->report, RULE_PARAMETER_TYPE, type->place,
						       "the type of the parameter \"%s\" must be one thing",
						       parameter->name.text),
					  "{string: N} or {choice: [NAME, NAME]}");
			return false;
		}
		if (choice != NULL)
			return set_choice(build, choice, parameter);
		parameter->kind = PARAMETER_STRING;
		parameter->max = string->number;
		return true;
	}
	if (set_named(parameter, type->text))
		return true;
	nearest = nearest_start(type->text);
	for (size_t i = 0; i < TYPE_NAMES; i++)
		nearest_try(&nearest, type_names[i]);
	complaint_nearest(
	    complaint_allowed(report_error(build->report, RULE_PARAMETER_TYPE, type->place,
					   "a parameter cannot have the type \"%s\"", type->text),
			      "u8, u16, u32, u64, i8, i16, i32, i64, bool, size, time, {string: N}, "
			      "{choice: [NAME, NAME]}"),
	    &nearest);
	return false;
}

/* ---- Values ---- */

static const char *wanted(const struct parameter *parameter)
{
	static const char *const text[] = {
	    "a number that is not negative", "a number", "true or false",     "a size, such as 8 KiB",
	    "a time, such as 500 ms",        "text",     "one of its choices"};

	return text[parameter->kind];
}

static bool decode_choice(const struct parameter *parameter, const char *text, uint64_t *number)
{
	for (uint32_t i = 0; i < parameter->choices; i++) {
		if (strcmp(parameter->choice[i].text, text) == 0) {
			*number = i;
			return true;
		}
	}
	return false;
}

static enum scalar_status decode_scalar(const struct parameter *parameter, const struct value *value,
					uint64_t *number)
{
	enum scalar_status status = SCALAR_MALFORMED;
	int64_t negative = 0;

	if (parameter->kind == PARAMETER_STRING)
		return SCALAR_OK;
	if (parameter->kind == PARAMETER_CHOICE)
		return decode_choice(parameter, value->text, number) ? SCALAR_OK : SCALAR_MALFORMED;
	if (value->quoted)
		return SCALAR_MALFORMED;
	if (parameter->kind == PARAMETER_UNSIGNED) {
		status = scalar_unsigned(value->text, number);
	} else if (parameter->kind == PARAMETER_SIGNED) {
		status = scalar_signed(value->text, &negative);
		*number = (uint64_t)negative;
	} else if (parameter->kind == PARAMETER_SIZE) {
		status = scalar_size(value->text, number);
	} else if (parameter->kind == PARAMETER_TIME) {
		status = scalar_time(value->text, number);
	} else if (strcmp(value->text, "true") == 0 || strcmp(value->text, "false") == 0) {
		*number = value->text[0] == 't';
		status = SCALAR_OK;
	}
	return status;
}

static const char *print_number(struct arena *arena, const struct parameter *parameter, uint64_t number)
{
	if (parameter->kind == PARAMETER_SIZE)
		return scalar_print_size(arena, number);
	if (parameter->kind == PARAMETER_TIME)
		return scalar_print_time(arena, number);
	if (parameter->kind == PARAMETER_SIGNED)
		return arena_format(arena, "%lld", (long long)number);
	return arena_format(arena, "%llu", (unsigned long long)number);
}

static void refuse_limit(struct report *report, const struct parameter *parameter, const struct value *value,
			 const char *what)
{
	struct arena *scratch = arena_create();
	struct complaint *complaint = report_error(report, RULE_PARAMETER_LIMIT, value->place,
						   "%s is out of its range: %s", what, value->text);

	complaint_allowed(complaint, "%s to %s", print_number(scratch, parameter, parameter->min),
			  print_number(scratch, parameter, parameter->max));
	complaint_note(complaint, parameter->name.place, "the parameter is declared here");
	arena_destroy(scratch);
}

static void refuse_value(struct report *report, const struct parameter *parameter, const struct value *value,
			 const char *what)
{
	static const enum shape_kind form[] = {
	    [PARAMETER_UNSIGNED] = SHAPE_INTEGER, [PARAMETER_SIGNED] = SHAPE_INTEGER,
	    [PARAMETER_BOOL] = SHAPE_BOOLEAN,     [PARAMETER_SIZE] = SHAPE_SIZE,
	    [PARAMETER_TIME] = SHAPE_TIME,        [PARAMETER_STRING] = SHAPE_TEXT,
	    [PARAMETER_CHOICE] = SHAPE_CHOICE};
	struct nearest nearest = nearest_start(value->text);
	struct complaint *complaint =
	    report_error(report, RULE_PARAMETER_VALUE, value->place, "%s must be %s, not \"%s\"", what,
			 wanted(parameter), value->text);

	for (uint32_t i = 0; i < parameter->choices; i++)
		nearest_try(&nearest, parameter->choice[i].text);
	complaint_nearest(complaint, &nearest);
	complaint_meant(complaint, form[parameter->kind], value->text, value->quoted);
	complaint_note(complaint, parameter->name.place, "the parameter is declared here");
}

bool parameter_decode(struct report *report, const struct parameter *parameter, const struct value *value,
		      const char *what, struct parameter_value *result)
{
	uint64_t number = 0;
	enum scalar_status status = decode_scalar(parameter, value, &number);

	if (status == SCALAR_MALFORMED) {
		refuse_value(report, parameter, value, what);
		return false;
	}
	if (parameter->kind == PARAMETER_STRING && strlen(value->text) > parameter->max) {
		complaint_note(complaint_allowed(report_error(report, RULE_PARAMETER_LIMIT, value->place,
							      "%s has %zu bytes", what, strlen(value->text)),
						 "%llu bytes", (unsigned long long)parameter->max),
			       parameter->name.place, "the parameter is declared here");
		return false;
	}
	if (status == SCALAR_TOO_LARGE ||
	    (parameter->kind != PARAMETER_STRING &&
	     (less(parameter, number, parameter->min) || less(parameter, parameter->max, number)))) {
		refuse_limit(report, parameter, value, what);
		return false;
	}
	*result = (struct parameter_value){.place = value->place, .number = number, .text = value->text};
	return true;
}

/* ---- Declaration ---- */

static bool set_limit(struct build *build, const struct value *object, const char *key,
		      const struct parameter *type, uint64_t *limit)
{
	const struct value *value = value_get(object, key);
	struct parameter_value decoded;

	if (value == NULL)
		return true;
	if (type->kind == PARAMETER_STRING || type->kind == PARAMETER_CHOICE ||
	    type->kind == PARAMETER_BOOL) {
		report_error(build->report, RULE_PARAMETER_RANGE, value_key_place(object, key),
			     "\"%s\" is for numbers, sizes and times, and \"%s\" is none", key,
			     type->name.text);
		return false;
	}
	if (!parameter_decode(build->report, type, value,
			      arena_format(build->arena, "\"%s\" of \"%s\"", key, type->name.text), &decoded))
		return false;
	*limit = decoded.number;
	return true;
}

bool parameter_resolve(struct build *build, const struct value *value, struct parameter *parameter)
{
	const struct value *fallback = value_get(value, "default"), *max = value_get(value, "max");
	struct parameter whole;

	parameter->doc = value_text(value, "doc", "");
	if (!set_type(build, value_get(value, "type"), parameter))
		return false;
	whole = *parameter;
	if (!set_limit(build, value, "min", &whole, &parameter->min) ||
	    !set_limit(build, value, "max", &whole, &parameter->max))
		return false;
	if (max != NULL &&
	    less(parameter, parameter->max, parameter->min)) { /* without, `min` was in its range */
		report_error(build->report, RULE_PARAMETER_RANGE, max->place,
			     "the range of the parameter \"%s\" is empty: its `max` is less than its `min`",
			     parameter->name.text);
		return false;
	}
	parameter->has_default = fallback != NULL;
	return fallback == NULL ||
	       parameter_decode(
		   build->report, parameter, fallback,
		   arena_format(build->arena, "the default of the parameter \"%s\"", parameter->name.text),
		   &parameter->fallback);
}
