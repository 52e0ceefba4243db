/* SPDX-License-Identifier: MIT
 * Wires: those of `connect:`, and between a used port and the only provider of
 * its interface. The implicit `log` port comes last and is left open where the
 * log itself calls the instance, directly or through others.
 */
#include "build.h"

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

static void connect(struct build *build, struct draft *client, uint32_t uses, struct draft *server, uint32_t provides,
		    struct place place, bool automatic)
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

/* ---- Written wires ---- */

struct written {
	struct name instance[2], port[2];
};

static struct name part(struct build *build, const struct value *wire, const char *from, size_t length)
{
	struct name name = {arena_text(build->arena, from, length), wire->place};

	name.place.column += (uint32_t)(from - wire->text) + (wire->quoted ? 1 : 0);
	name.place.width = length == 0 ? 1 : (uint32_t)length;
	return name;
}

static size_t word(const char *text)
{
	return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
}

/* "a.p -> b.q" */
static bool parse(struct build *build, const struct value *wire, struct written *written)
{
	const char *at = wire->text;

	for (int side = 0; side < 2; side++) {
		size_t length = word(at);

		written->instance[side] = part(build, wire, at, length);
		if (length == 0 || at[length] != '.')
			return false;
		at += length + 1;
		length = word(at);
		written->port[side] = part(build, wire, at, length);
		at += length;
		if (length == 0)
			return false;
		at += strspn(at, " ");
		if (side == 0) {
			if (strncmp(at, "->", 2) != 0)
				return false;
			at += 2;
			at += strspn(at, " ");
		}
	}
	return *at == '\0';
}

static int32_t find_port(const struct port *port, uint32_t count, const char *name)
{
	for (uint32_t i = 0; i < count; i++)
		if (strcmp(port[i].name.text, name) == 0)
			return (int32_t)i;
	return -1;
}

static void refuse_port(struct build *build, const struct component *component, struct name port, bool provided)
{
	const struct port *list = provided ? component->provides : component->uses;
	uint32_t count = provided ? component->provided : component->used;
	struct nearest nearest = nearest_start(port.text);
	struct complaint *complaint;
	const char *all = "";

	if (find_port(provided ? component->uses : component->provides, provided ? component->used : component->provided,
		      port.text) >= 0) {
		complaint_help(report_error(build->report, RULE_WRONG_DIRECTION, port.place,
					    "the component \"%s\" %s the port \"%s\", it does not %s it", component->name.text,
					    provided ? "uses" : "provides", port.text, provided ? "provide" : "use"),
			       "write USER.PORT -> PROVIDER.PORT");
		return;
	}
	complaint = report_error(build->report, RULE_UNKNOWN_PORT, port.place, "the component \"%s\" %s no port \"%s\"",
				 component->name.text, provided ? "provides" : "uses", port.text);
	for (uint32_t i = 0; i < count; i++) {
		nearest_try(&nearest, list[i].name.text);
		all = arena_format(build->arena, "%s%s%s", all, i == 0 ? "" : ", ", list[i].name.text);
	}
	complaint_allowed(complaint, "%s", count == 0 ? "none" : all);
	complaint_nearest(complaint, &nearest);
}

static bool check_interfaces(struct build *build, const struct port *uses, const struct port *provides,
			     struct place place)
{
	if (uses->interface == provides->interface)
		return true;
	complaint_note(complaint_note(report_error(build->report, RULE_INTERFACE_MISMATCH, place,
						   "the port \"%s\" uses the interface \"%s\", and \"%s\" provides \"%s\"",
						   uses->name.text, uses->interface->name.text, provides->name.text,
						   provides->interface->name.text),
				      uses->name.place, "it is used here"),
		       provides->name.place, "and provided here");
	return false;
}

static bool is_reversed(const struct component *left, const struct component *right, const struct written *written)
{
	return find_port(left->provides, left->provided, written->port[0].text) >= 0 &&
	       find_port(right->uses, right->used, written->port[1].text) >= 0;
}

static void connect_written(struct build *build, const struct written *written, struct draft *client,
			    struct draft *server)
{
	const struct component *user = client->component, *provider = server->component;
	int32_t uses = find_port(user->uses, user->used, written->port[0].text);
	int32_t provides = find_port(provider->provides, provider->provided, written->port[1].text);
	struct place place = written->instance[0].place;

	if (uses < 0 && provides < 0 && is_reversed(user, provider, written)) {
		complaint_help(report_error(build->report, RULE_WRONG_DIRECTION, written->instance[0].place,
					    "this wire leads from a port that is provided to one that is used"),
			       "write %s.%s -> %s.%s", written->instance[1].text, written->port[1].text,
			       written->instance[0].text, written->port[0].text);
		return;
	}
	if (uses < 0)
		refuse_port(build, user, written->port[0], false);
	if (provides < 0)
		refuse_port(build, provider, written->port[1], true);
	if (uses >= 0)
		client->refused[uses] = client->connected[uses] == NULL; /* until it is connected */
	if (uses < 0 || provides < 0)
		return;
	if (client == server)
		report_error(build->report, RULE_SELF_CONNECTION, written->instance[1].place,
			     "\"%s\" cannot be connected with itself: its call would never be answered",
			     client->instance->name.text);
	else if (client->connected[uses] != NULL)
		complaint_note(report_error(build->report, RULE_CONNECTED_TWICE, place,
					    "the port \"%s.%s\" is connected a second time", client->instance->name.text,
					    written->port[0].text),
			       client->connected[uses]->place, "the first wire is here");
	else if (check_interfaces(build, &user->uses[uses], &provider->provides[provides], written->port[1].place))
		connect(build, client, (uint32_t)uses, server, (uint32_t)provides, place, false);
}

/* The wire leads nowhere; its port is not refused a second time for being open. */
static void refuse_client(struct draft *client, const char *port)
{
	int32_t uses = client->component == NULL ? -1 : find_port(client->component->uses, client->component->used, port);

	if (uses >= 0)
		client->refused[uses] = true;
}

static void read_wire(struct build *build, const struct value *wire)
{
	struct written written;
	struct draft *client, *server;

	if (!parse(build, wire, &written)) {
		complaint_allowed(report_error(build->report, RULE_BAD_WIRE, wire->place, "\"%s\" is no wire", wire->text),
				  "INSTANCE.PORT -> INSTANCE.PORT, from the port that is used to the one that is provided");
		return;
	}
	client = draft_find(build, written.instance[0]);
	server = draft_find(build, written.instance[1]);
	if (client != NULL && server == NULL)
		refuse_client(client, written.port[0].text);
	if (client != NULL && server != NULL && client->component != NULL && server->component != NULL)
		connect_written(build, &written, client, server);
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
	struct complaint *complaint = report_error(build->report, RULE_UNCONNECTED_PORT, client->instance->place,
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
	struct complaint *complaint = report_error(build->report, RULE_AMBIGUOUS_PROVIDER, client->instance->place,
						   "several instances provide the interface \"%s\" of the port \"%s.%s\"",
						   port->interface->name.text, client->instance->name.text, port->name.text);

	for (; end != NULL; end = end->next)
		if (end->draft != client)
			complaint_help(complaint, "perhaps  connect: [%s.%s -> %s.%s]", client->instance->name.text,
				       port->name.text, end->draft->instance->name.text,
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
	if (count > 1)
		refuse_choice(wiring->build, client, port, first);
	else if (count == 1)
		connect(wiring->build, client, uses, only->draft, only->port, port->implicit ? client->instance->place : port->name.place, true);
	else if (!port->optional)
		refuse_open(wiring->build, client, port);
}

static void connect_open_ports(struct wiring *wiring, bool implicit, const bool *called_by_log)
{
	struct build *build = wiring->build;

	for (uint32_t i = 0; i < build->instances; i++) {
		struct draft *draft = &build->draft[i];

		for (uint32_t k = 0; draft->component != NULL && k < draft->component->used; k++)
			if (draft->connected[k] == NULL && !draft->refused[k] && draft->component->uses[k].implicit == implicit &&
			    !(implicit && called_by_log[i]))
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
		draft->connected = ARENA_ARRAY(build->arena, const struct connection *, draft->component->used);
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
			provided->client = ARENA_ARRAY(build->arena, const struct connection *, provided->clients);
		((const struct connection **)(uintptr_t)provided->client)[connection->client_index] = connection;
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
		read_wire(build, wires->entry[i].value);
	list_providers(&wiring);
	connect_open_ports(&wiring, false, NULL);
	connect_open_ports(&wiring, true, mark_called_by_log(&wiring));
	sort_connections(build);
	number_clients(build);
}
