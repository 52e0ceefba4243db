/* SPDX-License-Identifier: MIT
 * Stubs of the used ports. A stub checks what it was given, packs it, calls,
 * checks what came back, and only then writes the caller's outputs. Stubs
 * whose messages fit registers and whose values move whole are inline in the header.
 */
#include "glue.h"

#include <stdio.h>

#define NAME_ROOM 300

static bool is_straight(const struct message *message)
{
	for (uint32_t i = 0; i < message->arguments; i++) {
		const struct type *type = message->argument[i].type;

		if (message->argument[i].variable || !(type_is_scalar(type) || wire_is_whole(type)))
			return false;
	}
	return message->max_size <= 64;
}

bool stub_is_inline(const struct operation *operation)
{
	return is_straight(&operation->in) && is_straight(&operation->out);
}

static void print_head(const struct glue *glue, const struct port *port, const struct operation *operation,
		       bool until)
{
	struct text *out = glue->out;
	const struct interface *interface = port->interface;
	const bool any = operation->in.arguments != 0 || operation->out.arguments != 0;

	text_add(out, "enum %s_status %s_%s%s(", interface->name.text, port->name.text, operation->name.text,
		 until ? "_until" : "");
	if (until)
		text_add(out, "uint64_t deadline_ns");
	else if (!any)
		text_add(out, "void");
	c_given(out, interface, &operation->in, until);
	c_taken(out, interface, &operation->out, until || operation->in.arguments != 0, true);
	text_add(out, ")");
}

/* ---- in --------------------------------------------------------------------------------------- */

static void print_limits(const struct glue *glue, const struct port *port, const struct message *in)
{
	for (uint32_t i = 0; i < in->arguments; i++) {
		const struct argument *argument = &in->argument[i];
		const char *name = argument->name.text;

		if (!argument->variable)
			continue;
		if (argument->type->kind == TYPE_STRING)
			text_add(glue->out,
				 "\tconst uint32_t length_of_%s = (uint32_t)strnlen(%s, %u + 1);\n", name,
				 name, argument->type->count);
	}
	for (uint32_t i = 0; i < in->arguments; i++) {
		const struct argument *argument = &in->argument[i];
		const bool string = argument->type->kind == TYPE_STRING;

		if (!argument->variable)
			continue;
		text_add(glue->out, "\tif (%s%s%s > %u)\n\t\treturn %s_MALFORMED;\n",
			 string ? "length_of_" : "", argument->name.text, string ? "" : "_size",
			 argument->type->count, upper(port->interface->name.text));
	}
}

static void print_put(const struct wire *wire, const struct message *in, uint32_t code)
{
	struct text *out = wire->out;
	const char *tab = wire->tabs == 2 ? "\t\t" : "\t";
	char path[NAME_ROOM];

	wire_clear(wire, in);
	for (uint32_t i = 0; i < in->arguments; i++) {
		const struct argument *argument = &in->argument[i];
		const char *name = argument->name.text;
		const bool string = argument->type->kind == TYPE_STRING;

		snprintf(path, sizeof path, argument->type->kind == TYPE_STRUCT ? "(*%s)" : "%s", name);
		if (!argument->variable)
			wire_put(wire, argument->type, path, argument->offset);
		else
			text_add(out, "%stenon_put_u32(%s, %u, %s%s%s);\n", tab, wire->ipc, argument->offset,
				 string ? "length_of_" : "", name, string ? "" : "_size");
	}
	if (in->variables)
		text_add(out, "%send = %u;\n", tab, in->fixed_size);
	for (uint32_t i = 0; i < in->arguments; i++) {
		const struct argument *argument = &in->argument[i];
		const char *name = argument->name.text;
		const bool string = argument->type->kind == TYPE_STRING;

		if (!argument->variable)
			continue;
		snprintf(path, sizeof path, "%s%s%s", string ? "length_of_" : "", name,
			 string ? "" : "_size");
		text_add(out, "%stenon_put(%s, end, %s, %s);\n%send += %s;\n", tab, wire->ipc, name, path,
			 tab, path);
	}
	if (in->variables)
		text_add(out, "%sipc.tag = tenon_tag(0x%08x, end);\n", tab, code);
	else
		text_add(out, "%sipc.tag = tenon_tag(0x%08x, %u);\n", tab, code, in->fixed_size);
}

static void print_call(const struct glue *glue, const struct port *port, const struct operation *operation)
{
	struct text *out = glue->out;
	const struct interface *interface = port->interface;
	struct wire wire = {
	    .out = out, .interface = interface, .ipc = "&ipc", .tabs = operation->retry ? 2 : 1};

	if (operation->retry)
		text_add(out, "\tdo { /* on_restart: retry */\n");
	print_put(&wire, &operation->in, operation->code);
	text_add(out, "%soutcome = tenon_call(SLOT_%s, deadline_ns, &ipc);\n",
		 operation->retry ? "\t\t" : "\t", upper(port->name.text));
	if (operation->retry)
		text_add(out, "\t} while (outcome == TENON_RESTARTED);\n");
	text_add(out, "\tif (outcome != TENON_OK)\n\t\treturn %s_status_of(outcome);\n",
		 interface->name.text);
}

/* ---- out -------------------------------------------------------------------------------------- */

/* Lengths of the variable results: read, and checked against the type, the message and the caller's room. */
static void print_lengths(const struct glue *glue, const struct port *port, const struct message *message)
{
	struct text *out = glue->out;
	const char *malformed = upper(port->interface->name.text);

	text_add(out, "\tif (tenon_tag_label(ipc.tag) != %s_OK || tenon_tag_length(ipc.tag) < %u)\n",
		 malformed, message->fixed_size);
	text_add(out, "\t\treturn %s_status_refused(ipc.tag);\n", port->interface->name.text);
	for (uint32_t i = 0; i < message->arguments; i++) {
		const struct argument *argument = &message->argument[i];
		const char *name = argument->name.text;

		if (!argument->variable)
			continue;
		text_add(out, "\tconst uint32_t length_of_%s = tenon_get_u32(&ipc, %u);\n", name,
			 argument->offset);
		text_add(out, "\tif (length_of_%s > %u", name, argument->type->count);
		if (argument->type->kind == TYPE_BYTES)
			text_add(out, " || length_of_%s > %s_capacity", name, name);
		text_add(out, ")\n\t\treturn %s_MALFORMED;\n", malformed);
	}
	text_add(out, "\tif (tenon_tag_length(ipc.tag) != %u", message->fixed_size);
	for (uint32_t i = 0; i < message->arguments; i++) {
		if (message->argument[i].variable)
			text_add(out, " + length_of_%s", message->argument[i].name.text);
	}
	text_add(out, ")\n\t\treturn %s_MALFORMED;\n", malformed);
}

static void print_get_variable(const struct glue *glue, const struct message *message)
{
	struct text *out = glue->out;
	uint32_t left = message->variables;

	text_add(out, "\tend = %u;\n", message->fixed_size);
	for (uint32_t i = 0; i < message->arguments; i++) {
		const struct argument *argument = &message->argument[i];
		const char *name = argument->name.text;

		if (!argument->variable)
			continue;
		text_add(out, "\ttenon_get(&ipc, end, %s, length_of_%s);\n", name, name);
		if (argument->type->kind == TYPE_STRING)
			text_add(out, "\t%s[length_of_%s] = '\\0';\n", name, name);
		else
			text_add(out, "\t*%s_size = length_of_%s;\n", name, name);
		if (--left)
			text_add(out, "\tend += length_of_%s;\n", name);
	}
}

static void print_results(const struct glue *glue, const struct port *port, const struct message *message)
{
	struct text *out = glue->out;
	const struct interface *interface = port->interface;
	char refuse[NAME_ROOM], path[NAME_ROOM];
	const struct wire wire = {
	    .out = out, .interface = interface, .ipc = "&ipc", .refuse = refuse, .tabs = 1};

	snprintf(refuse, sizeof refuse, "return %s_MALFORMED;", upper(interface->name.text));
	if (message->variables)
		print_lengths(glue, port, message);
	else
		text_add(out,
			 "\tif (ipc.tag != tenon_tag(%s_OK, %u))\n\t\treturn %s_status_refused(ipc.tag);\n",
			 upper(interface->name.text), message->fixed_size, interface->name.text);
	for (uint32_t i = 0; i < message->arguments; i++) {
		if (!message->argument[i].variable)
			wire_check(&wire, message->argument[i].type, message->argument[i].offset);
	}
	for (uint32_t i = 0; i < message->arguments; i++) {
		const struct argument *argument = &message->argument[i];

		snprintf(path, sizeof path, argument->type->kind == TYPE_ARRAY ? "%s" : "(*%s)",
			 argument->name.text);
		if (type_is_scalar(argument->type))
			snprintf(path, sizeof path, "*%s", argument->name.text);
		if (!argument->variable)
			wire_get(&wire, argument->type, path, argument->offset);
	}
	if (message->variables)
		print_get_variable(glue, message);
	text_add(out, "\treturn %s_OK;\n", upper(interface->name.text));
}

/* ---- stubs ------------------------------------------------------------------------------------ */

/* An optional port that is not connected: nobody answers. */
static void print_unconnected(const struct glue *glue, const struct port *port,
			      const struct operation *operation)
{
	struct text *out = glue->out;

	for (uint32_t i = 0; i < operation->in.arguments; i++) {
		text_add(out, "\t(void)%s;\n", operation->in.argument[i].name.text);
		if (operation->in.argument[i].type->kind == TYPE_BYTES)
			text_add(out, "\t(void)%s_size;\n", operation->in.argument[i].name.text);
	}
	for (uint32_t i = 0; i < operation->out.arguments; i++) {
		const char *name = operation->out.argument[i].name.text;

		text_add(out, "\t(void)%s;\n", name);
		if (operation->out.argument[i].type->kind == TYPE_BYTES)
			text_add(out, "\t(void)%s_capacity;\n\t(void)%s_size;\n", name, name);
	}
	text_add(out, "\t(void)deadline_ns;\n\treturn %s_GONE;\n", upper(port->interface->name.text));
}

void stub_print(const struct glue *glue, const struct port *port, const struct operation *operation)
{
	struct text *out = glue->out;
	const char *prefix = stub_is_inline(operation) ? "static inline " : "";

	text_add(out, "/* Port %s (%s), operation %s (%s). */\n", port->name.text,
		 cite(glue->numbers, port->name.place), operation->name.text,
		 cite(glue->numbers, operation->name.place));
	text_add(out, "%s", prefix);
	print_head(glue, port, operation, true);
	text_add(out, "\n{\n");
	if (glue->own->use_slot[port->index] == 0) {
		print_unconnected(glue, port, operation);
	} else {
		text_add(out, "\tstruct tenon_ipc ipc;\n\tenum tenon_status outcome;\n");
		if (operation->in.variables || operation->out.variables)
			text_add(out, "\tuint32_t end;\n");
		print_limits(glue, port, &operation->in);
		text_add(out, "\n");
		print_call(glue, port, operation);
		print_results(glue, port, &operation->out);
	}
	text_add(out, "}\n\n%s", prefix);
	print_head(glue, port, operation, false);
	text_add(out, "\n{\n\treturn %s_%s_until(TENON_NEVER", port->name.text, operation->name.text);
	c_names_given(out, &operation->in, true);
	c_names_taken(out, &operation->out, true);
	text_add(out, ");\n}\n\n");
}

void client_print(const struct glue *glue)
{
	const struct component *component = glue->component;

	for (uint32_t i = 0; i < component->used; i++) {
		const struct port *port = &component->uses[i];

		for (uint32_t k = 0; k < port->interface->operations; k++) {
			if (!stub_is_inline(&port->interface->operation[k]))
				stub_print(glue, port, &port->interface->operation[k]);
		}
	}
}
