/* SPDX-License-Identifier: MIT
 * Ways that open when capabilities are handed on. Where some interface carries capabilities, the closure of authority.h says
 * what each instance may come to hold; each of that which it does not hold at boot is a way here: to whom it leads, back, and
 * from all who have the same, since the one that it was derived from takes it back.
 */
#include "holding.h"

#include "../read/arena.h"

#define NONE UINT32_MAX

struct passing {
	struct influence *graph;
	struct holding holding;
	struct influence_step step; /* kind and place of those that are added now */
};

static bool any_passes(const struct model *model)
{
	for (uint32_t i = 0; i < model->connections; i++) {
		const struct interface *interface = model->connection[i].interface;

		if (interface->sends_in || interface->sends_out)
			return true;
	}
	return false;
}

static void add(const struct passing *passing, uint32_t from, uint32_t to, const char *what, bool writes)
{
	struct influence_step step = passing->step;

	step.from = from;
	step.to = to;
	step.what = what;
	step.writes = writes;
	influence_add(passing->graph, step);
}

static void add_both(const struct passing *passing, uint32_t one, uint32_t other, const char *what,
		     bool writes)
{
	add(passing, one, other, what, writes);
	add(passing, other, one, what, writes);
}

/* Whose object it is: an instance; NONE where it is nobody's. */
static uint32_t owner_of(const struct passing *passing, const struct authority_capability *capability)
{
	const struct numbers *numbers = passing->holding.numbers;

	for (uint32_t i = 0; i < numbers->model->instances; i++) {
		const struct numbered *own = &numbers->instance[i];
		const uint32_t object = capability->object;

		switch (capability->type) {
		case TENON_TYPE_ENDPOINT:
			if (own->endpoint == object)
				return i;
			break;
		case TENON_TYPE_NOTIFICATION:
			if (object - own->notification < own->notifications)
				return i;
			break;
		case TENON_TYPE_REPLY:
			if (object - own->reply < own->replies)
				return i;
			break;
		case TENON_TYPE_POOL:
		case AUTHORITY_FROM_POOL:
			if (own->pool == object || object - own->register_pool < own->register_pools)
				return i;
			break;
		case TENON_TYPE_INTERRUPT:
		case TENON_TYPE_PORTS:
			if (own->instance->device != NULL &&
			    (capability->type == TENON_TYPE_PORTS ? object >= own->port_range
								  : object >= own->interrupt) &&
			    (i + 1 == numbers->model->instances ||
			     object < (capability->type == TENON_TYPE_PORTS
					   ? numbers->instance[i + 1].port_range
					   : numbers->instance[i + 1].interrupt)))
				return i;
			break;
		case TENON_TYPE_THREAD:
		case TENON_TYPE_SPACE:
		case TENON_TYPE_TABLE:
		case TENON_TYPE_RECEIVE_SET:
		case AUTHORITY_OF_SET:
			return object;
		default:
			return NONE;
		}
	}
	return NONE;
}

/* Who answers a call influences who made it. */
static void add_callers(const struct passing *passing, uint32_t holder, uint32_t server)
{
	const struct model *model = passing->graph->model;

	for (uint32_t i = 0; i < model->connections; i++)
		if (model->connection[i].server->index == server)
			add(passing, holder, model->connection[i].client->index, "answers calls", false);
	if (model->supervisor != NULL && model->supervisor->index == server)
		passing->graph->reaches_all[holder] = true; /* faults of all are calls to it */
}

/* A driver's registers, lines and I/O ports, in other hands. */
static void add_device(const struct passing *passing, uint32_t holder, uint32_t driver)
{
	const struct device *device = passing->graph->model->instance[driver].device;

	if (device != NULL)
		add_both(passing, holder, influence_device(passing->graph, device), "registers", true);
	add(passing, holder, driver, "interrupts and registers", false);
}

static void add_owner(const struct passing *passing, uint32_t holder, uint32_t owner,
		      const struct authority_capability *capability)
{
	switch (capability->type) {
	case TENON_TYPE_ENDPOINT:
	case AUTHORITY_OF_SET:
		add_both(passing, holder, owner, "calls", false);
		if ((capability->rights & TENON_RIGHT_MANAGE) != 0)
			add_callers(passing, holder, owner); /* it may close the endpoint */
		break;
	case TENON_TYPE_NOTIFICATION:
		add(passing, holder, owner, "signals", false);
		break;
	case TENON_TYPE_REPLY:
		add(passing, holder, owner, "answers calls", false);
		add_callers(passing, holder, owner);
		break;
	case TENON_TYPE_INTERRUPT:
	case TENON_TYPE_PORTS:
		add_device(passing, holder, owner);
		break;
	case TENON_TYPE_POOL:
	case AUTHORITY_FROM_POOL:
		add_both(passing, holder, owner, "objects of a pool", true);
		if (passing->holding.numbers->instance[owner].pool != capability->object)
			add_device(passing, holder, owner);
		break;
	default: /* threads, spaces, tables, sets */
		add_both(passing, holder, owner, "the other's own objects", true);
		break;
	}
}

/* Has the node one from which this could be derived? The badge stays, but for who has MANAGE. */
static bool holds_same(const struct authority_node *node, const struct authority_capability *capability)
{
	for (uint32_t i = 0; i < node->count; i++) {
		const struct authority_capability *other = &node->capability[i];

		if (other->type == capability->type && other->object == capability->object &&
		    (other->badge == capability->badge || capability->type >= TENON_TYPE_COUNT ||
		     (other->rights & TENON_RIGHT_MANAGE) != 0))
			return true;
	}
	return false;
}

struct place influence_passed_place(const struct influence *graph, uint32_t holder, uint32_t from)
{
	const struct model *model = graph->model;

	for (uint32_t i = 0; i < model->connections; i++) {
		const struct connection *connection = &model->connection[i];
		const uint32_t client = connection->client->index, server = connection->server->index;

		if ((connection->interface->sends_in && client == from && server == holder) ||
		    (connection->interface->sends_out && server == from && client == holder))
			return connection->place;
	}
	return model->instance[holder].place;
}

static void add_capability(struct passing *passing, uint32_t holder,
			   const struct authority_capability *capability)
{
	struct influence *graph = passing->graph;
	const uint32_t owner = owner_of(passing, capability), instances = graph->model->instances;

	passing->step = (struct influence_step){
	    .kind = INFLUENCE_PASSED, .place = influence_passed_place(graph, holder, capability->from)};
	if (capability->type == TENON_TYPE_PLATFORM)
		graph->reaches_all[holder] = true;
	if (capability->type == TENON_TYPE_INSPECTOR)
		influence_watches(graph, holder);
	if (owner != NONE && owner != holder)
		add_owner(passing, holder, owner, capability);
	for (uint32_t i = 0; i < instances; i++)
		if (i != holder && i != owner && holds_same(&passing->holding.authority->node[i], capability))
			add(passing, i, holder, "capabilities that it may take back", false);
	if (capability->type == AUTHORITY_FROM_POOL || capability->type == TENON_TYPE_POOL)
		for (uint32_t i = 0; i < instances; i++)
			if (i != holder && holds_same(&passing->holding.authority->node[i], capability))
				add_both(passing, holder, i, "objects of a pool", true);
}

void influence_pass(struct influence *graph)
{
	struct passing passing = {.graph = graph};

	if (!any_passes(graph->model))
		return;
	passing.holding = holding_make(graph);
	for (uint32_t n = 0; n < graph->model->instances; n++) {
		const struct authority_node *node = &passing.holding.authority->node[n];

		for (uint32_t i = 0; i < node->count; i++)
			if (node->capability[i].rule != AUTHORITY_BOOT)
				add_capability(&passing, n, &node->capability[i]);
	}
	authority_free(passing.holding.authority);
}
