/* SPDX-License-Identifier: MIT
 * Pools that go on: what a component passes from a provided port to a used one, and what comes with each connection for it.
 * The buffers of a client of this one are then buffers for the server behind it too, or for its device, without a copy.
 */
#include "build.h"

#include <string.h>

/* ---- `passes` of a component ---- */

/* "volume.data -> disk", taken apart; NULL in `part` where it is not that. */
static bool take_apart(struct build *build, const char *text, const char *part[3])
{
	const size_t port = strcspn(text, ". "), pool = text[port] == '.' ? strcspn(text + port + 1, " ") : 0;
	const char *rest = text + port + (pool == 0 ? 0 : 1 + pool);

	rest += strspn(rest, " ");
	if (port == 0 || pool == 0 || strncmp(rest, "->", 2) != 0)
		return false;
	rest += 2;
	rest += strspn(rest, " ");
	part[0] = arena_text(build->arena, text, port);
	part[1] = arena_text(build->arena, text + port + 1, pool);
	part[2] = rest;
	return name_is_identifier(part[0]) && name_is_identifier(part[1]) && name_is_identifier(part[2]);
}

static const struct port *find_port(struct build *build, const struct port *port, uint32_t count,
				    const char *name, struct place place, const char *verb)
{
	struct nearest nearest = nearest_start(name);
	struct complaint *complaint;

	for (uint32_t i = 0; i < count; i++) {
		if (strcmp(port[i].name.text, name) == 0)
			return &port[i];
		nearest_try(&nearest, port[i].name.text);
	}
	complaint = report_error(build->report, RULE_PASSED_POOL, place, "the component %s no port \"%s\"",
				 verb, name);
	complaint_nearest(complaint, &nearest);
	return NULL;
}

static const struct buffers *find_pool(struct build *build, const struct interface *interface,
				       const char *name, struct place place)
{
	struct nearest nearest = nearest_start(name);

	for (uint32_t i = 0; i < interface->pools; i++) {
		if (strcmp(interface->pool[i].name.text, name) == 0)
			return &interface->pool[i];
		nearest_try(&nearest, interface->pool[i].name.text);
	}
	complaint_nearest(report_error(build->report, RULE_PASSED_POOL, place,
				       "the interface \"%s\" has no pool \"%s\"", interface->name.text, name),
			  &nearest);
	return NULL;
}

/* Can the server be told of buffers of others? */
static bool takes_others(const struct interface *interface)
{
	for (uint32_t i = 0; i < interface->pools; i++)
		if (interface->pool[i].passed)
			return true;
	return false;
}

static void read_pass(struct build *build, const struct component *component, const struct value *value,
		      struct pass *pass)
{
	const char *part[3];
	const struct port *provides, *uses;
	const struct buffers *pool;

	pass->place = value->place;
	if (!take_apart(build, value->text, part)) {
		complaint_allowed(report_error(build->report, RULE_PASSED_POOL, value->place,
					       "\"%s\" passes nothing on", value->text),
				  "PORT.POOL -> PORT, from a pool of a provided port to a used port");
		return;
	}
	provides =
	    find_port(build, component->provides, component->provided, part[0], value->place, "provides");
	uses = find_port(build, component->uses, component->used, part[2], value->place, "uses");
	if (provides == NULL || uses == NULL || provides->interface == NULL || uses->interface == NULL)
		return;
	pool = find_pool(build, provides->interface, part[1], value->place);
	if (pool == NULL)
		return;
	if (!takes_others(uses->interface))
		complaint_note(
		    complaint_help(report_error(build->report, RULE_PASSED_POOL, value->place,
						"no pool of the interface \"%s\" says that buffers of "
						"others may stand for its own",
						uses->interface->name.text),
				   "add \"passed: true\" to the pool, where the server knows of them"),
		    uses->interface->name.place, "it is described here");
	pass->provides = provides->index;
	pass->uses = uses->index;
	pass->shared = pool->shared;
}

/* `reads` says that the component has what it passes on from this port. */
static void read_reads(struct build *build, const struct component *component, const struct value *value,
		       struct pass *pass, uint32_t count)
{
	const struct port *port =
	    find_port(build, component->provides, component->provided, value->text, value->place, "provides");
	bool passes = false;

	for (uint32_t i = 0; port != NULL && i < count; i++) {
		if (pass[i].provides == port->index) {
			pass[i].reads = true;
			passes = true;
		}
	}
	if (port != NULL && !passes)
		complaint_help(report_error(build->report, RULE_PASSED_POOL, value->place,
					    "no pool of the port \"%s\" is passed on", value->text),
			       "who does not pass pools on has what comes with its connections anyhow");
}

void passes_read(struct build *build, const struct value *passes, const struct value *reads,
		 struct component *component)
{
	const uint32_t count = passes == NULL ? 0 : passes->entries;
	struct pass *pass = ARENA_ARRAY(build->arena, struct pass, count);

	for (uint32_t i = 0; i < count; i++)
		read_pass(build, component, passes->entry[i].value, &pass[i]);
	for (uint32_t i = 0; reads != NULL && i < reads->entries; i++)
		read_reads(build, component, reads->entry[i].value, pass, count);
	component->pass = pass;
	component->passes = count;
}

bool port_passes_on(const struct component *component, uint32_t provided)
{
	for (uint32_t i = 0; i < component->passes; i++)
		if (component->pass[i].provides == provided && !component->pass[i].reads)
			return true;
	return false;
}

/* ---- What comes with a connection ---- */

struct gathering {
	struct build *build;
	struct passed *passed;
	uint32_t count, room;
	uint32_t depth; /* more than there are connections: it leads in a circle */
};

static void add_passed(struct gathering *all, struct passed passed)
{
	if (all->count == all->room) {
		const uint32_t room = all->room == 0 ? 16 : 2 * all->room;
		struct passed *more = ARENA_ARRAY(all->build->arena, struct passed, room);

		if (all->count != 0)
			memcpy(more, all->passed, all->count * sizeof(*more));
		all->passed = more;
		all->room = room;
	}
	all->passed[all->count++] = passed;
}

/* For each pass of the client into this port and each connection of the port that it comes from: that one's pool, then what came
 * with that. */
static bool gather(struct gathering *all, const struct connection *connection)
{
	const struct instance *client = connection->client;
	const struct component *component = client->component;

	if (all->depth > all->build->connections)
		return false;
	all->depth++;
	for (uint32_t i = 0; i < component->passes; i++) {
		const struct pass *pass = &component->pass[i];
		const struct provided *from = &client->provided[pass->provides];

		if (pass->uses != connection->uses->index)
			continue;
		for (uint32_t c = 0; c < from->clients; c++) {
			add_passed(all, (struct passed){from->client[c], pass->shared, pass->place});
			if (!gather(all, from->client[c]))
				return false;
		}
	}
	all->depth--;
	return true;
}

void passes_resolve(struct build *build)
{
	for (uint32_t i = 0; i < build->connections; i++) {
		struct connection *connection = &build->connection[i];
		struct gathering all = {.build = build};

		if (connection->client->component == NULL)
			continue;
		if (!gather(&all, connection)) {
			report_error(build->report, RULE_PASSED_POOL, connection->place,
				     "what \"%s\" passes on through \"%s\" comes back to it",
				     connection->client->name.text, connection->uses->name.text);
			return;
		}
		connection->passed = all.passed;
		connection->passeds = all.count;
	}
}
