/* SPDX-License-Identifier: MIT
 * Channels and pools in the glue: their state, one structure for each
 * connection with its session, the ends of its channels and its views of the
 * pools; how it begins; and what the loop does when one bit of a notification
 * wakes it. runtime/session.c says when a session is open, runtime/channel.c
 * what an end does.
 */
#include "channels.h"

#include <stdio.h>

#define NUMBER_ROOM 256

/* ---- state ------------------------------------------------------------------------------------ */

/* Lines of the ledgers of all connections, where these have different numbers of buffers. */
static void print_lines(const struct face *face, const struct buffers *pool)
{
	uint64_t lines = 0;

	if (!face_keeps(face, pool) || face_only_pool(face, pool) != NULL)
		return;
	for (uint32_t i = 0; i < face->peers; i++)
		lines += face_pool(face, i, pool)->count;
	text_add(face->out, "static struct tenon_ledger_line glue_lines_%s_%s[%llu];\n",
		 face->port->name.text, pool->name.text, (unsigned long long)lines);
}

static void print_state(const struct face *face)
{
	struct text *out = face->out;
	const struct interface *interface = face->interface;
	const char *name = face->port->name.text;

	if (face->peers == 0)
		return;
	text_add(out, "/* Port %s (%s): what this side knows of each connection's channels and pools. */\n",
		 name, cite(face->glue->numbers, face->port->name.place));
	text_add(out, "static struct glue_channels_%s {\n\tstruct tenon_session session;\n", name);
	if (interface->channels)
		text_add(out, "\tstruct tenon_channel_end *end[%u];\n", interface->channels);
	for (uint32_t i = 0; i < interface->channels; i++)
		text_add(out, "\tstruct tenon_session_%s %s;\n",
			 face_sends(face, &interface->channel[i]) ? "sender" : "receiver",
			 interface->channel[i].name.text);
	for (uint32_t i = 0; i < interface->pools; i++) {
		const struct buffers *pool = &interface->pool[i];

		text_add(out, "\tstruct tenon_buffers %s;\n", pool->name.text);
		if (!face_keeps(face, pool))
			continue;
		text_add(out, "\tstruct tenon_ledger ledger_of_%s;\n", pool->name.text);
		if (face_only_pool(face, pool) != NULL)
			text_add(out, "\tstruct tenon_ledger_line line_of_%s[%u];\n", pool->name.text,
				 face_only_pool(face, pool)->count);
	}
	text_add(out, "} glue_channels_%s[%u];\n", name, face->peers);
	for (uint32_t i = 0; i < interface->pools; i++)
		print_lines(face, &interface->pool[i]);
	text_add(out, "\n");
}

/* The addresses of one region in all connections, as a table. */
static void print_table(const struct face *face, uint32_t region)
{
	const struct numbered *own = face->glue->own;
	const uint32_t shareds = face->interface->shareds;
	const uint64_t *address =
	    face->server ? own->served_address[face->port->index] : own->used_address[face->port->index];

	text_add(face->out, "\tstatic const uint64_t %s[] = {", face->interface->shared[region].name.text);
	for (uint32_t i = 0; i < face->peers; i++)
		text_add(face->out, "%s0x%llx", i ? ", " : "",
			 (unsigned long long)address[i * shareds + region]);
	text_add(face->out, "};\n");
}

/* "requests" of a channel that each connection has somewhere else, or of another length. */
static void print_places(const struct face *face, const struct channel *channel)
{
	text_add(face->out, "\tstatic const struct {\n\t\tuint32_t entries, server, client;\n\t} of_%s[] = {",
		 channel->name.text);
	for (uint32_t i = 0; i < face->peers; i++) {
		const struct channel *one = face_channel(face, i, channel);

		text_add(face->out, "%s{%u, %u, %u}", i ? ", " : "", one->entries, one->server_offset,
			 one->client_offset);
	}
	text_add(face->out, "};\n");
}

/* How many buffers each connection has, and where the lines of its ledger begin. */
static void print_counts(const struct face *face, const struct buffers *pool)
{
	uint64_t line = 0;

	text_add(face->out,
		 "\tstatic const struct {\n\t\tuint64_t size;\n\t\tuint32_t count%s;\n\t} of_%s[] = {",
		 face_keeps(face, pool) ? ", line" : "", pool->name.text);
	for (uint32_t i = 0; i < face->peers; i++) {
		const struct buffers *one = face_pool(face, i, pool);

		text_add(face->out, "%s{%llu, %u", i ? ", " : "",
			 (unsigned long long)face_shared(face, i, one->shared)->size, one->count);
		if (face_keeps(face, pool))
			text_add(face->out, ", %llu", (unsigned long long)line);
		text_add(face->out, "}");
		line += one->count;
	}
	text_add(face->out, "};\n");
}

/* The three numbers of a channel, as constants or out of its table. */
struct numbers_in_c {
	char entries[NUMBER_ROOM], server[NUMBER_ROOM], client[NUMBER_ROOM];
};

static void number_channel(const struct face *face, const struct channel *channel,
			   struct numbers_in_c *numbers)
{
	const struct channel *only = face_only_channel(face, channel);

	if (only != NULL) {
		snprintf(numbers->entries, NUMBER_ROOM, "%u", only->entries);
		snprintf(numbers->server, NUMBER_ROOM, "%u", only->server_offset);
		snprintf(numbers->client, NUMBER_ROOM, "%u", only->client_offset);
		return;
	}
	snprintf(numbers->entries, NUMBER_ROOM, "of_%.200s[i].entries", channel->name.text);
	snprintf(numbers->server, NUMBER_ROOM, "of_%.200s[i].server", channel->name.text);
	snprintf(numbers->client, NUMBER_ROOM, "of_%.200s[i].client", channel->name.text);
}

static void init_channel(const struct face *face, uint32_t index)
{
	struct text *out = face->out;
	const struct channel *channel = &face->interface->channel[index];
	const char *name = channel->name.text, *port = upper(face->port->name.text);
	const char *from = channel->to_server ? "client_part" : "server_part",
		   *to = channel->to_server ? "server_part" : "client_part";
	struct numbers_in_c numbers;

	number_channel(face, channel, &numbers);
	text_add(out,
		 "\tmemory = (struct tenon_channel_memory){tenon_region(%s[i] + %s),\n"
		 "\t\ttenon_channel_sender_bytes(%u, %s), tenon_region(%s[i] + %s), sizeof(struct "
		 "tenon_channel_side)};\n",
		 from, channel->to_server ? numbers.client : numbers.server, channel->entry_bytes,
		 numbers.entries, to, channel->to_server ? numbers.server : numbers.client);
	text_add(out, "\ttenon_channel_%s_init(&own->%s.channel, &memory, %u, %s, SLOT_%s_WAKE%s);\n",
		 face_sends(face, channel) ? "sender" : "receiver", name, channel->entry_bytes,
		 numbers.entries, port, face->numbered ? "_0 + i" : "");
	text_add(out, "\town->end[%u] = &own->%s.channel.end;\n", index, name);
}

static void init_pool(const struct face *face, const struct buffers *pool)
{
	const struct buffers *only = face_only_pool(face, pool);
	const char *name = pool->name.text;
	const char *rights = face_writes(face, pool) ? " | TENON_BUFFERS_WRITE" : "";

	if (only != NULL)
		text_add(face->out,
			 "\ttenon_buffers_init(&own->%s, tenon_region(%s[i]), %llu, %u, %u, "
			 "TENON_BUFFERS_READ%s);\n",
			 name, name, (unsigned long long)face_shared(face, 0, only->shared)->size,
			 only->buffer_bytes, only->count, rights);
	else
		text_add(face->out,
			 "\ttenon_buffers_init(&own->%s, tenon_region(%s[i]), of_%s[i].size, %u, "
			 "of_%s[i].count, TENON_BUFFERS_READ%s);\n",
			 name, name, name, pool->buffer_bytes, name, rights);
	if (face_keeps(face, pool) && only != NULL)
		text_add(face->out, "\ttenon_session_ledger_init(&own->ledger_of_%s, own->line_of_%s, %u);\n",
			 name, name, only->count);
	else if (face_keeps(face, pool))
		text_add(face->out,
			 "\ttenon_session_ledger_init(&own->ledger_of_%s, "
			 "&glue_lines_%s_%s[of_%s[i].line], of_%s[i].count);\n",
			 name, face->port->name.text, name, name, name);
}

static void print_init(const struct face *face)
{
	struct text *out = face->out;
	const struct interface *interface = face->interface;
	const char *name = face->port->name.text;

	if (face->peers == 0)
		return;
	text_add(out, "static void glue_channels_%s_init(uint32_t i)\n{\n", name);
	if (interface->channels) {
		print_table(face, interface->server_part);
		print_table(face, interface->client_part);
	}
	for (uint32_t i = 0; i < interface->pools; i++)
		print_table(face, interface->pool[i].shared);
	for (uint32_t i = 0; i < interface->channels; i++)
		if (face_only_channel(face, &interface->channel[i]) == NULL)
			print_places(face, &interface->channel[i]);
	for (uint32_t i = 0; i < interface->pools; i++)
		if (face_only_pool(face, &interface->pool[i]) == NULL)
			print_counts(face, &interface->pool[i]);
	text_add(out, "\tstruct glue_channels_%s *own = &glue_channels_%s[i];\n", name, name);
	if (interface->channels)
		text_add(out,
			 "\tstruct tenon_channel_memory memory;\n\n"
			 "\town->session = (struct tenon_session){.end = own->end, .ends = %u, .more = "
			 "&glue_more};\n",
			 interface->channels);
	else
		text_add(out, "\n");
	for (uint32_t i = 0; i < interface->channels; i++)
		init_channel(face, i);
	for (uint32_t i = 0; i < interface->pools; i++)
		init_pool(face, &interface->pool[i]);
	text_add(out, "}\n\n");
}

/* ---- the loop --------------------------------------------------------------------------------- */

static void call_handler(const struct face *face, const char *tabs, const char *name, const char *ending,
			 const char *further)
{
	text_add(face->out, "%s%s_%s%s(%s%s%s);\n", tabs, face->port->name.text, name, ending,
		 face->numbered ? "i" : "", face->numbered && further[0] != '\0' ? ", " : "", further);
}

static void print_attend(const struct face *face)
{
	struct text *out = face->out;
	const struct interface *interface = face->interface;
	const char *name = face->port->name.text;

	if (face->peers == 0 || interface->channels == 0)
		return;
	text_add(out,
		 "/* Port %s (%s): all that can be done for one connection; who had to stop is looked at "
		 "again. */\n"
		 "static void glue_attend_%s(uint32_t i)\n{\n"
		 "\tstruct glue_channels_%s *own = &glue_channels_%s[i];\n"
		 "\tconst enum tenon_session_change change = tenon_session_attend(&own->session);\n\n",
		 name, cite(face->glue->numbers, face->port->name.place), name, name, name);
	for (uint32_t i = 0; i < interface->pools; i++)
		if (face_keeps(face, &interface->pool[i]))
			text_add(out,
				 "\tif (change != TENON_SESSION_SAME)\n"
				 "\t\t(void)tenon_ledger_reclaim(&own->ledger_of_%s, TENON_LEDGER_PEER);\n",
				 interface->pool[i].name.text);
	text_add(out, "\tif (change != TENON_SESSION_SAME)\n");
	call_handler(face, "\t\t", "session", "", "change == TENON_SESSION_OPENED");
	for (uint32_t i = 0; i < interface->channels; i++) {
		const struct channel *channel = &interface->channel[i];

		text_add(out, "\tif (tenon_session_has_%s(&own->session, &own->%s))\n",
			 face_sends(face, channel) ? "room" : "entries", channel->name.text);
		call_handler(face, "\t\t", channel->name.text, face_sends(face, channel) ? "_room" : "", "");
	}
	text_add(out, "}\n\n");
}

/* One line for each port in the functions that go over all connections. */
static void attend_marked(const struct face *face)
{
	const char *name = face->port->name.text;

	if (face->peers != 0 && face->interface->channels != 0)
		text_add(face->out,
			 "\tfor (uint32_t i = 0; i < %u; i++)\n\t\tif (glue_channels_%s[i].session.again)\n"
			 "\t\t\tglue_attend_%s(i);\n",
			 face->peers, name, name);
}

static void attend_all(const struct face *face)
{
	if (face->peers != 0 && face->interface->channels != 0)
		text_add(face->out, "\tfor (uint32_t i = 0; i < %u; i++)\n\t\tglue_attend_%s(i);\n",
			 face->peers, face->port->name.text);
}

static void init_all(const struct face *face)
{
	if (face->peers != 0)
		text_add(face->out, "\tfor (uint32_t i = 0; i < %u; i++)\n\t\tglue_channels_%s_init(i);\n",
			 face->peers, face->port->name.text);
}

static void signal_port(const struct face *face, uint32_t notification)
{
	const struct numbered *own = face->glue->own;
	const uint32_t first =
	    face->server ? own->served_wake_bit[face->port->index] : own->used_wake_bit[face->port->index];

	for (uint32_t i = 0; face->interface->channels && i < face->peers; i++) {
		if ((first + i) / NUMBERS_BITS == notification)
			text_add(face->out, "\tif (bits & UINT64_C(0x%llx))\n\t\tglue_attend_%s(%u);\n",
				 1ULL << (first + i) % NUMBERS_BITS, face->port->name.text, i);
	}
}

void channels_signal(const struct glue *glue, uint32_t notification)
{
	for (uint32_t i = 0; i < glue->component->used; i++) {
		const struct face face = face_of(glue, &glue->component->uses[i], false);

		signal_port(&face, notification);
	}
	for (uint32_t i = 0; i < glue->component->provided; i++) {
		const struct face face = face_of(glue, &glue->component->provides[i], true);

		signal_port(&face, notification);
	}
}

void channels_print(const struct glue *glue)
{
	struct text *out = glue->out;

	if (!channels_in_header(glue))
		return;
	if (has_channels(glue))
		text_add(out,
			 "_Static_assert(sizeof(struct tenon_channel_side) == %u, \"as the regions are laid "
			 "out\");\n"
			 "/* A session is to be looked at without a signal. */\nstatic bool glue_more;\n\n",
			 MODEL_CHANNEL_SIDE);
	face_each(glue, print_state);
	face_each(glue, print_init);
	face_each(glue, face_functions);
	face_each(glue, print_attend);
	text_add(out, "/* Before the component starts. */\nstatic void glue_channels_init(void)\n{\n");
	face_each(glue, init_all);
	text_add(out, "}\n\n");
	if (!has_channels(glue))
		return;
	text_add(out, "/* When it has started. */\nstatic void glue_channels_open(void)\n{\n");
	face_each(glue, attend_all);
	text_add(out, "}\n\n/* Those that had to stop, or found something out. */\n"
		      "static void glue_look_again(void)\n{\n\tglue_more = false;\n");
	face_each(glue, attend_marked);
	text_add(out, "}\n\n");
}
