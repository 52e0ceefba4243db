/* SPDX-License-Identifier: MIT
 * How long a call takes whose server is on another CPU: what all clients of
 * that server may ask of its budget. docs/decisions/0025 has the formulas.
 */
#include "delay.h"

/* Of one client's calls that come while a period of the server lasts and one before is answered: CPU time. */
static uint64_t demand_of(const struct instance *client, uint64_t calls, const struct instance *server)
{
	const uint64_t span = server->schedule->period_ns + server->schedule->deadline_ns;
	const uint64_t last =
	    client->schedule->deadline_ns ? client->schedule->deadline_ns : client->schedule->period_ns;
	const unsigned __int128 times =
	    (span + last + client->schedule->period_ns - 1) / client->schedule->period_ns;
	const unsigned __int128 demand = times * calls * server->wcet_ns;

	return demand < DELAY_MAX ? (uint64_t)demand : DELAY_MAX;
}

static bool is_counted(const struct connection *connection)
{
	const struct instance *client = connection->client;

	return has_deadline(client) &&
	       client->schedule->calls[connection->uses->index] != MODEL_CALLS_UNKNOWN;
}

/* What it may have to finish of calls that their callers' budgets did not last for, once in each of their periods. */
static uint64_t left_over(struct delays *delays, const struct instance *server)
{
	const struct model *model = delays->model;
	uint64_t sum = 0;

	for (uint32_t i = 0; i < model->schedules; i++) {
		const struct schedule *client = &model->schedule[i];
		struct arena *scratch = arena_create();
		const struct servants servants = servants_of(model, scratch, client->instance);

		for (uint32_t k = 0; client->budget_ns != 0 && k < servants.servers; k++)
			sum += servants.server[k] == server ? demand_of(client->instance, 1, server) : 0;
		arena_destroy(scratch);
	}
	return sum;
}

/* How long one call of a server on another CPU takes at most, whatever its other clients do. */
uint64_t delay_of_call(struct delays *delays, const struct connection *call)
{
	const struct model *model = delays->model;
	const struct instance *server = call->server;
	struct response_server of = {.budget = server->schedule->budget_ns,
				     .period = server->schedule->period_ns,
				     .response = server->schedule->response_ns,
				     .wcet = server->wcet_ns,
				     .counted = true,
				     .waits = find_wait(&delays->waits, server) != NULL};

	for (uint32_t i = 0; i < model->instances; i++) {
		const struct instance *client = &model->instance[i];
		bool calls = false;

		for (uint32_t k = 0; k < client->connections; k++) {
			const struct connection *connection = &client->connection[k];

			if (connection->server != server || !is_call(connection))
				continue;
			calls = true;
			if (lends(connection))
				continue;
			of.counted = of.counted && is_counted(connection);
			if (of.counted)
				of.demand += demand_of(
				    client, client->schedule->calls[connection->uses->index], server);
		}
		if (calls && client->pool.size != 0)
			refuse_threads(delays, client, call->client);
		of.clients += calls;
	}
	if (server->wcet_ns == 0)
		refuse_unknown(delays, server, call->client, call);
	of.left_over = left_over(delays, server);
	return response_of_call(&of);
}
