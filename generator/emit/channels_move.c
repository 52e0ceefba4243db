/* SPDX-License-Identifier: MIT
 * The functions of channels and pools. An entry goes whole where its structure
 * has neither gaps nor values that must be checked, else through words: packed
 * value by value, and checked, the buffers that it hands over among them,
 * before anything of it is taken. What cannot be breaks the channel.
 */
#include "channels.h"
#include "wire.h"

/* ---- sending and receiving -------------------------------------------------------------------- */

/* "own->", or with a note that nobody is connected; false then. */
static bool open_body(const struct face *face, const char *unused, const char *answer)
{
	struct text *out = face->out;
	const char *name = face->port->name.text;

	text_add(out, "\n{\n");
	if (face->peers == 0) {
		if (face->numbered)
			text_add(out, "\t(void)%s; /* nobody is connected */\n", face->peer);
		text_add(out, "\t(void)%s;\n%s}\n\n", unused, answer);
		return false;
	}
	text_add(out, "\tstruct glue_channels_%s *own;\n", name);
	return true;
}

/* Behind the declarations. */
static void choose_peer(const struct face *face)
{
	if (face->numbered)
		text_add(face->out, "\n\tCHECK(%s < %u);\n", face->peer, face->peers);
	text_add(face->out, "%s\town = &glue_channels_%s[%s];\n", face->numbered ? "" : "\n",
		 face->port->name.text, face->numbered ? face->peer : "0");
}

/* Moves the buffers of an entry in the books of this side, if it face_keeps them. */
static void each_buffer(const struct face *face, const struct channel *channel, const char *format)
{
	for (uint32_t i = 0; i < channel->entry->fields; i++) {
		const struct field *field = &channel->entry->field[i];

		if (field->type->kind == TYPE_BUFFER && face_keeps(face, field->type->pool))
			text_add(face->out, format, field->type->pool->name.text, field->name.text);
	}
}

static bool moves_books(const struct face *face, const struct channel *channel)
{
	for (uint32_t i = 0; i < channel->entry->fields; i++) {
		const struct field *field = &channel->entry->field[i];

		if (field->type->kind == TYPE_BUFFER && face_keeps(face, field->type->pool))
			return true;
	}
	return false;
}

/* Does the structure itself stand in the ring, with nothing to check and nothing left over? */
static bool is_entry(const struct channel *channel)
{
	return wire_is_whole(channel->entry) && channel->entry->size == channel->entry_bytes &&
	       channel->entry->align == sizeof(uint64_t);
}

static void print_send(const struct face *face, const struct channel *channel)
{
	struct text *out = face->out;
	const struct wire wire = {.out = out, .access = "entry_", .ipc = "words", .tabs = 1};

	face_move(face, channel);
	if (!open_body(face, "entry", "\treturn false;\n"))
		return;
	if (!is_entry(channel))
		text_add(out, "\tuint64_t words[%u] = {0};\n", channel->entry_bytes / 8);
	choose_peer(face);
	each_buffer(face, channel, "\tCHECK(tenon_session_holds(&own->ledger_of_%s, entry->%s.index));\n");
	wire_given(&wire, channel->entry, "(*entry)");
	if (!is_entry(channel))
		wire_put(&wire, channel->entry, "(*entry)", 0);
	text_add(out, "\t%stenon_session_send(&own->session, &own->%s, %s, %u)%s;\n",
		 moves_books(face, channel) ? "if (!" : "return ", channel->name.text,
		 is_entry(channel) ? "entry" : "words", channel->entry_bytes,
		 moves_books(face, channel) ? ")\n\t\treturn false" : "");
	each_buffer(face, channel, "\ttenon_session_handed(&own->ledger_of_%s, entry->%s.index);\n");
	text_add(out, "%s}\n\n", moves_books(face, channel) ? "\treturn true;\n" : "");
}

/* Has one connection more buffers of some pool in its entries than another? */
static bool looks_at_pools(const struct face *face, const struct channel *channel)
{
	for (uint32_t i = 0; i < channel->entry->fields; i++) {
		const struct field *field = &channel->entry->field[i];

		if (field->type->kind == TYPE_BUFFER && face_only_pool(face, field->type->pool) == NULL)
			return true;
	}
	return false;
}

/* What the other side may not say breaks the channel. */
static void print_check(const struct face *face, const struct channel *channel)
{
	struct text *out = face->out;
	const struct wire wire = {.out = out,
				  .access = "entry_",
				  .face = face,
				  .ipc = "words",
				  .refuse = "return false;",
				  .tabs = 1};

	if (channel->entry->plain)
		return;
	text_add(out,
		 "/* Is what came through %s (%s) an entry? */\n"
		 "static bool glue_is_%s_%s(",
		 channel->name.text, cite(face->glue->numbers, channel->name.place), face->port->name.text,
		 channel->name.text);
	if (looks_at_pools(face, channel))
		text_add(out, "const struct glue_channels_%s *own, ", face->port->name.text);
	text_add(out, "const uint64_t *words)\n{\n");
	wire_check(&wire, channel->entry, 0);
	text_add(out, "\treturn true;\n}\n\n");
}

static void print_receive(const struct face *face, const struct channel *channel)
{
	struct text *out = face->out;
	const char *name = channel->name.text;
	const struct wire wire = {.out = out, .access = "entry_", .ipc = "words", .tabs = 1};

	if (face->peers != 0)
		print_check(face, channel);
	face_move(face, channel);
	if (!open_body(face, "entry", "\treturn false;\n"))
		return;
	if (is_entry(channel)) {
		choose_peer(face);
		text_add(out, "\treturn tenon_session_receive(&own->session, &own->%s, entry, %u);\n}\n\n",
			 name, channel->entry_bytes);
		return;
	}
	text_add(out, "\tuint64_t words[%u];\n", channel->entry_bytes / 8);
	choose_peer(face);
	text_add(out,
		 "\tif (!tenon_session_receive(&own->session, &own->%s, words, %u))\n\t\treturn false;\n",
		 name, channel->entry_bytes);
	if (!channel->entry->plain) {
		text_add(out, "\tif (!glue_is_%s_%s(%swords)", face->port->name.text, name,
			 looks_at_pools(face, channel) ? "own, " : "");
		for (uint32_t i = 0; i < channel->entry->fields; i++) {
			const struct field *field = &channel->entry->field[i];

			if (field->type->kind == TYPE_BUFFER && face_keeps(face, field->type->pool))
				text_add(out,
					 " ||\n\t    !tenon_session_taken(&own->ledger_of_%s, "
					 "tenon_entry_get_u32(words, %u))",
					 field->type->pool->name.text, field->offset);
		}
		text_add(out,
			 ") {\n\t\ttenon_session_break(&own->session, &own->%s.channel.end);\n"
			 "\t\treturn false;\n\t}\n",
			 name);
	}
	wire_get(&wire, channel->entry, "(*entry)", 0);
	text_add(out, "\treturn true;\n}\n\n");
}

/* ---- pools ------------------------------------------------------------------------------------ */

static void print_pool(const struct face *face, const struct buffers *pool)
{
	struct text *out = face->out;
	const char *name = pool->name.text;

	for (int write = 0; write <= (face_writes(face, pool) ? 1 : 0); write++) {
		face_place(face, pool, write != 0);
		if (!open_body(face, "buffer", "\treturn NULL;\n"))
			continue;
		choose_peer(face);
		text_add(out, "\treturn tenon_buffers_%s(&own->%s, buffer);\n}\n\n", write ? "write" : "read",
			 name);
	}
	if (!face_keeps(face, pool))
		return;
	face_allocate(face, pool);
	if (open_body(face, "buffer", "\treturn false;\n")) {
		choose_peer(face);
		text_add(out, "\treturn tenon_session_allocate(&own->ledger_of_%s, %u, buffer);\n}\n\n", name,
			 pool->buffer_bytes);
	}
	face_release(face, pool);
	if (open_body(face, "buffer", "")) {
		choose_peer(face);
		text_add(out, "\ttenon_session_release(&own->ledger_of_%s, buffer);\n}\n\n", name);
	}
}

void face_functions(const struct face *face)
{
	for (uint32_t i = 0; i < face->interface->channels; i++) {
		const struct channel *channel = &face->interface->channel[i];

		text_add(face->out, "/* Port %s (%s), channel %s (%s). */\n", face->port->name.text,
			 cite(face->glue->numbers, face->port->name.place), channel->name.text,
			 cite(face->glue->numbers, channel->name.place));
		if (face_sends(face, channel))
			print_send(face, channel);
		else
			print_receive(face, channel);
	}
	for (uint32_t i = 0; i < face->interface->pools; i++)
		print_pool(face, &face->interface->pool[i]);
}
