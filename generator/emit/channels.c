/* SPDX-License-Identifier: MIT
 * Channels and pools of an instance's ports, provided and used alike: what
 * component.h has for them. channels_move.c prints the functions, and
 * channels_loop.c their state and what the loop does.
 */
#include "channels.h"

#include <stdio.h>

#define HEAD_ROOM 640

struct face face_of(const struct glue *glue, const struct port *port, bool provided)
{
	const struct instance *instance = glue->instance;

	return (struct face){.glue = glue,
			     .out = glue->out,
			     .port = port,
			     .interface = port->interface,
			     .server = provided,
			     .numbered = provided || port->many,
			     .peers = provided ? instance->provided[port->index].clients
					       : instance->used[port->index].servers,
			     .peer = provided ? "client" : "server"};
}

bool face_has_memory(const struct interface *interface)
{
	return interface->channels + interface->pools != 0;
}

bool face_sends(const struct face *face, const struct channel *channel)
{
	return channel->to_server != face->server;
}

bool face_keeps(const struct face *face, const struct buffers *pool)
{
	return pool->client_keeps != face->server;
}

bool face_writes(const struct face *face, const struct buffers *pool)
{
	return (pool->write & (face->server ? SHARED_WRITE_SERVER : SHARED_WRITE_CLIENT)) != 0;
}

void face_each(const struct glue *glue, void (*each)(const struct face *face))
{
	for (int provided = 1; provided >= 0; provided--) {
		const struct port *port = provided ? glue->component->provides : glue->component->uses;
		const uint32_t ports = provided ? glue->component->provided : glue->component->used;

		for (uint32_t i = 0; i < ports; i++) {
			const struct face face = face_of(glue, &port[i], provided != 0);

			if (face_has_memory(port[i].interface))
				each(&face);
		}
	}
}

bool channels_in_header(const struct glue *glue)
{
	for (uint32_t i = 0; i < glue->component->provided; i++)
		if (face_has_memory(glue->component->provides[i].interface))
			return true;
	for (uint32_t i = 0; i < glue->component->used; i++)
		if (face_has_memory(glue->component->uses[i].interface))
			return true;
	return false;
}

bool has_channels(const struct glue *glue)
{
	for (uint32_t i = 0; i < glue->component->provided; i++)
		if (glue->component->provides[i].interface->channels && glue->instance->provided[i].clients)
			return true;
	for (uint32_t i = 0; i < glue->component->used; i++)
		if (glue->component->uses[i].interface->channels && glue->instance->used[i].servers)
			return true;
	return false;
}

bool glue_waits(const struct glue *glue)
{
	return channels_in_header(glue);
}

/* ---- heads: the same in component.h and before the bodies ------------------------------------- */

/* "(uint32_t client, const struct block_request *entry)" */
void face_parameters(const struct face *face, const char *further)
{
	text_add(face->out, "(");
	if (face->numbered)
		text_add(face->out, "uint32_t %s%s", face->peer, further[0] == '\0' ? "" : ", ");
	text_add(face->out, "%s)", further[0] == '\0' && !face->numbered ? "void" : further);
}

void face_move(const struct face *face, const struct channel *channel)
{
	char entry[HEAD_ROOM];

	text_add(face->out, "bool %s_%s_%s", face->port->name.text, channel->name.text,
		 face_sends(face, channel) ? "send" : "receive");
	snprintf(entry, sizeof entry, "%sstruct %s *entry", face_sends(face, channel) ? "const " : "",
		 c_name(channel->entry));
	face_parameters(face, entry);
}

void face_place(const struct face *face, const struct buffers *pool, bool write)
{
	text_add(face->out, "%svoid *%s_%s_%s", write ? "" : "const ", face->port->name.text, pool->name.text,
		 write ? "write" : "read");
	face_parameters(face, "const struct tenon_buffer *buffer");
}

void face_allocate(const struct face *face, const struct buffers *pool)
{
	text_add(face->out, "bool %s_%s_allocate", face->port->name.text, pool->name.text);
	face_parameters(face, "struct tenon_buffer *buffer");
}

void face_release(const struct face *face, const struct buffers *pool)
{
	text_add(face->out, "void %s_%s_release", face->port->name.text, pool->name.text);
	face_parameters(face, "const struct tenon_buffer *buffer");
}

/* ---- component.h ------------------------------------------------------------------------------ */

static void print_doc(const struct face *face, const char *doc, const struct name *name)
{
	text_add(face->out, "/* ");
	text_comment(face->out, doc != NULL ? doc : name->text);
	text_add(face->out, " (%s)", cite(face->glue->numbers, name->place));
}

static void declare_channel(const struct face *face, const struct channel *channel)
{
	struct text *out = face->out;

	print_doc(face, channel->doc, &channel->name);
	if (face_sends(face, channel))
		text_add(out, "\n * Sends an entry. False: there is no room, or no session. The second is "
			      "defined by the component:\n * there is room again after a send that found "
			      "none. */\n__attribute__((warn_unused_result)) ");
	else
		text_add(out,
			 "\n * Receives an entry. False: there is none now. The second is defined by the "
			 "component: there are entries;\n * it receives until there is none, or goes on "
			 "later by itself. */\n__attribute__((warn_unused_result)) ");
	face_move(face, channel);
	text_add(out, ";\nvoid %s_%s%s", face->port->name.text, channel->name.text,
		 face_sends(face, channel) ? "_room" : "");
	face_parameters(face, "");
	text_add(out, ";\n");
	face_declare_entries(face, channel);
}

static void declare_pool(const struct face *face, const struct buffers *pool)
{
	struct text *out = face->out;

	print_doc(face, pool->doc, &pool->name);
	text_add(out, "\n * The memory of a buffer, to read%s; NULL where the descriptor does not fit. */\n",
		 face_writes(face, pool) ? ", and to write" : "");
	text_add(out, "#define %s_%s_SIZE  %uu /* bytes of a buffer */\n", upper(face->port->name.text),
		 upper(pool->name.text), pool->buffer_bytes);
	face_declare_buffers(face, pool);
	face_place(face, pool, false);
	text_add(out, ";\n");
	if (face_writes(face, pool)) {
		face_place(face, pool, true);
		text_add(out, ";\n");
	}
	if (!face_keeps(face, pool))
		return;
	text_add(out, "/* A free buffer, or false; and back, one that this side holds: one that was sent and "
		      "not received again it does not. */\n__attribute__((warn_unused_result)) ");
	face_allocate(face, pool);
	text_add(out, ";\n");
	face_release(face, pool);
	text_add(out, ";\n");
}

void channels_declare(const struct glue *glue, const struct port *port, bool provided)
{
	const struct face face = face_of(glue, port, provided);

	if (port->interface->channels) {
		text_add(
		    glue->out,
		    "/* Channels: `open` when all are, the first time or anew: what was under way is "
		    "lost then. Not open: the\n * other side broke one of them or starts anew. Defined by "
		    "the component. */\nvoid %s_session",
		    port->name.text);
		face_parameters(&face, "bool open");
		text_add(glue->out, ";\n");
	}
	for (uint32_t i = 0; i < port->interface->channels; i++)
		declare_channel(&face, &port->interface->channel[i]);
	for (uint32_t i = 0; i < port->interface->pools; i++)
		declare_pool(&face, &port->interface->pool[i]);
}
