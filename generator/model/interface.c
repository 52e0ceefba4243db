/* SPDX-License-Identifier: MIT
 * An interface: its types laid out, its operations with their messages.
 */
#include "build.h"

#include <string.h>

struct declared {
	struct name name;
	const struct value *value;
	const struct type *type; /* once resolved */
	bool visiting;
};

struct reading {
	struct build *build;
	struct interface *interface;
	struct declared *declared;
	uint32_t declareds;
	struct names names; /* declared types */
	const struct type **type;
	const struct declared **path; /* those being resolved, outermost first */
	uint32_t depth;
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

static uint32_t round_up(uint32_t value, uint32_t align)
{
	return (value + align - 1) / align * align;
}

static const struct type *resolve(struct reading *reading, const struct value *value, bool argument);

/* ---- Declared types ---- */

static void refuse_recursion(struct reading *reading, const struct declared *again, struct place place)
{
	const char *path = again->name.text;
	bool inside = false;

	for (uint32_t i = 0; i < reading->depth; i++) {
		if (inside)
			path = arena_format(reading->build->arena, "%s -> %s", path, reading->path[i]->name.text);
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
		const struct type *of = resolve(reading, map->entry[i].value, false);

		field[i].name = map->entry[i].name;
		field[i].type = of;
		if (of == NULL) {
			complete = false;
			continue;
		}
		field[i].offset = round_up((uint32_t)size, of->align);
		size = (uint64_t)field[i].offset + of->size;
		type->align = of->align > type->align ? of->align : type->align;
		type->plain = type->plain && of->plain;
		if (size > MODEL_MESSAGE_MAX) {
			report_error(reading->build->report, RULE_MESSAGE_TOO_LONG, map->entry[i].name.place,
				     "the structure \"%s\" has more than %u bytes with the field \"%s\"", type->name.text,
				     MODEL_MESSAGE_MAX, field[i].name.text);
			return false;
		}
	}
	type->field = field;
	type->fields = map->entries;
	type->size = round_up((uint32_t)size, type->align);
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
					    "the enum \"%s\" has \"%s\" a second time", type->name.text, name[i].text),
			       first->place, "the first one is here");
		complete = false;
	}
	type->value = name;
	type->values = list->entries;
	type->size = type->align = 4;
	return complete;
}

static bool check_declared(struct reading *reading, const struct declared *declared, const struct value *fields,
			   const struct value *values)
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
	const struct value *fields = value_get(declared->value, "struct"), *values = value_get(declared->value, "enum");
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
	complete = fields != NULL ? resolve_fields(reading, fields, type) : resolve_values(reading, values, type);
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
		complaint_allowed(report_error(reading->build->report, RULE_UNKNOWN_TYPE, value->place,
					       "there is no type \"%s\" in the interface \"%s\"", value->text,
					       reading->interface->name.text),
				  "u8, u16, u32, u64, i8, i16, i32, i64, bool, a name of `types`, {array: TYPE, count: N}, "
				  "{string: N}, {bytes: N}"),
		&nearest);
	return NULL;
}

static const struct type *resolve_array(struct reading *reading, const struct value *value)
{
	const struct type *element = resolve(reading, value_get(value, "array"), false);
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
			       "make it an argument of its own, or write {array: u8, count: %s}", bytes->text);
		return false;
	}
	return true;
}

static const struct type *resolve(struct reading *reading, const struct value *value, bool argument)
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

static void resolve_types(struct reading *reading, const struct value *types)
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
		(void)names_put(&reading->names, arena, types->entry[i].name.text, &reading->declared[i]); /* unique */
	}
	for (uint32_t i = 0; i < count; i++)
		(void)use_declared(reading, &reading->declared[i]); /* refusals are reported */
	reading->interface->type = reading->type;
}

/* ---- Operations ---- */

static void resolve_message(struct reading *reading, const struct value *arguments, struct message *message,
			    const char *operation)
{
	uint32_t count = arguments == NULL ? 0 : arguments->entries;
	struct argument *argument = ARENA_ARRAY(reading->build->arena, struct argument, count);
	uint64_t fixed = 0, variable = 0;

	message->argument = argument;
	message->arguments = count;
	for (uint32_t i = 0; i < count; i++) {
		const struct type *type = resolve(reading, arguments->entry[i].value, true);
		uint32_t size, align;

		argument[i].name = arguments->entry[i].name;
		argument[i].type = type;
		if (type == NULL)
			continue;
		argument[i].variable = type->kind == TYPE_STRING || type->kind == TYPE_BYTES;
		size = argument[i].variable ? 4 : type->size;
		align = argument[i].variable ? 4 : type->align;
		argument[i].offset = round_up((uint32_t)fixed, align);
		fixed = (uint64_t)argument[i].offset + size;
		variable += argument[i].variable ? type->count : 0;
		message->variables += argument[i].variable;
		if (fixed + variable > MODEL_MESSAGE_MAX) {
			complaint_allowed(report_error(reading->build->report, RULE_MESSAGE_TOO_LONG,
						       argument[i].name.place,
						       "with \"%s\", a message of the operation \"%s\" can have %llu bytes",
						       argument[i].name.text, operation,
						       (unsigned long long)(fixed + variable)),
					  "%u bytes; a shared region holds more", MODEL_MESSAGE_MAX);
			break;
		}
	}
	message->fixed_size = (uint32_t)fixed;
	message->max_size = (uint32_t)(fixed + variable);
}

static void resolve_errors_of(struct reading *reading, const struct value *names, struct operation *operation)
{
	uint32_t count = names == NULL ? 0 : names->entries;
	const struct error **error = ARENA_ARRAY(reading->build->arena, const struct error *, count);
	const struct interface *interface = reading->interface;

	for (uint32_t i = 0; i < count; i++) {
		const struct value *name = names->entry[i].value;
		struct nearest nearest = nearest_start(name->text);

		for (uint32_t k = 0; k < interface->errors; k++) {
			nearest_try(&nearest, interface->error[k].name.text);
			if (strcmp(interface->error[k].name.text, name->text) == 0)
				error[i] = &interface->error[k];
		}
		if (error[i] == NULL)
			complaint_nearest(report_error(reading->build->report, RULE_UNKNOWN_ERROR, name->place,
						       "the interface \"%s\" declares no error \"%s\"",
						       interface->name.text, name->text),
					  &nearest);
	}
	operation->error = error;
	operation->errors = count;
}

static void resolve_operations(struct reading *reading, const struct value *operations)
{
	uint32_t count = operations == NULL ? 0 : operations->entries;
	struct operation *operation = ARENA_ARRAY(reading->build->arena, struct operation, count);

	reading->interface->operation = operation;
	reading->interface->operations = count;
	for (uint32_t i = 0; i < count; i++) {
		const struct value *value = operations->entry[i].value;

		operation[i].name = operations->entry[i].name;
		operation[i].doc = value_text(value, "doc", NULL);
		operation[i].index = i;
		operation[i].code = hash_fnv1a32(operation[i].name.text, strlen(operation[i].name.text));
		operation[i].reply = value_number(value, "reply", 0) == 1 ? REPLY_LATER : REPLY_NOW;
		operation[i].retry = value_number(value, "on_restart", 0) == 1;
		resolve_message(reading, value_get(value, "in"), &operation[i].in, operation[i].name.text);
		resolve_message(reading, value_get(value, "out"), &operation[i].out, operation[i].name.text);
		resolve_errors_of(reading, value_get(value, "errors"), &operation[i]);
		if (operation[i].in.max_size > reading->interface->longest)
			reading->interface->longest = operation[i].in.max_size;
		if (operation[i].out.max_size > reading->interface->longest)
			reading->interface->longest = operation[i].out.max_size;
	}
}

/* ---- The rest ---- */

static void resolve_errors(struct reading *reading, const struct value *errors)
{
	uint32_t count = errors == NULL ? 0 : errors->entries;
	struct error *error = ARENA_ARRAY(reading->build->arena, struct error, count);

	for (uint32_t i = 0; i < count; i++) {
		error[i].name = errors->entry[i].name;
		error[i].doc = errors->entry[i].value->text;
		error[i].code = i + 1;
	}
	reading->interface->error = error;
	reading->interface->errors = count;
}

static void resolve_events(struct reading *reading, const struct value *events)
{
	uint32_t count = events == NULL ? 0 : events->entries;
	struct event *event = ARENA_ARRAY(reading->build->arena, struct event, count), *first;
	struct names seen = {0};

	for (uint32_t i = 0; i < count; i++) {
		const struct value *value = events->entry[i].value;
		bool list = events->shape->kind == SHAPE_LIST;

		event[i].name = list ? (struct name){value->text, value->place} : events->entry[i].name;
		event[i].doc = list ? NULL : value->text;
		event[i].bit = i;
		first = names_put(&seen, reading->build->arena, event[i].name.text, &event[i]);
		if (first != NULL)
			complaint_note(report_error(reading->build->report, RULE_SECOND_DEFINITION, event[i].name.place,
						    "the event \"%s\" stands here a second time", event[i].name.text),
				       first->name.place, "the first one is here");
	}
	reading->interface->event = event;
	reading->interface->events = count;
}

static void resolve_shared(struct reading *reading, const struct value *shareds)
{
	static const enum shared_writer writer[] = {SHARED_WRITE_SERVER, SHARED_WRITE_CLIENT, SHARED_WRITE_BOTH};
	uint32_t count = shareds == NULL ? 0 : shareds->entries;
	struct shared *shared = ARENA_ARRAY(reading->build->arena, struct shared, count);

	for (uint32_t i = 0; i < count; i++) {
		const struct value *value = shareds->entry[i].value;

		shared[i].name = shareds->entry[i].name;
		shared[i].doc = value_text(value, "doc", NULL);
		shared[i].asked = value_number(value, "size", 0);
		shared[i].size = (shared[i].asked + MODEL_PAGE - 1) / MODEL_PAGE * MODEL_PAGE;
		shared[i].write = writer[value_number(value, "write", 0)];
	}
	reading->interface->shared = shared;
	reading->interface->shareds = count;
}

static void hash_text(uint64_t *hash, const char *text)
{
	*hash = hash_fnv1a64(*hash, text, strlen(text) + 1);
}

static void hash_type(uint64_t *hash, const struct type *type)
{
	hash_text(hash, type->text);
	for (uint32_t i = 0; i < type->fields; i++) {
		hash_text(hash, type->field[i].name.text);
		hash_text(hash, type->field[i].type->text);
	}
	for (uint32_t i = 0; i < type->values; i++)
		hash_text(hash, type->value[i].text);
}

static void hash_message(uint64_t *hash, const struct message *message)
{
	for (uint32_t i = 0; i < message->arguments; i++) {
		hash_text(hash, message->argument[i].name.text);
		hash_text(hash, message->argument[i].type->text);
	}
	hash_text(hash, ";");
}

/* Documentation does not count: it may differ between the two ends. */
static uint64_t hash_interface(const struct interface *interface)
{
	uint64_t hash = HASH_FNV1A64_START;

	hash_text(&hash, interface->name.text);
	for (uint32_t i = 0; i < interface->types; i++)
		hash_type(&hash, interface->type[i]);
	for (uint32_t i = 0; i < interface->errors; i++)
		hash_text(&hash, interface->error[i].name.text);
	for (uint32_t i = 0; i < interface->operations; i++) {
		hash_text(&hash, interface->operation[i].name.text);
		hash_message(&hash, &interface->operation[i].in);
		hash_message(&hash, &interface->operation[i].out);
	}
	for (uint32_t i = 0; i < interface->events; i++)
		hash_text(&hash, interface->event[i].name.text);
	for (uint32_t i = 0; i < interface->shareds; i++) {
		hash_text(&hash, interface->shared[i].name.text);
		hash = hash_fnv1a64(hash, &interface->shared[i].size, sizeof(uint64_t));
	}
	return hash;
}

static void keep(struct build *build, const struct interface *interface)
{
	if (build->interfaces % 64 == 0) {
		const struct interface **bigger =
			ARENA_ARRAY(build->arena, const struct interface *, (size_t)build->interfaces + 64);

		if (build->interfaces != 0)
			memcpy(bigger, build->interface, build->interfaces * sizeof(*bigger));
		build->interface = bigger;
	}
	build->interface[build->interfaces++] = interface;
}

const struct interface *interface_read(struct build *build, const struct value *value, const struct source *source)
{
	static const enum session_kind session[] = {SESSION_STATELESS, SESSION_REOPENED, SESSION_LOST};
	struct interface *interface = ARENA_NEW(build->arena, struct interface);
	struct reading reading = {.build = build, .interface = interface};
	const struct value *name = value_get(value, "interface"), *version = value_get(value, "version");
	uint32_t before = report_errors(build->report);

	interface->name = (struct name){name->text, name->place};
	interface->source = source;
	interface->doc = value_text(value, "doc", "");
	interface->major = version == NULL ? 1 : (uint32_t)version->number;
	interface->minor = version == NULL ? 0 : (uint32_t)version->second;
	interface->session = session[value_number(value, "session", 0)];
	interface->index = build->interfaces;
	resolve_types(&reading, value_get(value, "types"));
	resolve_errors(&reading, value_get(value, "errors"));
	resolve_operations(&reading, value_get(value, "operations"));
	resolve_events(&reading, value_get(value, "events"));
	resolve_shared(&reading, value_get(value, "shared"));
	if (report_errors(build->report) != before)
		return NULL;
	interface->hash = hash_interface(interface);
	keep(build, interface);
	return interface;
}
