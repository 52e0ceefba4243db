/* SPDX-License-Identifier: MIT
 * The graph of calls: who waits for whom. An edge is a connection whose
 * interface has operations; events and shared memory make nobody wait.
 */
#include <stdlib.h>
#include "calls.h"

bool is_call(const struct connection *connection)
{
	return connection->interface->operations != 0;
}

enum colour { UNSEEN, ON_PATH, DONE };

struct search {
	const struct model *model;
	struct report *report;
	struct arena *arena;
	unsigned char *colour;
	const struct connection **path; /* connections from the start to where the search stands */
	uint32_t depth;
	bool found;
};

static void refuse(struct search *search, const struct connection *last)
{
	const char *text = last->server->name.text;
	uint32_t from = search->depth;
	struct complaint *complaint;

	while (from > 0 && search->path[from - 1]->client != last->server)
		from--;
	from = from == 0 ? 0 : from - 1;
	for (uint32_t i = from; i < search->depth; i++)
		text = arena_format(search->arena, "%s -> %s", text, search->path[i]->server->name.text);
	text = search->depth == 0 || search->path[search->depth - 1]->server != last->client
		   ? text
		   : arena_format(search->arena, "%s -> %s", text, last->server->name.text);
	complaint = report_error(search->report, RULE_CALL_CYCLE, last->place,
				 "these instances call each other in a circle: %s", text);
	complaint_help(complaint, "each would wait for the next; let one of them send an event instead");
	for (uint32_t i = from; i < search->depth; i++)
		complaint_note(complaint, search->path[i]->place, "\"%s\" calls \"%s\" through \"%s\"",
			       search->path[i]->client->name.text, search->path[i]->server->name.text,
			       search->path[i]->uses->name.text);
	search->found = true;
}

static void visit(struct search *search, const struct instance *instance)
{
	search->colour[instance->index] = ON_PATH;
	for (uint32_t i = 0; i < instance->connections; i++) {
		const struct connection *connection = &instance->connection[i];

		if (!is_call(connection))
			continue;
		if (search->colour[connection->server->index] == ON_PATH) {
			refuse(search, connection);
		} else if (search->colour[connection->server->index] == UNSEEN) {
			search->path[search->depth++] = connection;
			visit(search, connection->server);
			search->depth--;
		}
	}
	search->colour[instance->index] = DONE;
}

bool check_calls(const struct model *model, struct report *report)
{
	struct search search = {.model = model, .report = report};

	search.arena = arena_create();
	search.colour = ARENA_ARRAY(search.arena, unsigned char, model->instances);
	search.path = ARENA_ARRAY(search.arena, const struct connection *, model->instances);
	for (uint32_t i = 0; i < model->instances; i++)
		if (search.colour[i] == UNSEEN)
			visit(&search, &model->instance[i]);
	arena_destroy(search.arena);
	return !search.found;
}

void check_clients(const struct model *model, struct report *report)
{
	for (uint32_t i = 0; i < model->instances; i++) {
		const struct instance *instance = &model->instance[i];

		for (uint32_t k = 0; k < instance->component->provided; k++) {
			const struct provided *provided = &instance->provided[k];

			if (provided->clients > MODEL_CLIENTS_MAX)
				complaint_allowed(report_error(report, RULE_TOO_MANY_CLIENTS, instance->place,
							       "the port \"%s.%s\" has %u clients",
							       instance->name.text,
							       instance->component->provides[k].name.text,
							       provided->clients),
						  "%u", MODEL_CLIENTS_MAX);
		}
	}
}
