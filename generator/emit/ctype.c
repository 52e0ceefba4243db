/* SPDX-License-Identifier: MIT
 * How a type of an interface is written in C.
 */
#include "glue.h"

bool type_is_scalar(const struct type *type)
{
	return type->kind <= TYPE_ENUM;
}

static void c_base(struct text *out, const struct interface *interface, const struct type *type)
{
	static const char *const scalar[] = {
	    [TYPE_U8] = "uint8_t",   [TYPE_U16] = "uint16_t", [TYPE_U32] = "uint32_t",
	    [TYPE_U64] = "uint64_t", [TYPE_I8] = "int8_t",    [TYPE_I16] = "int16_t",
	    [TYPE_I32] = "int32_t",  [TYPE_I64] = "int64_t",  [TYPE_BOOL] = "bool"};

	switch (type->kind) {
	case TYPE_ENUM:
		text_add(out, "enum %s_%s", interface->name.text, type->name.text);
		break;
	case TYPE_STRUCT:
		text_add(out, "struct %s_%s", interface->name.text, type->name.text);
		break;
	case TYPE_ARRAY:
		c_base(out, interface, type->element);
		break;
	case TYPE_STRING:
		text_add(out, "char");
		break;
	case TYPE_BYTES:
		text_add(out, "uint8_t");
		break;
	default:
		text_add(out, "%s", scalar[type->kind]);
	}
}

static void c_dimensions(struct text *out, const struct type *type)
{
	for (; type->kind == TYPE_ARRAY; type = type->element)
		text_add(out, "[%u]", type->count);
	if (type->kind == TYPE_STRING)
		text_add(out, "[%u + 1]", type->count);
	if (type->kind == TYPE_BYTES)
		text_add(out, "[%u]", type->count);
}

void c_member(struct text *out, const struct interface *interface, const struct type *type, const char *name)
{
	c_base(out, interface, type);
	text_add(out, " %s", name);
	c_dimensions(out, type);
}

void c_given(struct text *out, const struct interface *interface, const struct message *message, bool comma)
{
	for (uint32_t i = 0; i < message->arguments; i++, comma = true) {
		const struct argument *argument = &message->argument[i];
		const char *name = argument->name.text;

		text_add(out, "%s", comma ? ", " : "");
		if (argument->type->kind == TYPE_BYTES) {
			text_add(out, "const void *%s, uint32_t %s_size", name, name);
		} else if (argument->type->kind == TYPE_STRING) {
			text_add(out, "const char *%s", name);
		} else if (argument->type->kind == TYPE_STRUCT) {
			text_add(out, "const ");
			c_base(out, interface, argument->type);
			text_add(out, " *%s", name);
		} else {
			text_add(out, "%s", argument->type->kind == TYPE_ARRAY ? "const " : "");
			c_member(out, interface, argument->type, name);
		}
	}
}

void c_taken(struct text *out, const struct interface *interface, const struct message *message, bool comma,
	     bool capacity)
{
	for (uint32_t i = 0; i < message->arguments; i++, comma = true) {
		const struct argument *argument = &message->argument[i];
		const char *name = argument->name.text;

		text_add(out, "%s", comma ? ", " : "");
		if (argument->type->kind == TYPE_BYTES) {
			text_add(out, "void *%s, ", name);
			if (capacity)
				text_add(out, "uint32_t %s_capacity, ", name);
			text_add(out, "uint32_t *%s_size", name);
		} else if (argument->type->kind == TYPE_STRING || argument->type->kind == TYPE_ARRAY) {
			c_member(out, interface, argument->type, name);
		} else {
			c_base(out, interface, argument->type);
			text_add(out, " *%s", name);
		}
	}
}

void c_names_given(struct text *out, const struct message *message, bool comma)
{
	for (uint32_t i = 0; i < message->arguments; i++, comma = true) {
		const char *name = message->argument[i].name.text;

		text_add(out, "%s%s", comma ? ", " : "", name);
		if (message->argument[i].type->kind == TYPE_BYTES)
			text_add(out, ", %s_size", name);
	}
}

void c_names_taken(struct text *out, const struct message *message, bool comma)
{
	for (uint32_t i = 0; i < message->arguments; i++, comma = true) {
		const char *name = message->argument[i].name.text;

		text_add(out, "%s%s", comma ? ", " : "", name);
		if (message->argument[i].type->kind == TYPE_BYTES)
			text_add(out, ", %s_capacity, %s_size", name, name);
	}
}
