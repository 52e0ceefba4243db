/* SPDX-License-Identifier: MIT
 * The provided ports. For each operation a function that checks every byte of
 * the call, hands it to the handler, and packs the answer; then the dispatch by
 * port and operation. What is answered later is in later.c.
 */
#include "serving.h"

#include <stdio.h>

/* ---- storage of arguments --------------------------------------------------------------------- */

static bool is_object(const struct argument *argument)
{
	return !type_is_scalar(argument->type);
}

static bool any_object(const struct operation *operation)
{
	bool any = false;

	for (uint32_t i = 0; i < operation->in.arguments; i++)
		any = any || is_object(&operation->in.argument[i]);
	for (uint32_t i = 0; operation->reply == REPLY_NOW && i < operation->out.arguments; i++)
		any = any || is_object(&operation->out.argument[i]);
	return any;
}

/* What travels in registers has its place on the stack, where the compiler need not give it one. */
static bool is_stored(const struct operation *operation)
{
	return any_object(operation) && (operation->in.max_size > 64 || operation->out.max_size > 64);
}

static void print_objects(struct text *out, const struct interface *interface, const struct message *message,
			  const char *tabs)
{
	for (uint32_t i = 0; i < message->arguments; i++) {
		if (!is_object(&message->argument[i]))
			continue;
		text_add(out, "%s", tabs);
		c_member(out, interface, message->argument[i].type, message->argument[i].name.text);
		text_add(out, ";\n");
	}
}

bool port_is_served(const struct glue *glue, uint32_t port)
{
	return glue->instance->provided[port].clients != 0 &&
	       glue->component->provides[port].interface->operations != 0;
}

static void print_storage(const struct glue *glue)
{
	struct text *out = glue->out;
	bool open = false;

	for (uint32_t p = 0; p < glue->component->provided; p++) {
		const struct port *port = &glue->component->provides[p];

		for (uint32_t k = 0; port_is_served(glue, p) && k < port->interface->operations; k++) {
			const struct operation *operation = &port->interface->operation[k];

			if (!is_stored(operation))
				continue;
			if (!open)
				text_add(
				    out,
				    "/* Arguments of the call in hand: there is one at a time, so they share "
				    "their place. */\nstatic union {\n");
			open = true;
			text_add(out, "\tstruct {\n");
			print_objects(out, port->interface, &operation->in, "\t\t");
			if (operation->reply == REPLY_NOW)
				print_objects(out, port->interface, &operation->out, "\t\t");
			text_add(out, "\t} %s_%s;\n", port->name.text, operation->name.text);
		}
	}
	if (open)
		text_add(out, "} glue_arguments;\n\n");
}

/* ---- decoding --------------------------------------------------------------------------------- */

/* Where an argument's value is while the handler runs. */
static void place_of(const struct serving *serving, const struct argument *argument, char path[NAME_ROOM])
{
	if (is_object(argument) && is_stored(serving->operation))
		snprintf(path, NAME_ROOM, "glue_arguments.%s_%s.%s", serving->port->name.text,
			 serving->operation->name.text, argument->name.text);
	else
		snprintf(path, NAME_ROOM, "%s", argument->name.text);
}

static void print_length_checks(const struct serving *serving)
{
	struct text *out = serving->glue->out;
	const struct message *in = &serving->operation->in;

	text_add(out, "\tif (tenon_tag_length(ipc->tag) %s %u)\n\t\t%s\n",
		 in->variables ? "<" : "!=", in->fixed_size, serving->refuse);
	if (in->variables == 0)
		return;
	for (uint32_t i = 0; i < in->arguments; i++) {
		const struct argument *argument = &in->argument[i];

		if (!argument->variable)
			continue;
		text_add(out, "\tconst uint32_t length_of_%s = tenon_get_u32(ipc, %u);\n",
			 argument->name.text, argument->offset);
		text_add(out, "\tif (length_of_%s > %u)\n\t\t%s\n", argument->name.text,
			 argument->type->count, serving->refuse);
	}
	text_add(out, "\tif (tenon_tag_length(ipc->tag) != %u", in->fixed_size);
	for (uint32_t i = 0; i < in->arguments; i++) {
		if (in->argument[i].variable)
			text_add(out, " + length_of_%s", in->argument[i].name.text);
	}
	text_add(out, ")\n\t\t%s\n", serving->refuse);
}

static void print_decode(const struct serving *serving)
{
	struct text *out = serving->glue->out;
	const struct message *in = &serving->operation->in;
	uint32_t left = in->variables;
	char path[NAME_ROOM], declaration[NAME_ROOM];

	print_length_checks(serving);
	for (uint32_t i = 0; i < in->arguments; i++) {
		if (!in->argument[i].variable)
			wire_check(&serving->wire, in->argument[i].type, in->argument[i].offset);
	}
	for (uint32_t i = 0; i < in->arguments; i++) {
		const struct argument *argument = &in->argument[i];
		struct text typed = {0};

		if (argument->variable)
			continue;
		place_of(serving, argument, path);
		if (!is_object(argument))
			c_member(&typed, serving->port->interface, argument->type, argument->name.text);
		snprintf(declaration, sizeof declaration, "%s%s", is_object(argument) ? "" : "const ",
			 is_object(argument) ? path : typed.data);
		text_fini(&typed);
		wire_get(&serving->wire, argument->type, declaration, argument->offset);
	}
	if (in->variables)
		text_add(out, "\tend = %u;\n", in->fixed_size);
	for (uint32_t i = 0; i < in->arguments; i++) {
		const struct argument *argument = &in->argument[i];

		if (!argument->variable)
			continue;
		place_of(serving, argument, path);
		text_add(out, "\ttenon_get(ipc, end, %s, length_of_%s);\n", path, argument->name.text);
		if (argument->type->kind == TYPE_STRING)
			text_add(out, "\t%s[length_of_%s] = '\\0';\n", path, argument->name.text);
		if (--left)
			text_add(out, "\tend += length_of_%s;\n", argument->name.text);
	}
}

/* ---- answering -------------------------------------------------------------------------------- */

/* The results as locals or in `glue_arguments`, all zero before the handler runs. */
static void print_results(const struct serving *serving, bool declare)
{
	struct text *out = serving->glue->out;
	const struct message *message = &serving->operation->out;
	const struct interface *interface = serving->port->interface;
	char path[NAME_ROOM];

	for (uint32_t i = 0; i < message->arguments; i++) {
		const struct argument *argument = &message->argument[i];

		place_of(serving, argument, path);
		if (declare && !is_object(argument)) {
			text_add(out, "\t");
			c_member(out, interface, argument->type, argument->name.text);
			if (argument->type->kind == TYPE_ENUM)
				text_add(out, " = %s_%s_%s;\n", upper(interface->name.text),
					 upper(argument->type->name.text),
					 upper(argument->type->value[0].text));
			else
				text_add(out, " = %s;\n", argument->type->kind == TYPE_BOOL ? "false" : "0");
		}
		if (declare && argument->type->kind == TYPE_BYTES)
			text_add(out, "\tuint32_t length_of_%s = 0;\n", argument->name.text);
		if (!declare && argument->type->kind == TYPE_STRING)
			text_add(out, "\t%s[0] = '\\0';\n", path);
		if (!declare && (argument->type->kind == TYPE_STRUCT || argument->type->kind == TYPE_ARRAY))
			text_add(out, "\ttenon_zero(&%s, sizeof %s);\n", path, path);
	}
}

static void print_handler_call(const struct serving *serving)
{
	struct text *out = serving->glue->out;
	const struct operation *operation = serving->operation;
	char path[NAME_ROOM];

	text_add(out, "%s_%s(client", serving->port->name.text, operation->name.text);
	if (operation->reply == REPLY_LATER)
		text_add(out, ", token");
	for (uint32_t i = 0; i < operation->in.arguments; i++) {
		const struct argument *argument = &operation->in.argument[i];

		place_of(serving, argument, path);
		text_add(out, ", %s%s", argument->type->kind == TYPE_STRUCT ? "&" : "", path);
		if (argument->type->kind == TYPE_BYTES)
			text_add(out, ", length_of_%s", argument->name.text);
	}
	for (uint32_t i = 0; operation->reply == REPLY_NOW && i < operation->out.arguments; i++) {
		const struct argument *argument = &operation->out.argument[i];

		place_of(serving, argument, path);
		text_add(out, ", %s%s",
			 type_is_scalar(argument->type) || argument->type->kind == TYPE_STRUCT ? "&" : "",
			 path);
		if (argument->type->kind == TYPE_BYTES)
			text_add(out, ", &length_of_%s", argument->name.text);
	}
	text_add(out, ");\n");
}

void serving_pack(const struct serving *serving, bool finish)
{
	struct text *out = serving->glue->out;
	const struct message *message = &serving->operation->out;
	char path[NAME_ROOM], length[NAME_ROOM];

	wire_clear(&serving->wire, message);
	for (uint32_t i = 0; i < message->arguments; i++) {
		const struct argument *argument = &message->argument[i];

		place_of(serving, argument, path);
		if (finish)
			snprintf(path, sizeof path, argument->type->kind == TYPE_STRUCT ? "(*%s)" : "%s",
				 argument->name.text);
		if (!argument->variable)
			wire_put(&serving->wire, argument->type, path, argument->offset);
		else
			text_add(out, "\ttenon_put_u32(%s, %u, length_of_%s);\n", serving->wire.ipc,
				 argument->offset, argument->name.text);
	}
	if (message->variables)
		text_add(out, "\tend = %u;\n", message->fixed_size);
	for (uint32_t i = 0; i < message->arguments; i++) {
		const struct argument *argument = &message->argument[i];

		if (!argument->variable)
			continue;
		place_of(serving, argument, path);
		snprintf(length, sizeof length, "length_of_%s", argument->name.text);
		text_add(out, "\ttenon_put(%s, end, %s, %s);\n\tend += %s;\n", serving->wire.ipc,
			 finish ? argument->name.text : path, length, length);
	}
	snprintf(length, sizeof length, message->variables ? "end" : "%u", message->fixed_size);
	text_add(out, "\t%stag = tenon_tag(%s_OK, %s);\n", finish ? "ipc." : "reply.",
		 upper(serving->port->interface->name.text), length);
}

/* Lengths that the handler chose: more than the type allows is a bug of this component. */
static void print_length_results(const struct serving *serving)
{
	struct text *out = serving->glue->out;
	const struct message *message = &serving->operation->out;
	char path[NAME_ROOM];

	for (uint32_t i = 0; i < message->arguments; i++) {
		const struct argument *argument = &message->argument[i];

		place_of(serving, argument, path);
		if (argument->type->kind == TYPE_STRING)
			text_add(out, "\tconst uint32_t length_of_%s = (uint32_t)strnlen(%s, %u + 1);\n",
				 argument->name.text, path, argument->type->count);
		if (argument->variable)
			text_add(out, "\tCHECK(length_of_%s <= %u);\n", argument->name.text,
				 argument->type->count);
	}
}

static void print_now(const struct serving *serving)
{
	struct text *out = serving->glue->out;
	struct serving packing = *serving;

	print_results(serving, false);
	text_add(out, "\thandled = ");
	print_handler_call(serving);
	text_add(out, "\tif (handled != %s_OK)\n\t\treturn glue_answer(ipc, (uint32_t)handled);\n",
		 upper(serving->port->interface->name.text));
	print_length_results(serving);
	packing.wire.ipc = "&reply";
	serving_pack(&packing, false);
	text_add(out, "\treturn glue_reply_receive(&reply, ipc);\n");
}

static void print_later(const struct serving *serving)
{
	struct text *out = serving->glue->out;

	text_add(out,
		 "\tconst struct %s_%s_token token = {.reply = glue_current,\n"
		 "\t\t.sequence = glue_held[glue_current].sequence + 1};\n\tglue_reply_hold(%u, client);\n",
		 serving->port->interface->name.text, serving->operation->name.text,
		 kind_of(serving->glue, serving->port, serving->operation));
	text_add(out, "\t");
	print_handler_call(serving);
	text_add(out, "\treturn glue_receive(false, ipc);\n");
}

struct serving serving_of(const struct glue *glue, const struct port *port, const struct operation *operation,
			  const char *ipc)
{
	return (struct serving){
	    .glue = glue,
	    .port = port,
	    .operation = operation,
	    .wire = {.out = glue->out, .interface = port->interface, .ipc = ipc, .tabs = 1}};
}

/* Checks a call, hands it to the handler, answers, and receives what comes next. */
static void print_operation(const struct glue *glue, const struct port *port,
			    const struct operation *operation)
{
	struct text *out = glue->out;
	struct serving serving = serving_of(glue, port, operation, "ipc");
	const bool now = operation->reply == REPLY_NOW;

	snprintf(serving.refuse, sizeof serving.refuse, "return glue_answer(ipc, %s_MALFORMED);",
		 upper(port->interface->name.text));
	serving.wire.refuse = serving.refuse;
	text_add(out, "/* Port %s (%s), operation %s (%s). */\n", port->name.text,
		 cite(glue->numbers, port->name.place), operation->name.text,
		 cite(glue->numbers, operation->name.place));
	text_add(out,
		 "static enum tenon_status glue_serve_%s_%s(struct tenon_ipc *ipc, uint32_t client)\n{\n",
		 port->name.text, operation->name.text);
	if (now) {
		text_add(out, "\tstruct tenon_ipc reply;\n\tenum %s_status handled;\n",
			 port->interface->name.text);
		print_results(&serving, true);
	}
	if (!is_stored(operation)) {
		print_objects(out, port->interface, &operation->in, "\t");
		if (now)
			print_objects(out, port->interface, &operation->out, "\t");
	}
	if (operation->in.variables || (now && operation->out.variables))
		text_add(out, "\tuint32_t end;\n");
	if (now || operation->in.variables || (any_object(operation) && !is_stored(operation)))
		text_add(out, "\n");
	print_decode(&serving);
	if (now)
		print_now(&serving);
	else
		print_later(&serving);
	text_add(out, "}\n\n");
}

/* ---- dispatch --------------------------------------------------------------------------------- */

static void print_port(const struct glue *glue, const struct port *port)
{
	struct text *out = glue->out;

	text_add(out, "/* Port %s (%s): client is the connection, 0..%u. */\n", port->name.text,
		 cite(glue->numbers, port->name.place), glue->instance->provided[port->index].clients - 1);
	text_add(out, "static enum tenon_status glue_serve_%s(struct tenon_ipc *ipc, uint32_t client)\n{\n",
		 port->name.text);
	text_add(out, "\tswitch (tenon_tag_label(ipc->tag)) {\n");
	for (uint32_t k = 0; k < port->interface->operations; k++) {
		const struct operation *operation = &port->interface->operation[k];

		text_add(out, "\tcase 0x%08x:\n\t\treturn glue_serve_%s_%s(ipc, client);\n", operation->code,
			 port->name.text, operation->name.text);
	}
	text_add(out, "\tdefault:\n\t\treturn glue_answer(ipc, %s_MALFORMED);\n\t}\n}\n\n",
		 upper(port->interface->name.text));
}

static void print_fault(const struct glue *glue)
{
	text_add(
	    glue->out,
	    "/* A member has faulted. Its call is held until its thread is stopped, which cancels it. */\n"
	    "static enum tenon_status glue_serve_fault(struct tenon_ipc *ipc, uint32_t member)\n{\n"
	    "\tconst struct supervision_fault fault = {.kind = ipc->word[0],\n"
	    "\t\t\t\t\t\t.pc = ipc->word[1],\n\t\t\t\t\t\t.address = ipc->word[2],\n"
	    "\t\t\t\t\t\t.sp = ipc->word[3],\n\t\t\t\t\t\t.frame = ipc->word[4],\n"
	    "\t\t\t\t\t\t.return_address = ipc->word[5],\n\t\t\t\t\t\t.syndrome = ipc->word[6]};\n\n"
	    "\tglue_reply_hold(1, member);\n\tsupervisor_fault(member, &fault);\n\treturn "
	    "glue_receive(false, ipc);\n}\n\n");
}

/* Every call comes through a badge that compose gave out, so one port alone needs no look at its number. */
static const struct port *only_port(const struct glue *glue)
{
	const struct port *only = NULL;

	for (uint32_t p = 0; p < glue->component->provided; p++) {
		if (!port_is_served(glue, p))
			continue;
		if (only || glue->instance == glue->numbers->model->supervisor)
			return NULL;
		only = &glue->component->provides[p];
	}
	return only;
}

static void print_dispatch(const struct glue *glue)
{
	struct text *out = glue->out;
	const struct port *only = only_port(glue);

	text_add(out,
		 "/* The badge of a call: the port's number in bits 16..31, the client in bits 0..15. */\n"
		 "static enum tenon_status glue_serve(struct tenon_ipc *ipc)\n{\n"
		 "\tconst uint32_t client = (uint32_t)ipc->badge & 0xffff;\n\n");
	if (only) {
		text_add(out, "\treturn glue_serve_%s(ipc, client);\n}\n\n", only->name.text);
		return;
	}
	text_add(out, "\tswitch (ipc->badge >> 16) {\n");
	for (uint32_t p = 0; p < glue->component->provided; p++) {
		if (port_is_served(glue, p))
			text_add(out, "\tcase %u:\n\t\treturn glue_serve_%s(ipc, client);\n", p + 1,
				 glue->component->provides[p].name.text);
	}
	if (glue->instance == glue->numbers->model->supervisor)
		text_add(out, "\tcase 0x%x:\n\t\treturn glue_serve_fault(ipc, client);\n",
			 NUMBERS_FAULT_PORT);
	text_add(out, "\tdefault:\n\t\treturn glue_answer(ipc, TENON_GLUE_MALFORMED);\n\t}\n}\n\n");
}

void server_print(const struct glue *glue)
{
	if (glue->own->replies == 0) {
		loop_answers(glue);
		later_finishes(glue);
		return;
	}
	print_storage(glue);
	if (glue->own->has_later) {
		later_held(glue);
	}
	if (glue->own->has_later)
		loop_current(glue);
	loop_answers(glue);
	for (uint32_t p = 0; p < glue->component->provided; p++) {
		const struct port *port = &glue->component->provides[p];

		for (uint32_t k = 0; port_is_served(glue, p) && k < port->interface->operations; k++)
			print_operation(glue, port, &port->interface->operation[k]);
		if (port_is_served(glue, p))
			print_port(glue, port);
	}
	later_finishes(glue);
	if (glue->own->has_later)
		later_cancelled(glue);
	if (glue->instance == glue->numbers->model->supervisor)
		print_fault(glue);
	print_dispatch(glue);
}
