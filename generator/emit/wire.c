/* SPDX-License-Identifier: MIT
 * Moving a value between a C object and a message: straight-line code at
 * constant offsets, with a loop for elements that need one and a switch for a
 * union. What is checked of a message is printed by wire_check.c.
 *
 * A value goes in whole where its C object has no padding and no unused part,
 * else field by field, so that nothing else of the sender's memory goes with
 * it. It comes out whole where every bit pattern is valid, else checked first,
 * field by field: a bool or an enum is never made of a number that it does not
 * have.
 */
#include "wire.h"

#include <stdio.h>

/* ---- places ----------------------------------------------------------------------------------- */

const char *at_text(const struct at *at, uint32_t further)
{
	static char text[4][PATH_ROOM + 16];
	static unsigned next;
	char *here = text[next++ % 4];

	if (at->constant + further == 0 && at->loops[0] != '\0')
		snprintf(here, sizeof text[0], "%s", at->loops + 3); /* behind " + " */
	else
		snprintf(here, sizeof text[0], "%u%s", at->constant + further, at->loops);
	return here;
}

/* What moves: "entry_" in the names of the functions, or nothing. */
static const char *wire_access(const struct wire *wire)
{
	return wire->access != NULL ? wire->access : "";
}

const char *at_load(const struct wire *wire, const struct at *at, uint32_t further, uint32_t size)
{
	static char text[4][PATH_ROOM + 64];
	static unsigned next;
	char *here = text[next++ % 4];

	snprintf(here, sizeof text[0], "tenon_%sget_u%u(%s, %s)", wire_access(wire), 8 * size, wire->ipc,
		 at_text(at, further));
	return here;
}

struct at at_field(const struct at *at, uint32_t offset)
{
	struct at result = *at;

	result.constant += offset;
	return result;
}

void wire_tabs(const struct wire *wire, const struct at *at)
{
	for (unsigned i = 0; i < wire->tabs + at->depth + at->indent; i++)
		text_add(wire->out, "\t");
}

const char *loop_index(const struct at *at)
{
	static const char *const name[] = {"index_1", "index_2", "index_3", "index_4", "index_5", "index_6"};

	return name[at->depth % 6];
}

void loop_open(const struct wire *wire, const struct type *element, const char *path, const char *bound,
	       struct at *inside, char element_path[PATH_ROOM])
{
	const char *index = loop_index(inside);
	char loops[PATH_ROOM];

	wire_tabs(wire, inside);
	text_add(wire->out, "for (uint32_t %s = 0; %s < %s; %s++) {\n", index, index, bound, index);
	snprintf(element_path, PATH_ROOM, "%.900s[%s]", path, index);
	snprintf(loops, sizeof loops, "%.900s + %s * %uu", inside->loops, index, element->size);
	snprintf(inside->loops, sizeof inside->loops, "%s", loops);
	inside->depth++;
}

void loop_close(const struct wire *wire, const struct at *outside)
{
	wire_tabs(wire, outside);
	text_add(wire->out, "}\n");
}

/* ---- types ------------------------------------------------------------------------------------ */

static uint32_t bits_of(const struct type *type)
{
	return 8 * type->size;
}

static uint32_t round_up(uint32_t value, uint32_t align)
{
	return (value + align - 1) / align * align;
}

uint32_t wire_inner(const struct type *type)
{
	return round_up(type->kind == TYPE_SEQUENCE ? sizeof(uint32_t) : 1, type->element->align);
}

/* Is the C object of this type exactly its values, without gaps and unused ends? */
bool wire_is_dense(const struct type *type)
{
	uint32_t used = 0;

	if (type->loose || type->kind == TYPE_STRING || type->kind == TYPE_BYTES)
		return false;
	if (type->kind == TYPE_ARRAY)
		return wire_is_dense(type->element);
	if (type->kind != TYPE_STRUCT)
		return true;
	for (uint32_t i = 0; i < type->fields; i++) {
		if (!wire_is_dense(type->field[i].type))
			return false;
		used += type->field[i].type->size;
	}
	return used == type->size;
}

bool wire_is_whole(const struct type *type)
{
	return type->plain && wire_is_dense(type);
}

/*
 * The address of an object that goes whole, with its alignment: through a parameter the compiler sees none of it, and
 * machines without unaligned words would get bytes.
 */
void wire_address(const struct wire *wire, const struct type *type, const char *path)
{
	const char *of = type_is_pointed(type) ? "&" : "";

	if (type->align > 1)
		text_add(wire->out, "__builtin_assume_aligned(%s%s, %u)", of, path, type->align);
	else
		text_add(wire->out, "%s%s", of, path);
}

/* Runs `each` over the members of a union that have a value, in a switch of its tag. */
static void switch_members(const struct wire *wire, const struct type *type, const char *path,
			   const struct at *at,
			   void (*each)(const struct wire *, const struct type *, const char *,
					const struct at *))
{
	char part[PATH_ROOM], name[512];

	wire_tabs(wire, at);
	text_add(wire->out, "switch (%s.tag) {\n", path);
	for (uint32_t i = 0; i < type->fields; i++) {
		struct at inside = at_field(at, type->field[i].offset);

		snprintf(name, sizeof name, "%s", upper(c_name(type)));
		wire_tabs(wire, at);
		text_add(wire->out, "case %s_%s:\n", name, upper(type->field[i].name.text));
		inside.indent++;
		snprintf(part, sizeof part, "%.900s.%s", path, type->field[i].name.text);
		if (type->field[i].type)
			each(wire, type->field[i].type, part, &inside);
		wire_tabs(wire, &inside);
		text_add(wire->out, "break;\n");
	}
	loop_close(wire, at);
}

/* ---- put -------------------------------------------------------------------------------------- */

static void put_scalar(const struct wire *wire, const struct type *type, const char *path,
		       const struct at *at)
{
	wire_tabs(wire, at);
	text_add(wire->out, "tenon_%sput_u%u(%s, %s, ", wire_access(wire), bits_of(type), wire->ipc,
		 at_text(at, 0));
	if (type->kind == TYPE_BOOL)
		text_add(wire->out, "%s ? 1 : 0);\n", path);
	else if (type->kind <= TYPE_U64 || type->kind == TYPE_BITS)
		text_add(wire->out, "%s);\n", path);
	else
		text_add(wire->out, "(uint%u_t)%s);\n", bits_of(type), path);
}

static void put_items(const struct wire *wire, const struct type *element, const char *path,
		      const char *bound, const struct at *at)
{
	struct at inside = *at;
	char part[PATH_ROOM];

	loop_open(wire, element, path, bound, &inside, part);
	put_at(wire, element, part, &inside);
	loop_close(wire, at);
}

/* Items past the room stay where they are: the count alone makes the receiver refuse the message. */
static void put_sequence(const struct wire *wire, const struct type *type, const char *path,
			 const struct at *at)
{
	const struct at inside = at_field(at, wire_inner(type));
	char part[PATH_ROOM], bound[PATH_ROOM + 64];

	wire_tabs(wire, at);
	text_add(wire->out, "tenon_%sput_u32(%s, %s, %s.count);\n", wire_access(wire), wire->ipc,
		 at_text(at, 0), path);
	snprintf(part, sizeof part, "%.900s.item", path);
	snprintf(bound, sizeof bound, "%s.count && %s < %u", path, loop_index(at), type->count);
	put_items(wire, type->element, part, bound, &inside);
}

static void put_option(const struct wire *wire, const struct type *type, const char *present,
		       const char *value, const struct at *at)
{
	struct at inside = at_field(at, wire_inner(type));

	wire_tabs(wire, at);
	text_add(wire->out, "if (%s) {\n", present);
	inside.indent++;
	wire_tabs(wire, &inside);
	text_add(wire->out, "tenon_%sput_u8(%s, %s, 1);\n", wire_access(wire), wire->ipc, at_text(at, 0));
	put_at(wire, type->element, value, &inside);
	loop_close(wire, at);
}

void wire_put_option(const struct wire *wire, const struct type *type, const char *present, const char *value,
		     uint32_t at)
{
	put_option(wire, type, present, value, &(struct at){.constant = at});
}

static void put_fields(const struct wire *wire, const struct type *type, const char *path,
		       const struct at *at)
{
	char part[PATH_ROOM];

	for (uint32_t i = 0; i < type->fields; i++) {
		const struct at inside = at_field(at, type->field[i].offset);

		snprintf(part, sizeof part, "%.900s.%s", path, type->field[i].name.text);
		put_at(wire, type->field[i].type, part, &inside);
	}
}

void put_at(const struct wire *wire, const struct type *type, const char *path, const struct at *at)
{
	char bound[16], present[PATH_ROOM], value[PATH_ROOM];

	if (type_is_scalar(type)) {
		put_scalar(wire, type, path, at);
	} else if (type->kind == TYPE_SEQUENCE) {
		put_sequence(wire, type, path, at);
	} else if (type->kind == TYPE_OPTION) {
		snprintf(present, sizeof present, "%.900s.present", path);
		snprintf(value, sizeof value, "%.900s.value", path);
		put_option(wire, type, present, value, at);
	} else if (type->kind == TYPE_UNION) {
		wire_tabs(wire, at);
		text_add(wire->out, "tenon_%sput_u32(%s, %s, (uint32_t)%s.tag);\n", wire_access(wire),
			 wire->ipc, at_text(at, 0), path);
		switch_members(wire, type, path, at, put_at);
	} else if (type->kind == TYPE_STRING) {
		wire_tabs(wire, at);
		text_add(wire->out, "tenon_%sput(%s, %s, %s, (uint32_t)strnlen(%s, %u));\n",
			 wire_access(wire), wire->ipc, at_text(at, 0), path, path, type->count);
	} else if (wire_is_dense(type)) {
		wire_tabs(wire, at);
		text_add(wire->out, "tenon_%sput(%s, %s, ", wire_access(wire), wire->ipc, at_text(at, 0));
		wire_address(wire, type, path);
		text_add(wire->out, ", %u);\n", type->size);
	} else if (type->kind == TYPE_STRUCT) {
		put_fields(wire, type, path, at);
	} else {
		snprintf(bound, sizeof bound, "%u", type->count);
		put_items(wire, type->element, path, bound, at);
	}
}

void wire_put(const struct wire *wire, const struct type *type, const char *path, uint32_t at)
{
	put_at(wire, type, path, &(struct at){.constant = at});
}

/* Bytes of the fixed part that no put writes: between arguments, and inside those that are not dense. */
static bool has_gaps(const struct message *message)
{
	uint32_t end = 0;

	for (uint32_t i = 0; i < message->arguments; i++) {
		const struct argument *argument = &message->argument[i];

		if (argument->offset != end || (!argument->variable && !wire_is_dense(argument->type)))
			return true;
		end += argument->variable ? 4 : argument->type->size;
	}
	return end != message->fixed_size;
}

void wire_clear(const struct wire *wire, const struct message *message)
{
	const uint32_t words = message->max_size < 64 ? message->max_size : 64;
	const uint32_t bytes = message->fixed_size > 64 && has_gaps(message) ? message->fixed_size : words;

	if (message->max_size == 0)
		return;
	wire_tabs(wire, &(struct at){0});
	text_add(wire->out, "tenon_clear(%s, %u);\n", wire->ipc, bytes);
}

/* ---- get -------------------------------------------------------------------------------------- */

static void get_scalar(const struct wire *wire, const struct type *type, const char *path,
		       const struct at *at)
{
	wire_tabs(wire, at);
	text_add(wire->out, "%s = ", path);
	if (type->kind >= TYPE_I8 && type->kind <= TYPE_I64)
		text_add(wire->out, "(int%u_t)", bits_of(type));
	if (type->kind == TYPE_ENUM)
		text_add(wire->out, "(enum %s)", c_name(type));
	text_add(wire->out, "%s%s;\n", at_load(wire, at, 0, type->size),
		 type->kind == TYPE_BOOL ? " != 0" : "");
}

static void get_items(const struct wire *wire, const struct type *element, const char *path,
		      const char *bound, const struct at *at)
{
	struct at inside = *at;
	char part[PATH_ROOM];

	loop_open(wire, element, path, bound, &inside, part);
	get_at(wire, element, part, &inside);
	loop_close(wire, at);
}

static void get_sequence(const struct wire *wire, const struct type *type, const char *path,
			 const struct at *at)
{
	const struct at inside = at_field(at, wire_inner(type));
	char part[PATH_ROOM], bound[PATH_ROOM];

	wire_tabs(wire, at);
	text_add(wire->out, "%s.count = %s;\n", path, at_load(wire, at, 0, 4));
	snprintf(part, sizeof part, "%.900s.item", path);
	snprintf(bound, sizeof bound, "%.900s.count", path);
	get_items(wire, type->element, part, bound, &inside);
}

static void get_option(const struct wire *wire, const struct type *type, const char *present,
		       const char *value, const struct at *at)
{
	struct at inside = at_field(at, wire_inner(type));

	wire_tabs(wire, at);
	text_add(wire->out, "%s = %s != 0;\n", present, at_load(wire, at, 0, 1));
	wire_tabs(wire, at);
	text_add(wire->out, "if (%s) {\n", present);
	inside.indent++;
	get_at(wire, type->element, value, &inside);
	loop_close(wire, at);
}

void wire_get_option(const struct wire *wire, const struct type *type, const char *present, const char *value,
		     uint32_t at)
{
	get_option(wire, type, present, value, &(struct at){.constant = at});
}

static void get_fields(const struct wire *wire, const struct type *type, const char *path,
		       const struct at *at)
{
	char part[PATH_ROOM];

	for (uint32_t i = 0; i < type->fields; i++) {
		const struct at inside = at_field(at, type->field[i].offset);

		snprintf(part, sizeof part, "%.900s.%s", path, type->field[i].name.text);
		get_at(wire, type->field[i].type, part, &inside);
	}
}

void get_at(const struct wire *wire, const struct type *type, const char *path, const struct at *at)
{
	char bound[16], present[PATH_ROOM], value[PATH_ROOM];

	if (type_is_scalar(type)) {
		get_scalar(wire, type, path, at);
	} else if (type->kind == TYPE_SEQUENCE) {
		get_sequence(wire, type, path, at);
	} else if (type->kind == TYPE_OPTION) {
		snprintf(present, sizeof present, "%.900s.present", path);
		snprintf(value, sizeof value, "%.900s.value", path);
		get_option(wire, type, present, value, at);
	} else if (type->kind == TYPE_UNION) {
		wire_tabs(wire, at);
		text_add(wire->out, "%s.tag = (enum %s_tag)%s;\n", path, c_name(type),
			 at_load(wire, at, 0, 4));
		switch_members(wire, type, path, at, get_at);
	} else if (type->kind == TYPE_STRUCT && !type->plain) {
		get_fields(wire, type, path, at);
	} else if (type->kind == TYPE_ARRAY && !type->plain) {
		snprintf(bound, sizeof bound, "%u", type->count);
		get_items(wire, type->element, path, bound, at);
	} else {
		wire_tabs(wire, at);
		text_add(wire->out, "tenon_%sget(%s, %s, ", wire_access(wire), wire->ipc, at_text(at, 0));
		wire_address(wire, type, path);
		text_add(wire->out, ", %u);\n", type->size);
	}
}

void wire_get(const struct wire *wire, const struct type *type, const char *path, uint32_t at)
{
	get_at(wire, type, path, &(struct at){.constant = at});
}
