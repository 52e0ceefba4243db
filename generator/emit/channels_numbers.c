/* SPDX-License-Identifier: MIT
 * How many buffers and entries the connections of a port have. Nearly always all have the same number, that of their
 * interface, and it is a constant wherever it is needed; where wires say others, tables have one for each connection.
 */
#include "channels.h"

static const struct connection *connection_of(const struct face *face, uint32_t peer)
{
	return face->server ? face->glue->instance->provided[face->port->index].client[peer]
			    : face->glue->instance->used[face->port->index].server[peer];
}

const struct buffers *face_pool(const struct face *face, uint32_t peer, const struct buffers *pool)
{
	return &connection_of(face, peer)->pool[pool - face->interface->pool];
}

const struct channel *face_channel(const struct face *face, uint32_t peer, const struct channel *channel)
{
	return &connection_of(face, peer)->channel[channel - face->interface->channel];
}

const struct shared *face_shared(const struct face *face, uint32_t peer, uint32_t region)
{
	return &connection_of(face, peer)->shared[region];
}

const struct buffers *face_only_pool(const struct face *face, const struct buffers *pool)
{
	for (uint32_t i = 1; i < face->peers; i++)
		if (face_pool(face, i, pool)->count != face_pool(face, 0, pool)->count)
			return NULL;
	return face->peers == 0 ? pool : face_pool(face, 0, pool);
}

/* Its place counts, too: that of a channel moves with the length of those before it. */
const struct channel *face_only_channel(const struct face *face, const struct channel *channel)
{
	const struct channel *first = face->peers == 0 ? channel : face_channel(face, 0, channel);

	for (uint32_t i = 1; i < face->peers; i++) {
		const struct channel *other = face_channel(face, i, channel);

		if (other->entries != first->entries || other->server_offset != first->server_offset ||
		    other->client_offset != first->client_offset)
			return NULL;
	}
	return first;
}

/* ---- component.h ------------------------------------------------------------------------------ */

/* One function for both: "port_data_count(client)" of the constant PORT_DATA_COUNT, or of a table. */
static void open_function(const struct face *face, const struct name *name, const char *ending)
{
	text_add(face->out, "static inline uint32_t %s_%s_%s(uint32_t %s)\n{\n", face->port->name.text,
		 name->text, ending, face->peer);
}

static void close_function(const struct face *face, const struct name *name, const char *ending, bool table)
{
	if (face->peers == 0)
		text_add(face->out, "\t(void)%s; /* nobody is connected */\n", face->peer);
	else
		text_add(face->out, "%s\tCHECK(%s < %u);\n", table ? "\n" : "", face->peer, face->peers);
	if (table)
		text_add(face->out, "\treturn %s[%s];\n}\n", ending, face->peer);
	else
		text_add(face->out, "\treturn %s_%s_%s;\n}\n", upper(face->port->name.text),
			 upper(name->text), upper(ending));
}

void face_declare_buffers(const struct face *face, const struct buffers *pool)
{
	const bool table = face_only_pool(face, pool) == NULL;
	uint32_t most = face->peers == 0 ? pool->count : 0;

	for (uint32_t i = 0; i < face->peers; i++)
		if (face_pool(face, i, pool)->count > most)
			most = face_pool(face, i, pool)->count;
	text_add(face->out, "#define %s_%s_COUNT %uu%s\n", upper(face->port->name.text),
		 upper(pool->name.text), most,
		 table ? " /* at most: not all connections have as many */" : "");
	if (!face->numbered)
		return;
	open_function(face, &pool->name, "count");
	for (uint32_t i = 0; table && i < face->peers; i++)
		text_add(face->out, "%s%u%s", i == 0 ? "\tstatic const uint32_t count[] = {" : "",
			 face_pool(face, i, pool)->count, i + 1 == face->peers ? "};\n" : ", ");
	close_function(face, &pool->name, "count", table);
}

void face_declare_entries(const struct face *face, const struct channel *channel)
{
	uint32_t most = face->peers == 0 ? channel->entries : 0;
	bool table = false;

	for (uint32_t i = 0; i < face->peers; i++) {
		table = table ||
			face_channel(face, i, channel)->entries != face_channel(face, 0, channel)->entries;
		if (face_channel(face, i, channel)->entries > most)
			most = face_channel(face, i, channel)->entries;
	}
	text_add(face->out, "#define %s_%s_ENTRIES %uu%s\n", upper(face->port->name.text),
		 upper(channel->name.text), most,
		 table ? " /* at most: not all connections have as many */" : "");
	if (!face->numbered)
		return;
	open_function(face, &channel->name, "entries");
	for (uint32_t i = 0; table && i < face->peers; i++)
		text_add(face->out, "%s%u%s", i == 0 ? "\tstatic const uint32_t entries[] = {" : "",
			 face_channel(face, i, channel)->entries, i + 1 == face->peers ? "};\n" : ", ");
	close_function(face, &channel->name, "entries", table);
}
