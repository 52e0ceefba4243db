/* SPDX-License-Identifier: MIT
 * How a type of an interface is written in C.
 */
#include "glue.h"

#include <stdio.h>

static void c_dimensions(struct text *out, const struct type *type);

bool type_is_scalar(const struct type *type)
{
	return type->kind <= TYPE_BITS;
}

bool type_is_pointed(const struct type *type)
{
	return type->kind == TYPE_STRUCT || type->kind == TYPE_UNION || type->kind == TYPE_BUFFER;
}

const char *c_name(const struct type *type)
{
	static char name[4][512];
	static unsigned next;
	char *at = name[next++ % 4];

	snprintf(at, sizeof name[0], "%s_%s", type->home->name.text, type->name.text);
	return at;
}

const char *c_number(const struct type *type, uint64_t value, char text[64])
{
	if (type->kind < TYPE_I8)
		snprintf(text, 64, type->size == 8 ? "UINT64_C(%llu)" : "%llu", (unsigned long long)value);
	else if ((int64_t)value == INT64_MIN)
		snprintf(text, 64, "INT64_MIN");
	else if ((int64_t)value == INT32_MIN)
		snprintf(text, 64, "INT32_MIN");
	else
		snprintf(text, 64, type->size == 8 ? "INT64_C(%lld)" : "%lld", (long long)value);
	return text;
}

static void c_base(struct text *out, const struct type *type)
{
	static const char *const scalar[] = {
	    [TYPE_U8] = "uint8_t",   [TYPE_U16] = "uint16_t", [TYPE_U32] = "uint32_t",
	    [TYPE_U64] = "uint64_t", [TYPE_I8] = "int8_t",    [TYPE_I16] = "int16_t",
	    [TYPE_I32] = "int32_t",  [TYPE_I64] = "int64_t",  [TYPE_BOOL] = "bool"};

	switch (type->kind) {
	case TYPE_ENUM:
		text_add(out, "enum %s", c_name(type));
		break;
	case TYPE_BITS:
		text_add(out, "uint%u_t", 8 * type->size);
		break;
	case TYPE_STRUCT:
	case TYPE_UNION:
		text_add(out, "struct %s", c_name(type));
		break;
	case TYPE_BUFFER:
		text_add(out, "struct tenon_buffer");
		break;
	case TYPE_OPTION:
		text_add(out, "struct { bool present; ");
		c_member(out, type->element, "value");
		text_add(out, "; }");
		break;
	case TYPE_SEQUENCE:
		text_add(out, "struct { uint32_t count; ");
		c_base(out, type->element);
		text_add(out, " item[%u]", type->count);
		c_dimensions(out, type->element);
		text_add(out, "; }");
		break;
	case TYPE_ARRAY:
		c_base(out, type->element);
		break;
	case TYPE_STRING:
		text_add(out, "char");
		break;
	case TYPE_BYTES:
		text_add(out, "uint8_t");
		break;
	case TYPE_CAPABILITY:
		text_add(out, "tenon_handle_t");
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

void c_member(struct text *out, const struct type *type, const char *name)
{
	c_base(out, type);
	text_add(out, " %s", name);
	c_dimensions(out, type);
}

/* "const uint32_t values[]": elements whose number stands beside. */
static void c_run(struct text *out, const struct type *type, const char *name, const char *room)
{
	c_base(out, type->element);
	text_add(out, " %s[%s]", name, room);
	c_dimensions(out, type->element);
}

/* A value that the callee reads. `optional`: it may be NULL. */
static void c_read(struct text *out, const struct type *type, const char *name, bool optional)
{
	if (type->kind == TYPE_LOAN) {
		text_add(out, "%s", type->writable ? "" : "const ");
		c_run(out, type, name, "");
		text_add(out, ", uint32_t %s_count", name);
	} else if (type->kind == TYPE_BYTES) {
		text_add(out, "const void *%s, uint32_t %s_size", name, name);
	} else if (type->kind == TYPE_SEQUENCE) {
		text_add(out, "const ");
		c_run(out, type, name, "");
		text_add(out, ", uint32_t %s_count", name);
	} else if (type->kind == TYPE_STRING) {
		text_add(out, "const char *%s", name);
	} else if (type->kind == TYPE_OPTION) {
		c_read(out, type->element, name, true);
	} else if (type_is_pointed(type) || (optional && type_is_scalar(type))) {
		text_add(out, "const ");
		c_base(out, type);
		text_add(out, " *%s", name);
	} else {
		text_add(out, "%s", type->kind == TYPE_ARRAY ? "const " : "");
		c_member(out, type, name);
	}
}

/* A value that the callee writes. */
static void c_written(struct text *out, const struct type *type, const char *name, bool capacity)
{
	char room[16];

	if (type->kind == TYPE_BYTES) {
		text_add(out, "void *%s, ", name);
		if (capacity)
			text_add(out, "uint32_t %s_capacity, ", name);
		text_add(out, "uint32_t *%s_size", name);
	} else if (type->kind == TYPE_SEQUENCE) {
		snprintf(room, sizeof room, "%u", type->count);
		c_run(out, type, name, capacity ? "" : room);
		if (capacity)
			text_add(out, ", uint32_t %s_capacity", name);
		text_add(out, ", uint32_t *%s_count", name);
	} else if (type->kind == TYPE_OPTION) {
		c_written(out, type->element, name, capacity);
		text_add(out, ", bool *%s_present", name);
	} else if (type->kind == TYPE_STRING || type->kind == TYPE_ARRAY) {
		c_member(out, type, name);
	} else {
		c_base(out, type);
		text_add(out, " *%s", name);
	}
}

void c_given(struct text *out, const struct message *message, bool comma)
{
	for (uint32_t i = 0; i < message->arguments; i++, comma = true) {
		text_add(out, "%s", comma ? ", " : "");
		c_read(out, message->argument[i].type, message->argument[i].name.text, false);
	}
}

void c_served(struct text *out, const struct message *message)
{
	for (uint32_t i = 0; i < message->arguments; i++) {
		const struct argument *argument = &message->argument[i];

		text_add(out, ", ");
		if (argument->type->kind == TYPE_LOAN)
			text_add(out, "struct tenon_loan %s", argument->name.text);
		else
			c_read(out, argument->type, argument->name.text, false);
	}
}

void c_taken(struct text *out, const struct message *message, bool comma, bool capacity)
{
	for (uint32_t i = 0; i < message->arguments; i++, comma = true) {
		text_add(out, "%s", comma ? ", " : "");
		c_written(out, message->argument[i].type, message->argument[i].name.text, capacity);
	}
}

static void c_names(struct text *out, const struct message *message, bool comma, bool taken)
{
	for (uint32_t i = 0; i < message->arguments; i++, comma = true) {
		const char *name = message->argument[i].name.text, *companion[2];
		const uint32_t count = type_companions(message->argument[i].type, taken, companion);

		text_add(out, "%s%s", comma ? ", " : "", name);
		for (uint32_t k = 0; k < count; k++)
			text_add(out, ", %s_%s", name, companion[k]);
	}
}

void c_names_given(struct text *out, const struct message *message, bool comma)
{
	c_names(out, message, comma, false);
}

void c_names_taken(struct text *out, const struct message *message, bool comma)
{
	c_names(out, message, comma, true);
}

void c_unused(struct text *out, const struct message *message, bool taken)
{
	for (uint32_t i = 0; i < message->arguments; i++) {
		const char *name = message->argument[i].name.text, *companion[2];
		const uint32_t count = type_companions(message->argument[i].type, taken, companion);

		text_add(out, "\t(void)%s;\n", name);
		for (uint32_t k = 0; k < count; k++)
			text_add(out, "\t(void)%s_%s;\n", name, companion[k]);
	}
}
