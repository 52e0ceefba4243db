/* SPDX-License-Identifier: MIT
 * From wires to connections: each used port of an instance follows its wire,
 * through the ports of composites, to the instance that serves it. The implicit
 * `log` port comes last and is left open where the log itself calls the
 * instance, directly or through others.
 */
#include "channels.h"
#include "limits.h"
#include "wire.h"

#include <stdlib.h>
#include <string.h>

/* ---- The implicit port ---- */

static bool has_log(const struct component *component)
{
	for (uint32_t i = 0; i < component->used; i++)
		if (strcmp(component->uses[i].interface->name.text, "log") == 0 ||
		    strcmp(component->uses[i].name.text, "log") == 0)
			return true;
	for (uint32_t i = 0; i < component->provided; i++)
		if (strcmp(component->provides[i].interface->name.text, "log") == 0 ||
		    strcmp(component->provides[i].name.text, "log") == 0)
			return true;
	return false;
}

static const struct interface *find_log(const struct build *build)
{
	for (uint32_t i = 0; i < build->instances; i++) {
		const struct component *component = build->draft[i].component;

		for (uint32_t k = 0; component != NULL && k < component->provided; k++)
			if (strcmp(component->provides[k].interface->name.text, "log") == 0)
				return component->provides[k].interface;
	}
	return NULL;
}

void ports_add_log(struct build *build)
{
	const struct interface *log = find_log(build);

	for (uint32_t i = 0; log != NULL && i < build->components; i++) {
		struct component *component = build->component[i];
		struct port *port; /* component_read left room for one more */

		if (has_log(component))
			continue;
		port = ARENA_ARRAY(build->arena, struct port, (size_t)component->used + 1);
		if (component->used != 0)
			memcpy(port, component->uses, component->used * sizeof(*port));
		port[component->used] = (struct port){.name = {"log", component->name.place},
						      .interface = log,
						      .optional = true,
						      .implicit = true,
						      .index = component->used};
		component->uses = port;
		component->used++;
	}
}

/* ---- Following the wires ---- */

/* The next one behind the port of a composite; NULL: the end is a port of an instance. */
static const struct link *next_link(const struct end *end)
{
	if (end->group != NULL)
		return &end->group->self->used[end->port];
	return end->member->group == NULL ? NULL : &end->member->group->inside[end->port];
}

/* Is an open port on the way to be spoken of, though its composite does not need it? */
static void refuse_open_end(struct build *build, const struct draft *client, const struct port *port,
			    const struct link *first, const struct link *open)
{
	if (port->optional || open->refused || first->refused || build->incomplete || build->wire_refused)
		return;
	report_error(build->report, RULE_UNCONNECTED_PORT, first->place,
		     "the port \"%s.%s\" leads to a port of its composite that is connected to nothing",
		     client->instance->name.text, port->name.text);
}

/* Room for one more; those before are copied, so nobody points to them until all are made. */
static struct connection *add_connection(struct build *build)
{
	if (build->connections == build->connection_room) {
		uint32_t room = build->connection_room == 0 ? 64 : 2 * build->connection_room;
		struct connection *more = ARENA_ARRAY(build->arena, struct connection, room);

		if (build->connections != 0)
			memcpy(more, build->connection, build->connections * sizeof(*more));
		build->connection = more;
		build->connection_room = room;
	}
	return &build->connection[build->connections];
}

static void connect(struct build *build, struct draft *client, uint32_t uses, const struct link *link,
		    const struct end *end, struct terms terms)
{
	struct connection *connection = add_connection(build);
	struct draft *server = end->member->draft;

	if (server->component == NULL)
		return;
	if (server == client) {
		report_error(build->report, RULE_SELF_CONNECTION, link->place,
			     "\"%s\" cannot be connected with itself: its call would never be answered",
			     client->instance->name.text);
		return;
	}
	connection->client = client->instance;
	connection->uses = &client->component->uses[uses];
	connection->server = server->instance;
	connection->provides = &server->component->provides[end->port];
	connection->interface = connection->provides->interface;
	connection->server_index = client->used[uses].servers++;
	connection->index = build->connections++;
	connection->automatic = link->automatic;
	connection->place = link->place;
	connection->limited = terms.limits;
	connection->limit = limits_of_connection(build, connection->interface, terms.limits);
	connection->with = terms.with;
	connection->pooled = terms.pools;
	connection->queued = terms.channels;
	channels_connect(build, connection);
	parameters_connect(build, connection);
}

/* What is said of each matter by who is nearer to the client. */
static struct terms nearest_terms(struct terms near, struct terms far)
{
	return (struct terms){.limits = near.limits == NULL ? far.limits : near.limits,
			      .with = near.with == NULL ? far.with : near.with,
			      .pools = near.pools == NULL ? far.pools : near.pools,
			      .channels = near.channels == NULL ? far.channels : near.channels};
}

/*
 * Follows a wire of the client, through all wires of each array behind it. `terms` are those of the wires that are nearest
 * to the client. More steps than there are composites lead in a circle.
 */
static void follow(struct build *build, struct draft *client, uint32_t uses, const struct link *first,
		   const struct end *end, struct terms terms, uint32_t steps)
{
	const struct link *link = next_link(end);

	if (link == NULL) {
		connect(build, client, uses, first, end, terms);
	} else if (!link->made) {
		refuse_open_end(build, client, &client->component->uses[uses], first, link);
	} else if (steps > 2 * build->groups) {
		report_error(build->report, RULE_SELF_CONNECTION, first->place,
			     "the port \"%s.%s\" leads through composites back to itself",
			     client->instance->name.text, client->component->uses[uses].name.text);
	} else {
		for (; link != NULL; link = link->next) {
			follow(build, client, uses, first, &link->to, nearest_terms(terms, link->terms),
			       steps + 1);
		}
	}
}

static void follow_port(struct build *build, struct draft *client, uint32_t uses)
{
	struct link *link = &client->member->used[uses];

	if (link->followed || !link->made)
		return;
	link->followed = true;
	for (; link != NULL; link = link->next)
		follow(build, client, uses, link, &link->to, link->terms, 0);
}

void wire_follow(struct build *build)
{
	for (uint32_t i = 0; i < build->instances; i++) {
		struct draft *draft = &build->draft[i];

		for (uint32_t k = 0; draft->component != NULL && k < draft->component->used; k++)
			follow_port(build, draft, k);
	}
}

/* Drivers of PCI functions are connected with the bus wherever both are. */
static void connect_bus(struct build *build, struct draft *draft)
{
	const struct device *device = draft->instance->device;

	for (uint32_t i = 0; draft->component != NULL && i < draft->component->used; i++) {
		const struct port *port = &draft->component->uses[i];
		const struct link link = {.place = draft->instance->place, .automatic = true};
		const struct end end = {.member = build->draft[build->model->bus->index].member,
					.port = build->bus_port->index};

		if (port->to_bus && device != NULL && device->function)
			connect(build, draft, i, &link, &end, (struct terms){0});
	}
}

/* ---- Who the log calls ---- */

static void mark(const struct build *build, bool *called, uint32_t instance)
{
	const struct draft *draft = &build->draft[instance];

	if (called[instance])
		return;
	called[instance] = true;
	for (uint32_t i = 0; i < draft->instance->connections; i++)
		mark(build, called, draft->instance->connection[i].server->index);
}

static const bool *mark_called_by_log(struct build *build)
{
	bool *called = ARENA_ARRAY(build->arena, bool, build->instances);

	for (uint32_t i = 0; i < build->instances; i++) {
		const struct component *component = build->draft[i].component;

		for (uint32_t k = 0; component != NULL && k < component->provided; k++)
			if (strcmp(component->provides[k].interface->name.text, "log") == 0)
				mark(build, called, i);
	}
	return called;
}

/* ---- All ---- */

static void prepare_member(struct build *build, struct member *member)
{
	const struct component *face = member_face(member);

	if (face == NULL)
		return;
	member->used = ARENA_ARRAY(build->arena, struct link, face->used);
	if (member->group != NULL)
		member->group->inside = ARENA_ARRAY(build->arena, struct link, face->provided);
}

static void prepare(struct build *build)
{
	for (struct group *group = build->group; group != NULL; group = group->next) {
		build->groups++;
		for (struct member *member = group->first; member != NULL; member = member->next)
			prepare_member(build, member);
	}
	for (uint32_t i = 0; i < build->instances; i++) {
		struct draft *draft = &build->draft[i];

		if (draft->component == NULL)
			continue;
		draft->used = ARENA_ARRAY(build->arena, struct used, draft->component->used);
		draft->instance->used = draft->used;
	}
}

/* Clients of each provided port, numbered in the order of the client instances. */
static void number_clients(struct build *build)
{
	for (uint32_t i = 0; i < build->instances; i++) {
		struct draft *draft = &build->draft[i];
		uint32_t provided = draft->component == NULL ? 0 : draft->component->provided;

		draft->provided = ARENA_ARRAY(build->arena, struct provided, provided);
		draft->instance->provided = draft->provided;
	}
	for (uint32_t i = 0; i < build->connections; i++) {
		struct connection *connection = &build->connection[i];
		struct draft *server = &build->draft[connection->server->index];

		connection->client_index = server->provided[connection->provides->index].clients++;
	}
	for (uint32_t i = 0; i < build->connections; i++) {
		const struct connection *connection = &build->connection[i];
		struct provided *provided =
		    &build->draft[connection->server->index].provided[connection->provides->index];

		if (provided->client == NULL)
			provided->client =
			    ARENA_ARRAY(build->arena, const struct connection *, provided->clients);
		((const struct connection **)(uintptr_t)provided->client)[connection->client_index] =
		    connection;
	}
}

static int by_client(const void *a, const void *b)
{
	const struct connection *x = a, *y = b;

	if (x->client->index != y->client->index)
		return x->client->index < y->client->index ? -1 : 1;
	if (x->uses->index != y->uses->index)
		return x->uses->index < y->uses->index ? -1 : 1;
	return x->server_index < y->server_index ? -1 : x->server_index > y->server_index;
}

/* The order of the instances, however the wires were written: moving a wire moves no number but in its array. */
static void sort_connections(struct build *build)
{
	if (build->connections > 1)
		qsort(build->connection, build->connections, sizeof(*build->connection), by_client);
	for (uint32_t i = 0; i < build->instances; i++)
		build->instance[i].connections = 0;
	for (uint32_t i = 0; i < build->connections; i++) {
		struct connection *connection = &build->connection[i];
		struct instance *client = build->draft[connection->client->index].instance;
		struct used *used = &build->draft[client->index].used[connection->uses->index];

		connection->index = i;
		if (client->connections++ == 0)
			client->connection = connection;
		if (connection->server_index == 0)
			used->server = ARENA_ARRAY(build->arena, const struct connection *, used->servers);
		((const struct connection **)(uintptr_t)used->server)[connection->server_index] = connection;
	}
}

void connections_resolve(struct build *build)
{
	const bool *called;

	prepare(build);
	for (struct group *group = build->group; group != NULL; group = group->next) {
		const struct value *wires = value_get(group->value, "connect");

		if (group->composite == NULL)
			wires = overlay_wires(build, wires);
		for (uint32_t i = 0; wires != NULL && i < wires->entries; i++)
			wire_read(build, group, wires->entry[i].value);
	}
	wire_list_offers(build);
	for (struct group *group = build->group; group != NULL; group = group->next)
		wire_open_ports(build, group, false, NULL);
	wire_follow(build);
	for (uint32_t i = 0; build->bus_port != NULL && i < build->instances; i++)
		connect_bus(build, &build->draft[i]);
	sort_connections(build);
	called = mark_called_by_log(build);
	for (struct group *group = build->group; group != NULL; group = group->next)
		wire_open_ports(build, group, true, called);
	wire_follow(build);
	sort_connections(build);
	wire_count_arrays(build);
	number_clients(build);
	parameters_check_unique(build);
}
