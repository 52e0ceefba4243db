/* SPDX-License-Identifier: MIT
 * Clients of a component under test: for each operation that it provides a
 * function that runs the stub of a real client, with its real marshalling, on
 * a stack of its own. clients.c is the glue of the first client; that of the
 * others differs in slots only, which the host's kernel knows.
 */
#include <string.h>

#include "testing.h"

static void print_prototype(struct text *out, const struct port *port, const struct operation *operation,
			    const char *ending)
{
	const bool begins = ending[0] != '\0';

	if (begins)
		text_add(out, "struct test_call *");
	else
		text_add(out, "enum %s_status ", port->interface->name.text);
	text_add(out, "client_%s_%s%s(uint32_t client", port->name.text, operation->name.text, ending);
	c_given(out, &operation->in, true);
	c_taken(out, &operation->out, true, true);
	text_add(out, ")");
}

static void print_end(struct text *out, const struct port *port, const struct operation *operation)
{
	text_add(out, "enum %s_status client_%s_%s_end(struct test_call *call)", port->interface->name.text,
		 port->name.text, operation->name.text);
}

static void header_operation(const struct testing *testing, const struct port *port,
			     const struct operation *operation)
{
	struct text *out = testing->header;
	const char *must = "__attribute__((warn_unused_result)) ";

	text_add(out, "/* ");
	text_comment(out, operation->doc ? operation->doc : operation->name.text);
	text_add(out, " (%s) */\n%s", cite(testing->glue->numbers, operation->name.place), must);
	print_prototype(out, port, operation, "");
	text_add(out, ";\n%s", must);
	print_prototype(out, port, operation, "_begin");
	text_add(out, ";\n%s", must);
	print_end(out, port, operation);
	text_add(out, ";\n");
}

/* ---- arguments on their way to the stub's stack ----------------------------------------------- */

struct passing {
	struct text *out;
	bool taken, packs; /* results, or arguments; into the array, or out of it */
	uint32_t count;
};

static void pass_number(struct passing *passing, const struct type *type, const char *name,
			const char *companion)
{
	const char *join = companion ? "_" : "";

	if (passing->packs) {
		text_add(passing->out, "{.number = (uint64_t)%s%s%s}, ", name, join,
			 companion ? companion : "");
	} else {
		text_add(passing->out, ", (");
		if (companion)
			text_add(passing->out, "uint32_t");
		else
			c_member(passing->out, type, "");
		text_add(passing->out, ")argument[%u].number", passing->count);
	}
	passing->count++;
}

static void pass_pointer(struct passing *passing, const char *name, const char *companion)
{
	if (passing->packs)
		text_add(passing->out, "{.pointer = (void *)(uintptr_t)%s%s%s}, ", name, companion ? "_" : "",
			 companion ? companion : "");
	else
		text_add(passing->out, ", argument[%u].pointer", passing->count);
	passing->count++;
}

static void pass(struct passing *passing, const struct message *message)
{
	for (uint32_t i = 0; i < message->arguments; i++) {
		const struct argument *argument = &message->argument[i];
		const char *companion[2];
		const uint32_t companions = type_companions(argument->type, passing->taken, companion);

		if (!passing->taken &&
		    (type_is_scalar(argument->type) || argument->type->kind == TYPE_CAPABILITY))
			pass_number(passing, argument->type, argument->name.text, NULL);
		else
			pass_pointer(passing, argument->name.text, NULL);
		for (uint32_t k = 0; k < companions; k++) {
			if (passing->taken && strcmp(companion[k], "capacity") != 0)
				pass_pointer(passing, argument->name.text, companion[k]);
			else
				pass_number(passing, NULL, argument->name.text, companion[k]);
		}
	}
}

static uint32_t pass_all(struct text *out, const struct operation *operation, bool packs)
{
	struct passing passing = {.out = out, .packs = packs};

	pass(&passing, &operation->in);
	passing.taken = true;
	pass(&passing, &operation->out);
	return passing.count;
}

/* Which of them is where the stub puts the capability that it was answered. */
static uint32_t place_of_capability(const struct operation *operation)
{
	struct text ignored = {0};
	struct passing passing = {.out = &ignored, .packs = true};
	struct message before = operation->out;

	before.arguments = (uint32_t)(operation->out.capability - operation->out.argument);
	pass(&passing, &operation->in);
	passing.taken = true;
	pass(&passing, &before);
	text_fini(&ignored);
	return passing.count;
}

static void source_operation(const struct testing *testing, const struct port *port,
			     const struct operation *operation)
{
	struct text *out = testing->source, ignored = {0};
	const char *name = operation->name.text;
	const uint32_t arguments = pass_all(&ignored, operation, true);

	text_fini(&ignored);
	text_add(out,
		 "/* Port %s, operation %s (%s). */\n"
		 "static uint32_t run_%s_%s(const union test_argument *argument)\n{\n"
		 "\tconst enum %s_status status = %s_%s_until(TENON_NEVER",
		 port->name.text, name, cite(testing->glue->numbers, operation->name.place), port->name.text,
		 name, port->interface->name.text, port->name.text, name);
	(void)pass_all(out, operation, false); /* how many is known */
	text_add(out, ");\n\n\t(void)argument;\n");
	if (operation->out.capability != NULL)
		text_add(out, "\tif (status == 0)\n\t\ttest_client_took(argument[%u].pointer);\n",
			 place_of_capability(operation));
	text_add(out, "\treturn (uint32_t)status;\n}\n\n");
	print_prototype(out, port, operation, "_begin");
	text_add(out, "\n{\n");
	if (arguments != 0) {
		text_add(out, "\tconst union test_argument argument[] = {");
		(void)pass_all(out, operation, true); /* how many is known */
		text_add(out, "};\n\n");
	}
	text_add(out, "\treturn test_call_begin(client, \"%s.%s\", run_%s_%s, %s, %u);\n}\n\n",
		 port->name.text, name, port->name.text, name, arguments ? "argument" : "NULL", arguments);
	print_end(out, port, operation);
	text_add(out, "\n{\n\treturn (enum %s_status)test_call_end(call);\n}\n\n",
		 port->interface->name.text);
	print_prototype(out, port, operation, "");
	text_add(out, "\n{\n\treturn client_%s_%s_end(client_%s_%s_begin(client", port->name.text, name,
		 port->name.text, name);
	c_names_given(out, &operation->in, true);
	c_names_taken(out, &operation->out, true);
	text_add(out, "));\n}\n\n");
}

/* ---- events and memory ------------------------------------------------------------------------ */

static void print_events(const struct testing *testing, const struct port *port)
{
	for (uint32_t e = 0; e < port->interface->events; e++) {
		const struct event *event = &port->interface->event[e];

		text_add(testing->header, "/* ");
		text_comment(testing->header, event->doc ? event->doc : event->name.text);
		text_add(testing->header,
			 " How often the client was told so since this was last asked. (%s) */\n"
			 "uint32_t client_%s_took_%s(uint32_t client);\n",
			 cite(testing->glue->numbers, event->name.place), port->name.text, event->name.text);
		text_add(testing->source,
			 "uint32_t client_%s_took_%s(uint32_t client)\n{\n\treturn test_signals(%u + client "
			 "* %u);\n}\n\n",
			 port->name.text, event->name.text, testing->glue->own->event_slot[port->index] + e,
			 port->interface->signals);
	}
}

static void print_shared(const struct testing *testing, const struct port *port)
{
	for (uint32_t i = 0; i < port->interface->shareds; i++) {
		if (port->interface->shared[i].kind != SHARED_REGION)
			continue;
		test_shared_print(
		    testing, port, &port->interface->shared[i],
		    &(const struct peer_of){.prefix = "client",
					    .what = "client",
					    .numbered = true,
					    .writes = SHARED_WRITE_CLIENT,
					    .address = testing->glue->own->served_address[port->index],
					    .count = testing->clients});
	}
}

static void print_used_events(const struct testing *testing, const struct port *port)
{
	for (uint32_t e = 0; e < port->interface->events; e++)
		text_add(testing->source, "void %s_%s(void)\n{\n}\n\n", port->name.text,
			 port->interface->event[e].name.text);
}

void test_clients_print(const struct testing *testing)
{
	const struct component *component = testing->glue->component;
	const char *client = testing->client->instance->name.text;

	text_add(testing->header,
		 "/* Generated by tenon-gen test; do not edit.\n"
		 " * Clients 0 to %u of %s. A call runs the component until it waits; where it has not "
		 "answered then\n"
		 " * the test fails. _begin does not wait for the answer, _end wants it; what is given must "
		 "stay until then.\n"
		 " */\n#include <tenon/test.h>\n\n",
		 testing->clients - 1, testing->glue->instance->name.text);
	text_add(
	    testing->source,
	    "/* Generated by tenon-gen test; do not edit.\n * The clients of %s: their glue, and calls of "
	    "its stubs.\n"
	    " */\n#define tenon_trap        test_client_trap\n#define tenon_host_buffer test_client_buffer\n"
	    "#define tenon_host_region test_client_region\n"
	    "#include \"%s.glue.c\"\n#include <tenon/test_glue.h>\n#include \"clients.h\"\n\n"
	    "void component_start(void)\n{\n}\n\n",
	    testing->glue->instance->name.text, client);
	test_session_clients(testing);
	test_channels_begin(testing->source, component->provides, component->provided);
	for (uint32_t p = 0; p < component->provided; p++) {
		const struct port *port = &component->provides[p];

		print_used_events(testing, port);
		for (uint32_t k = 0; k < port->interface->operations; k++) {
			header_operation(testing, port, &port->interface->operation[k]);
			source_operation(testing, port, &port->interface->operation[k]);
		}
		print_events(testing, port);
		print_shared(testing, port);
		test_channels_print(testing, port, false);
	}
	test_clients_attend(testing);
}
