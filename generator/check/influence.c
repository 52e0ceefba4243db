/* SPDX-License-Identifier: MIT
 * The graph of influence. Its edges are those of the tables that the kernel boots: each capability, mapping and fault
 * endpoint that leads from one instance to another has an edge here, which a test compares. Who reaches everything, and
 * who sees everything, has no edge for each node but a mark, so that the graph stays as large as the description.
 */
#include "influence.h"

#include <stdlib.h>
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
	if (interface->events != 0) {
		step.what = interface->event[0].name.text;
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

/* ---- Devices ---- */

static void add_device(struct influence *graph, const struct device *device)
{
	const uint32_t node = influence_device(graph, device);
	struct influence_step step = {.what = device->path};

	if (device->holder == NULL)
		return;
	step.place = device->holder->place;
	step.kind = INFLUENCE_DRIVE;
	step.from = device->holder->index;
	step.to = node;
	step.writes = true;
	influence_add(graph, step);
	step.kind = INFLUENCE_REGISTERS;
	step.from = node;
	step.to = device->holder->index;
	step.writes = false;
	influence_add(graph, step);
	if (!device->holder->component->device.no_dma) {
		graph->reaches_all[node] = true;
		graph->sees_all[graph->watchers++] = node;
	}
}

/* What is mapped of a device: whole pages; I/O ports one by one. */
struct extent {
	const struct device *device;
	uint64_t first, last;
	bool ports, mapped; /* mapped: its driver has it */
};

static int by_place(const void *left, const void *right)
{
	const struct extent *a = left, *b = right;

	if (a->ports != b->ports)
		return a->ports ? 1 : -1;
	return a->first < b->first ? -1 : a->first > b->first;
}

static void add_neighbour(struct influence *graph, const struct extent *own, const struct extent *other)
{
	struct influence_step step = {.kind = INFLUENCE_PAGE, .what = other->device->path};

	if (!own->mapped || own->device == other->device)
		return;
	step.place = own->device->holder->place;
	step.from = own->device->holder->index;
	step.to = influence_device(graph, other->device);
	step.writes = true;
	influence_add(graph, step);
	if (other->device->holder == NULL &&
	    !graph->reaches_all[step.to]) { /* nobody says `dma: none` of it */
		graph->reaches_all[step.to] = true;
		graph->sees_all[graph->watchers++] = step.to;
	}
	step.from = step.to;
	step.to = own->device->holder->index;
	step.writes = false;
	influence_add(graph, step);
}

static void add_neighbours(struct influence *graph, const struct board *board)
{
	struct extent *extent;
	uint32_t count = 0;

	for (uint32_t i = 0; i < board->devices; i++)
		count += board->device[i].ranges;
	extent = ARENA_ARRAY(graph->arena, struct extent, count);
	count = 0;
	for (uint32_t i = 0; i < board->devices; i++) {
		const struct device *device = &board->device[i];

		for (uint32_t r = 0; r < device->ranges; r++) {
			const struct register_range *range = &device->range[r];
			const uint64_t unit = range->ports ? 1 : MODEL_PAGE;

			if (range->size != 0)
				extent[count++] = (struct extent){
				    .device = device,
				    .first = range->base / unit,
				    .last = (range->base + range->size - 1) / unit,
				    .ports = range->ports,
				    .mapped = device->holder != NULL &&
					      r < device->holder->component->device.registers};
		}
	}
	qsort(extent, count, sizeof(*extent), by_place);
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t k = i + 1;
		     k < count && extent[k].ports == extent[i].ports && extent[k].first <= extent[i].last;
		     k++) {
			add_neighbour(graph, &extent[i], &extent[k]);
			add_neighbour(graph, &extent[k], &extent[i]);
		}
	}
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
	for (uint32_t i = 0; i < model->board->devices; i++)
		add_device(graph, &model->board->device[i]);
	add_neighbours(graph, model->board);
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
