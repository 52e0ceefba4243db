/* SPDX-License-Identifier: MIT
 * Both ends of a connection were compiled with one and the same interface:
 * each ELF says what its ports had (emit/contract.c). The text comes from a
 * file and is taken apart with care.
 */
#include "place.h"

#include <stdio.h>
#include <string.h>

#include "../read/arena.h"
#include "../read/report.h"

#define WORD_ROOM 256

/* One port's lines: its parts stand from `parts` up to `end`. */
struct contract {
	const char *parts, *end;
	char version[WORD_ROOM], hash[WORD_ROOM], where[WORD_ROOM];
};

struct line {
	const char *text, *end;
};

static struct line line_at(const char *at, const char *end)
{
	const char *stop = memchr(at, '\n', (size_t)(end - at));

	return (struct line){at, stop ? stop : end};
}

static const char *behind(struct line line, const char *end)
{
	return line.end < end ? line.end + 1 : end;
}

/* Word `number` of a line; empty where it has less. A long one is cut. */
static const char *word_of(struct line line, unsigned number, char word[WORD_ROOM])
{
	const char *at = line.text;
	size_t length = 0;

	for (unsigned i = 0; i <= number; i++) {
		for (at += length; at < line.end && *at == ' '; at++)
			;
		for (length = 0; at + length < line.end && at[length] != ' '; length++)
			;
	}
	snprintf(word, WORD_ROOM, "%.*s", (int)(length < WORD_ROOM ? length : WORD_ROOM - 1), at);
	return word;
}

static bool is_part(struct line line)
{
	return line.text < line.end && line.text[0] == ' ';
}

/* What the ELF of an instance says of a port. False where it says nothing. */
static bool find(const struct elf *elf, const char *direction, const char *port, struct contract *found)
{
	const char *at = elf->contract, *end = at ? at + elf->contract_size : at;
	char word[WORD_ROOM];

	while (at < end) {
		const struct line line = line_at(at, end);

		at = behind(line, end);
		if (is_part(line) || strcmp(word_of(line, 0, word), direction) != 0 ||
		    strcmp(word_of(line, 1, word), port) != 0)
			continue;
		found->parts = at;
		while (at < end && is_part(line_at(at, end)))
			at = behind(line_at(at, end), end);
		found->end = at;
		(void)word_of(line, 3, found->version);
		(void)word_of(line, 4, found->hash);
		(void)word_of(line, 5, found->where);
		return true;
	}
	return false;
}

/* Has it a part of that noun and name, and, with `whole`, of that hash? */
static bool has_part(const struct contract *contract, struct line wanted, bool whole)
{
	const unsigned words = whole ? 3 : 2;
	char word[WORD_ROOM], other[WORD_ROOM];

	for (const char *at = contract->parts; at < contract->end;) {
		const struct line line = line_at(at, contract->end);
		bool same = true;

		at = behind(line, contract->end);
		for (unsigned i = 0; i < words; i++)
			same = same && strcmp(word_of(line, i, word), word_of(wanted, i, other)) == 0;
		if (same)
			return true;
	}
	return false;
}

/* The parts of one that the other has otherwise (`changed`), or not at all. */
static const char *list_parts(struct arena *arena, const struct contract *of, const struct contract *other,
			      bool changed)
{
	char noun[WORD_ROOM], name[WORD_ROOM];
	const char *all = "";

	for (const char *at = of->parts; at < of->end;) {
		const struct line line = line_at(at, of->end);

		at = behind(line, of->end);
		if (has_part(other, line, true) || has_part(other, line, false) != changed)
			continue;
		all = arena_format(arena, "%s%s%s \"%s\"", all, all[0] == '\0' ? "" : ", ",
				   word_of(line, 0, noun), word_of(line, 1, name));
	}
	return all;
}

static void refuse_missing(const struct layout *layout, const struct connection *connection,
			   const struct instance *instance, const struct port *port)
{
	complaint_help(
	    report_error(layout->request->report, RULE_INTERFACE_MISMATCH, connection->place,
			 "the program of \"%s\" does not say what its port \"%s\" was compiled with",
			 instance->name.text, port->name.text),
	    "it is linked with the glue that compose writes, by runtime/component.ld");
}

static void refuse(const struct layout *layout, const struct connection *connection,
		   const struct contract *client, const struct contract *server)
{
	const char *from = connection->client->name.text, *to = connection->server->name.text;
	const char *changed = list_parts(layout->arena, client, server, true);
	const char *only_client = list_parts(layout->arena, client, server, false);
	const char *only_server = list_parts(layout->arena, server, client, false);
	struct complaint *complaint = report_error(
	    layout->request->report, RULE_INTERFACE_MISMATCH, connection->place,
	    "\"%s.%s\" and \"%s.%s\" were compiled with different versions of the interface \"%s\"", from,
	    connection->uses->name.text, to, connection->provides->name.text,
	    connection->interface->name.text);

	if (changed[0] != '\0')
		complaint_help(complaint, "what differs: %s", changed);
	if (only_client[0] != '\0')
		complaint_help(complaint, "only \"%s\" has: %s", from, only_client);
	if (only_server[0] != '\0')
		complaint_help(complaint, "only \"%s\" has: %s", to, only_server);
	complaint_help(complaint, "\"%s\" was compiled with %s of %s, \"%s\" with %s of %s; build both again",
		       from, client->version, client->where, to, server->version, server->where);
}

static bool connection_holds(const struct layout *layout, const struct connection *connection)
{
	struct contract client, server;

	if (!find(&layout->instance[connection->client->index].elf, "uses", connection->uses->name.text,
		  &client))
		refuse_missing(layout, connection, connection->client, connection->uses);
	else if (!find(&layout->instance[connection->server->index].elf, "provides",
		       connection->provides->name.text, &server))
		refuse_missing(layout, connection, connection->server, connection->provides);
	else if (strcmp(client.hash, server.hash) != 0)
		refuse(layout, connection, &client, &server);
	else
		return true;
	return false;
}

bool contract_holds(const struct layout *layout)
{
	bool holds = true;

	for (uint32_t i = 0; i < layout->model->connections; i++)
		holds = connection_holds(layout, &layout->model->connection[i]) && holds;
	return holds;
}
