/* SPDX-License-Identifier: MIT
 * Types without a name: arrays, sequences, options, strings and byte buffers,
 * and numbers with a range or a unit.
 */
#include "types.h"

#include <string.h>

/* ---- Numbers ---- */

static uint64_t highest(const struct type *type)
{
	return UINT64_MAX >> (64 - 8 * type->size + (type->kind >= TYPE_I8 ? 1 : 0));
}

static uint64_t lowest(const struct type *type)
{
	return type->kind >= TYPE_I8 ? ~highest(type) : 0;
}

static bool less(const struct type *type, uint64_t a, uint64_t b)
{
	return type->kind >= TYPE_I8 ? (int64_t)a < (int64_t)b : a < b;
}

static bool read_limit(struct reading *reading, const struct value *limit, const struct type *type,
		       uint64_t *number)
{
	enum scalar_status status = SCALAR_MALFORMED;
	int64_t negative = 0;

	if (limit->quoted) {
		status = SCALAR_MALFORMED;
	} else if (type->kind >= TYPE_I8) {
		status = scalar_signed(limit->text, &negative);
		*number = (uint64_t)negative;
	} else {
		status = scalar_unsigned(limit->text, number);
	}
	if (status == SCALAR_OK && !less(type, *number, lowest(type)) && !less(type, highest(type), *number))
		return true;
	report_error(reading->build->report, RULE_NUMBER_RANGE, limit->place, "\"%s\" is no value of %s",
		     limit->text, type->text);
	return false;
}

/* "u8 from 1 to 100 ms": what both ends must agree on. */
static const char *number_text(struct arena *arena, const struct type *type)
{
	const bool is_signed = type->kind >= TYPE_I8;
	const char *text = type->text;

	if (type->has_min)
		text = arena_format(arena, is_signed ? "%s from %lld" : "%s from %llu", text,
				    (long long)type->minimum);
	if (type->has_max)
		text = arena_format(arena, is_signed ? "%s to %lld" : "%s to %llu", text,
				    (long long)type->maximum);
	return type->unit == NULL ? text : arena_format(arena, "%s %s", text, type->unit);
}

bool type_number(struct reading *reading, const struct value *value, struct type *type)
{
	const struct value *name = value_get(value, "type"), *min = value_get(value, "min"),
			   *max = value_get(value, "max");
	const struct type *of = type_named(reading, name);

	if (of == NULL)
		return false;
	if (!type_is_number(of)) {
		complaint_allowed(report_error(reading->build->report, RULE_NUMBER_RANGE, name->place,
					       "\"%s\" has neither range nor unit", of->text),
				  "u8, u16, u32, u64, i8, i16, i32, i64");
		return false;
	}
	type->kind = of->kind;
	type->text = of->text;
	type->size = of->size;
	type->align = of->align;
	if ((min != NULL && !read_limit(reading, min, of, &type->minimum)) ||
	    (max != NULL && !read_limit(reading, max, of, &type->maximum)))
		return false;
	if (min != NULL && max != NULL && less(type, type->maximum, type->minimum)) {
		report_error(reading->build->report, RULE_NUMBER_RANGE, max->place,
			     "this range is empty: its `max` is less than its `min`");
		return false;
	}
	type->has_min = min != NULL && less(type, lowest(type), type->minimum);
	type->has_max = max != NULL && less(type, type->maximum, highest(type));
	type->plain = !type->has_min && !type->has_max;
	type->unit = value_text(value, "unit", NULL);
	type->text = number_text(reading->build->arena, type);
	return true;
}

/* ---- Several of one type ---- */

static const struct type *resolve_several(struct reading *reading, const struct value *value,
					  enum type_kind kind, const char *key, uint64_t count)
{
	const struct type *element = type_resolve(reading, value_get(value, key), IN_ELEMENT);
	const uint32_t head = kind == TYPE_SEQUENCE ? sizeof(uint32_t) : 0;
	struct type *type;

	if (element == NULL)
		return NULL;
	if (count > (MODEL_MESSAGE_MAX - 2 * head) / element->size) {
		report_error(reading->build->report, RULE_MESSAGE_TOO_LONG, value->place,
			     "this %s has %llu bytes, and a message %u at most", key,
			     (unsigned long long)(count * element->size), MODEL_MESSAGE_MAX);
		return NULL;
	}
	type = ARENA_NEW(reading->build->arena, struct type);
	type->kind = kind;
	type->element = element;
	type->count = (uint32_t)count;
	type->align = element->align > head ? element->align : head;
	type->size =
	    type_round_up(type_round_up(head, element->align) + element->size * type->count, type->align);
	type->plain = kind == TYPE_ARRAY && element->plain;
	type->buffers = element->buffers;
	type->loose = kind == TYPE_SEQUENCE || element->loose;
	type->text = arena_format(reading->build->arena, "%s of %s%u %s", key, head ? "at most " : "",
				  type->count, element->text);
	return type;
}

static const struct type *resolve_sequence(struct reading *reading, const struct value *value)
{
	const struct value *max = value_get(value, "max");
	uint64_t count = 0;

	if (scalar_unsigned(max->text, &count) != SCALAR_OK || count == 0) {
		complaint_allowed(report_error(reading->build->report, RULE_OUT_OF_RANGE, max->place,
					       "\"%s\" is no number of elements", max->text),
				  "1 to %u", MODEL_MESSAGE_MAX);
		return NULL;
	}
	return resolve_several(reading, value, TYPE_SEQUENCE, "sequence", count);
}

static const struct type *resolve_option(struct reading *reading, const struct value *value)
{
	const struct type *element = type_resolve(reading, value_get(value, "option"), IN_ELEMENT);
	struct type *type;

	if (element == NULL)
		return NULL;
	type = ARENA_NEW(reading->build->arena, struct type);
	type->kind = TYPE_OPTION;
	type->buffers = element->buffers;
	type->element = element;
	type->align = element->align;
	type->size = type_round_up(type_round_up(1, element->align) + element->size, type->align);
	type->loose = true;
	type->text = arena_format(reading->build->arena, "optional %s", element->text);
	return type;
}

static const struct type *resolve_run(struct reading *reading, enum type_kind kind, uint64_t count)
{
	struct type *type = ARENA_NEW(reading->build->arena, struct type);

	type->kind = kind;
	type->count = (uint32_t)count;
	type->size = type->count + (kind == TYPE_STRING ? 1 : 0);
	type->align = 1;
	type->plain = kind == TYPE_BYTES;
	type->text = arena_format(reading->build->arena, "%s of at most %u bytes",
				  kind == TYPE_STRING ? "string" : "byte buffer", type->count);
	return type;
}

/* ---- Loans ---- */

const struct type *type_loan(struct reading *reading, const struct value *loan, struct name name)
{
	const struct value *read = value_get(loan, "read"), *write = value_get(loan, "write"), *named;
	const uint64_t max = value_number(loan, "max", 0);
	const struct type *element;
	struct type *type;

	if ((read == NULL) == (write == NULL)) {
		complaint_allowed(report_error(reading->build->report, RULE_LOAN_FORM, name.place,
					       "the loan \"%s\" is read or written, one of them", name.text),
				  "{read: TYPE, max: SIZE} or {write: TYPE, max: SIZE}");
		return NULL;
	}
	named = read != NULL ? read : write;
	element = type_named(reading, named);
	if (element == NULL)
		return NULL;
	if (!element->plain || max < element->size) {
		complaint_allowed(report_error(reading->build->report, RULE_LOAN_FORM, named->place,
					       element->plain ? "not one \"%s\" fits the loan"
							      : "\"%s\" has values that must be checked",
					       element->text),
				  "u8 to u64, i8 to i64, and structures of them");
		return NULL;
	}
	type = ARENA_NEW(reading->build->arena, struct type);
	type->kind = TYPE_LOAN;
	type->element = element;
	type->count = (uint32_t)(max / element->size);
	type->writable = write != NULL;
	type->size = type->align = sizeof(uint64_t);
	type->text = arena_format(reading->build->arena, "loan of at most %u %s to %s", type->count,
				  element->text, write != NULL ? "write" : "read");
	return type;
}

/* ---- Buffers of pools ---- */

const struct type *type_buffer(struct reading *reading, const struct value *pool)
{
	const struct interface *interface = reading->interface;
	struct nearest nearest = nearest_start(pool->text);
	struct type *type;

	for (uint32_t i = 0; i < interface->pools; i++) {
		nearest_try(&nearest, interface->pool[i].name.text);
		if (strcmp(interface->pool[i].name.text, pool->text) != 0)
			continue;
		type = ARENA_NEW(reading->build->arena, struct type);
		type->kind = TYPE_BUFFER;
		type->pool = &interface->pool[i];
		type->buffers = true;
		type->size = 4 * sizeof(uint32_t);
		type->align = sizeof(uint64_t);
		type->text = arena_format(reading->build->arena, "buffer of %s", pool->text);
		return type;
	}
	complaint_nearest(report_error(reading->build->report, RULE_UNKNOWN_POOL, pool->place,
				       "the interface \"%s\" has no pool \"%s\"", interface->name.text,
				       pool->text),
			  &nearest);
	return NULL;
}

static void refuse_buffer(struct reading *reading, struct place place)
{
	complaint_help(report_error(reading->build->report, RULE_BUFFER_PLACE, place,
				    "a buffer of a pool cannot be handed over here"),
		       "make it a field of the structure that is a channel's entry");
}

bool type_without_buffers(struct reading *reading, const struct type *type, struct place place)
{
	if (type != NULL && type->buffers)
		refuse_buffer(reading, place);
	return type == NULL || !type->buffers;
}

/* ---- In C ---- */

uint32_t type_companions(const struct type *type, bool taken, const char *companion[2])
{
	uint32_t count = 0;

	if (taken && type->kind >= TYPE_SEQUENCE && type->kind != TYPE_STRING)
		companion[count++] = "capacity";
	if (type->kind == TYPE_SEQUENCE || type->kind == TYPE_LOAN)
		companion[count++] = "count";
	if (type->kind == TYPE_BYTES)
		companion[count++] = "size";
	if (taken && type->kind == TYPE_OPTION)
		companion[count++] = "present";
	return count;
}

/* ---- Which form ---- */

static bool check_keys(struct reading *reading, const struct value *value)
{
	static const char *const form[] = {"array", "sequence", "option", "string",
					   "bytes", "type",     "buffer", "capability"};
	const bool is_number = value_get(value, "type") != NULL,
		   is_sequence = value_get(value, "sequence") != NULL;
	unsigned forms = 0;

	for (size_t i = 0; i < sizeof(form) / sizeof(form[0]); i++)
		forms += value_get(value, form[i]) != NULL;
	if (forms == 1 && (value_get(value, "array") == NULL) == (value_get(value, "count") == NULL) &&
	    (is_number || (value_get(value, "max") != NULL) == is_sequence) &&
	    (is_number || (value_get(value, "min") == NULL && value_get(value, "unit") == NULL)) &&
	    (value_get(value, "capability") != NULL || value_get(value, "rights") == NULL))
		return true;
	complaint_allowed(
	    report_error(reading->build->report, RULE_WRONG_TYPE, value->place,
			 "this is not one of the forms of a type"),
	    "{array: TYPE, count: N}, {sequence: TYPE, max: N}, {option: TYPE}, {string: N}, "
	    "{bytes: N}, {buffer: POOL}, {type: NUMBER, min: N, max: N, unit: TEXT} or {capability: KIND, "
	    "rights: [RIGHT]}");
	return false;
}

static bool check_place(struct reading *reading, const struct value *value, enum type_place place)
{
	const struct value *bytes = value_get(value, "bytes");
	const char *noun = value_get(value, "option") != NULL ? "an option" : "a sequence";

	if (bytes != NULL && place != IN_ARGUMENT) {
		complaint_help(report_error(reading->build->report, RULE_BYTES_PLACE, value->place,
					    "a byte buffer cannot be part of a structure or an array"),
			       "make it an argument of its own, or write {array: u8, count: %s}",
			       bytes->text);
		return false;
	}
	if (value_get(value, "buffer") != NULL && place != IN_FIELD) {
		refuse_buffer(reading, value->place);
		return false;
	}
	if (value_get(value, "capability") != NULL && place != IN_ARGUMENT) {
		complaint_help(report_error(reading->build->report, RULE_CAPABILITY_FORM, value->place,
					    "a capability cannot be part of another type"),
			       "it travels beside the message: make it an argument of its own");
		return false;
	}
	if (place == IN_ELEMENT &&
	    (value_get(value, "option") != NULL || value_get(value, "sequence") != NULL)) {
		complaint_help(report_error(reading->build->report, RULE_ELEMENT_FORM, value->place,
					    "%s cannot be an element: it has no name in C", noun),
			       "declare a structure that has it as a field, and use that");
		return false;
	}
	return true;
}

const struct type *type_resolve(struct reading *reading, const struct value *value, enum type_place place)
{
	const struct value *string, *bytes;
	struct type *number;

	if (value->shape->kind != SHAPE_OBJECT)
		return type_named(reading, value);
	if (!check_keys(reading, value) || !check_place(reading, value, place))
		return NULL;
	if (value_get(value, "capability") != NULL)
		return type_capability(reading, value);
	string = value_get(value, "string");
	bytes = value_get(value, "bytes");
	if (value_get(value, "buffer") != NULL)
		return type_buffer(reading, value_get(value, "buffer"));
	if (string != NULL)
		return resolve_run(reading, TYPE_STRING, string->number);
	if (bytes != NULL)
		return resolve_run(reading, TYPE_BYTES, bytes->number);
	if (value_get(value, "option") != NULL)
		return resolve_option(reading, value);
	if (value_get(value, "sequence") != NULL)
		return resolve_sequence(reading, value);
	if (value_get(value, "array") != NULL)
		return resolve_several(reading, value, TYPE_ARRAY, "array", value_number(value, "count", 0));
	number = ARENA_NEW(reading->build->arena, struct type);
	return type_number(reading, value, number) ? number : NULL;
}
