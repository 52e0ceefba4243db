/* SPDX-License-Identifier: MIT
 * Channels and pools in a component test: for each side of a connection what a
 * test does as the other one. The peers have their real glue, with the ends,
 * the ledger and the checks of a board; what is printed here calls it. Whoever
 * is signalled attends at once; entries are taken when the test asks.
 */
#include <stdio.h>

#include "channels.h"
#include "testing.h"

#define NAME_ROOM 300

/* A port with channels or pools, as one peer sees it. */
struct peer {
	const struct testing *testing;
	struct text *header, *source;
	const struct port *port; /* as the component has it */
	const struct face *face; /* the peer's: who sends, who keeps the books */
	bool is_server;
	uint32_t servers; /* of an array: connections; else 0 */
};

static const char *prefix_of(const struct peer *peer)
{
	return peer->is_server ? "mock" : "client";
}

/* "(uint32_t client, FURTHER)" */
static void print_parameters(const struct peer *peer, struct text *out, const char *further)
{
	const char *which =
	    peer->is_server ? (peer->servers != 0 ? "uint32_t server" : "") : "uint32_t client";

	text_add(out, "(%s%s%s)", which, which[0] != '\0' && further[0] != '\0' ? ", " : "",
		 which[0] == '\0' && further[0] == '\0' ? "void" : further);
}

/* TYPE PREFIX_PORT_WHAT(…), into both files: declared and begun. `what`: "_requests_send". */
static void print_head(const struct peer *peer, const char *type, const char *what, const char *further)
{
	text_add(peer->header, "%s%s_%s%s", type, prefix_of(peer), peer->port->name.text, what);
	print_parameters(peer, peer->header, further);
	text_add(peer->header, ";\n");
	text_add(peer->source, "%s%s_%s%s", type, prefix_of(peer), peer->port->name.text, what);
	print_parameters(peer, peer->source, further);
	text_add(peer->source, "\n{\n");
}

/* The statement for the connection that is meant: `%P` is the port as the peer's glue calls it, `%C` its first argument. */
static void print_for(const struct peer *peer, const char *port, const char *statement)
{
	for (const char *at = statement; *at != '\0'; at++) {
		if (*at != '%') {
			text_add(peer->source, "%c", *at);
			continue;
		}
		at++;
		if (*at == 'P')
			text_add(peer->source, "%s", port);
		else if (*at == 'C')
			text_add(peer->source, "%s", peer->is_server ? "0, " : "");
	}
}

static void print_body(const struct peer *peer, const char *statement, const char *result)
{
	struct text *out = peer->source;
	char port[NAME_ROOM];

	if (peer->is_server)
		text_add(out, "\ttest_as_server(%u);\n", peer->port->index);
	else
		text_add(out, "\ttest_as_client(client);\n");
	if (peer->servers == 0) {
		text_add(out, "\t");
		print_for(peer, peer->port->name.text, statement);
	} else {
		text_add(out, "\tCHECK(server < %u);\n", peer->servers);
	}
	for (uint32_t i = 0; i < peer->servers; i++) {
		snprintf(port, sizeof port, "%.250s_%u", peer->port->name.text, i);
		text_add(out, "\tif (server == %u)\n\t\t", i);
		print_for(peer, port, statement);
	}
	text_add(out, "\ttest_settle();\n%s}\n\n", result);
}

/* ---- channels --------------------------------------------------------------------------------- */

static void print_doc(const struct peer *peer, const char *doc, const struct name *name)
{
	text_add(peer->header, "/* ");
	text_comment(peer->header, doc != NULL ? doc : name->text);
	text_add(peer->header, " (%s)", cite(peer->testing->glue->numbers, name->place));
}

static void print_move(const struct peer *peer, const struct channel *channel)
{
	const char *name = channel->name.text, *port = peer->port->name.text;
	const bool sends = face_sends(peer->face, channel);
	char what[NAME_ROOM], entry[2 * NAME_ROOM], statement[8 * NAME_ROOM];

	print_doc(peer, channel->doc, &channel->name);
	text_add(peer->header,
		 sends ? "\n * Sends an entry; the test fails where there is no room or no session. How many "
			 "there is room for. */\n"
		       : "\n * Takes the oldest entry that the component sent; the test fails where there is "
			 "none. How many there are. */\n");
	snprintf(what, sizeof what, "_%.250s_%s", name, sends ? "send" : "receive");
	snprintf(entry, sizeof entry, "%sstruct %s *entry", sends ? "const " : "", c_name(channel->entry));
	if (sends)
		snprintf(statement, sizeof statement,
			 "test_sent(%%P_%s_send(%%Centry), \"%s.%s\", &glue_channels_%%P[0].session);\n",
			 name, port, name);
	else
		snprintf(
		    statement, sizeof statement,
		    "test_received(%%P_%s_receive(%%Centry) ||\n"
		    "\t\t\t(look_again(&glue_channels_%%P[0].%s.channel.end) && %%P_%s_receive(%%Centry)),\n"
		    "\t\t\t\"%s.%s\", &glue_channels_%%P[0].session, "
		    "&glue_channels_%%P[0].%s.channel.end);\n",
		    name, name, name, port, name, name);
	print_head(peer, "void ", what, entry);
	print_body(peer, statement, "");
	snprintf(what, sizeof what, "_%.250s_%s", name, sends ? "room" : "entries");
	snprintf(statement, sizeof statement,
		 "count = test_channel_count(&glue_channels_%%P[0].session, "
		 "&glue_channels_%%P[0].%s.channel.end);\n",
		 name);
	print_head(peer, "uint32_t ", what, "");
	text_add(peer->source, "\tuint32_t count = 0;\n\n");
	print_body(peer, statement, "\treturn count;\n");
	text_add(peer->header, "/* Writes into the ring what cannot be, as who is hostile may. */\n");
	snprintf(what, sizeof what, "_%.250s_break", name);
	snprintf(statement, sizeof statement,
		 "test_channel_break(&glue_channels_%%P[0].%s.channel.end), "
		 "(void)tenon_signal(glue_channels_%%P[0].%s.channel.end.wake);\n",
		 name, name);
	print_head(peer, "void ", what, "");
	print_body(peer, statement, "");
}

static void print_session(const struct peer *peer)
{
	text_add(peer->header,
		 "/* Are all channels of the connection open? How often they were opened. */\n");
	print_head(peer, "bool ", "_is_open", "");
	text_add(peer->source, "\tbool is_open = false;\n\n");
	print_body(peer, "is_open = glue_channels_%P[0].session.open;\n", "\treturn is_open;\n");
	print_head(peer, "uint32_t ", "_sessions", "");
	text_add(peer->source, "\tuint32_t count = 0;\n\n");
	print_body(peer, "count = sessions_of_%P;\n", "\treturn count;\n");
}

/* ---- pools ------------------------------------------------------------------------------------ */

static void print_place(const struct peer *peer, const struct buffers *pool, bool write)
{
	char what[NAME_ROOM], statement[2 * NAME_ROOM];

	snprintf(what, sizeof what, "_%.250s_%s", pool->name.text, write ? "write" : "read");
	snprintf(statement, sizeof statement, "memory = %%P%s(%%Cbuffer);\n", what);
	print_head(peer, write ? "void *" : "const void *", what, "const struct tenon_buffer *buffer");
	text_add(peer->source, "\t%svoid *memory = NULL;\n\n", write ? "" : "const ");
	print_body(peer, statement, "\treturn memory;\n");
}

static void print_pool(const struct peer *peer, const struct buffers *pool)
{
	char what[NAME_ROOM], statement[2 * NAME_ROOM];

	print_doc(peer, pool->doc, &pool->name);
	text_add(peer->header, "\n * The memory of a buffer; NULL where the descriptor does not fit. */\n");
	print_place(peer, pool, false);
	if (face_writes(peer->face, pool))
		print_place(peer, pool, true);
	if (!face_keeps(peer->face, pool))
		return;
	text_add(peer->header, "/* A free buffer, or false; and back. */\n");
	snprintf(what, sizeof what, "_%.250s_allocate", pool->name.text);
	snprintf(statement, sizeof statement, "good = %%P%s(%%Cbuffer);\n", what);
	print_head(peer, "bool ", what, "struct tenon_buffer *buffer");
	text_add(peer->source, "\tbool good = false;\n\n");
	print_body(peer, statement, "\treturn good;\n");
	snprintf(what, sizeof what, "_%.250s_release", pool->name.text);
	snprintf(statement, sizeof statement, "%%P%s(%%Cbuffer);\n", what);
	print_head(peer, "void ", what, "const struct tenon_buffer *buffer");
	print_body(peer, statement, "");
}

/* ---- what the peer's glue calls --------------------------------------------------------------- */

static void print_handlers(const struct peer *peer, const char *port)
{
	const char *argument = peer->is_server ? "uint32_t client" : "void";

	text_add(peer->source,
		 "static uint32_t sessions_of_%s;\n\nvoid %s_session(%sbool open)\n{\n%s"
		 "\tsessions_of_%s += open ? 1 : 0;\n}\n\n",
		 port, port, peer->is_server ? "uint32_t client, " : "",
		 peer->is_server ? "\t(void)client;\n" : "", port);
	for (uint32_t i = 0; i < peer->port->interface->channels; i++) {
		const struct channel *channel = &peer->port->interface->channel[i];

		text_add(peer->source, "void %s_%s%s(%s)\n{\n%s}\n\n", port, channel->name.text,
			 face_sends(peer->face, channel) ? "_room" : "", argument,
			 peer->is_server ? "\t(void)client; /* the test takes what it wants */\n" : "");
	}
}

void test_channels_print(const struct testing *testing, const struct port *port, bool is_server)
{
	const uint32_t servers =
	    is_server && port->many ? testing->glue->instance->used[port->index].servers : 0;
	const struct face face = {.glue = testing->glue, .interface = port->interface, .server = is_server};
	const struct peer peer = {.testing = testing,
				  .header = testing->header,
				  .source = testing->source,
				  .port = port,
				  .face = &face,
				  .is_server = is_server,
				  .servers = servers};
	char name[NAME_ROOM];

	if (!face_has_memory(port->interface))
		return;
	for (uint32_t i = 0; i < (servers != 0 ? servers : 1) && port->interface->channels != 0; i++) {
		snprintf(name, sizeof name, servers != 0 ? "%.250s_%u" : "%.250s", port->name.text, i);
		print_handlers(&peer, name);
	}
	if (port->interface->channels != 0)
		print_session(&peer);
	for (uint32_t i = 0; i < port->interface->channels; i++)
		print_move(&peer, &port->interface->channel[i]);
	for (uint32_t i = 0; i < port->interface->pools; i++)
		print_pool(&peer, &port->interface->pool[i]);
}

/* ---- attending -------------------------------------------------------------------------------- */

bool test_has_channels(const struct port *port, uint32_t ports)
{
	for (uint32_t i = 0; i < ports; i++) {
		if (port[i].interface->channels != 0)
			return true;
	}
	return false;
}

static bool has_memory(const struct port *port, uint32_t ports)
{
	for (uint32_t i = 0; i < ports; i++) {
		if (face_has_memory(port[i].interface))
			return true;
	}
	return false;
}

void test_channels_begin(struct text *out, const struct port *port, uint32_t ports)
{
	if (test_has_channels(port, ports))
		text_add(
		    out,
		    "/* Others had their turn. Who receives nothing does not ask. */\n"
		    "static __attribute__((unused)) bool look_again(const struct tenon_channel_end *end)\n{\n"
		    "\tif (end->broken || !glue_more)\n\t\treturn "
		    "false;\n\tglue_look_again();\n\treturn true;\n}\n\n");
}

void test_clients_attend(const struct testing *testing)
{
	const struct component *component = testing->glue->component;
	struct text *out = testing->source;

	text_add(out,
		 "void test_client_open(void)\n{\n%s%s}\n\nvoid test_client_attend(uint32_t port)\n{\n"
		 "\t(void)port;\n",
		 has_memory(component->provides, component->provided) ? "\tglue_channels_init();\n" : "",
		 test_has_channels(component->provides, component->provided) ? "\tglue_channels_open();\n"
									     : "");
	for (uint32_t p = 0; p < component->provided; p++) {
		if (component->provides[p].interface->channels != 0)
			text_add(out, "\tif (port == %u)\n\t\tglue_attend_%s(0);\n", p,
				 component->provides[p].name.text);
	}
	text_add(out, "}\n\n");
}

static void print_call(struct text *out, const struct port *port, uint32_t server, const char *function,
		       const char *ending)
{
	text_add(out, "\t\t%s%s", function, port->name.text);
	if (port->many)
		text_add(out, "_%u", server);
	text_add(out, "%s(0);\n", ending);
}

static void print_renewal(const struct testing *testing, const struct port *port)
{
	const uint32_t servers = testing->glue->instance->used[port->index].servers;

	if (servers == 0 || !face_has_memory(port->interface))
		return;
	text_add(testing->source, "\tif (port == %u) {\n", port->index);
	for (uint32_t k = 0; k < servers; k++) {
		print_call(testing->source, port, k, "glue_channels_", "_init");
		if (port->interface->channels != 0)
			print_call(testing->source, port, k, "glue_attend_", "");
	}
	text_add(testing->source, "\t}\n");
}

void test_servers_attend(const struct testing *testing)
{
	const struct component *component = testing->glue->component;
	struct text *out = testing->source;

	text_add(out, "void test_server_attend(uint32_t port, uint32_t server)\n{\n"
		      "\t(void)port;\n\t(void)server;\n");
	for (uint32_t u = 0; u < component->used; u++) {
		const uint32_t servers = testing->glue->instance->used[u].servers;

		for (uint32_t k = 0; component->uses[u].interface->channels != 0 && k < servers; k++) {
			text_add(out, "\tif (port == %u && server == %u)\n", u, k);
			print_call(out, &component->uses[u], k, "glue_attend_", "");
		}
	}
	text_add(out, "}\n\nvoid test_server_renew(uint32_t port)\n{\n\t(void)port;\n");
	for (uint32_t u = 0; u < component->used; u++)
		print_renewal(testing, &component->uses[u]);
	text_add(out, "}\n\n");
}
