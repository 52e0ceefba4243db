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

		if (message->argument[i].variable || type->kind == TYPE_CAPABILITY ||
		    !(type_is_scalar(type) || wire_is_whole(type)))
			return false;
	}
	return message->max_size <= 64;
}

bool stub_is_inline(const struct operation *operation)
{
	return !operation->watched && !operation->in_session && is_straight(&operation->in) &&
	       is_straight(&operation->out);
}

void stub_head(const struct glue *glue, const struct port *port, const struct operation *operation,
	       bool until)
{
	struct text *out = glue->out;
	const struct interface *interface = port->interface;
	const bool any = operation->in.arguments != 0 || operation->out.arguments != 0;
	const bool first = until || port->many;

	text_add(out, "enum %s_status %s_%s%s(", interface->name.text, port->name.text, operation->name.text,
		 until ? "_until" : "");
	if (port->many)
		text_add(out, "uint32_t server");
	if (until)
		text_add(out, "%suint64_t deadline_ns", port->many ? ", " : "");
	else if (!any && !port->many)
		text_add(out, "void");
	c_given(out, &operation->in, first);
	c_taken(out, &operation->out, first || operation->in.arguments != 0, true);
	text_add(out, ")");
}

/* ---- in --------------------------------------------------------------------------------------- */

/* The object behind a parameter, and for an option whether it is there. */
static void path_given(const struct argument *argument, char path[NAME_ROOM], char present[NAME_ROOM])
{
	const bool option = argument->type->kind == TYPE_OPTION;
	const struct type *value = option ? argument->type->element : argument->type;

	snprintf(path, NAME_ROOM, "%s", argument->name.text);
	if (type_is_pointed(value))
		snprintf(path, NAME_ROOM, "(*%s)", argument->name.text);
	else if (option && type_is_scalar(value))
		snprintf(path, NAME_ROOM, "*%s", argument->name.text);
	snprintf(present, NAME_ROOM, "%s != NULL", argument->name.text);
}

void wire_given_argument(const struct wire *wire, const struct argument *argument)
{
	char path[NAME_ROOM], present[NAME_ROOM];

	path_given(argument, path, present);
	if (argument->type->kind == TYPE_OPTION)
		wire_given_option(wire, argument->type, present, path);
	else if (argument->type->kind != TYPE_LOAN)
		wire_given(wire, argument->type, path);
}

void wire_put_given(const struct wire *wire, const struct argument *argument)
{
	const struct type *type = argument->type;
	char path[NAME_ROOM], present[NAME_ROOM];

	path_given(argument, path, present);
	if (type->kind == TYPE_LOAN)
		text_add(wire->out, "%stenon_put_u64(%s, %u, (uint64_t)%s_count * %u);\n",
			 wire->tabs == 2 ? "\t\t" : "\t", wire->ipc, argument->offset, argument->name.text,
			 type->element->size);
	else if (type->kind == TYPE_OPTION)
		wire_put_option(wire, type, present, path, argument->offset);
	else
		wire_put(wire, type, path, argument->offset);
}

/* What is lent stands in the buffer beside the message. */
static void print_loans(const struct wire *wire, const struct message *in)
{
	const char *tab = wire->tabs == 2 ? "\t\t" : "\t";

	for (uint32_t i = in->arguments - in->loans, loan = 0; i < in->arguments; i++, loan++) {
		const struct type *type = in->argument[i].type;
		const char *name = in->argument[i].name.text;

		text_add(wire->out, "%stenon_lend(%u, %s, (uint64_t)%s_count * %u, TENON_RIGHT_%s);\n", tab,
			 loan, name, name, type->element->size, type->writable ? "WRITE" : "READ");
	}
	if (in->loans)
		text_add(wire->out, "%sipc.tag = tenon_tag_lending(ipc.tag, %u);\n", tab, in->loans);
}

static void print_strings_given(const struct wire *wire, const struct message *in)
{
	for (uint32_t i = 0; i < in->arguments; i++) {
		if (!in->argument[i].variable)
			wire_given_argument(wire, &in->argument[i]);
	}
}

/* A loan that is longer than the server takes. */
static void print_loan_limits(const struct wire *wire, const struct message *in)
{
	for (uint32_t i = in->arguments - in->loans; i < in->arguments; i++)
		text_add(wire->out, "\tif (%s_count > %u)\n\t\t%s\n", in->argument[i].name.text,
			 in->argument[i].type->count, wire->refuse);
}

static void print_put(const struct wire *wire, const struct message *in, uint32_t code)
{
	const char *tab = wire->tabs == 2 ? "\t\t" : "\t";

	wire_clear(wire, in);
	for (uint32_t i = 0; i < in->arguments; i++) {
		if (in->argument[i].variable)
			tail_put_number(wire, &in->argument[i]);
		else if (&in->argument[i] != in->capability)
			wire_put_given(wire, &in->argument[i]);
	}
	tail_put(wire, in, &held_given);
	text_add(wire->out, "%sipc.tag = tenon_tag(0x%08x, ", tab, code);
	tail_end(wire, in);
	text_add(wire->out, ");\n");
	beside_put(wire, in);
	print_loans(wire, in);
}

static void print_call(const struct glue *glue, const struct port *port, const struct operation *operation)
{
	struct text *out = glue->out;
	const struct interface *interface = port->interface;
	const struct wire wire = {.out = out,
				  .interface = interface,
				  .ipc = "&ipc",
				  .tabs = session_repeats(port, operation) ? 2 : 1};

	session_repeat_open(glue, port, operation);
	print_put(&wire, &operation->in, operation->code);
	if (operation->opens)
		text_add(out, "%stenon_opening_take(&opening, &ipc);\n", wire.tabs == 2 ? "\t\t" : "\t");
	text_add(out, "%soutcome = tenon_%s(SLOT_%s%s, deadline_ns, &ipc);\n", wire.tabs == 2 ? "\t\t" : "\t",
		 operation->reply == REPLY_NEVER ? "send" : "call", upper(port->name.text),
		 port->many ? "_0 + server" : "");
	session_repeat_close(glue, port, operation);
	text_add(out, "\tif (outcome != TENON_OK)\n\t\treturn %s_status_of(outcome);\n",
		 interface->name.text);
	if (operation->watched && operation->reply != REPLY_NEVER)
		text_add(out, "\tipc.tag = tenon_room_take(&glue_room, ipc.tag);\n");
}

/* ---- out -------------------------------------------------------------------------------------- */

static void print_head_check(const struct glue *glue, const struct port *port, const struct message *message)
{
	const char *interface = port->interface->name.text;

	if (message->variables)
		text_add(glue->out,
			 "\tif (tenon_tag_label(ipc.tag) != %s_OK || tenon_tag_length(ipc.tag) < %u)\n"
			 "\t\treturn %s_status_refused(ipc.tag);\n",
			 upper(interface), message->fixed_size, interface);
	else
		text_add(glue->out,
			 "\tif (ipc.tag != tenon_tag(%s_OK, %u))\n\t\treturn %s_status_refused(ipc.tag);\n",
			 upper(interface), message->fixed_size, interface);
}

static void get_taken(const struct wire *wire, const struct argument *argument)
{
	const bool option = argument->type->kind == TYPE_OPTION;
	const struct type *value = option ? argument->type->element : argument->type;
	char path[NAME_ROOM], present[NAME_ROOM];

	snprintf(path, sizeof path, "%s", argument->name.text);
	if (type_is_scalar(value))
		snprintf(path, sizeof path, "*%s", argument->name.text);
	else if (type_is_pointed(value))
		snprintf(path, sizeof path, "(*%s)", argument->name.text);
	snprintf(present, sizeof present, "*%s_present", argument->name.text);
	if (option)
		wire_get_option(wire, argument->type, present, path, argument->offset);
	else
		wire_get(wire, argument->type, path, argument->offset);
}

static void print_results(const struct glue *glue, const struct port *port, const struct operation *operation)
{
	const struct message *message = &operation->out;
	struct text *out = glue->out;
	const struct interface *interface = port->interface;
	char refuse[NAME_ROOM], quota[NAME_ROOM];
	const struct wire wire = {
	    .out = out, .interface = interface, .ipc = "&ipc", .refuse = refuse, .tabs = 1};

	snprintf(refuse, sizeof refuse, "return %s_MALFORMED;", upper(interface->name.text));
	print_head_check(glue, port, message);
	if (message->variables)
		tail_got(&wire, message, true);
	for (uint32_t i = 0; i < message->arguments; i++) {
		if (!message->argument[i].variable)
			wire_check(&wire, message->argument[i].type, message->argument[i].offset);
	}
	tail_check(&wire, message);
	snprintf(quota, sizeof quota, "return %s_QUOTA;", upper(interface->name.text));
	beside_get(glue, &wire, message, port, true, quota);
	for (uint32_t i = 0; i < message->arguments; i++) {
		if (!message->argument[i].variable && &message->argument[i] != message->capability)
			get_taken(&wire, &message->argument[i]);
	}
	tail_get(&wire, message, &held_taken);
	session_keep(glue, port, operation);
	text_add(out, "\treturn %s_OK;\n", upper(interface->name.text));
}

/* ---- stubs ------------------------------------------------------------------------------------ */

/* An optional port that is not connected: nobody answers. */
static void print_unconnected(const struct glue *glue, const struct port *port,
			      const struct operation *operation)
{
	struct text *out = glue->out;

	c_unused(out, &operation->in, false);
	c_unused(out, &operation->out, true);
	text_add(out, "%s\t(void)deadline_ns;\n\treturn %s_GONE;\n",
		 port->many ? "\t(void)server; /* it is connected with none */\n" : "",
		 upper(port->interface->name.text));
}

void stub_print(const struct glue *glue, const struct port *port, const struct operation *operation)
{
	struct text *out = glue->out;
	const char *prefix = stub_is_inline(operation) ? "static inline " : "";
	char refuse[NAME_ROOM];
	const struct wire limits = {.out = out, .ipc = "&ipc", .refuse = refuse, .tabs = 1};

	snprintf(refuse, sizeof refuse, "return %s_MALFORMED;", upper(port->interface->name.text));
	text_add(out, "/* Port %s (%s), operation %s (%s). */\n", port->name.text,
		 cite(glue->numbers, port->name.place), operation->name.text,
		 cite(glue->numbers, operation->name.place));
	text_add(out, "%s", prefix);
	stub_head(glue, port, operation, true);
	text_add(out, "\n{\n");
	if (glue->own->use_slot[port->index] == 0) {
		print_unconnected(glue, port, operation);
	} else {
		text_add(out, "\tstruct tenon_ipc ipc;\n\tenum tenon_status outcome;\n");
		if (operation->opens)
			text_add(out, "\tstruct tenon_opening opening;\n");
		tail_given(&limits, &operation->in, &held_given);
		print_strings_given(&limits, &operation->in);
		print_loan_limits(&limits, &operation->in);
		beside_expect(glue, port, operation);
		text_add(out, "\n");
		if (port->many)
			text_add(out, "\tCHECK(server < %s_COUNT);\n", upper(port->name.text));
		print_call(glue, port, operation);
		if (operation->reply == REPLY_NEVER)
			text_add(out, "\treturn %s_OK;\n", upper(port->interface->name.text));
		else
			print_results(glue, port, operation);
	}
	text_add(out, "}\n\n%s", prefix);
	stub_head(glue, port, operation, false);
	text_add(out, "\n{\n\treturn %s_%s_until(%s", port->name.text, operation->name.text,
		 port->many ? "server, " : "");
	if (operation->deadline_ns != 0)
		text_add(out, "clock_ns() + UINT64_C(%llu)", (unsigned long long)operation->deadline_ns);
	else
		text_add(out, "TENON_NEVER");
	c_names_given(out, &operation->in, true);
	c_names_taken(out, &operation->out, true);
	text_add(out, ");\n}\n\n");
}

void client_print(const struct glue *glue)
{
	const struct component *component = glue->component;

	for (uint32_t i = 0; i < component->used; i++) {
		const struct port *port = &component->uses[i];

		session_used(glue, port);
		for (uint32_t k = 0; k < port->interface->operations; k++) {
			if (!stub_is_inline(&port->interface->operation[k]))
				stub_print(glue, port, &port->interface->operation[k]);
		}
	}
}
