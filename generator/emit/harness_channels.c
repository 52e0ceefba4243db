/* SPDX-License-Identifier: MIT
 * What a harness has for channels and pools: handlers that take all entries and
 * check that each is what its interface says, that answer where there is room;
 * and tables of the memory that is shared, in which runtime/harness.c is the
 * other side, honest or not.
 */
#include <stdio.h>

#include "channels.h"
#include "harness.h"

/* ---- handlers --------------------------------------------------------------------------------- */

static void open_handler(const struct face *face, const char *name, const char *ending, const char *further)
{
	text_add(face->out, "void %s_%s%s", face->port->name.text, name, ending);
	face_parameters(face, further);
	text_add(face->out, "\n{\n");
}

/* "client, " where the functions want it. */
static const char *peer(const struct face *face)
{
	return !face->numbered ? "" : face->server ? "client, " : "server, ";
}

static void print_receiver(const struct face *face, const struct channel *channel, uint32_t number)
{
	struct text *out = face->out;
	const char *port = face->port->name.text, *name = channel->name.text;

	open_handler(face, name, "", "");
	text_add(out, "\tstruct %s entry;\n\n\twhile (%s_%s_receive(%s&entry)) {\n\t\tharness_reached(%u",
		 c_name(channel->entry), port, name, peer(face), number);
	if (face->numbered)
		text_add(out, " + %s * %u", face->peer, face->interface->channels);
	text_add(out, ");\n");
	harness_check_entry(face, channel->entry, "entry");
	for (uint32_t i = 0; i < channel->entry->fields; i++) {
		const struct field *field = &channel->entry->field[i];

		if (field->type->kind != TYPE_BUFFER)
			continue;
		text_add(out, "\t\tif (%s_%s_read(%s&entry.%s))\n", port, field->type->pool->name.text,
			 peer(face), field->name.text);
		text_add(out, "\t\t\tharness_use(%s_%s_read(%s&entry.%s), entry.%s.length);\n", port,
			 field->type->pool->name.text, peer(face), field->name.text, field->name.text);
		if (face_keeps(face, field->type->pool))
			text_add(out,
				 "\t\tif (entry.%s.index != "
				 "TENON_BUFFER_NONE)\n\t\t\t%s_%s_release(%s&entry.%s);\n",
				 field->name.text, port, field->type->pool->name.text, peer(face),
				 field->name.text);
	}
	text_add(out, "\t}\n}\n\n");
}

/* Sends one entry; a buffer that this side keeps is allocated for it. */
static void print_sender(const struct face *face, const struct channel *channel)
{
	struct text *out = face->out;
	const char *port = face->port->name.text, *name = channel->name.text;

	open_handler(face, name, "_room", "");
	text_add(out, "\tstruct %s entry = {0};\n\n", c_name(channel->entry));
	for (uint32_t i = 0; i < channel->entry->fields; i++) {
		const struct field *field = &channel->entry->field[i];

		if (field->type->kind != TYPE_BUFFER)
			continue;
		if (face_keeps(face, field->type->pool))
			text_add(out, "\tif (!%s_%s_allocate(%s&entry.%s))\n\t", port,
				 field->type->pool->name.text, peer(face), field->name.text);
		text_add(out, "\tentry.%s.index = TENON_BUFFER_NONE;\n", field->name.text);
	}
	text_add(out, "\tif (!%s_%s_send(%s&entry)) {\n", port, name, peer(face));
	for (uint32_t i = 0; i < channel->entry->fields; i++) {
		const struct field *field = &channel->entry->field[i];

		if (field->type->kind == TYPE_BUFFER && face_keeps(face, field->type->pool))
			text_add(out,
				 "\t\tif (entry.%s.index != "
				 "TENON_BUFFER_NONE)\n\t\t\t%s_%s_release(%s&entry.%s);\n",
				 field->name.text, port, field->type->pool->name.text, peer(face),
				 field->name.text);
	}
	text_add(out, "\t}\n}\n\n");
}

static void print_session(const struct face *face)
{
	struct text *out = face->out;

	if (face->interface->channels == 0)
		return;
	open_handler(face, "session", "", "bool open");
	text_add(out, "\tif (open) {\n");
	for (uint32_t i = 0; i < face->interface->channels; i++) {
		const struct channel *channel = &face->interface->channel[i];

		if (face_sends(face, channel))
			text_add(out, "\t\t%s_%s_room(%s);\n", face->port->name.text, channel->name.text,
				 !face->numbered ? ""
				 : face->server  ? "client"
						 : "server");
	}
	if (face->numbered)
		text_add(out, "\t\t(void)%s;\n", face->peer);
	text_add(out, "\t}\n}\n\n");
}

void harness_channel_handlers(const struct glue *glue, uint32_t number)
{
	for (int provided = 1; provided >= 0; provided--) {
		const uint32_t ports = provided ? glue->component->provided : glue->component->used;

		for (uint32_t p = 0; p < ports; p++) {
			const struct port *port =
			    provided ? &glue->component->provides[p] : &glue->component->uses[p];
			const struct face face = face_of(glue, port, provided != 0);

			for (uint32_t i = 0; i < port->interface->channels; i++) {
				const struct channel *channel = &port->interface->channel[i];

				if (face_sends(&face, channel))
					print_sender(&face, channel);
				else
					print_receiver(&face, channel, number + i);
			}
			print_session(&face);
			number += face.peers * port->interface->channels;
		}
	}
}

/* ---- tables ----------------------------------------------------------------------------------- */

static uint64_t address_of(const struct face *face, uint32_t connection, uint32_t region)
{
	const struct numbered *own = face->glue->own;
	const uint64_t *address =
	    face->server ? own->served_address[face->port->index] : own->used_address[face->port->index];

	return address[connection * face->interface->shareds + region];
}

static void print_regions(const struct face *face)
{
	const enum shared_writer peer_bit = face->server ? SHARED_WRITE_CLIENT : SHARED_WRITE_SERVER;

	for (uint32_t i = 0; i < face->peers * face->interface->shareds; i++) {
		const struct shared *shared =
		    face_shared(face, i / face->interface->shareds, i % face->interface->shareds);

		text_add(face->out, "\t{.address = 0x%llx, .size = %llu%s},\n",
			 (unsigned long long)address_of(face, i / face->interface->shareds,
							i % face->interface->shareds),
			 (unsigned long long)shared->size,
			 (shared->write & peer_bit) != 0 ? ", .peer_writes = true" : "");
	}
}

static void print_channel(const struct face *face, uint32_t connection, const struct channel *channel)
{
	const struct numbered *own = face->glue->own;
	const struct interface *interface = face->interface;
	const uint64_t server = address_of(face, connection, interface->server_part) + channel->server_offset,
		       client = address_of(face, connection, interface->client_part) + channel->client_offset;
	const uint32_t bit = connection + (face->server ? own->served_wake_bit[face->port->index]
							: own->used_wake_bit[face->port->index]);

	text_add(face->out,
		 "\t{.name = \"%s.%s\", .connection = %u, .sender = 0x%llx, .receiver = 0x%llx,\n"
		 "\t .entry_bytes = %u, .entries = %u, .notification = %u, .bit = %u%s},\n",
		 face->port->name.text, channel->name.text, bit,
		 (unsigned long long)(channel->to_server ? client : server),
		 (unsigned long long)(channel->to_server ? server : client), channel->entry_bytes,
		 channel->entries, bit / NUMBERS_BITS, bit % NUMBERS_BITS,
		 face_sends(face, channel) ? "" : ", .to_component = true");
}

static void print_channels(const struct face *face)
{
	for (uint32_t c = 0; c < face->peers; c++)
		for (uint32_t i = 0; i < face->interface->channels; i++)
			print_channel(face, c, face_channel(face, c, &face->interface->channel[i]));
}

bool harness_has_regions(const struct glue *glue)
{
	for (uint32_t i = 0; i < glue->component->provided; i++)
		if (glue->component->provides[i].interface->shareds && glue->instance->provided[i].clients)
			return true;
	for (uint32_t i = 0; i < glue->component->used; i++)
		if (glue->component->uses[i].interface->shareds && glue->instance->used[i].servers)
			return true;
	return false;
}

/* Over all ports, also those that have shared regions only. */
static void each_port(const struct glue *glue, void (*each)(const struct face *face))
{
	for (uint32_t i = 0; i < glue->component->provided; i++) {
		const struct face face = face_of(glue, &glue->component->provides[i], true);

		each(&face);
	}
	for (uint32_t i = 0; i < glue->component->used; i++) {
		const struct face face = face_of(glue, &glue->component->uses[i], false);

		each(&face);
	}
}

void harness_channel_tables(const struct glue *glue)
{
	struct text *out = glue->out;

	if (harness_has_regions(glue)) {
		text_add(out, "static const struct harness_region region[] = {\n");
		each_port(glue, print_regions);
		text_add(out, "};\n\n");
	}
	if (!has_channels(glue))
		return;
	text_add(out, "static const struct harness_channel channel[] = {\n");
	each_port(glue, print_channels);
	text_add(out, "};\n\nstatic void again(void)\n{\n\tif (glue_more)\n\t\tglue_look_again();\n}\n\n");
}
