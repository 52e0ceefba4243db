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
		const struct type *of = type_resolve(reading, map->entry[i].value, IN_FIELD);

		field[i].name = map->entry[i].name;
		field[i].type = of;
		if (of == NULL) {
			complete = false;
			continue;
		}
		type->loose = type->loose || of->loose;
		field[i].offset = type_round_up((uint32_t)size, of->align);
		size = (uint64_t)field[i].offset + of->size;
		type->align = of->align > type->align ? of->align : type->align;
		type->plain = type->plain && of->plain;
		type->buffers = type->buffers || of->buffers;
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

static bool resolve_union(struct reading *reading, const struct value *map, struct type *type)
{
	struct field *field = ARENA_ARRAY(reading->build->arena, struct field, map->entries);
	uint32_t align = 1, size = 0, valued = 0;
	bool complete = true;

	type->loose = true;
	for (uint32_t i = 0; i < map->entries; i++) {
		const struct value *value = map->entry[i].value;
		bool nothing = value->shape->kind != SHAPE_OBJECT && strcmp(value->text, "nothing") == 0;
		const struct type *of = nothing ? NULL : type_resolve(reading, value, IN_FIELD);

		field[i].name = map->entry[i].name;
		field[i].type = of;
		complete = complete && (nothing || of != NULL);
		valued += !nothing;
		if (of == NULL)
			continue;
		type->buffers = type->buffers || of->buffers;
		align = of->align > align ? of->align : align;
		size = of->size > size ? of->size : size;
	}
	if (valued == 0) {
		complaint_help(report_error(reading->build->report, RULE_EMPTY_TYPE, type->name.place,
					    "no member of the union \"%s\" has a value", type->name.text),
			       "write an enum");
		return false;
	}
	for (uint32_t i = 0; i < map->entries; i++)
		field[i].offset = type_round_up(sizeof(uint32_t), align);
	type->field = field;
	type->fields = map->entries;
	type->align = align > sizeof(uint32_t) ? align : sizeof(uint32_t);
	type->size =
	    type_round_up(type_round_up(sizeof(uint32_t), align) + type_round_up(size, align), type->align);
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
					    "the %s \"%s\" has \"%s\" a second time",
					    type->kind == TYPE_BITS ? "bit set" : "enum", type->name.text,
					    name[i].text),
			       first->place, "the first one is here");
		complete = false;
	}
	type->value = name;
	type->values = list->entries;
	type->size = type->align = list->entries > 32 ? 8 : 4;
	return complete;
}

static bool resolve_bits(struct reading *reading, const struct value *list, struct type *type)
{
	bool complete = resolve_values(reading, list, type);

	type->plain = type->values == 32 || type->values == 64;
	if (type->values <= 64)
		return complete;
	complaint_allowed(report_error(reading->build->report, RULE_TOO_MANY_BITS, type->value[64].place,
				       "the bit set \"%s\" has %u bits", type->name.text, type->values),
			  "64");
	return false;
}

/* ---- What a declaration says that it is ---- */

struct form {
	const char *key, *noun;
	enum type_kind kind;
	bool (*resolve)(struct reading *reading, const struct value *value, struct type *type);
};

static bool resolve_number(struct reading *reading, const struct value *name, struct type *type);
static bool resolve_taken(struct reading *reading, const struct value *from, struct type *type);

static const struct form form[] = {
    {"struct", "structure", TYPE_STRUCT, resolve_fields}, {"enum", "enum", TYPE_ENUM, resolve_values},
    {"bits", "bit set", TYPE_BITS, resolve_bits},         {"union", "union", TYPE_UNION, resolve_union},
    {"type", "number", TYPE_U8, resolve_number},          {"from", "type", TYPE_U8, resolve_taken}};
#define FORMS (sizeof(form) / sizeof(form[0]))

/* The one form of a declaration; NULL where it has none or several, or is empty. */
static const struct form *check_declared(struct reading *reading, const struct declared *declared)
{
	struct report *report = reading->build->report;
	const char *name = declared->name.text;
	const struct form *found = NULL;
	unsigned count = 0;

	for (size_t i = 0; i < FORMS; i++) {
		if (value_get(declared->value, form[i].key) == NULL)
			continue;
		found = &form[i];
		count++;
	}
	if (find_builtin(name) != NULL || strcmp(name, "nothing") == 0) {
		report_error(report, RULE_TYPE_NAME_TAKEN, declared->name.place,
			     "\"%s\" is a built-in type and cannot be declared", name);
	} else if (count != 1) {
		complaint_allowed(report_error(report, RULE_MISSING_KEY, declared->name.place,
					       "the type \"%s\" must have exactly one form", name),
				  "one of struct, enum, bits, union, type and from");
	} else if (value_get(declared->value, found->key)->entries == 0 && found->kind != TYPE_U8) {
		report_error(report, RULE_EMPTY_TYPE, declared->name.place, "the %s \"%s\" is empty",
			     found->noun, name);
	} else {
		return found;
	}
	return NULL;
}

static bool resolve_number(struct reading *reading, const struct value *name, struct type *type)
{
	const char *text = type->text;

	(void)name;
	if (!type_number(reading, reading->path[reading->depth - 1]->value, type))
		return false;
	type->text = text;
	return true;
}

/* {from: INTERFACE}: the type of that name there. */
static bool resolve_taken(struct reading *reading, const struct value *from, struct type *type)
{
	const struct interface *home =
	    build_interface(reading->build, (struct name){from->text, from->place});
	struct nearest nearest = nearest_start(type->text);

	if (home == NULL) {
		reading->refused = true; /* perhaps it was for an earlier interface */
		return false;
	}
	for (uint32_t i = 0; i < home->types; i++) {
		nearest_try(&nearest, home->type[i]->name.text);
		if (strcmp(home->type[i]->name.text, type->text) == 0) {
			*type = *home->type[i];
			return type_without_buffers(reading, type, type->name.place);
		}
	}
	complaint_nearest(report_error(reading->build->report, RULE_UNKNOWN_TYPE, type->name.place,
				       "the interface \"%s\" declares no type \"%s\"", home->name.text,
				       type->text),
			  &nearest);
	return false;
}

static const struct type *resolve_declared(struct reading *reading, struct declared *declared)
{
	const struct form *found = check_declared(reading, declared);
	struct type *type;
	bool complete;

	if (found == NULL)
		return NULL;
	type = ARENA_NEW(reading->build->arena, struct type);
	type->kind = found->kind;
	type->name = declared->name;
	type->text = declared->name.text;
	type->home = reading->interface;
	type->doc = value_text(declared->value, "doc", NULL);
	declared->visiting = true;
	reading->path[reading->depth++] = declared;
	complete = found->resolve(reading, value_get(declared->value, found->key), type);
	reading->depth--;
	declared->visiting = false;
	if (!complete)
		return NULL;
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

bool type_is_number(const struct type *type)
{
	return type != NULL && type->kind <= TYPE_I64 && type->name.text == NULL;
}

/* ---- By name ---- */

/* What others call a built-in type, for whom no name is near. */
static void help_with_type(struct complaint *complaint, const char *text)
{
	static const char *const other[][2] = {
	    {"uint8_t", "u8"},       {"uint16_t", "u16"}, {"uint32_t", "u32"}, {"uint64_t", "u64"},
	    {"int8_t", "i8"},        {"int16_t", "i16"},  {"int32_t", "i32"},  {"int64_t", "i64"},
	    {"int", "i32"},          {"size_t", "u64"},   {"char", "u8"},      {"string", "{string: 64}"},
	    {"bytes", "{bytes: 64}"}};

	for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
		if (strcmp(text, other[i][0]) == 0)
			complaint_help(complaint, "it is written %s", other[i][1]);
	}
}

const struct type *type_named(struct reading *reading, const struct value *value)
{
	const struct type *type = find_builtin(value->text);
	struct declared *declared = names_get(&reading->names, value->text);
	struct nearest nearest = nearest_start(value->text);
	struct complaint *complaint;

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
	complaint = complaint_allowed(
	    report_error(reading->build->report, RULE_UNKNOWN_TYPE, value->place,
			 "there is no type \"%s\" in the interface \"%s\"", value->text,
			 reading->interface->name.text),
	    "u8, u16, u32, u64, i8, i16, i32, i64, bool, a name of `types`, {array: TYPE, count: N}, "
	    "{sequence: TYPE, max: N}, {option: TYPE}, {string: N}, {bytes: N}");
	complaint_nearest(complaint, &nearest);
	if (nearest.best == NULL)
		help_with_type(complaint, value->text);
	return NULL;
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
