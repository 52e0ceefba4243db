/* SPDX-License-Identifier: MIT
 * Values of a mock: kept from parameters, given to parameters, said when a test fails.
 */
#include <stdio.h>
#include <string.h>

#include "testing.h"

#define PLACE_ROOM 512

void value_members(struct text *out, const struct message *message)
{
	for (uint32_t i = 0; i < message->arguments; i++) {
		const struct type *type = message->argument[i].type;
		const char *name = message->argument[i].name.text;
		char pointer[PLACE_ROOM];

		text_add(out, "\t");
		if (type->kind == TYPE_LOAN) {
			snprintf(pointer, sizeof pointer, "(*%s)", name);
			text_add(out, "%s", type->writable ? "" : "const ");
			c_member(out, type->element, pointer);
			text_add(out, "; /* the component's own memory */\n\tuint32_t %s_count", name);
		} else if (type->kind == TYPE_BYTES) {
			text_add(out, "uint32_t %s_size;\n\t", name);
			c_member(out, type, name);
		} else {
			c_member(out, type, name);
		}
		text_add(out, ";\n");
	}
}

/* A value that stands in a parameter of its own, or in that of an option. */
static void keep_one(struct text *out, const struct type *type, const char *name, const char *place,
		     bool optional)
{
	if (type->kind == TYPE_STRING)
		text_add(out, "memcpy(%s, %s, strlen(%s) + 1);\n", place, name, name);
	else if (type->kind == TYPE_ARRAY)
		text_add(out, "memcpy(%s, %s, sizeof %s);\n", place, name, place);
	else
		text_add(out, "%s = %s%s;\n", place, optional || type_is_pointed(type) ? "*" : "", name);
}

static void keep_argument(struct text *out, const struct argument *argument, const char *to)
{
	const struct type *type = argument->type;
	const char *name = argument->name.text;
	char place[PLACE_ROOM];

	snprintf(place, sizeof place, "%s->%s%s", to, name, type->kind == TYPE_OPTION ? ".value" : "");
	text_add(out, "\t");
	if (type->kind == TYPE_LOAN) {
		text_add(out,
			 "%s->%s = test_mock_lent(%s.index);\n\t%s->%s_count = (uint32_t)(%s.bytes / %u);\n",
			 to, name, name, to, name, name, type->element->size);
	} else if (type->kind == TYPE_BYTES) {
		text_add(out, "%s->%s_size = %s_size;\n\tmemcpy(%s->%s, %s, %s_size);\n", to, name, name, to,
			 name, name, name);
	} else if (type->kind == TYPE_SEQUENCE) {
		text_add(out, "%s->%s.count = %s_count;\n\tmemcpy(%s->%s.item, %s, %s_count * sizeof *%s);\n",
			 to, name, name, to, name, name, name, name);
	} else if (type->kind == TYPE_OPTION) {
		text_add(out, "%s->%s.present = %s != NULL;\n\tif (%s != NULL)\n\t\t", to, name, name, name);
		keep_one(out, type->element, name, place, true);
	} else if (type->kind == TYPE_CAPABILITY && strcmp(to, "call") == 0) {
		text_add(out, "%s->%s = test_mock_took(%s);\n", to, name, name);
	} else {
		keep_one(out, type, name, place, false);
	}
}

void value_keep(struct text *out, const struct message *message, const char *to)
{
	for (uint32_t i = 0; i < message->arguments; i++) {
		const struct argument *argument = &message->argument[i];

		if (argument->type->kind == TYPE_BYTES || argument->type->kind == TYPE_SEQUENCE)
			text_add(out, "\ttest_mock_fits(\"%s\", %s_%s, %u);\n", argument->name.text,
				 argument->name.text, argument->type->kind == TYPE_BYTES ? "size" : "count",
				 argument->type->count);
		if (argument->type->kind == TYPE_STRING)
			text_add(out, "\ttest_mock_fits(\"%s\", strlen(%s), %u);\n", argument->name.text,
				 argument->name.text, argument->type->count);
		keep_argument(out, argument, to);
	}
}

static void give_one(struct text *out, const struct type *type, const char *name, const char *place)
{
	if (type->kind == TYPE_STRING)
		text_add(out, "memcpy(%s, %s, strlen(%s) + 1);\n", name, place, place);
	else if (type->kind == TYPE_ARRAY)
		text_add(out, "memcpy(%s, %s, sizeof %s);\n", name, place, place);
	else
		text_add(out, "*%s = %s;\n", name, place);
}

void value_give(struct text *out, const struct message *message, const char *from)
{
	for (uint32_t i = 0; i < message->arguments; i++) {
		const struct type *type = message->argument[i].type;
		const char *name = message->argument[i].name.text;
		char place[PLACE_ROOM];

		snprintf(place, sizeof place, "%s->%s%s", from, name,
			 type->kind == TYPE_OPTION ? ".value" : "");
		text_add(out, "\t");
		if (type->kind == TYPE_BYTES) {
			text_add(out, "*%s_size = %s_size;\n\tmemcpy(%s, %s, %s_size);\n", name, place, name,
				 place, place);
		} else if (type->kind == TYPE_SEQUENCE) {
			text_add(out,
				 "*%s_count = %s.count;\n\tmemcpy(%s, %s.item, %s.count * sizeof *%s);\n",
				 name, place, name, place, place, name);
		} else if (type->kind == TYPE_OPTION) {
			text_add(out, "*%s_present = %s->%s.present;\n\tif (%s->%s.present)\n\t\t", name,
				 from, name, from, name);
			give_one(out, type->element, name, place);
		} else {
			give_one(out, type, name, place);
		}
	}
}

void value_pass(struct text *out, const struct message *message, const char *from)
{
	for (uint32_t i = 0; i < message->arguments; i++) {
		const struct type *type = message->argument[i].type;
		const char *name = message->argument[i].name.text;

		if (type->kind == TYPE_BYTES)
			text_add(out, ", %s->%s, %s->%s_size", from, name, from, name);
		else if (type->kind == TYPE_SEQUENCE)
			text_add(out, ", %s->%s.item, %s->%s.count", from, name, from, name);
		else if (type->kind == TYPE_OPTION)
			text_add(out, ", %s->%s.present ? %s%s->%s.value : NULL", from, name,
				 type->element->kind == TYPE_STRING || type->element->kind == TYPE_ARRAY
				     ? ""
				     : "&",
				 from, name);
		else
			text_add(out, ", %s%s->%s", type_is_pointed(type) ? "&" : "", from, name);
	}
}

/* ---- saying --------------------------------------------------------------------------------- */

static void say_place(struct text *out, const struct type *type, const char *place);

static void say_enum(struct text *out, const struct type *type, const char *place)
{
	text_add(out, "\ttest_say(\"%%s\", (const char *const[]){");
	for (uint32_t i = 0; i < type->values; i++)
		text_add(out, "\"%s\", ", type->value[i].text);
	text_add(out, "}[%s]);\n", place);
}

static void say_struct(struct text *out, const struct type *type, const char *place)
{
	for (uint32_t i = 0; i < type->fields; i++) {
		char part[PLACE_ROOM];

		snprintf(part, sizeof part, "%.300s.%.200s", place, type->field[i].name.text);
		text_add(out, "\ttest_say(\"%s%s: \");\n", i ? ", " : "{", type->field[i].name.text);
		say_place(out, type->field[i].type, part);
	}
	text_add(out, "\ttest_say(\"}\");\n");
}

static void say_place(struct text *out, const struct type *type, const char *place)
{
	char part[PLACE_ROOM];

	switch (type->kind) {
	case TYPE_ENUM:
		say_enum(out, type, place);
		break;
	case TYPE_BOOL:
		text_add(out, "\ttest_say(\"%%s\", %s ? \"true\" : \"false\");\n", place);
		break;
	case TYPE_CAPABILITY:
		text_add(out, "\ttest_say_capability(%s);\n", place);
		break;
	case TYPE_STRING:
		text_add(out, "\ttest_say_text(%s);\n", place);
		break;
	case TYPE_STRUCT:
		say_struct(out, type, place);
		break;
	case TYPE_OPTION:
		snprintf(part, sizeof part, "%.480s.value", place);
		text_add(out, "\tif (!%s.present)\n\t\ttest_say(\"none\");\n\telse {\n", place);
		say_place(out, type->element, part);
		text_add(out, "\t}\n");
		break;
	case TYPE_UNION:
		text_add(out, "\ttest_say(\"{tag %%u}\", (unsigned)%s.tag);\n", place);
		break;
	case TYPE_SEQUENCE:
		text_add(out, "\ttest_say(\"%%u of them\", (unsigned)%s.count);\n", place);
		break;
	case TYPE_ARRAY:
		text_add(out, "\ttest_say_bytes(%s, sizeof %s);\n", place, place);
		break;
	default:
		text_add(out,
			 type->kind >= TYPE_I8 && type->kind <= TYPE_I64
			     ? "\ttest_say(\"%%lld\", (long long)%s);\n"
			     : "\ttest_say(\"%%llu\", (unsigned long long)%s);\n",
			 place);
	}
}

void value_say(struct text *out, const struct message *message)
{
	for (uint32_t i = 0; i < message->arguments; i++) {
		const struct type *type = message->argument[i].type;
		const char *name = message->argument[i].name.text;
		char place[PLACE_ROOM];

		snprintf(place, sizeof place, "call->%s", name);
		text_add(out, "\ttest_say(\"%s%s: \");\n", i ? ", " : "", name);
		if (type->kind == TYPE_BYTES)
			text_add(out, "\ttest_say_bytes(%s, %s_size);\n", place, place);
		else if (type->kind == TYPE_LOAN)
			text_add(out, "\ttest_say(\"%%u lent\", (unsigned)%s_count);\n", place);
		else
			say_place(out, type, place);
	}
}

/* ---- shared memory -------------------------------------------------------------------------- */

void test_shared_print(const struct testing *testing, const struct port *port, const struct shared *shared,
		       const struct peer_of *peer)
{
	const char *constant = shared->write & peer->writes ? "" : "const ";
	char head[PLACE_ROOM];

	snprintf(head, sizeof head, "%svoid *%s_%.200s_%.200s(%s%s)", constant, peer->prefix, port->name.text,
		 shared->name.text, peer->numbered ? "uint32_t " : "void", peer->numbered ? peer->what : "");
	text_add(testing->header, "/* ");
	text_comment(testing->header, shared->doc ? shared->doc : shared->name.text);
	text_add(testing->header, " As the %s sees it. (%s) */\n%s;\n", peer->what,
		 cite(testing->glue->numbers, shared->name.place), head);
	text_add(testing->source, "%s\n{\n\tstatic const uint64_t address[] = {", head);
	for (uint32_t i = 0; i < peer->count; i++)
		text_add(testing->source, "0x%llx, ",
			 (unsigned long long)peer->address[i * port->interface->shareds +
							   (uint32_t)(shared - port->interface->shared)]);
	text_add(testing->source, "};\n\n");
	if (peer->numbered)
		text_add(testing->source, "\tCHECK(%s < %u);\n", peer->what, peer->count);
	text_add(testing->source,
		 "\treturn (%svoid *)(uintptr_t)(address[%s] + TENON_AREA_HOST_PEER);\n}\n\n", constant,
		 peer->numbered ? peer->what : "0");
}
