/* SPDX-License-Identifier: MIT
 * Capabilities beside messages: the room of an instance (runtime/room.c), and in stubs and dispatcher what looks whether one
 * came, and of which kind. A connection has a number in the room: those of the provided ports that bring capabilities
 * first, client by client, then the used ports.
 */
#include "../read/shape.h"
#include "glue.h"

static const char *const type_name[] = {
#define TYPE(name, text, doc) "TENON_TYPE_" #name,
#include <tenon/names.def>
};

/* "TENON_RIGHT_READ | TENON_RIGHT_WRITE", or "0". */
static void print_rights(struct text *out, uint32_t rights)
{
	const char *separator = "";

	for (uint32_t bit = 0; shape_rights.choice[bit] != NULL; bit++) {
		if ((rights & 1u << bit) == 0)
			continue;
		text_add(out, "%sTENON_RIGHT_%s", separator, upper(shape_rights.choice[bit]));
		separator = " | ";
	}
	text_add(out, "%s", rights == 0 ? "0" : "");
}

static bool port_brings(const struct glue *glue, uint32_t port)
{
	return glue->instance->provided[port].clients != 0 &&
	       glue->component->provides[port].interface->sends_in;
}

bool served_brings(const struct glue *glue)
{
	for (uint32_t p = 0; p < glue->component->provided; p++) {
		if (port_brings(glue, p))
			return true;
	}
	return false;
}

/* The number in the room of the first connection of a provided port, or of a used one. */
static uint32_t number_in_room(const struct glue *glue, const struct port *port, bool used)
{
	const struct component *component = glue->component;
	uint32_t number = 0;

	for (uint32_t p = 0; p < component->provided && (used || &component->provides[p] != port); p++)
		number += port_brings(glue, p) ? glue->instance->provided[p].clients : 0;
	for (uint32_t i = 0; used && i < glue->instance->connections; i++) {
		const struct connection *connection = &glue->instance->connection[i];

		number += connection->uses->index < port->index && connection->interface->sends_out ? 1 : 0;
	}
	return number;
}

static void print_number(const struct glue *glue, const struct port *port, bool used)
{
	const uint32_t number = number_in_room(glue, port, used);
	const char *which = used ? (port->many ? "server" : "") : "client";

	if (number != 0 || which[0] == '\0')
		text_add(glue->out, "%u%s", number, which[0] == '\0' ? "" : " + ");
	text_add(glue->out, "%s", which);
}

static void print_most_of(const struct glue *glue, const struct connection *connection, bool used)
{
	const struct instance *other = used ? connection->server : connection->client;
	const struct port *port = used ? connection->provides : connection->uses;

	text_add(glue->out, "\t%u, /* %s.%s (%s) */\n", connection->limit[connection->interface->left],
		 other->name.text, port->name.text, cite(glue->numbers, connection->place));
}

/* In the order of number_in_room(). */
static void print_most(const struct glue *glue)
{
	const struct instance *instance = glue->instance;
	uint32_t connections = 0;

	text_add(glue->out, "static const uint32_t glue_room_most[] = {\n");
	for (uint32_t p = 0; p < glue->component->provided; p++) {
		for (uint32_t c = 0; port_brings(glue, p) && c < instance->provided[p].clients; c++) {
			print_most_of(glue, instance->provided[p].client[c], false);
			connections++;
		}
	}
	for (uint32_t u = 0; u < glue->component->used; u++) {
		for (uint32_t s = 0;
		     glue->component->uses[u].interface->sends_out && s < instance->used[u].servers; s++) {
			print_most_of(glue, instance->used[u].server[s], true);
			connections++;
		}
	}
	text_add(glue->out, "};\nstatic uint32_t glue_room_kept[%u];\n", connections);
}

void beside_room(const struct glue *glue)
{
	const struct numbered *own = glue->own;
	const uint32_t narrow = glue->instance->narrows ? 1 : 0, slots = glue->instance->room - narrow;
	struct text *out = glue->out;

	if (glue->instance->room == 0)
		return;
	if (slots != 0)
		text_add(out,
			 "/* Room for the capabilities that messages bring: what each connection may leave, "
			 "and one. */\n"
			 "static tenon_handle_t glue_room_held[%u];\nstatic uint32_t glue_room_from[%u];\n",
			 slots, slots);
	if (slots != 0)
		print_most(glue);
	text_add(out, "static struct tenon_room glue_room = {");
	if (slots != 0)
		text_add(out,
			 ".held = glue_room_held, .from = glue_room_from, .most = glue_room_most,\n"
			 "\t.kept = glue_room_kept, .first = %u, .slots = %u%s",
			 own->slots + 1 + narrow, slots, narrow ? ", " : "");
	if (narrow)
		text_add(out, ".narrow_slot = %u", own->slots + 1);
	text_add(out, "};\n\n");
}

void beside_expect(const struct glue *glue, const struct port *port, const struct operation *operation)
{
	if (operation->out.capability == NULL)
		return;
	text_add(glue->out,
		 "\tif (!tenon_room_may_keep(&glue_room, %u))\n\t\treturn %s_QUOTA;\n"
		 "\ttenon_room_arm(&glue_room);\n",
		 number_in_room(glue, port, true), upper(port->interface->name.text));
}

void beside_put(const struct wire *wire, const struct message *message)
{
	const struct argument *argument = message->capability;
	const char *tab = wire->tabs == 2 ? "\t\t" : "\t";

	if (argument == NULL)
		return;
	if (argument->type->rights == 0) {
		text_add(wire->out, "%stenon_send_beside(%s, %s);\n", tab, wire->ipc, argument->name.text);
		return;
	}
	text_add(wire->out, "%stenon_room_send_narrowed(&glue_room, %s, %s, ", tab, wire->ipc,
		 argument->name.text);
	print_rights(wire->out, argument->type->rights);
	text_add(wire->out, ");\n");
}

/* Another kind, or none: `refuse`. One more than the connection may leave: `quota`. */
void beside_get(const struct glue *glue, const struct wire *wire, const struct message *message,
		const struct port *port, bool used, const char *quota)
{
	const struct argument *argument = message->capability;
	struct text *out = wire->out;

	if (argument == NULL)
		return;
	text_add(out, "\tif (!tenon_room_has(&glue_room, %s, ", type_name[argument->type->object]);
	print_rights(out, argument->type->rights);
	text_add(out, "))\n\t\t%s\n\tif (!tenon_room_keep(&glue_room, ", wire->refuse);
	print_number(glue, port, used);
	text_add(out, ", %s%s))\n\t\t%s\n", used ? "" : "&", argument->name.text, quota);
}

/* Whose it is afterwards. */
static void print_taken(struct text *out, const struct argument *argument, const char *when)
{
	text_add(out,
		 "/* `%s` (%s): the component's to delete%s; who sent it may take it back at any time. */\n",
		 argument->name.text, argument->type->text, when);
}

static void print_sent(struct text *out, const struct argument *argument, const char *to)
{
	text_add(out, "/* `%s` (%s): the %s gets a copy; revoking the own one takes it back. */\n",
		 argument->name.text, argument->type->text, to);
}

void beside_doc(const struct glue *glue, const struct operation *operation, bool serves)
{
	const struct argument *in = operation->in.capability, *result = operation->out.capability;

	if (in != NULL && serves)
		print_taken(glue->out, in, operation->reply == REPLY_NOW ? ", once this answers OK" : "");
	if (in != NULL && !serves)
		print_sent(glue->out, in, "server");
	if (result != NULL && serves)
		print_sent(glue->out, result, "client");
	if (result != NULL && !serves)
		print_taken(glue->out, result, "");
}
