/* SPDX-License-Identifier: MIT
 * The part of component.h that is there for the ports: handlers, tokens, clients' names and signals of the provided ones;
 * stubs, events and memory of the used ones.
 */
#include "glue.h"

/* ---- provided ports --------------------------------------------------------------------------- */

static void print_handler(const struct glue *glue, const struct port *port, const struct operation *operation)
{
	struct text *out = glue->out;
	const char *interface = port->interface->name.text;
	const char *name = operation->name.text;

	text_add(out, "/* ");
	text_comment(out, operation->doc ? operation->doc : name);
	text_add(out, " (%s) */\n", cite(glue->numbers, operation->name.place));
	beside_doc(glue, operation, true);
	if (operation->reply == REPLY_NOW) {
		text_add(out, "enum %s_status %s_%s(uint32_t client", interface, port->name.text, name);
		c_served(out, &operation->in);
		c_taken(out, &operation->out, true, false);
		text_add(out, ");\n");
		return;
	}
	if (operation->reply == REPLY_NEVER) {
		text_add(out, "void %s_%s(uint32_t client", port->name.text, name);
		c_served(out, &operation->in);
		text_add(out, ");\n");
		return;
	}
	text_add(out, "void %s_%s(uint32_t client, struct %s_%s_token token", port->name.text, name,
		 interface, name);
	c_served(out, &operation->in);
	text_add(out, ");\n/* The caller of that token died or stopped waiting: the token is void when this "
		      "returns. */\n");
	text_add(out, "void %s_%s_cancelled(uint32_t client, struct %s_%s_token token);\n", port->name.text,
		 name, interface, name);
}

/* Bytes of a shared region, under what it is for. */
static void print_shared_size(const struct glue *glue, const struct port *port, const struct shared *shared)
{
	struct text *out = glue->out;

	text_add(out, "/* ");
	text_comment(out, shared->doc ? shared->doc : shared->name.text);
	text_add(out, " (%s) */\n", cite(glue->numbers, shared->name.place));
	text_add(out, "#define %s_%s_SIZE %lluu\n", upper(port->name.text), upper(shared->name.text),
		 (unsigned long long)shared->asked);
}

/* The function that gives one connection's region. `peer`: "client" or "server". */
static void print_addresses(const struct glue *glue, const struct port *port, const struct shared *shared,
			    const char *constant, const char *peer, const uint64_t *address, uint32_t count)
{
	struct text *out = glue->out;
	const uint32_t shareds = port->interface->shareds;

	text_add(out,
		 "static inline %svoid *%s_%s(uint32_t %s)\n{\n"
		 "\tstatic const uint64_t address[%u + 1] = {",
		 constant, port->name.text, shared->name.text, peer, count);
	for (uint32_t i = 0; i < count; i++)
		text_add(
		    out, "0x%llx, ",
		    (unsigned long long)address[i * shareds + (uint32_t)(shared - port->interface->shared)]);
	text_add(out, "0};\n\n\tCHECK(%s < %u);\n\treturn tenon_region(address[%s]);\n}\n", peer, count,
		 peer);
}

static void print_served_shared(const struct glue *glue, const struct port *port)
{
	const uint32_t clients = glue->instance->provided[port->index].clients;

	for (uint32_t i = 0; i < port->interface->shareds; i++) {
		const struct shared *shared = &port->interface->shared[i];
		const char *constant = shared->write & SHARED_WRITE_SERVER ? "" : "const ";

		if (shared->kind != SHARED_REGION)
			continue;
		print_shared_size(glue, port, shared);
		print_addresses(glue, port, shared, constant, "client",
				glue->own->served_address[port->index], clients);
	}
}

static void print_port_signals(const struct glue *glue, const struct port *port)
{
	for (uint32_t i = 0; i < port->interface->events; i++) {
		const struct event *event = &port->interface->event[i];

		text_add(glue->out, "/* ");
		text_comment(glue->out, event->doc ? event->doc : event->name.text);
		text_add(glue->out, " (%s) */\n", cite(glue->numbers, event->name.place));
		text_add(glue->out, "void %s_signal_%s(uint32_t client);\n", port->name.text,
			 event->name.text);
	}
}

static void print_tokens(const struct glue *glue, const struct interface *interface)
{
	struct text *out = glue->out;

	for (uint32_t i = 0; i < interface->operations; i++) {
		const struct operation *operation = &interface->operation[i];

		if (operation->reply != REPLY_LATER)
			continue;
		text_add(out,
			 "/* A call of %s that waits for its answer. */\nstruct %s_%s_token {\n"
			 "\tuint32_t reply, sequence;\n};\n",
			 operation->name.text, interface->name.text, operation->name.text);
		text_add(
		    out,
		    "/* Answers it. TENON_BAD_ARGUMENT: the token is not (any more) one; TENON_CANCELLED: "
		    "the caller "
		    "has gone.\n * The outputs count only with %s_OK. Afterwards the token is void. */\n",
		    upper(interface->name.text));
		text_add(out,
			 "__attribute__((warn_unused_result)) enum tenon_status %s_%s_finish(struct "
			 "%s_%s_token token, "
			 "enum %s_status status",
			 interface->name.text, operation->name.text, interface->name.text,
			 operation->name.text, interface->name.text);
		c_given(out, &operation->out, true);
		text_add(out, ");\n");
	}
}

static bool provided_before(const struct glue *glue, uint32_t port)
{
	for (uint32_t p = 0; p < port; p++) {
		if (glue->component->provides[p].interface == glue->component->provides[port].interface)
			return true;
	}
	return false;
}

/* Printed where it is used, so that an image has only those texts that are wanted. */
static void print_lines(const struct glue *glue, const struct port *port,
			const struct connection *const *connection, uint32_t count, bool provided)
{
	const bool numbered = provided || port->many;
	const char *peer = provided ? "client" : "server";
	struct text *out = glue->out;

	text_add(out,
		 "/* Where the description connects it: \"system.yaml:23\", or \"\" where it does not. */\n"
		 "static inline const char *%s_%s_line(%s%s)\n{\n",
		 port->name.text, peer, numbered ? "uint32_t " : "void", numbered ? peer : "");
	if (numbered && count != 0)
		text_add(out, "\tstatic const char *const line[] = {");
	else
		text_add(out, numbered ? "\t(void)%s; /* nobody is connected */\n\treturn \"" : "\treturn \"",
			 peer);
	for (uint32_t i = 0; i < count; i++) {
		text_add(out, !numbered ? "" : i == 0 ? "\"" : ", \"");
		text_quoted(out, cite(glue->numbers, connection[i]->place));
		text_add(out, numbered ? "\"" : "");
	}
	if (numbered && count != 0)
		text_add(out, "};\n\n\treturn %s < %u ? line[%s] : \"\";\n}\n", peer, count, peer);
	else
		text_add(out, "\";\n}\n");
}

static void print_provided(const struct glue *glue)
{
	struct text *out = glue->out;

	for (uint32_t p = 0; p < glue->component->provided; p++) {
		const struct port *port = &glue->component->provides[p];
		const char *name = port->name.text;

		text_add(out,
			 "/* ---- Provided port %s: %s (%s). Handlers are defined by the component; "
			 "arguments that are\n"
			 " * pointers are valid until the handler returns. */\n\n",
			 name, port->interface->name.text, cite(glue->numbers, port->name.place));
		text_add(out, "#define %s_CLIENTS %uu\n", upper(name), glue->instance->provided[p].clients);
		text_add(out,
			 "/* Instance name of a client: \"\" for one that there is not. */\n"
			 "const char *%s_client_name(uint32_t client);\n",
			 name);
		print_lines(glue, port, glue->instance->provided[p].client,
			    glue->instance->provided[p].clients, true);
		given_declare(glue, port, "client", glue->instance->provided[p].clients);
		if (!provided_before(glue, p))
			print_tokens(glue, port->interface);
		for (uint32_t i = 0; i < port->interface->operations; i++)
			print_handler(glue, port, &port->interface->operation[i]);
		account_head(glue, port);
		session_served_head(glue, port);
		print_port_signals(glue, port);
		print_served_shared(glue, port);
		channels_declare(glue, port, true);
		text_add(out, "\n");
	}
}

/* ---- used ports ------------------------------------------------------------------------------- */

static void print_stub_prototype(const struct glue *glue, const struct port *port,
				 const struct operation *operation)
{
	struct text *out = glue->out;
	const char *attribute = "__attribute__((warn_unused_result)) ";
	const char *storage = stub_is_inline(operation) ? "static inline " : "";

	text_add(out, "/* ");
	text_comment(out, operation->doc ? operation->doc : operation->name.text);
	text_add(out, " (%s) */\n", cite(glue->numbers, operation->name.place));
	beside_doc(glue, operation, false);
	text_add(out, "%s%s", storage, attribute);
	stub_head(glue, port, operation, false);
	text_add(out, ";\n%s%s", storage, attribute);
	stub_head(glue, port, operation, true);
	text_add(out, ";\n");
}

static void print_used_shared(const struct glue *glue, const struct port *port)
{
	struct text *out = glue->out;

	for (uint32_t i = 0; i < port->interface->shareds; i++) {
		const struct shared *shared = &port->interface->shared[i];
		const char *constant = shared->write & SHARED_WRITE_CLIENT ? "" : "const ";

		if (shared->kind != SHARED_REGION)
			continue;
		print_shared_size(glue, port, shared);
		if (port->many) {
			print_addresses(glue, port, shared, constant, "server",
					glue->own->used_address[port->index],
					glue->instance->used[port->index].servers);
			continue;
		}
		text_add(out, "static inline %svoid *%s_%s(void)\n{\n\treturn tenon_region(0x%llx);\n}\n",
			 constant, port->name.text, shared->name.text,
			 glue->instance->used[port->index].servers
			     ? (unsigned long long)glue->own->used_address[port->index][i]
			     : 0);
	}
}

/* The head of an array, and what is there for it beside its functions. */
static void print_array(const struct glue *glue, const struct port *port, const struct used *used)
{
	struct text *out = glue->out;
	const char *name = port->name.text;

	text_add(out, "an array.\n * `server` counts its connections from 0:\n");
	for (uint32_t i = 0; i < used->servers; i++)
		text_add(out, " *   %u %s.%s (%s)\n", i, used->server[i]->server->name.text,
			 used->server[i]->provides->name.text, cite(glue->numbers, used->server[i]->place));
	text_add(out,
		 " */\n\n#define %s_COUNT %uu\n"
		 "/* Instance name of a server: \"\" for one that there is not. */\n"
		 "const char *%s_server_name(uint32_t server);\n",
		 upper(name), used->servers, name);
}

static void print_used_port(const struct glue *glue, const struct port *port)
{
	struct text *out = glue->out;
	const struct used *used = &glue->instance->used[port->index];

	text_add(out, "/* ---- Used port %s: %s (%s), ", port->name.text, port->interface->name.text,
		 cite(glue->numbers, port->name.place));
	if (port->many)
		print_array(glue, port, used);
	else if (used->servers)
		text_add(out, "connected to %s.%s (%s). */\n\n", used->server[0]->server->name.text,
			 used->server[0]->provides->name.text, cite(glue->numbers, used->server[0]->place));
	else
		text_add(out, "not connected. */\n\n");
	if (port->optional && !port->many)
		text_add(out, "static inline bool %s_connected(void)\n{\n\treturn %s;\n}\n\n",
			 port->name.text, used->servers ? "true" : "false");
	if (!port->implicit)
		print_lines(glue, port, used->server, used->servers, false);
	given_declare(glue, port, "server", used->servers);
	for (uint32_t i = 0; i < port->interface->events; i++) {
		text_add(out, "/* ");
		text_comment(out,
			     port->interface->event[i].doc ? port->interface->event[i].doc : "An event.");
		text_add(out, " Defined by the component. (%s) */\nvoid %s_%s(%s);\n",
			 cite(glue->numbers, port->interface->event[i].name.place), port->name.text,
			 port->interface->event[i].name.text, port->many ? "uint32_t server" : "void");
	}
	for (uint32_t i = 0; i < port->interface->operations; i++)
		print_stub_prototype(glue, port, &port->interface->operation[i]);
	session_used_head(glue, port);
	print_used_shared(glue, port);
	channels_declare(glue, port, false);
	text_add(out, "\n");
}

static void print_used(const struct glue *glue)
{
	for (uint32_t i = 0; i < glue->component->used; i++)
		print_used_port(glue, &glue->component->uses[i]);
	for (uint32_t i = 0; i < glue->component->used; i++) {
		const struct port *port = &glue->component->uses[i];

		for (uint32_t k = 0; k < port->interface->operations; k++) {
			if (stub_is_inline(&port->interface->operation[k]))
				stub_print(glue, port, &port->interface->operation[k]);
		}
	}
}

void ports_print(const struct glue *glue)
{
	print_provided(glue);
	print_used(glue);
}
