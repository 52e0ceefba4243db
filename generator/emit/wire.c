/* SPDX-License-Identifier: MIT
 * Moving a value between a C object and a message: straight-line code at
 * constant offsets, with a loop for an array whose elements need one.
 *
 * A value goes in whole where its C object has no padding and no string, else
 * field by field, so that nothing else of the sender's memory goes with it. It
 * comes out whole where every bit pattern is valid, else checked first, field
 * by field: a bool or an enum is never made of a number that it does not have.
 */
#include "glue.h"

#include <stdio.h>

#define PATH_ROOM 1024

/* An offset in a message: a constant, and the loops that it stands in. */
struct at {
	uint32_t constant;
	char loops[PATH_ROOM]; /* " + index_1 * 8u" */
	unsigned depth;
};

static void tabs(const struct wire *wire, unsigned depth)
{
	for (unsigned i = 0; i < wire->tabs + depth; i++)
		text_add(wire->out, "\t");
}

static uint32_t bits_of(const struct type *type)
{
	return 8 * type->size;
}

/* Is the C object of this type exactly its values, without gaps and unused ends? */
static bool is_dense(const struct type *type)
{
	uint32_t used = 0;

	if (type->kind == TYPE_STRING || type->kind == TYPE_BYTES)
		return false;
	if (type->kind == TYPE_ARRAY)
		return is_dense(type->element);
	if (type->kind != TYPE_STRUCT)
		return true;
	for (uint32_t i = 0; i < type->fields; i++) {
		if (!is_dense(type->field[i].type))
			return false;
		used += type->field[i].type->size;
	}
	return used == type->size;
}

bool wire_is_whole(const struct type *type)
{
	return type->plain && is_dense(type);
}

static const char *index_name(unsigned depth)
{
	static const char *const name[] = {"index_1", "index_2", "index_3", "index_4", "index_5", "index_6"};

	return name[depth % 6];
}

/*
 * The address of an object that goes whole, with its alignment: through a parameter the compiler sees none of it, and
 * machines without unaligned words would get bytes.
 */
static void add_address(const struct wire *wire, const struct type *type, const char *path)
{
	const char *of = type->kind == TYPE_STRUCT ? "&" : "";

	if (type->align > 1)
		text_add(wire->out, "__builtin_assume_aligned(%s%s, %u)", of, path, type->align);
	else
		text_add(wire->out, "%s%s", of, path);
}

/* Opens the loop over an array's elements; the place and path of an element come back. */
static void loop_open(const struct wire *wire, const struct type *array, const char *path, struct at *at,
		      char element[PATH_ROOM])
{
	const char *index = index_name(at->depth);
	char loops[PATH_ROOM];

	tabs(wire, at->depth);
	text_add(wire->out, "for (uint32_t %s = 0; %s < %u; %s++) {\n", index, index, array->count, index);
	snprintf(element, PATH_ROOM, "%s[%s]", path, index);
	snprintf(loops, sizeof loops, "%.900s + %s * %uu", at->loops, index, array->element->size);
	snprintf(at->loops, sizeof at->loops, "%s", loops);
	at->depth++;
}

static void loop_close(const struct wire *wire, const struct at *outside)
{
	tabs(wire, outside->depth);
	text_add(wire->out, "}\n");
}

static struct at at_field(const struct at *at, const struct field *field)
{
	struct at result = *at;

	result.constant += field->offset;
	return result;
}

/* ---- put -------------------------------------------------------------------------------------- */

static void put_scalar(const struct wire *wire, const struct type *type, const char *path,
		       const struct at *at)
{
	text_add(wire->out, "tenon_put_u%u(%s, %u%s, ", bits_of(type), wire->ipc, at->constant, at->loops);
	if (type->kind == TYPE_BOOL)
		text_add(wire->out, "%s ? 1 : 0);\n", path);
	else if (type->kind <= TYPE_U64)
		text_add(wire->out, "%s);\n", path);
	else
		text_add(wire->out, "(uint%u_t)%s);\n", bits_of(type), path);
}

static void put_at(const struct wire *wire, const struct type *type, const char *path, const struct at *at)
{
	char part[PATH_ROOM];
	struct at inside = *at;

	if (type->kind == TYPE_STRUCT && !is_dense(type)) {
		for (uint32_t i = 0; i < type->fields; i++) {
			inside = at_field(at, &type->field[i]);
			snprintf(part, sizeof part, "%s.%s", path, type->field[i].name.text);
			put_at(wire, type->field[i].type, part, &inside);
		}
		return;
	}
	if (type->kind == TYPE_ARRAY && !is_dense(type)) {
		loop_open(wire, type, path, &inside, part);
		put_at(wire, type->element, part, &inside);
		loop_close(wire, at);
		return;
	}
	tabs(wire, at->depth);
	if (type_is_scalar(type)) {
		put_scalar(wire, type, path, at);
	} else if (type->kind == TYPE_STRING) {
		text_add(wire->out, "tenon_put(%s, %u%s, %s, (uint32_t)strnlen(%s, %u));\n", wire->ipc,
			 at->constant, at->loops, path, path, type->count);
	} else {
		text_add(wire->out, "tenon_put(%s, %u%s, ", wire->ipc, at->constant, at->loops);
		add_address(wire, type, path);
		text_add(wire->out, ", %u);\n", type->size);
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

		if (argument->offset != end || (!argument->variable && !is_dense(argument->type)))
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
	tabs(wire, 0);
	text_add(wire->out, "tenon_clear(%s, %u);\n", wire->ipc, bytes);
}

/* ---- check ------------------------------------------------------------------------------------ */

static void check_at(const struct wire *wire, const struct type *type, const struct at *at)
{
	struct at inside = *at;
	char part[PATH_ROOM];

	if (type->plain)
		return;
	if (type->kind == TYPE_STRUCT) {
		for (uint32_t i = 0; i < type->fields; i++) {
			inside = at_field(at, &type->field[i]);
			check_at(wire, type->field[i].type, &inside);
		}
		return;
	}
	if (type->kind == TYPE_ARRAY) {
		loop_open(wire, type, "", &inside, part);
		check_at(wire, type->element, &inside);
		loop_close(wire, at);
		return;
	}
	tabs(wire, at->depth);
	if (type->kind == TYPE_BOOL)
		text_add(wire->out, "if (tenon_get_u8(%s, %u%s) > 1)\n", wire->ipc, at->constant, at->loops);
	else if (type->kind == TYPE_ENUM)
		text_add(wire->out, "if (tenon_get_u32(%s, %u%s) >= %u)\n", wire->ipc, at->constant,
			 at->loops, type->values);
	else
		text_add(wire->out, "if (tenon_get_u8(%s, %u%s) != 0)\n", wire->ipc,
			 at->constant + type->count, at->loops);
	tabs(wire, at->depth + 1);
	text_add(wire->out, "%s\n", wire->refuse);
}

void wire_check(const struct wire *wire, const struct type *type, uint32_t at)
{
	check_at(wire, type, &(struct at){.constant = at});
}

/* ---- get -------------------------------------------------------------------------------------- */

static void get_scalar(const struct wire *wire, const struct type *type, const char *path,
		       const struct at *at)
{
	text_add(wire->out, "%s = ", path);
	if (type->kind >= TYPE_I8 && type->kind <= TYPE_I64)
		text_add(wire->out, "(int%u_t)", bits_of(type));
	if (type->kind == TYPE_ENUM)
		text_add(wire->out, "(enum %s_%s)", wire->interface->name.text, type->name.text);
	text_add(wire->out, "tenon_get_u%u(%s, %u%s)%s;\n", bits_of(type), wire->ipc, at->constant, at->loops,
		 type->kind == TYPE_BOOL ? " != 0" : "");
}

static void get_at(const struct wire *wire, const struct type *type, const char *path, const struct at *at)
{
	char part[PATH_ROOM];
	struct at inside = *at;

	if (type->kind == TYPE_STRUCT && !type->plain) {
		for (uint32_t i = 0; i < type->fields; i++) {
			inside = at_field(at, &type->field[i]);
			snprintf(part, sizeof part, "%s.%s", path, type->field[i].name.text);
			get_at(wire, type->field[i].type, part, &inside);
		}
		return;
	}
	if (type->kind == TYPE_ARRAY && !type->plain) {
		loop_open(wire, type, path, &inside, part);
		get_at(wire, type->element, part, &inside);
		loop_close(wire, at);
		return;
	}
	tabs(wire, at->depth);
	if (type_is_scalar(type)) {
		get_scalar(wire, type, path, at);
	} else {
		text_add(wire->out, "tenon_get(%s, %u%s, ", wire->ipc, at->constant, at->loops);
		add_address(wire, type, path);
		text_add(wire->out, ", %u);\n", type->size);
	}
}

void wire_get(const struct wire *wire, const struct type *type, const char *path, uint32_t at)
{
	get_at(wire, type, path, &(struct at){.constant = at});
}
