/* SPDX-License-Identifier: MIT
 * On whose CPU time an instance runs: on its callers', or on its own.
 */
#include <string.h>
#include "schedule.h"

static void visit(struct servants *servants, unsigned char *seen, const struct instance *instance)
{
	for (uint32_t i = 0; i < instance->connections; i++) {
		const struct connection *connection = &instance->connection[i];

		if (!lends(connection) || seen[connection->server->index] != 0)
			continue;
		seen[connection->server->index] = 1;
		servants->server[servants->servers++] = connection->server;
		visit(servants, seen, connection->server);
	}
}

struct servants servants_of(const struct model *model, struct arena *arena, const struct instance *instance)
{
	struct servants servants = {.server = ARENA_ARRAY(arena, const struct instance *, model->instances)};

	visit(&servants, ARENA_ARRAY(arena, unsigned char, model->instances), instance);
	return servants;
}

/* An operation that is not answered while its caller lends its time; NULL: all are. */
static const struct operation *find_detached(const struct interface *interface)
{
	for (uint32_t i = 0; i < interface->operations; i++)
		if (interface->operation[i].reply != REPLY_NOW)
			return &interface->operation[i];
	return NULL;
}

bool is_log(const struct connection *connection)
{
	return strcmp(connection->interface->name.text, "log") == 0;
}

/* What is not answered keeps nobody waiting. */
static bool answers_later(const struct interface *interface)
{
	for (uint32_t i = 0; i < interface->operations; i++)
		if (interface->operation[i].reply == REPLY_LATER)
			return true;
	return false;
}

static bool waits_itself(const struct connection *connection)
{
	return connection->client->cpu != connection->server->cpu || answers_later(connection->interface);
}

const struct connection *find_wait(struct waits *waits, const struct instance *server)
{
	const struct connection **found = &waits->found[server->index];

	if (waits->looked[server->index] != 0)
		return *found;
	waits->looked[server->index] = 1;
	for (uint32_t i = 0; i < server->connections && *found == NULL; i++) {
		const struct connection *connection = &server->connection[i];

		if (!is_call(connection) || is_log(connection))
			continue;
		if (waits_itself(connection))
			*found = connection;
		else if (lends(connection))
			*found = find_wait(waits, connection->server);
	}
	return *found;
}

/* Signals of one side of a connection to the other, which then runs on its own. Channels wake both, in turn. */
static bool wakes(const struct interface *interface, bool client)
{
	return interface->channels != 0 || (client && interface->events != 0);
}

/* A client that does not lend, or that calls what is not answered at once. */
static const char *serves_by_itself(struct arena *arena, const struct instance *instance, uint32_t *clients)
{
	for (uint32_t i = 0; i < instance->component->provided; i++)
		for (uint32_t k = 0; k < instance->provided[i].clients; k++) {
			const struct connection *connection = instance->provided[i].client[k];
			const struct operation *detached = find_detached(connection->interface);

			if (wakes(connection->interface, false))
				return arena_format(arena, "is woken by \"%s\"",
						    connection->client->name.text);
			if (!is_call(connection))
				continue;
			(*clients)++;
			if (connection->client->cpu != instance->cpu)
				return arena_format(arena, "works for \"%s\" on CPU %u",
						    connection->client->name.text, connection->client->cpu);
			if (!lends(connection))
				return arena_format(arena, "works for \"%s\", which is more urgent",
						    connection->client->name.text);
			if (detached != NULL)
				return arena_format(arena, "answers \"%s\" later or never",
						    detached->name.text);
		}
	return NULL;
}

const char *runs_by_itself(const struct model *model, struct arena *arena, const struct instance *instance)
{
	const struct component *component = instance->component;
	uint32_t clients = 0;
	const char *serves;

	if (instance == model->supervisor)
		return "is the supervisor";
	if (component->device.present && component->device.interrupts != 0)
		return "has interrupts";
	if (component->timeouts != 0)
		return "has time-outs";
	if (component->heartbeat && instance->supervision != NULL)
		return "answers the supervisor's heartbeat";
	for (uint32_t i = 0; i < instance->connections; i++)
		if (wakes(instance->connection[i].interface, true))
			return arena_format(arena, "is woken by \"%s\"",
					    instance->connection[i].server->name.text);
	serves = serves_by_itself(arena, instance, &clients);
	return serves == NULL && clients == 0 ? "is called by nobody, so it works for itself" : serves;
}
