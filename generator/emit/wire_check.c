/* SPDX-License-Identifier: MIT
 * What a receiver checks of a value in a message before it takes any of it: a
 * bool's and an enum's number, a tag, unknown bits, a range, a count, and that
 * a string ends. What a union or an option does not hold is not looked at.
 */
#include "channels.h"
#include "wire.h"

#include <stdio.h>

static void refuse_if(const struct wire *wire, const struct at *at, const char *condition)
{
	wire_tabs(wire, at);
	text_add(wire->out, "if (%s)\n\t", condition);
	wire_tabs(wire, at);
	text_add(wire->out, "%s\n", wire->refuse);
}

static void check_number(const struct wire *wire, const struct type *type, const struct at *at)
{
	const char *load = at_load(wire, at, 0, type->size);
	char value[PATH_ROOM + 128], condition[2 * sizeof value + 160], limit[64];
	int length = 0;

	snprintf(value, sizeof value, "%s", load);
	if (type->kind >= TYPE_I8)
		snprintf(value, sizeof value, "(int%u_t)%s", 8 * type->size, load);
	if (type->has_min)
		length = snprintf(condition, sizeof condition, "%s < %s%s", value,
				  c_number(type, type->minimum, limit), type->has_max ? " || " : "");
	if (type->has_max)
		snprintf(condition + length, sizeof condition - (size_t)length, "%s > %s", value,
			 c_number(type, type->maximum, limit));
	refuse_if(wire, at, condition);
}

static void check_bits(const struct wire *wire, const struct type *type, const struct at *at)
{
	char condition[PATH_ROOM + 128];

	snprintf(condition, sizeof condition, "(%s & ~UINT%u_C(0x%llx)) != 0",
		 at_load(wire, at, 0, type->size), 8 * type->size, (1ull << type->values) - 1);
	refuse_if(wire, at, condition);
}

static void check_items(const struct wire *wire, const struct type *element, const char *bound,
			const struct at *at)
{
	struct at inside = *at;
	char part[PATH_ROOM];

	if (element->plain)
		return;
	loop_open(wire, element, "", bound, &inside, part);
	check_at(wire, element, &inside);
	loop_close(wire, at);
}

static void check_sequence(const struct wire *wire, const struct type *type, const struct at *at)
{
	const struct at inside = at_field(at, wire_inner(type));
	char condition[PATH_ROOM + 128];

	snprintf(condition, sizeof condition, "%s > %u", at_load(wire, at, 0, 4), type->count);
	refuse_if(wire, at, condition);
	check_items(wire, type->element, at_load(wire, at, 0, 4), &inside);
}

static void check_option(const struct wire *wire, const struct type *type, const struct at *at)
{
	struct at inside = at_field(at, wire_inner(type));
	char condition[PATH_ROOM + 128];

	snprintf(condition, sizeof condition, "%s > 1", at_load(wire, at, 0, 1));
	refuse_if(wire, at, condition);
	if (type->element->plain)
		return;
	inside.indent++;
	wire_tabs(wire, at);
	text_add(wire->out, "if (%s != 0) {\n", at_load(wire, at, 0, 1));
	check_at(wire, type->element, &inside);
	loop_close(wire, at);
}

static void check_union(const struct wire *wire, const struct type *type, const struct at *at)
{
	char name[512];

	wire_tabs(wire, at);
	text_add(wire->out, "switch (%s) {\n", at_load(wire, at, 0, 4));
	for (uint32_t i = 0; i < type->fields; i++) {
		struct at inside = at_field(at, type->field[i].offset);

		inside.indent++;
		snprintf(name, sizeof name, "%s", upper(c_name(type)));
		wire_tabs(wire, at);
		text_add(wire->out, "case %s_%s:\n", name, upper(type->field[i].name.text));
		if (type->field[i].type)
			check_at(wire, type->field[i].type, &inside);
		wire_tabs(wire, &inside);
		text_add(wire->out, "break;\n");
	}
	wire_tabs(wire, at);
	text_add(wire->out, "default:\n\t");
	wire_tabs(wire, at);
	text_add(wire->out, "%s\n", wire->refuse);
	loop_close(wire, at);
}

static void check_fields(const struct wire *wire, const struct type *type, const struct at *at)
{
	for (uint32_t i = 0; i < type->fields; i++) {
		const struct at inside = at_field(at, type->field[i].offset);

		check_at(wire, type->field[i].type, &inside);
	}
}

/* TENON_BUFFER_NONE, or a part of a buffer of the pool. */
static void check_buffer(const struct wire *wire, const struct type *type, const struct at *at)
{
	const char *index = at_load(wire, at, 0, 4), *offset = at_load(wire, at, 4, 4),
		   *length = at_load(wire, at, 8, 4);
	const struct buffers *only = face_only_pool(wire->face, type->pool);
	char text[6 * PATH_ROOM], count[PATH_ROOM];

	if (only != NULL)
		snprintf(count, sizeof count, "%u", only->count);
	else
		snprintf(count, sizeof count, "own->%s.count", type->pool->name.text);
	snprintf(text, sizeof text, "%s != TENON_BUFFER_NONE && (%s >= %s || %s > %u || %s > %u - %s)", index,
		 index, count, offset, type->pool->buffer_bytes, length, type->pool->buffer_bytes, offset);
	refuse_if(wire, at, text);
}

void check_at(const struct wire *wire, const struct type *type, const struct at *at)
{
	char text[PATH_ROOM + 128];

	if (type->plain)
		return;
	switch (type->kind) {
	case TYPE_BOOL:
		snprintf(text, sizeof text, "%s > 1", at_load(wire, at, 0, 1));
		refuse_if(wire, at, text);
		break;
	case TYPE_ENUM:
		snprintf(text, sizeof text, "%s >= %u", at_load(wire, at, 0, 4), type->values);
		refuse_if(wire, at, text);
		break;
	case TYPE_STRING:
		snprintf(text, sizeof text, "%s != 0", at_load(wire, at, type->count, 1));
		refuse_if(wire, at, text);
		break;
	case TYPE_ARRAY:
		snprintf(text, sizeof text, "%u", type->count);
		check_items(wire, type->element, text, at);
		break;
	case TYPE_BITS:
		check_bits(wire, type, at);
		break;
	case TYPE_STRUCT:
		check_fields(wire, type, at);
		break;
	case TYPE_BUFFER:
		check_buffer(wire, type, at);
		break;
	case TYPE_LOAN:
		snprintf(text, sizeof text, "%s > %llu", at_load(wire, at, 0, 8),
			 (unsigned long long)type->count * type->element->size);
		refuse_if(wire, at, text);
		snprintf(text, sizeof text, "%s %% %u != 0", at_load(wire, at, 0, 8), type->element->size);
		if (type->element->size > 1)
			refuse_if(wire, at, text);
		break;
	case TYPE_UNION:
		check_union(wire, type, at);
		break;
	case TYPE_OPTION:
		check_option(wire, type, at);
		break;
	case TYPE_SEQUENCE:
		check_sequence(wire, type, at);
		break;
	default:
		check_number(wire, type, at);
	}
}

void wire_check(const struct wire *wire, const struct type *type, uint32_t at)
{
	check_at(wire, type, &(struct at){.constant = at});
}
