/* SPDX-License-Identifier: MIT
 * Objects of assertions as capabilities and mappings. What can be held by a capability is looked up in the same closure that
 * the report prints and the kernel's test compares; registers and shared regions are mapped at boot, and no capability
 * to them exists but for the registers of a driver with a pool.
 */
#include "holding.h"

#include <stdio.h>
#include <stdlib.h>

#include "../layout/place.h"
#include "../read/arena.h"

struct holding holding_make(const struct influence *graph)
{
	struct holding holding = {.graph = graph, .numbers = numbers_make(graph->model)};
	const struct layout layout = {
	    .model = graph->model, .numbers = holding.numbers, .arena = graph->arena};

	holding.authority = holdings_make(&layout);
	return holding;
}

static const struct holding_step *make_step(const struct holding *holding, const char *text,
					    struct place place)
{
	struct holding_step *step = ARENA_NEW(holding->graph->arena, struct holding_step);

	*step = (struct holding_step){.text = text, .place = place};
	return step;
}

/* ---- Capabilities ---- */

static bool is_among(uint32_t object, uint32_t first, uint32_t count)
{
	return object >= first && object - first < count;
}

static bool is_device(const struct holding *holding, const struct device *device,
		      const struct authority_capability *capability)
{
	const struct numbered *own;
	uint32_t ports = 0;

	if (device->holder == NULL)
		return false;
	own = numbers_of(holding->numbers, device->holder);
	for (uint32_t i = 0; i < device->holder->component->device.registers; i++)
		ports += device->range[i].ports ? 1 : 0;
	if (capability->type == TENON_TYPE_INTERRUPT)
		return is_among(capability->object, own->interrupt,
				device->holder->component->device.interrupts);
	if (capability->type == TENON_TYPE_PORTS)
		return is_among(capability->object, own->port_range, ports);
	return (capability->type == TENON_TYPE_POOL || capability->type == AUTHORITY_FROM_POOL) &&
	       is_among(capability->object, own->register_pool, own->register_pools);
}

/* To call a port: its endpoint with its badge, or an endpoint that is made in the server's set. */
static bool is_port(const struct holding *holding, const struct object *object, uint32_t instance,
		    const struct authority_capability *capability)
{
	const struct numbered *server = numbers_of(holding->numbers, object->instance);

	if (capability->type == AUTHORITY_OF_SET)
		return capability->object == object->instance->index && instance != object->instance->index;
	return capability->type == TENON_TYPE_ENDPOINT && capability->object == server->endpoint &&
	       (capability->rights & TENON_RIGHT_INVOKE) != 0 &&
	       ((capability->rights & TENON_RIGHT_MANAGE) != 0 ||
		capability->badge >> 16 == object->port + 1);
}

static bool is_object(const struct holding *holding, const struct object *object, uint32_t instance,
		      const struct authority_capability *capability)
{
	switch (object->kind) {
	case OBJECT_DEVICE:
		return is_device(holding, object->device, capability);
	case OBJECT_PORT:
		return is_port(holding, object, instance, capability);
	case OBJECT_POOL:
		return (capability->type == TENON_TYPE_POOL || capability->type == AUTHORITY_FROM_POOL) &&
		       capability->object == numbers_of(holding->numbers, object->instance)->pool;
	case OBJECT_PLATFORM:
		return capability->type == TENON_TYPE_PLATFORM;
	case OBJECT_INSPECTOR:
		return capability->type == TENON_TYPE_INSPECTOR;
	default:
		return false;
	}
}

static const struct slot *slot_of(const struct holding *holding, uint32_t instance,
				  const struct authority_capability *capability)
{
	const struct numbered *own = &holding->numbers->instance[instance];

	for (uint32_t i = 0; i < own->slots; i++)
		if (own->slot[i].type == capability->type && own->slot[i].object == capability->object &&
		    own->slot[i].badge == capability->badge && own->slot[i].rights == capability->rights)
			return &own->slot[i];
	return NULL;
}

static const struct holding_step *capability_step(const struct holding *holding, uint32_t instance,
						  const struct authority_capability *capability)
{
	const struct influence *graph = holding->graph;
	const struct instance *who = &graph->model->instance[instance];
	const struct slot *slot = slot_of(holding, instance, capability);
	const uint32_t instances = graph->model->instances;
	const char *how = authority_rule_text((enum authority_rule)capability->rule);

	if (capability->rule == AUTHORITY_BOOT && slot != NULL)
		return make_step(
		    holding, arena_format(graph->arena, "\"%s\" holds it: %s", who->name.text, slot->what),
		    slot->place);
	if (capability->from >= instances)
		return make_step(holding,
				 arena_format(graph->arena, "\"%s\" may hold it, %s", who->name.text, how),
				 who->place);
	return make_step(holding,
			 capability->from == instance
			     ? arena_format(graph->arena, "\"%s\" may hold it, %s", who->name.text, how)
			     : arena_format(graph->arena, "\"%s\" may hold it, %s, from \"%s\"",
					    who->name.text, how,
					    graph->model->instance[capability->from].name.text),
			 influence_passed_place(graph, instance, capability->from));
}

/* ---- Mappings ---- */

static const struct holding_step *mapped_device(const struct holding *holding, const struct device *device,
						uint32_t instance)
{
	const struct influence *graph = holding->graph;
	const uint32_t node = influence_device(graph, device);

	for (uint32_t i = graph->first[instance]; i != UINT32_MAX; i = graph->step[i].next)
		if (graph->step[i].to == node && graph->step[i].writes)
			return make_step(holding, influence_text(graph, &graph->step[i]),
					 graph->step[i].place);
	return NULL;
}

/* A region is mapped into the server and into each client; a port is used by its clients. */
static const struct holding_step *connected(const struct holding *holding, const struct object *object,
					    uint32_t instance)
{
	const struct influence *graph = holding->graph;
	const struct instance *who = &graph->model->instance[instance];
	const struct port *port = &object->instance->component->provides[object->port];

	if (who == object->instance)
		return object->kind == OBJECT_PORT
			   ? NULL
			   : make_step(holding,
				       arena_format(graph->arena, "\"%s\" has it: it provides \"%s\"",
						    who->name.text, port->name.text),
				       who->place);
	for (uint32_t i = 0; i < who->connections; i++) {
		const struct connection *connection = &who->connection[i];

		if (connection->server == object->instance && connection->provides == port)
			return make_step(holding,
					 arena_format(graph->arena,
						      "\"%s\" has it: it is connected through \"%s\"",
						      who->name.text, connection->uses->name.text),
					 connection->place);
	}
	return NULL;
}

/* ---- Questions ---- */

const struct holding_step *holding_find(const struct holding *holding, const struct object *object,
					uint32_t instance, bool may)
{
	const struct authority_node *node = &holding->authority->node[instance];
	const struct holding_step *mapped = NULL;

	if (object->kind == OBJECT_DEVICE)
		mapped = mapped_device(holding, object->device, instance);
	else if (object->kind == OBJECT_PORT || object->kind == OBJECT_MEMORY)
		mapped = connected(holding, object, instance);
	if (mapped != NULL)
		return mapped;
	for (uint32_t i = 0; i < node->count; i++)
		if ((may || node->capability[i].rule == AUTHORITY_BOOT) &&
		    is_object(holding, object, instance, &node->capability[i]))
			return capability_step(holding, instance, &node->capability[i]);
	return NULL;
}

const struct holding_step *holding_controls(const struct holding *holding, uint32_t instance,
					    const bool *other)
{
	const struct authority_node *node = &holding->authority->node[instance];
	const struct model *model = holding->graph->model;

	for (uint32_t i = 0; i < node->count; i++) {
		const struct authority_capability *capability = &node->capability[i];
		bool it = false;

		if (capability->type == TENON_TYPE_THREAD || capability->type == TENON_TYPE_SPACE ||
		    capability->type == TENON_TYPE_TABLE)
			it = (capability->rights & (TENON_RIGHT_WRITE | TENON_RIGHT_MANAGE)) != 0 &&
			     other[capability->object];
		for (uint32_t n = 0; n < model->instances && (capability->type == TENON_TYPE_POOL ||
							      capability->type == AUTHORITY_FROM_POOL);
		     n++)
			it = it || (other[n] && holding->numbers->instance[n].pool == capability->object);
		if (it)
			return capability_step(holding, instance, capability);
	}
	return NULL;
}
