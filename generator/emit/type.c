/* SPDX-License-Identifier: MIT
 * The declared types of an interface, as C declares them.
 */
#include "glue.h"

#include <stdio.h>

static void print_field(struct text *out, const struct field *field, const char *tabs)
{
	text_add(out, "%s", tabs);
	c_member(out, field->type, field->name.text);
	text_add(out, ";");
	if (field->type->unit || field->type->has_min || field->type->has_max) {
		text_add(out, " /* ");
		text_comment(out, field->type->text);
		text_add(out, " */");
	}
	text_add(out, "\n");
}

static void print_size(struct text *out, const struct type *type)
{
	text_add(out, "};\n_Static_assert(sizeof(struct %s) == %u, \"as on the wire\");\n\n", c_name(type),
		 type->size);
}

static void print_struct(struct text *out, const struct type *type)
{
	text_add(out, "struct %s {\n", c_name(type));
	for (uint32_t i = 0; i < type->fields; i++)
		print_field(out, &type->field[i], "\t");
	print_size(out, type);
}

static void print_values(struct text *out, const struct type *type, const char *tag)
{
	char name[512];

	snprintf(name, sizeof name, "%s", upper(c_name(type)));
	text_add(out, "enum %s%s {", c_name(type), tag);
	for (uint32_t k = 0; k < type->values + type->fields; k++)
		text_add(out, "%s\n\t%s_%s = %u", k ? "," : "", name,
			 upper(type->values ? type->value[k].text : type->field[k].name.text), k);
	text_add(out, "\n};\n");
}

static void print_union(struct text *out, const struct type *type)
{
	print_values(out, type, "_tag");
	text_add(out, "struct %s {\n\tenum %s_tag tag; /* which of these */\n\tunion {\n", c_name(type),
		 c_name(type));
	for (uint32_t i = 0; i < type->fields; i++) {
		if (type->field[i].type)
			print_field(out, &type->field[i], "\t\t");
	}
	text_add(out, "\t};\n");
	print_size(out, type);
}

static void print_bits(struct text *out, const struct type *type)
{
	char name[512];

	snprintf(name, sizeof name, "%s", upper(c_name(type)));
	for (uint32_t k = 0; k < type->values; k++)
		text_add(out, "#define %s_%s UINT%u_C(0x%llx)\n", name, upper(type->value[k].text),
			 8 * type->size, 1ull << k);
	text_add(out, "\n");
}

static void print_limit(struct text *out, const struct type *type, const char *which, uint64_t limit)
{
	char text[64];

	const char *number = c_number(type, limit, text);
	const char *form = number[0] == '-' ? "#define %s_%s (%s)\n" : "#define %s_%s %s\n";

	text_add(out, form, upper(c_name(type)), which, number);
}

static void print_type(const struct glue *glue, const struct type *type)
{
	struct text *out = glue->out;

	text_add(out, "/* ");
	if (type->doc)
		text_comment(out, type->doc);
	text_add(out, "%s%s%s(%s) */\n", type->doc ? " " : "", type->unit ? type->unit : "",
		 type->unit ? " " : "", cite(glue->numbers, type->name.place));
	switch (type->kind) {
	case TYPE_STRUCT:
		print_struct(out, type);
		break;
	case TYPE_UNION:
		print_union(out, type);
		break;
	case TYPE_BITS:
		print_bits(out, type);
		break;
	case TYPE_ENUM:
		print_values(out, type, "");
		text_add(out, "\n");
		break;
	default:
		if (type->has_min)
			print_limit(out, type, "MIN", type->minimum);
		if (type->has_max)
			print_limit(out, type, "MAX", type->maximum);
		text_add(out, "\n");
	}
}

void types_print(const struct glue *glue, const struct interface *interface, struct printed *printed)
{
	for (uint32_t i = 0; i < printed->count; i++) {
		if (printed->interface[i] == interface)
			return;
	}
	printed->interface[printed->count++] = interface;
	for (uint32_t i = 0; i < interface->types; i++) {
		if (interface->type[i]->home != interface)
			types_print(glue, interface->type[i]->home, printed);
	}
	for (uint32_t i = 0; i < interface->types; i++) {
		if (interface->type[i]->home == interface)
			print_type(glue, interface->type[i]);
	}
}
