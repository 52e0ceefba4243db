/* SPDX-License-Identifier: MIT
 * What reaches what in the graph of influence: breadth first, so the steps to a node are as few as there can be; and the
 * steps in the user's names.
 */
#include "influence.h"

#include "../read/arena.h"

#define NONE UINT32_MAX

/* ---- Names ---- */

const char *influence_name(const struct influence *graph, uint32_t node)
{
	const struct model *model = graph->model;

	return node < model->instances ? model->instance[node].name.text
				       : model->board->device[node - model->instances].path;
}

/* Why a device reaches everything. */
static const char *free_text(const struct influence *graph, uint32_t node)
{
	const struct board *board = graph->model->board;
	const struct device *device = &board->device[node - graph->model->instances];

	return device->function || device->bridges != 0
		   ? arena_format(graph->arena, "the board \"%s\" has no IOMMU before its PCI functions",
				  board->name.text)
		   : "its driver does not say `dma: none`";
}

static const char *bus_text(const struct influence *graph, const struct influence_step *step,
			    const char *from, const char *to)
{
	const uint32_t instances = graph->model->instances;

	if (step->from >= instances)
		return arena_format(graph->arena,
				    "the bus \"%s\" reads the configuration of the device \"%s\"", to, from);
	if (step->to >= instances)
		return arena_format(graph->arena, "\"%s\" is the bus of the device \"%s\"", from, to);
	return arena_format(graph->arena,
			    "\"%s\", the bus, maps the registers of \"%s\" and says what its device reaches",
			    from, to);
}

static const char *device_text(const struct influence *graph, const struct influence_step *step,
			       const char *from, const char *to)
{
	switch (step->kind) {
	case INFLUENCE_DRIVE:
		return arena_format(graph->arena, "\"%s\" drives the device \"%s\"", from, to);
	case INFLUENCE_REGISTERS:
		return arena_format(graph->arena, "the device \"%s\" is read by its driver \"%s\"", from, to);
	case INFLUENCE_PAGE:
		return step->writes
			   ? arena_format(graph->arena,
					  "\"%s\" has the page in which registers of the device \"%s\" lie",
					  from, to)
			   : arena_format(graph->arena,
					  "registers of the device \"%s\" lie in a page that \"%s\" has",
					  from, to);
	case INFLUENCE_PLATFORM:
		return arena_format(graph->arena,
				    "\"%s\" has the platform: it may stop the machine, and \"%s\" with it",
				    from, to);
	case INFLUENCE_INSPECTOR:
		return arena_format(graph->arena, "\"%s\" has the inspector: it sees what \"%s\" does", to,
				    from);
	case INFLUENCE_MAPPED:
		if (step->from < graph->model->instances && step->to < graph->model->instances)
			return arena_format(graph->arena,
					    "\"%s\" and \"%s\" have the memory \"%s\", which is passed on",
					    from, to, step->what);
		return step->from >= graph->model->instances
			   ? arena_format(graph->arena,
					  "the device \"%s\" writes the memory \"%s\" of \"%s\"", from,
					  step->what, to)
			   : arena_format(graph->arena, "the device \"%s\" reads the memory \"%s\" of \"%s\"",
					  to, step->what, from);
	case INFLUENCE_MESSAGE:
		return arena_format(graph->arena,
				    "the device \"%s\" may signal the interrupts of \"%s\" too: this machine "
				    "does not tell whose messages are whose",
				    from, to);
	case INFLUENCE_BUS:
		return bus_text(graph, step, from, to);
	default:
		return step->to < graph->model->instances
			   ? arena_format(graph->arena,
					  "the device \"%s\" may write all memory, that of \"%s\" too: %s",
					  from, to, free_text(graph, step->from))
			   : arena_format(graph->arena,
					  "the device \"%s\" may read all memory, that of \"%s\" too: %s", to,
					  from, free_text(graph, step->to));
	}
}

const char *influence_text(const struct influence *graph, const struct influence_step *step)
{
	const char *from = influence_name(graph, step->from), *to = influence_name(graph, step->to);
	const struct connection *connection = step->connection;
	struct arena *arena = graph->arena;

	switch (step->kind) {
	case INFLUENCE_CALL:
		return arena_format(arena, "\"%s\" calls \"%s\" through \"%s\"", from, to,
				    connection->uses->name.text);
	case INFLUENCE_ANSWER:
		return arena_format(arena, "\"%s\" answers the calls of \"%s\" at \"%s\"", from, to,
				    connection->provides->name.text);
	case INFLUENCE_LOAN:
		return arena_format(arena, "\"%s\" writes \"%s\", memory that \"%s\" lends it through \"%s\"",
				    from, step->what, to, connection->uses->name.text);
	case INFLUENCE_EVENT:
		return arena_format(arena, "\"%s\" signals \"%s\" to \"%s\"", from, step->what, to);
	case INFLUENCE_SHARED:
		if (step->channels)
			return arena_format(
			    arena, "\"%s\" writes its side of the channels of \"%s.%s\", which \"%s\" reads",
			    from, connection->server->name.text, connection->provides->name.text, to);
		return arena_format(
		    arena, "\"%s\" writes the memory \"%s\" of \"%s.%s\", which \"%s\" has too", from,
		    step->what, connection->server->name.text, connection->provides->name.text, to);
	case INFLUENCE_FAULT:
		return arena_format(arena, "faults of \"%s\" go to \"%s\", the supervisor", from, to);
	case INFLUENCE_SUPERVISE:
		return arena_format(arena, "\"%s\", the supervisor, stops \"%s\" and starts it anew", from,
				    to);
	case INFLUENCE_PASSED:
		return arena_format(arena, "\"%s\" may reach \"%s\" by what is handed on: %s", from, to,
				    step->what);
	default:
		return device_text(graph, step, from, to);
	}
}

struct place influence_place(const struct influence *graph, uint32_t node)
{
	const struct model *model = graph->model;
	const struct device *device;

	if (node < model->instances)
		return model->instance[node].place;
	device = &model->board->device[node - model->instances];
	return device->holder != NULL ? device->holder->component->device.place : device->place;
}

/* ---- The search ---- */

struct search {
	const struct influence *graph;
	struct influence_reach *reach;
	const bool *filter;
	bool all, watched; /* everything was reached already; those who see everything were */
};

static void take(struct search *search, uint32_t node, const struct influence_step *by)
{
	struct influence_reach *reach = search->reach;

	if (reach->reached[node])
		return;
	reach->reached[node] = true;
	reach->by[node] = by;
	reach->order[reach->count++] = node;
}

/* A step that has no edge: to everything, or from everything. */
static void take_marked(struct search *search, uint32_t from, uint32_t to)
{
	const struct influence *graph = search->graph;
	const uint32_t instances = graph->model->instances;
	const bool reaches = graph->reaches_all[from];
	const uint32_t who = reaches ? from : to;
	struct influence_step *step;

	if (search->reach->reached[to])
		return;
	step = ARENA_NEW(graph->arena, struct influence_step);
	*step = (struct influence_step){
	    .from = from, .to = to, .next = NONE, .place = influence_place(graph, who)};
	step->kind = who >= instances ? INFLUENCE_DMA : reaches ? INFLUENCE_PLATFORM : INFLUENCE_INSPECTOR;
	step->writes = reaches && who >= instances;
	take(search, to, step);
}

static void expand(struct search *search, uint32_t node)
{
	const struct influence *graph = search->graph;

	for (uint32_t i = graph->first[node]; i != NONE; i = graph->step[i].next)
		take(search, graph->step[i].to, &graph->step[i]);
	for (uint32_t i = 0; !search->watched && i < graph->watchers; i++)
		take_marked(search, node, graph->sees_all[i]);
	search->watched = true;
	for (uint32_t i = 0; graph->reaches_all[node] && !search->all && i < graph->nodes; i++)
		take_marked(search, node, i);
	search->all = search->all || graph->reaches_all[node];
}

struct influence_reach *influence_search(const struct influence *graph, const bool *from, const bool *filter)
{
	struct influence_reach *reach = ARENA_NEW(graph->arena, struct influence_reach);
	struct search search = {.graph = graph, .reach = reach, .filter = filter};

	reach->order = ARENA_ARRAY(graph->arena, uint32_t, graph->nodes);
	reach->by = ARENA_ARRAY(graph->arena, const struct influence_step *, graph->nodes);
	reach->reached = ARENA_ARRAY(graph->arena, bool, graph->nodes);
	for (uint32_t i = 0; i < graph->nodes; i++)
		if (from[i])
			take(&search, i, NULL);
	reach->sources = reach->count;
	for (uint32_t i = 0; i < reach->count; i++)
		if (i < reach->sources || filter == NULL || !filter[reach->order[i]])
			expand(&search, reach->order[i]);
	return reach;
}

uint32_t influence_nearest(const struct influence_reach *reach, const bool *to)
{
	for (uint32_t i = 0; i < reach->count; i++)
		if (to[reach->order[i]])
			return reach->order[i];
	return NONE;
}

uint32_t influence_path(const struct influence *graph, const struct influence_reach *reach, uint32_t node,
			const struct influence_step ***path)
{
	uint32_t steps = 0;

	for (uint32_t at = node; reach->by[at] != NULL; at = reach->by[at]->from)
		steps++;
	*path = ARENA_ARRAY(graph->arena, const struct influence_step *, steps);
	for (uint32_t at = node, i = steps; i > 0; at = reach->by[at]->from)
		(*path)[--i] = reach->by[at];
	return steps;
}

const struct influence_step *influence_write(const struct influence *graph, const bool *from, const bool *to)
{
	for (uint32_t i = 0; i < graph->steps; i++)
		if (graph->step[i].writes && from[graph->step[i].from] && to[graph->step[i].to])
			return &graph->step[i];
	return NULL;
}
