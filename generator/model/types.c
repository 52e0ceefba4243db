/* SPDX-License-Identifier: MIT
 * Types: declared ones each once, when first used, so that each stands after
 * those that it contains; laid out as C lays out the same declaration.
 */
#include "types.h"

#include <string.h>

struct declared {
	struct name name;
	const struct value *value;
	const struct type *type; /* once resolved */
	bool visiting;
};

static const struct type builtin[] = {
    {.kind = TYPE_U8, .text = "u8", .size = 1, .align = 1, .plain = true},
    {.kind = TYPE_U16, .text = "u16", .size = 2, .align = 2, .plain = true},
    {.kind = TYPE_U32, .text = "u32", .size = 4, .align = 4, .plain = true},
    {.kind = TYPE_U64, .text = "u64", .size = 8, .align = 8, .plain = true},
    {.kind = TYPE_I8, .text = "i8", .size = 1, .align = 1, .plain = true},
    {.kind = TYPE_I16, .text = "i16", .size = 2, .align = 2, .plain = true},
    {.kind = TYPE_I32, .text = "i32", .size = 4, .align = 4, .plain = true},
    {.kind = TYPE_I64, .text = "i64", .size = 8, .align = 8, .plain = true},
    {.kind = TYPE_BOOL, .text = "bool", .size = 1, .align = 1},
};
#define BUILTINS (sizeof(builtin) / sizeof(builtin[0]))

static const struct type *find_builtin(const char *name)
{
	for (size_t i = 0; i < BUILTINS; i++)
		if (strcmp(builtin[i].text, name) == 0)
			return &builtin[i];
	return NULL;
}

bool type_builtin(const char *name, enum type_kind *kind)
{
	const struct type *type = find_builtin(name);

	if (type != NULL)
		*kind = type->kind;
	return type != NULL;
}

/* ---- Declared types ---- */

static void refuse_recursion(struct reading *reading, const struct declared *again, struct place place)
{
	const char *path = again->name.text;
	bool inside = false;

	for (uint32_t i = 0; i < reading->depth; i++) {
		if (inside)
			path = arena_format(reading->build->arena, "%s -> %s", path,
					    reading->path[i]->name.text);
		inside = inside || reading->path[i] == again;
	}
	complaint_help(report_error(reading->build->report, RULE_RECURSIVE_TYPE, place,
				    "the structure \"%s\" contains itself: %s -> %s", again->name.text, path,
				    again->name.text),
		       "it would have no end; pass an index or a handle instead");
}

static bool resolve_fields(struct reading *reading, const struct value *map, struct type *type)
{
	struct field *field = ARENA_ARRAY(reading->build->arena, struct field, map->entries);
	uint64_t size = 0;
	bool complete = true;

	type->plain = true;
	type->align = 1;
	for (uint32_t i = 0; i < map->entries; i++) {
		const struct type *of = type_resolve(reading, map->entry[i].value, false);

		field[i].name = map->entry[i].name;
		field[i].type = of;
		if (of == NULL) {
			complete = false;
			continue;
		}
		field[i].offset = type_round_up((uint32_t)size, of->align);
		size = (uint64_t)field[i].offset + of->size;
		type->align = of->align > type->align ? of->align : type->align;
		type->plain = type->plain && of->plain;
		if (size > MODEL_MESSAGE_MAX) {
			report_error(reading->build->report, RULE_MESSAGE_TOO_LONG, map->entry[i].name.place,
				     "the structure \"%s\" has more than %u bytes with the field \"%s\"",
				     type->name.text, MODEL_MESSAGE_MAX, field[i].name.text);
			return false;
		}
	}
	type->field = field;
	type->fields = map->entries;
	type->size = type_round_up((uint32_t)size, type->align);
	return complete;
}

static bool resolve_values(struct reading *reading, const struct value *list, struct type *type)
{
	struct name *name = ARENA_ARRAY(reading->build->arena, struct name, list->entries);
	struct names seen = {0};
	bool complete = true;

	for (uint32_t i = 0; i < list->entries; i++) {
		struct name *first;

		name[i] = (struct name){list->entry[i].value->text, list->entry[i].value->place};
		first = names_put(&seen, reading->build->arena, name[i].text, &name[i]);
		if (first == NULL)
			continue;
		complaint_note(report_error(reading->build->report, RULE_SECOND_DEFINITION, name[i].place,
					    "the enum \"%s\" has \"%s\" a second time", type->name.text,
					    name[i].text),
			       first->place, "the first one is here");
		complete = false;
	}
	type->value = name;
	type->values = list->entries;
	type->size = type->align = 4;
	return complete;
}

static bool check_declared(struct reading *reading, const struct declared *declared,
			   const struct value *fields, const struct value *values)
{
	struct report *report = reading->build->report;
	const char *name = declared->name.text;

	if (find_builtin(name) != NULL)
		report_error(report, RULE_TYPE_NAME_TAKEN, declared->name.place,
			     "\"%s\" is a built-in type and cannot be declared", name);
	else if ((fields == NULL) == (values == NULL))
		complaint_allowed(report_error(report, RULE_MISSING_KEY, declared->name.place,
					       "the type \"%s\" must be either a struct or an enum", name),
				  "{struct: {FIELD: TYPE}} or {enum: [NAME, NAME]}");
	else if ((fields != NULL ? fields : values)->entries == 0)
		report_error(report, RULE_EMPTY_TYPE, declared->name.place, "the %s \"%s\" is empty",
			     fields != NULL ? "structure" : "enum", name);
	else
		return true;
	return false;
}

static const struct type *resolve_declared(struct reading *reading, struct declared *declared)
{
	const struct value *fields = value_get(declared->value, "struct"),
			   *values = value_get(declared->value, "enum");
	struct type *type;
	bool complete;

	if (!check_declared(reading, declared, fields, values))
		return NULL;
	type = ARENA_NEW(reading->build->arena, struct type);
	type->kind = fields != NULL ? TYPE_STRUCT : TYPE_ENUM;
	type->name = declared->name;
	type->text = declared->name.text;
	type->doc = value_text(declared->value, "doc", NULL);
	declared->visiting = true;
	reading->path[reading->depth++] = declared;
	complete =
	    fields != NULL ? resolve_fields(reading, fields, type) : resolve_values(reading, values, type);
	reading->depth--;
	declared->visiting = false;
	if (!complete)
		return NULL;
	type->index = reading->interface->types;
	reading->type[reading->interface->types++] = type;
	return type;
}

/* Type of a declared name, resolved when first used. A refused one is not refused again. */
static const struct type *use_declared(struct reading *reading, struct declared *declared)
{
	static const struct type refused;

	if (declared->type == NULL) {
		declared->type = resolve_declared(reading, declared);
		if (declared->type == NULL)
			declared->type = &refused;
	}
	return declared->type == &refused ? NULL : declared->type;
}

/* ---- Any type ---- */

static const struct type *resolve_name(struct reading *reading, const struct value *value)
{
	const struct type *type = find_builtin(value->text);
	struct declared *declared = names_get(&reading->names, value->text);
	struct nearest nearest = nearest_start(value->text);

	if (type != NULL)
		return type;
	if (declared != NULL && declared->visiting) {
		refuse_recursion(reading, declared, value->place);
		return NULL;
	}
	if (declared != NULL)
		return use_declared(reading, declared);
	for (size_t i = 0; i < BUILTINS; i++)
		nearest_try(&nearest, builtin[i].text);
	for (uint32_t i = 0; i < reading->declareds; i++)
		nearest_try(&nearest, reading->declared[i].name.text);
	complaint_nearest(
	    complaint_allowed(
		report_error(reading->build->report, RULE_UNKNOWN_TYPE, value->place,
			     "there is no type \"%s\" in the interface \"%s\"", value->text,
			     reading->interface->name.text),
		"u8, u16, u32, u64, i8, i16, i32, i64, bool, a name of `types`, {array: TYPE, count: N}, "
		"{string: N}, {bytes: N}"),
	    &nearest);
	return NULL;
}

static const struct type *resolve_array(struct reading *reading, const struct value *value)
{
	const struct type *element = type_resolve(reading, value_get(value, "array"), false);
	uint64_t count = value_number(value, "count", 0);
	struct type *type;

	if (element == NULL)
		return NULL;
	if (count > MODEL_MESSAGE_MAX / element->size) {
		report_error(reading->build->report, RULE_MESSAGE_TOO_LONG, value->place,
			     "this array has %llu bytes, and a message %u at most",
			     (unsigned long long)(count * element->size), MODEL_MESSAGE_MAX);
		return NULL;
	}
	type = ARENA_NEW(reading->build->arena, struct type);
	type->kind = TYPE_ARRAY;
	type->element = element;
	type->count = (uint32_t)count;
	type->size = element->size * type->count;
	type->align = element->align;
	type->plain = element->plain;
	type->text = arena_format(reading->build->arena, "array of %u %s", type->count, element->text);
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

static bool check_form(struct reading *reading, const struct value *value, bool argument)
{
	const struct value *array = value_get(value, "array"), *count = value_get(value, "count");
	const struct value *string = value_get(value, "string"), *bytes = value_get(value, "bytes");
	int forms = (array != NULL) + (string != NULL) + (bytes != NULL);

	if (forms != 1 || (array == NULL) != (count == NULL)) {
		complaint_allowed(report_error(reading->build->report, RULE_WRONG_TYPE, value->place,
					       "this is not one of the forms of a type"),
				  "{array: TYPE, count: N}, {string: N} or {bytes: N}");
		return false;
	}
	if (bytes != NULL && !argument) {
		complaint_help(report_error(reading->build->report, RULE_BYTES_PLACE, value->place,
					    "a byte buffer cannot be part of a structure or an array"),
			       "make it an argument of its own, or write {array: u8, count: %s}",
			       bytes->text);
		return false;
	}
	return true;
}

const struct type *type_resolve(struct reading *reading, const struct value *value, bool argument)
{
	const struct value *string, *bytes;

	if (value->shape->kind != SHAPE_OBJECT)
		return resolve_name(reading, value);
	if (!check_form(reading, value, argument))
		return NULL;
	string = value_get(value, "string");
	bytes = value_get(value, "bytes");
	if (string != NULL)
		return resolve_run(reading, TYPE_STRING, string->number);
	if (bytes != NULL)
		return resolve_run(reading, TYPE_BYTES, bytes->number);
	return resolve_array(reading, value);
}

void types_resolve(struct reading *reading, const struct value *types)
{
	struct arena *arena = reading->build->arena;
	uint32_t count = types == NULL ? 0 : types->entries;

	reading->declared = ARENA_ARRAY(arena, struct declared, count);
	reading->declareds = count;
	reading->type = ARENA_ARRAY(arena, const struct type *, count);
	reading->path = ARENA_ARRAY(arena, const struct declared *, count);
	for (uint32_t i = 0; i < count; i++) {
		reading->declared[i].name = types->entry[i].name;
		reading->declared[i].value = types->entry[i].value;
		(void)names_put(&reading->names, arena, types->entry[i].name.text,
				&reading->declared[i]); /* unique */
	}
	for (uint32_t i = 0; i < count; i++)
		(void)use_declared(reading, &reading->declared[i]); /* refusals are reported */
	reading->interface->type = reading->type;
}
