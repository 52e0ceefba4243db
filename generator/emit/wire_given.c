/* SPDX-License-Identifier: MIT
 * What a sender checks of a value that its component gave, before any of it is
 * put into a message: that each string in it ends within its length. Everything
 * else that may be wrong is refused by the receiver; a string alone would be
 * cut without a word.
 */
#include "wire.h"

#include <stdio.h>

bool type_holds_string(const struct type *type)
{
	if (type->kind == TYPE_STRING)
		return true;
	if (type->kind == TYPE_ARRAY || type->kind == TYPE_SEQUENCE || type->kind == TYPE_OPTION)
		return type_holds_string(type->element);
	for (uint32_t i = 0; (type->kind == TYPE_STRUCT || type->kind == TYPE_UNION) && i < type->fields;
	     i++) {
		if (type->field[i].type != NULL && type_holds_string(type->field[i].type))
			return true;
	}
	return false;
}

static void given_string(const struct wire *wire, const struct type *type, const char *path,
			 const struct at *at)
{
	wire_tabs(wire, at);
	if (wire->refuse == NULL) {
		text_add(wire->out, "CHECK(strnlen(%s, %u + 1) <= %u);\n", path, type->count, type->count);
		return;
	}
	text_add(wire->out, "if (strnlen(%s, %u + 1) > %u)\n\t", path, type->count, type->count);
	wire_tabs(wire, at);
	text_add(wire->out, "%s\n", wire->refuse);
}

static void given_items(const struct wire *wire, const struct type *element, const char *path,
			const char *bound, const struct at *at)
{
	struct at inside = *at;
	char part[PATH_ROOM];

	loop_open(wire, element, path, bound, &inside, part);
	given_at(wire, element, part, &inside);
	loop_close(wire, at);
}

static void given_option(const struct wire *wire, const struct type *type, const char *present,
			 const char *value, const struct at *at)
{
	struct at inside = *at;

	inside.indent++;
	wire_tabs(wire, at);
	text_add(wire->out, "if (%s) {\n", present);
	given_at(wire, type->element, value, &inside);
	loop_close(wire, at);
}

void wire_given_option(const struct wire *wire, const struct type *type, const char *present,
		       const char *value)
{
	if (type_holds_string(type))
		given_option(wire, type, present, value, &(struct at){0});
}

/* An unknown tag is the receiver's to refuse. */
static void given_union(const struct wire *wire, const struct type *type, const char *path,
			const struct at *at)
{
	char part[PATH_ROOM], name[512];
	struct at inside = *at;

	inside.indent++;
	snprintf(name, sizeof name, "%s", upper(c_name(type)));
	for (uint32_t i = 0; i < type->fields; i++) {
		if (type->field[i].type == NULL || !type_holds_string(type->field[i].type))
			continue;
		wire_tabs(wire, at);
		text_add(wire->out, "if (%s.tag == %s_%s) {\n", path, name, upper(type->field[i].name.text));
		snprintf(part, sizeof part, "%.900s.%s", path, type->field[i].name.text);
		given_at(wire, type->field[i].type, part, &inside);
		loop_close(wire, at);
	}
}

void given_at(const struct wire *wire, const struct type *type, const char *path, const struct at *at)
{
	char bound[PATH_ROOM + 64], part[PATH_ROOM], value[PATH_ROOM];

	if (!type_holds_string(type))
		return;
	if (type->kind == TYPE_STRING) {
		given_string(wire, type, path, at);
	} else if (type->kind == TYPE_UNION) {
		given_union(wire, type, path, at);
	} else if (type->kind == TYPE_OPTION) {
		snprintf(part, sizeof part, "%.900s.present", path);
		snprintf(value, sizeof value, "%.900s.value", path);
		given_option(wire, type, part, value, at);
	} else if (type->kind == TYPE_SEQUENCE) {
		snprintf(part, sizeof part, "%.900s.item", path);
		snprintf(bound, sizeof bound, "%s.count && %s < %u", path, loop_index(at), type->count);
		given_items(wire, type->element, part, bound, at);
	} else if (type->kind == TYPE_ARRAY) {
		snprintf(bound, sizeof bound, "%u", type->count);
		given_items(wire, type->element, path, bound, at);
	} else {
		for (uint32_t i = 0; i < type->fields; i++) {
			snprintf(part, sizeof part, "%.900s.%s", path, type->field[i].name.text);
			given_at(wire, type->field[i].type, part, at);
		}
	}
}

void wire_given(const struct wire *wire, const struct type *type, const char *path)
{
	given_at(wire, type, path, &(struct at){0});
}
