/* SPDX-License-Identifier: MIT
 * The provided ports. For each operation a function that checks every byte of
 * the call, hands it to the handler, and packs the answer. What is answered
 * later is in later.c, which of the functions a call leads to in dispatch.c.
 */
#include "serving.h"

#include <stdio.h>

/* ---- storage of arguments --------------------------------------------------------------------- */

static bool is_object(const struct argument *argument)
{
	return !type_is_scalar(argument->type) && argument->type->kind != TYPE_LOAN &&
	       argument->type->kind != TYPE_CAPABILITY;
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

static void print_objects(struct text *out, const struct message *message, const char *tabs)
{
	for (uint32_t i = 0; i < message->arguments; i++) {
		if (!is_object(&message->argument[i]))
			continue;
		text_add(out, "%s", tabs);
		c_member(out, message->argument[i].type, message->argument[i].name.text);
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
			print_objects(out, &operation->in, "\t\t");
			if (operation->reply == REPLY_NOW)
				print_objects(out, &operation->out, "\t\t");
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

/* A variable argument while the handler runs. */
static void hold_served(const void *context, const struct argument *argument, struct held *held)
{
	const struct serving *serving = context;
	char path[NAME_ROOM];

	place_of(serving, argument, path);
	held->number[0] = '\0';
	snprintf(held->value, sizeof held->value, argument->type->kind == TYPE_SEQUENCE ? "%s.item" : "%s",
		 path);
}

/* The same with the number that the handler left. */
static void hold_result(const void *context, const struct argument *argument, struct held *held)
{
	const struct serving *serving = context;
	char path[NAME_ROOM];

	hold_served(context, argument, held);
	place_of(serving, argument, path);
	if (argument->type->kind == TYPE_SEQUENCE)
		snprintf(held->number, sizeof held->number, "%s.count", path);
	else if (argument->type->kind == TYPE_BYTES)
		snprintf(held->number, sizeof held->number, "size_of_%s", argument->name.text);
}

/* The call in hand occupies the reply object that its loans are found by. */
static void get_loan(const struct serving *serving, const struct argument *argument)
{
	const struct message *in = &serving->operation->in;

	text_add(serving->glue->out,
		 "\tconst struct tenon_loan %s = {.reply = SLOT_REPLY_0%s, .index = %u, .bytes = "
		 "tenon_get_u64(ipc, %u)};\n",
		 argument->name.text, serving->glue->own->has_later ? " + glue_current" : "",
		 (uint32_t)(argument - in->argument) - (in->arguments - in->loans), argument->offset);
}

static void get_argument(const struct serving *serving, const struct argument *argument)
{
	char path[NAME_ROOM], declaration[NAME_ROOM];
	struct text typed = {0};

	if (argument->type->kind == TYPE_LOAN) {
		get_loan(serving, argument);
		return;
	}
	place_of(serving, argument, path);
	if (argument->type->loose) /* what it does not hold must not be another client's */
		text_add(serving->glue->out, "\ttenon_zero(&%s, sizeof %s);\n", path, path);
	if (!is_object(argument))
		c_member(&typed, argument->type, argument->name.text);
	snprintf(declaration, sizeof declaration, "%s%s", is_object(argument) ? "" : "const ",
		 is_object(argument) ? path : typed.data);
	text_fini(&typed);
	wire_get(&serving->wire, argument->type, declaration, argument->offset);
}

static void print_decode(const struct serving *serving)
{
	struct text *out = serving->glue->out;
	const struct message *in = &serving->operation->in;
	const struct holder holder = {hold_served, serving};

	text_add(out, "\tif (tenon_tag_length(ipc->tag) %s %u)\n\t\t%s\n",
		 in->variables ? "<" : "!=", in->fixed_size, serving->refuse);
	if (in->variables)
		tail_got(&serving->wire, in, false);
	for (uint32_t i = 0; i < in->arguments; i++) {
		if (!in->argument[i].variable)
			wire_check(&serving->wire, in->argument[i].type, in->argument[i].offset);
	}
	tail_check(&serving->wire, in);
	for (uint32_t i = 0; i < in->arguments; i++) {
		if (!in->argument[i].variable && &in->argument[i] != in->capability)
			get_argument(serving, &in->argument[i]);
	}
	tail_get(&serving->wire, in, &holder);
}

/* The last that may refuse the call: what is kept here has a handler. */
static void print_brought(const struct serving *serving)
{
	const struct message *in = &serving->operation->in;

	if (in->capability != NULL)
		text_add(serving->glue->out, "\ttenon_handle_t %s;\n\n", in->capability->name.text);
	beside_get(serving->glue, &serving->wire, in, serving->port, false, serving->quota);
}

/* ---- answering -------------------------------------------------------------------------------- */

static void declare_result(struct text *out, const struct argument *argument)
{
	const struct type *type = argument->type;

	if (type->kind == TYPE_BYTES)
		text_add(out, "\tuint32_t size_of_%s = 0;\n", argument->name.text);
	if (is_object(argument))
		return;
	text_add(out, "\t");
	c_member(out, type, argument->name.text);
	if (type->kind == TYPE_ENUM) {
		text_add(out, " = %s", upper(c_name(type)));
		text_add(out, "_%s;\n", upper(type->value[0].text));
	} else {
		text_add(out, " = %s;\n", type->kind == TYPE_BOOL ? "false" : "0");
	}
}

/* The results as locals or in `glue_arguments`, all zero before the handler runs. */
static void print_results(const struct serving *serving, bool declare)
{
	struct text *out = serving->glue->out;
	const struct message *message = &serving->operation->out;
	char path[NAME_ROOM];

	for (uint32_t i = 0; i < message->arguments; i++) {
		const struct argument *argument = &message->argument[i];
		const enum type_kind kind = argument->type->kind;

		place_of(serving, argument, path);
		if (declare)
			declare_result(out, argument);
		else if (kind == TYPE_STRING)
			text_add(out, "\t%s[0] = '\\0';\n", path);
		else if (kind == TYPE_SEQUENCE)
			text_add(out, "\t%s.count = 0;\n", path);
		else if (is_object(argument) && kind != TYPE_BYTES)
			text_add(out, "\ttenon_zero(&%s, sizeof %s);\n", path, path);
	}
}

static void pass_given(const struct serving *serving, const struct argument *argument)
{
	struct text *out = serving->glue->out;
	const struct type *type = argument->type;
	char path[NAME_ROOM];

	place_of(serving, argument, path);
	if (type->kind == TYPE_OPTION)
		text_add(out, ", %s.present ? %s%s.value : NULL", path,
			 type_is_scalar(type->element) || type_is_pointed(type->element) ? "&" : "", path);
	else if (type->kind == TYPE_SEQUENCE)
		text_add(out, ", %s.item, count_of_%s", path, argument->name.text);
	else
		text_add(out, ", %s%s", type_is_pointed(type) ? "&" : "", path);
	if (type->kind == TYPE_BYTES)
		text_add(out, ", length_of_%s", argument->name.text);
}

static void pass_taken(const struct serving *serving, const struct argument *argument)
{
	struct text *out = serving->glue->out;
	const struct type *type = argument->type;
	const struct type *value = type->kind == TYPE_OPTION ? type->element : type;
	const bool handle = value->kind == TYPE_CAPABILITY;
	const char *of = handle || type_is_scalar(value) || type_is_pointed(value) ? "&" : "";
	char path[NAME_ROOM];

	place_of(serving, argument, path);
	if (type->kind == TYPE_OPTION)
		text_add(out, ", %s%s.value, &%s.present", of, path, path);
	else if (type->kind == TYPE_SEQUENCE)
		text_add(out, ", %s.item, &%s.count", path, path);
	else
		text_add(out, ", %s%s", of, path);
	if (type->kind == TYPE_BYTES)
		text_add(out, ", &size_of_%s", argument->name.text);
}

static void print_handler_call(const struct serving *serving)
{
	struct text *out = serving->glue->out;
	const struct operation *operation = serving->operation;

	text_add(out, "%s_%s(client", serving->port->name.text, operation->name.text);
	if (operation->reply == REPLY_LATER)
		text_add(out, ", token");
	for (uint32_t i = 0; i < operation->in.arguments; i++)
		pass_given(serving, &operation->in.argument[i]);
	for (uint32_t i = 0; operation->reply == REPLY_NOW && i < operation->out.arguments; i++)
		pass_taken(serving, &operation->out.argument[i]);
	text_add(out, ");\n");
}

void serving_pack(const struct serving *serving, bool finish)
{
	struct text *out = serving->glue->out;
	const struct message *message = &serving->operation->out;
	const struct holder results = {hold_result, serving};
	const struct holder *holder = finish ? &held_given : &results;
	struct wire given = serving->wire;
	char path[NAME_ROOM];

	given.refuse = NULL; /* what the own component gives is its bug */
	tail_given(&given, message, holder);
	for (uint32_t i = 0; i < message->arguments; i++) {
		const struct argument *argument = &message->argument[i];

		place_of(serving, argument, path);
		if (argument->variable)
			continue;
		if (finish)
			wire_given_argument(&given, argument);
		else
			wire_given(&given, argument->type, path);
	}
	wire_clear(&serving->wire, message);
	for (uint32_t i = 0; i < message->arguments; i++) {
		const struct argument *argument = &message->argument[i];

		place_of(serving, argument, path);
		if (argument->variable)
			tail_put_number(&serving->wire, argument);
		else if (argument == message->capability)
			continue;
		else if (finish)
			wire_put_given(&serving->wire, argument);
		else
			wire_put(&serving->wire, argument->type, path, argument->offset);
	}
	tail_put(&serving->wire, message, holder);
	text_add(out, "\t%stag = tenon_tag(%s_OK, ", finish ? "ipc." : "reply.",
		 upper(serving->port->interface->name.text));
	tail_end(&serving->wire, message);
	text_add(out, ");\n");
	beside_put(&serving->wire, message);
}

static void print_now(const struct serving *serving)
{
	struct text *out = serving->glue->out;
	const struct message *in = &serving->operation->in;
	struct serving packing = *serving;

	account_take(serving->glue, serving->port, serving->operation);
	print_brought(serving);
	print_results(serving, false);
	text_add(out, "\thandled = ");
	print_handler_call(serving);
	text_add(out, "\tif (handled != %s_OK)", upper(serving->port->interface->name.text));
	if (in->capability != NULL)
		text_add(out,
			 " {\n\t\ttenon_room_drop(&glue_room, %s);\n"
			 "\t\treturn glue_answer(ipc, (uint32_t)handled);\n\t}\n",
			 in->capability->name.text);
	else
		text_add(out, "\n\t\treturn glue_answer(ipc, (uint32_t)handled);\n");
	account_settle(serving->glue, serving->port, serving->operation);
	session_opened(serving->glue, serving->port, serving->operation);
	packing.wire.ipc = "&reply";
	serving_pack(&packing, false);
	text_add(out, "\treturn glue_reply_receive(&reply, ipc);\n");
}

static void print_later(const struct serving *serving)
{
	struct text *out = serving->glue->out;
	const uint32_t account = account_of_calls(serving->glue, serving->port->index);

	text_add(out, "\tif (!glue_may_hold(%u + client))\n\t\treturn glue_answer(ipc, %s_QUOTA);\n", account,
		 upper(serving->port->interface->name.text));
	print_brought(serving);
	text_add(out,
		 "\tconst struct %s_%s_token token = {.reply = glue_current,\n"
		 "\t\t.sequence = glue_held[glue_current].sequence + 1};\n"
		 "\tglue_reply_hold(%u, client, %u + client);\n\tglue_serving = "
		 "token.reply;\n\tglue_is_on_return = false;\n",
		 serving->port->interface->name.text, serving->operation->name.text,
		 kind_of(serving->glue, serving->port, serving->operation), account);
	text_add(out, "\t");
	print_handler_call(serving);
	text_add(out, "\treturn glue_return(ipc);\n");
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
	const bool now = operation->reply == REPLY_NOW, sent = operation->reply == REPLY_NEVER;

	snprintf(serving.refuse, sizeof serving.refuse,
		 sent ? "return; /* nobody waits for an answer */" : "return glue_answer(ipc, %s_MALFORMED);",
		 upper(port->interface->name.text));
	serving.wire.refuse = serving.refuse;
	snprintf(serving.quota, sizeof serving.quota,
		 sent ? "return; /* nobody waits for an answer */" : "return glue_answer(ipc, %s_QUOTA);",
		 upper(port->interface->name.text));
	text_add(out, "/* Port %s (%s), operation %s (%s). */\n", port->name.text,
		 cite(glue->numbers, port->name.place), operation->name.text,
		 cite(glue->numbers, operation->name.place));
	text_add(
	    out,
	    sent ? "static void glue_sent_%s_%s(const struct tenon_ipc *ipc, uint32_t client)\n{\n"
		 : "static enum tenon_status glue_serve_%s_%s(struct tenon_ipc *ipc, uint32_t client)\n{\n",
	    port->name.text, operation->name.text);
	if (now) {
		text_add(out, "\tstruct tenon_ipc reply;\n\tenum %s_status handled;\n",
			 port->interface->name.text);
		print_results(&serving, true);
	}
	if (!is_stored(operation)) {
		print_objects(out, &operation->in, "\t");
		if (now)
			print_objects(out, &operation->out, "\t");
	}
	if (now || (any_object(operation) && !is_stored(operation)))
		text_add(out, "\n");
	print_decode(&serving);
	if (now) {
		print_now(&serving);
	} else if (sent) {
		print_brought(&serving);
		text_add(out, "\t");
		print_handler_call(&serving);
	} else {
		print_later(&serving);
	}
	text_add(out, "}\n\n");
}

void server_print(const struct glue *glue)
{
	account_print(glue);
	if (glue->own->replies == 0) {
		loop_answers(glue);
		later_finishes(glue);
		return;
	}
	print_storage(glue);
	if (glue->own->has_later) {
		later_held(glue);
		if (account_counts_calls(glue))
			account_may_hold(glue);
		loop_current(glue);
	}
	loop_answers(glue);
	later_return(glue);
	for (uint32_t p = 0; p < glue->component->provided; p++) {
		const struct port *port = &glue->component->provides[p];

		if (port_is_served(glue, p))
			session_served(glue, port);
		for (uint32_t k = 0; port_is_served(glue, p) && k < port->interface->operations; k++)
			print_operation(glue, port, &port->interface->operation[k]);
		if (port_is_served(glue, p))
			dispatch_port(glue, port);
	}
	later_finishes(glue);
	if (glue->own->has_later)
		later_cancelled(glue);
	if (glue->instance == glue->numbers->model->supervisor)
		dispatch_fault(glue);
	dispatch_print(glue);
	if (dispatch_takes_sent(glue))
		dispatch_sent(glue);
}
