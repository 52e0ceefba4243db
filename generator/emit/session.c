/* SPDX-License-Identifier: MIT
 * What the glue does about restarts. Of a served port: which connections have
 * opened their session, or been told that it is lost, since this server
 * started; and what a connection held when its client starts anew. Of a used
 * port: what its stubs keep to open the session again.
 */
#include "serving.h"

#include <stdio.h>

/* ---- served ports ------------------------------------------------------------------------------ */

/* "glue_open_files" or "glue_told_files": one flag for each client. */
static const char *flag_of(const struct port *port, char name[NAME_ROOM])
{
	snprintf(name, NAME_ROOM, "glue_%s_%s",
		 port->interface->session == SESSION_REOPENED ? "open" : "told", port->name.text);
	return name;
}

void session_served_head(const struct glue *glue, const struct port *port)
{
	if (!port->interface->is_held)
		return;
	text_add(glue->out,
		 "/* The client has started anew, and knows nothing of what it had: drop it. What operations "
		 "took of "
		 "its\n * limits goes back by itself when this returns; what the component took by itself, "
		 "it gives "
		 "back here. (%s) */\nvoid %s_closed(uint32_t client);\n",
		 cite(glue->numbers, port->interface->name.place), port->name.text);
}

void session_closed_nothing(struct text *out, const struct port *port)
{
	if (port->interface->is_held)
		text_add(out, "void %s_closed(uint32_t client)\n{\n\t(void)client;\n}\n\n", port->name.text);
}

static bool is_taken(const struct interface *interface, uint32_t limit)
{
	for (uint32_t i = 0; i < interface->operations; i++)
		for (uint32_t k = 0; k < interface->operation[i].takes; k++)
			if (interface->operation[i].take[k].limit == limit)
				return true;
	return false;
}

static void print_begin(const struct glue *glue, const struct port *port)
{
	struct text *out = glue->out;
	const struct interface *interface = port->interface;
	char flag[NAME_ROOM];

	text_add(out,
		 "/* The client has started anew. */\n"
		 "static enum tenon_status glue_begin_%s(struct tenon_ipc *ipc, uint32_t client)\n{\n",
		 port->name.text);
	if (account_counts_calls(glue))
		text_add(out, "\tglue_take_pending(); /* the ends of its calls */\n");
	text_add(out, "\t%s_closed(client);\n", port->name.text);
	for (uint32_t i = 0; i < interface->limits; i++)
		if (i != interface->in_flight && is_taken(interface, i))
			text_add(out, "\tglue_held_%s_%s[client] = 0;\n", port->name.text,
				 interface->limit[i].name.text);
	if (interface->session != SESSION_STATELESS)
		text_add(out, "\t%s[client] = %s;\n", flag_of(port, flag),
			 interface->session == SESSION_LOST ? "true" : "false");
	text_add(out, "\treturn glue_answer(ipc, %s_OK);\n}\n\n", upper(interface->name.text));
}

void session_served(const struct glue *glue, const struct port *port)
{
	char flag[NAME_ROOM];

	if (!port->interface->is_held)
		return;
	if (port->interface->session != SESSION_STATELESS)
		text_add(glue->out,
			 "/* Port %s (%s), since this server started: which clients %s. */\nstatic bool "
			 "%s[%u];\n\n",
			 port->name.text, cite(glue->numbers, port->name.place),
			 port->interface->session == SESSION_REOPENED ? "have opened their session"
								      : "know that they have lost theirs",
			 flag_of(port, flag), glue->instance->provided[port->index].clients);
	print_begin(glue, port);
}

/* "label != 0x…" for each operation that needs no session. */
static void print_exempt(const struct glue *glue, const struct interface *interface)
{
	for (uint32_t i = 0; i < interface->operations; i++) {
		const struct operation *operation = &interface->operation[i];

		if (operation->reply != REPLY_NEVER &&
		    (interface->session == SESSION_REOPENED ? operation->opens : operation->retry))
			text_add(glue->out, " &&\n\t    tenon_tag_label(ipc->tag) != 0x%08x /* %s */",
				 operation->code, operation->name.text);
	}
}

void session_gate(const struct glue *glue, const struct port *port)
{
	struct text *out = glue->out;
	const struct interface *interface = port->interface;
	char flag[NAME_ROOM];

	if (!interface->is_held)
		return;
	text_add(out, "\tif (ipc->tag == TENON_GLUE_BEGIN)\n\t\treturn glue_begin_%s(ipc, client);\n",
		 port->name.text);
	if (interface->session == SESSION_STATELESS)
		return;
	text_add(out, "\tif (%s!%s[client]",
		 interface->session == SESSION_LOST ? "tenon_restarts != 0 && " : "", flag_of(port, flag));
	print_exempt(glue, interface);
	if (interface->session == SESSION_LOST)
		text_add(
		    out,
		    ") {\n\t\t%s[client] = true;\n\t\treturn glue_answer(ipc, TENON_GLUE_REFUSED);\n\t}\n",
		    flag);
	else
		text_add(out, ")\n\t\treturn glue_answer(ipc, TENON_GLUE_REFUSED);\n");
}

void session_opened(const struct glue *glue, const struct port *port, const struct operation *operation)
{
	char flag[NAME_ROOM];

	if (operation->opens)
		text_add(glue->out, "\t%s[client] = true;\n", flag_of(port, flag));
}

/* ---- used ports -------------------------------------------------------------------------------- */

/* Where a port's stubs keep what they know of the session: "glue_session_files", of an array that of one server. */
static void print_kept(const struct glue *glue, const struct port *port)
{
	text_add(glue->out, "glue_session_%s%s", port->name.text, port->many ? "[server]" : "");
}

void session_used_head(const struct glue *glue, const struct port *port)
{
	if (port->interface->session == SESSION_STATELESS)
		return;
	text_add(
	    glue->out,
	    "/* The server has started anew, %s. Called from the loop, once for each\n * restart of which no "
	    "call has told by RESTARTED; a component that does not want to know leaves it out. (%s) */\n"
	    "void %s_restarted(%s);\n",
	    port->interface->session == SESSION_REOPENED ? "and the session is open again"
							 : "and what it kept is lost",
	    cite(glue->numbers, port->interface->name.place), port->name.text,
	    port->many ? "uint32_t server" : "void");
}

static const char *slot_of_server(const struct port *port)
{
	return port->many ? "_0 + server" : "";
}

void session_used(const struct glue *glue, const struct port *port)
{
	struct text *out = glue->out;
	const struct interface *interface = port->interface;
	const uint32_t servers = glue->instance->used[port->index].servers;

	if (interface->session == SESSION_STATELESS)
		return;
	text_add(out, "__attribute__((weak)) void %s_restarted(%s)\n{\n%s}\n\n", port->name.text,
		 port->many ? "uint32_t server" : "void", port->many ? "\t(void)server;\n" : "");
	if (servers == 0 || interface->operations == 0)
		return;
	text_add(out, "/* Port %s (%s): %s. */\nstatic struct %s glue_session_%s", port->name.text,
		 cite(glue->numbers, port->name.place),
		 interface->session == SESSION_REOPENED ? "the last opening call that succeeded"
							: "whether there is a session to lose",
		 interface->session == SESSION_REOPENED ? "tenon_opening" : "tenon_losing", port->name.text);
	text_add(out, port->many ? "[%u];\n\n" : ";\n\n", servers);
}

void session_heard(const struct glue *glue, const struct port *port, uint32_t server, const char *place)
{
	struct text *out = glue->out;
	const char *what = port->interface->session == SESSION_REOPENED ? "opening" : "losing";
	char index[24] = "", array[24] = "", argument[24] = "";

	if (port->many) {
		snprintf(index, sizeof index, "[%u]", server);
		snprintf(array, sizeof array, "_0 + %u", server);
		snprintf(argument, sizeof argument, "%u", server);
	}
	text_add(out, "{ /* %s */\n\t\tif (tenon_%s_heard(&glue_session_%s%s, SLOT_%s%s))\n", place, what,
		 port->name.text, index, upper(port->name.text), array);
	text_add(out, "\t\t\t%s_restarted(%s);\n\t}\n", port->name.text, argument);
}

bool session_repeats(const struct port *port, const struct operation *operation)
{
	return operation->retry ||
	       (port->interface->session == SESSION_LOST && operation->reply != REPLY_NEVER);
}

/* After a call that reopens: the session first, then the operation again, or its caller is told. */
static void print_reopen(const struct glue *glue, const struct port *port, const struct operation *operation)
{
	struct text *out = glue->out;

	if (operation->retry)
		text_add(out, "\t\tif (!tenon_is_lost(outcome, ipc.tag))\n\t\t\tbreak;\n");
	else
		text_add(out, "\tif (tenon_is_lost(outcome, ipc.tag)) { /* session: reopened */\n");
	text_add(out, "\t\toutcome = tenon_opening_repeat(&");
	print_kept(glue, port);
	text_add(
	    out,
	    ", SLOT_%s%s, deadline_ns);\n\t\tif (outcome != TENON_OK)\n\t\t\treturn %s_status_of(outcome);\n",
	    upper(port->name.text), slot_of_server(port), port->interface->name.text);
	if (!operation->retry) {
		text_add(out, "\t\t");
		print_kept(glue, port);
		text_add(out, ".is_told = true;\n\t\treturn %s_RESTARTED;\n",
			 upper(port->interface->name.text));
	}
	text_add(out, "\t}\n");
}

static void print_tell(const struct glue *glue, const struct port *port)
{
	text_add(glue->out, "\t} while (tenon_losing_repeats(&");
	print_kept(glue, port);
	text_add(glue->out,
		 ", outcome, ipc.tag));\n\tif (tenon_is_lost(outcome, ipc.tag))\n\t\treturn %s_RESTARTED;\n",
		 upper(port->interface->name.text));
}

/* What is repeated, or not answered, is done without a session, and may begin one. */
static void print_use(const struct glue *glue, const struct port *port)
{
	if (port->interface->session != SESSION_LOST)
		return;
	text_add(glue->out, "\ttenon_losing_use(&");
	print_kept(glue, port);
	text_add(glue->out, ", outcome);\n");
}

void session_repeat_open(const struct glue *glue, const struct port *port, const struct operation *operation)
{
	if (!session_repeats(port, operation))
		return;
	if (port->interface->session == SESSION_REOPENED && !operation->opens)
		text_add(glue->out, "\tfor (;;) { /* session: reopened */\n");
	else if (operation->retry)
		text_add(glue->out, "\tdo { /* on_restart: retry */\n");
	else
		text_add(glue->out, "\tdo { /* session: lost */\n");
}

void session_repeat_close(const struct glue *glue, const struct port *port, const struct operation *operation)
{
	const enum session_kind session = port->interface->session;

	if (session == SESSION_REOPENED && !operation->opens && operation->reply != REPLY_NEVER) {
		print_reopen(glue, port, operation);
		return;
	}
	if (session_repeats(port, operation) && !operation->retry) {
		print_tell(glue, port);
		return;
	}
	if (operation->retry) {
		text_add(glue->out, "\t} while (outcome == TENON_RESTARTED);\n");
	} else if (operation->opens) {
		text_add(glue->out, "\tif (outcome == TENON_RESTARTED)\n\t\t");
		print_kept(glue, port);
		text_add(glue->out, ".is_told = true;\n");
	}
	print_use(glue, port);
}

void session_keep(const struct glue *glue, const struct port *port, const struct operation *operation)
{
	if (!operation->opens)
		return;
	text_add(glue->out, "\ttenon_opening_keep(&");
	print_kept(glue, port);
	text_add(glue->out, ", &opening);\n");
}

void session_begin(const struct glue *glue)
{
	for (uint32_t u = 0; u < glue->component->used; u++) {
		const struct port *port = &glue->component->uses[u];
		const uint32_t servers = glue->instance->used[u].servers;

		for (uint32_t i = 0; port->interface->is_held && i < servers; i++)
			text_add(glue->out,
				 "\tif (tenon_restarts != 0)\n\t\ttenon_connection_begin(SLOT_%s%s + %u);\n",
				 upper(port->name.text), port->many ? "_0" : "", i);
	}
}

/* The clients of ports with a session: those that wait for a signal do not call, and would not hear of it. */
void session_announce(const struct glue *glue)
{
	for (uint32_t p = 0; p < glue->component->provided; p++) {
		const struct port *port = &glue->component->provides[p];
		const struct interface *interface = port->interface;
		const uint32_t clients = glue->instance->provided[p].clients;

		if (clients != 0 && interface->signals != interface->events)
			text_add(glue->out,
				 "\tfor (uint32_t client = 0; tenon_restarts != 0 && client < %u; client++)\n"
				 "\t\tCHECK(tenon_signal(%u + (tenon_handle_t)client * %u) == TENON_OK); "
				 "/* %s: restarted */\n",
				 clients, glue->own->event_slot[p] + interface->events, interface->signals,
				 port->name.text);
	}
}

bool session_in_header(const struct glue *glue)
{
	uint32_t count;
	const struct interface **list = glue_interfaces(glue, &count);
	bool any = false;

	for (uint32_t i = 0; i < count; i++)
		any = any || list[i]->is_held || list[i]->session != SESSION_STATELESS;
	return any;
}
