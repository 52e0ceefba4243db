/* SPDX-License-Identifier: MIT
 * The graph of influence. Its edges are those of the tables that the kernel boots: each capability, mapping and fault
 * endpoint that leads from one instance to another has an edge here, which a test compares. Who reaches everything, and
 * who sees everything, has no edge for each node but a mark, so that the graph stays as large as the description.
 */
#include "influence.h"

#include <string.h>

#include "../read/arena.h"

#define NONE UINT32_MAX

void influence_add(struct influence *graph, struct influence_step step)
{
	if (step.from == step.to)
		return;
	if (graph->steps == graph->room) {
		const uint32_t room = graph->room != 0 ? 2 * graph->room : 64;
		struct influence_step *more = ARENA_ARRAY(graph->arena, struct influence_step, room);

		if (graph->room != 0)
			memcpy(more, graph->step, graph->steps * sizeof(*more));
		graph->step = more;
		graph->room = room;
	}
	step.next = NONE;
	if (graph->first[step.from] == NONE)
		graph->first[step.from] = graph->steps;
	else
		graph->step[graph->last[step.from]].next = graph->steps;
	graph->last[step.from] = graph->steps;
	graph->step[graph->steps++] = step;
}

void influence_watches(struct influence *graph, uint32_t node)
{
	for (uint32_t i = 0; i < graph->watchers; i++)
		if (graph->sees_all[i] == node)
			return;
	graph->sees_all[graph->watchers++] = node;
}

/* ---- Connections ---- */

/*
 * Operations that are never answered count as calls: the endpoint takes both, so a client that calls where its stub would
 * send is answered.
 */
static void add_operations(struct influence *graph, const struct connection *connection)
{
	const struct interface *interface = connection->interface;
	struct influence_step step = {.connection = connection, .place = connection->place};
	const uint32_t client = connection->client->index, server = connection->server->index;

	if (interface->operations == 0)
		return;
	step.kind = INFLUENCE_CALL;
	step.from = client;
	step.to = server;
	influence_add(graph, step);
	step.kind = INFLUENCE_ANSWER;
	step.from = server;
	step.to = client;
	influence_add(graph, step);
	step.kind = INFLUENCE_LOAN;
	step.writes = true;
	for (uint32_t i = 0; i < interface->operations; i++) {
		const struct message *in = &interface->operation[i].in;

		for (uint32_t k = 0; k < in->arguments; k++) {
			if (in->argument[k].type->kind != TYPE_LOAN || !in->argument[k].type->writable)
				continue;
			step.what = in->argument[k].name.text;
			influence_add(graph, step);
		}
	}
}

static void add_connection(struct influence *graph, const struct connection *connection)
{
	const struct interface *interface = connection->interface;
	const uint32_t client = connection->client->index, server = connection->server->index;
	struct influence_step step = {.connection = connection, .place = connection->place};

	add_operations(graph, connection);
	step.kind = INFLUENCE_EVENT;
	step.from = server;
	step.to = client;
	if (interface->signals != 0) {
		step.what = signal_name(interface, 0);
		influence_add(graph, step);
	}
	step.kind = INFLUENCE_SHARED;
	step.writes = true;
	for (uint32_t i = 0; i < interface->shareds; i++) {
		const struct shared *shared = &interface->shared[i];

		step.what = shared->name.text;
		step.channels = shared->kind == SHARED_SERVER || shared->kind == SHARED_CLIENT;
		step.from = server;
		step.to = client;
		if ((shared->write & SHARED_WRITE_SERVER) != 0)
			influence_add(graph, step);
		step.from = client;
		step.to = server;
		if ((shared->write & SHARED_WRITE_CLIENT) != 0)
			influence_add(graph, step);
	}
}

/* ---- The supervisor ---- */

static void add_supervision(struct influence *graph, const struct instance *instance)
{
	const struct instance *supervisor = graph->model->supervisor;
	struct influence_step step = {.place = instance->supervision != NULL ? instance->supervision->place
									     : instance->place};

	if (supervisor == NULL || supervisor == instance)
		return;
	step.kind = INFLUENCE_FAULT;
	step.from = instance->index;
	step.to = supervisor->index;
	influence_add(graph, step);
	step.kind = INFLUENCE_SUPERVISE;
	step.from = supervisor->index;
	step.to = instance->index;
	step.writes = true;
	influence_add(graph, step);
}

/* ---- All ---- */

struct influence *influence_make(const struct model *model, struct arena *arena)
{
	struct influence *graph = ARENA_NEW(arena, struct influence);

	graph->model = model;
	graph->arena = arena;
	graph->nodes = model->instances + model->board->devices;
	graph->number = ARENA_ARRAY(arena, uint32_t, model->instances);
	graph->first = ARENA_ARRAY(arena, uint32_t, graph->nodes);
	graph->last = ARENA_ARRAY(arena, uint32_t, graph->nodes);
	graph->reaches_all = ARENA_ARRAY(arena, bool, graph->nodes);
	graph->sees_all = ARENA_ARRAY(arena, uint32_t, graph->nodes);
	memset(graph->first, 0xff, graph->nodes * sizeof(*graph->first));
	for (uint32_t i = 0; i < model->connections; i++)
		add_connection(graph, &model->connection[i]);
	influence_add_devices(graph);
	for (uint32_t i = 0; i < model->instances; i++) {
		const struct instance *instance = &model->instance[i];

		add_supervision(graph, instance);
		graph->number[i] = i;
		(void)names_put(&graph->names, arena, instance->name.text, &graph->number[i]); /* is new */
		graph->reaches_all[i] = (instance->component->needs & NEEDS_PLATFORM) != 0;
		if ((instance->component->needs & NEEDS_INSPECTOR) != 0)
			graph->sees_all[graph->watchers++] = i;
	}
	influence_pass(graph);
	return graph;
}
