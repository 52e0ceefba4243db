/* SPDX-License-Identifier: MIT
 * Wires: those of `connect:`, and between a used port and the only provider of
 * its interface. The implicit `log` port comes last and is left open where the
 * log itself calls the instance, directly or through others.
 */
#include "wire.h"

#include <stdlib.h>
#include <string.h>

/* A provided port of an instance. */
struct end {
	struct draft *draft;
	uint32_t port;
	struct end *next; /* further providers of the interface */
};

struct wiring {
	struct build *build;
	struct names providers; /* interface -> first struct end */
};

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

/* ---- Making one ---- */

void wire_connect(struct build *build, struct draft *client, uint32_t uses, struct draft *server,
		  uint32_t provides, struct place place, bool automatic)
{
	struct connection *connection = &build->connection[build->connections];

	connection->client = client->instance;
	connection->uses = &client->component->uses[uses];
	connection->server = server->instance;
	connection->provides = &server->component->provides[provides];
	connection->interface = connection->provides->interface;
	connection->index = build->connections++;
	connection->automatic = automatic;
	connection->place = place;
	client->connected[uses] = connection;
}

/* ---- By themselves ---- */

static void list_providers(struct wiring *wiring)
{
	struct build *build = wiring->build;

	for (uint32_t i = build->instances; i-- > 0;) {
		struct draft *draft = &build->draft[i];

		for (uint32_t k = draft->component == NULL ? 0 : draft->component->provided; k-- > 0;) {
			struct end *end = ARENA_NEW(build->arena, struct end), *first;
			const char *interface = draft->component->provides[k].interface->name.text;

			*end = (struct end){.draft = draft, .port = k};
			first = names_put(&wiring->providers, build->arena, interface, end);
			if (first == NULL)
				continue;
			/* Keep the order of the file: the new one stands before the first. */
			*end = *first;
			*first = (struct end){.draft = draft, .port = k, .next = end};
		}
	}
}

static void refuse_open(struct build *build, const struct draft *client, const struct port *port)
{
	const char *all = "";
	struct complaint *complaint =
	    report_error(build->report, RULE_UNCONNECTED_PORT, client->instance->place,
			 "the port \"%s\" of \"%s\" is connected to nothing: no instance provides "
			 "the interface \"%s\"",
			 port->name.text, client->instance->name.text, port->interface->name.text);

	complaint_note(complaint, port->name.place, "the component uses it here");
	candidates_read(build);
	for (uint32_t i = 0; i < build->candidates; i++) {
		const struct value *provides = build->candidate[i].provides;

		for (uint32_t k = 0; provides != NULL && k < provides->entries; k++)
			if (strcmp(provides->entry[k].value->text, port->interface->name.text) == 0)
				all = arena_format(build->arena, "%s%s%s", all, all[0] == '\0' ? "" : ", ",
						   build->candidate[i].name);
	}
	if (all[0] != '\0')
		complaint_help(complaint, "components that provide it: %s", all);
}

static void refuse_choice(struct build *build, const struct draft *client, const struct port *port,
			  const struct end *end)
{
	struct complaint *complaint =
	    report_error(build->report, RULE_AMBIGUOUS_PROVIDER, client->instance->place,
			 "several instances provide the interface \"%s\" of the port \"%s.%s\"",
			 port->interface->name.text, client->instance->name.text, port->name.text);

	for (; end != NULL; end = end->next)
		if (end->draft != client)
			complaint_help(complaint, "perhaps  connect: [%s.%s -> %s.%s]",
				       client->instance->name.text, port->name.text,
				       end->draft->instance->name.text,
				       end->draft->component->provides[end->port].name.text);
}

static void connect_alone(struct wiring *wiring, struct draft *client, uint32_t uses)
{
	const struct port *port = &client->component->uses[uses];
	const struct end *first = names_get(&wiring->providers, port->interface->name.text), *only = NULL;
	uint32_t count = 0;

	for (const struct end *end = first; end != NULL; end = end->next) {
		if (end->draft == client)
			continue;
		only = end;
		count++;
	}
	if (count != 1 && wiring->build->wire_refused)
		return; /* it may be this port that the wire was for */
	if (count > 1)
		refuse_choice(wiring->build, client, port, first);
	else if (count == 1)
		wire_connect(wiring->build, client, uses, only->draft, only->port,
			     port->implicit ? client->instance->place : port->name.place, true);
	else if (!port->optional && !wiring->build->incomplete)
		refuse_open(wiring->build, client, port);
}

static void connect_open_ports(struct wiring *wiring, bool implicit, const bool *called_by_log)
{
	struct build *build = wiring->build;

	for (uint32_t i = 0; i < build->instances; i++) {
		struct draft *draft = &build->draft[i];

		for (uint32_t k = 0; draft->component != NULL && k < draft->component->used; k++)
			if (draft->connected[k] == NULL && !draft->refused[k] &&
			    draft->component->uses[k].implicit == implicit && !(implicit && called_by_log[i]))
				connect_alone(wiring, draft, k);
	}
}

/* ---- Who the log calls ---- */

static void mark(const struct build *build, bool *called, uint32_t instance)
{
	const struct draft *draft = &build->draft[instance];

	if (called[instance])
		return;
	called[instance] = true;
	for (uint32_t i = 0; draft->component != NULL && i < draft->component->used; i++)
		if (draft->connected[i] != NULL)
			mark(build, called, draft->connected[i]->server->index);
}

static const bool *mark_called_by_log(struct wiring *wiring)
{
	struct build *build = wiring->build;
	bool *called = ARENA_ARRAY(build->arena, bool, build->instances);

	for (const struct end *end = names_get(&wiring->providers, "log"); end != NULL; end = end->next)
		mark(build, called, end->draft->instance->index);
	return called;
}

/* ---- All ---- */

static void prepare(struct build *build)
{
	size_t ports = 0;

	for (uint32_t i = 0; i < build->instances; i++) {
		struct draft *draft = &build->draft[i];

		if (draft->component == NULL)
			continue;
		ports += draft->component->used;
		draft->connected =
		    ARENA_ARRAY(build->arena, const struct connection *, draft->component->used);
		draft->instance->connected = draft->connected;
		draft->refused = ARENA_ARRAY(build->arena, bool, draft->component->used);
	}
	build->connection = ARENA_ARRAY(build->arena, struct connection, ports);
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
	return x->uses->index < y->uses->index ? -1 : x->uses->index > y->uses->index;
}

/* The order of the instances, however the wires were written: moving a wire moves no number. */
static void sort_connections(struct build *build)
{
	if (build->connections > 1)
		qsort(build->connection, build->connections, sizeof(*build->connection), by_client);
	for (uint32_t i = 0; i < build->connections; i++) {
		struct connection *connection = &build->connection[i];

		connection->index = i;
		build->draft[connection->client->index].connected[connection->uses->index] = connection;
	}
}

void connections_resolve(struct build *build)
{
	const struct value *wires = value_get(build->system_value, "connect");
	struct wiring wiring = {.build = build};

	prepare(build);
	for (uint32_t i = 0; wires != NULL && i < wires->entries; i++)
		wire_read(build, wires->entry[i].value);
	list_providers(&wiring);
	connect_open_ports(&wiring, false, NULL);
	connect_open_ports(&wiring, true, mark_called_by_log(&wiring));
	sort_connections(build);
	number_clients(build);
}
