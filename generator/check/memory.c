/* SPDX-License-Identifier: MIT
 * Declared memory against the board's. This is the lower bound that is known
 * before anything is compiled; layout checks again with the exact sizes.
 */
#include "check.h"
#include "../read/value.h"

#define BUFFER_BYTES MODEL_PAGE

static uint64_t instance_bytes(const struct instance *instance)
{
	return instance->stack + instance->heap + instance->pool.size +
	       (instance->long_messages ? BUFFER_BYTES : 0);
}

/* Fewer than 2^52: a pool has at most 2^40 bytes, and an interface far fewer than 2^12 of them. */
static uint64_t shared_bytes(const struct connection *connection)
{
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < connection->interface->shareds; i++)
		bytes += connection->shared[i].size;
	return bytes;
}

/* Who takes the most, be it an instance or a connection. */
struct taker {
	const char *name;
	struct place place;
	uint64_t bytes;
};

static void take(struct taker *largest, const char *name, struct place place, uint64_t bytes)
{
	if (largest->name == NULL || bytes > largest->bytes)
		*largest = (struct taker){name, place, bytes};
}

/* No sum wraps: there are fewer than 2^20 instances and 2^24 connections, and what is added stops beyond 2^63 bytes. */
void check_memory(const struct model *model, struct report *report)
{
	struct arena *arena = arena_create();
	struct taker largest = {0};
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < model->instances; i++) {
		const struct instance *instance = &model->instance[i];

		bytes += instance_bytes(instance);
		take(&largest, instance->name.text, instance->memory_place, instance_bytes(instance));
	}
	for (uint32_t i = 0; i < model->connections && bytes >> 63 == 0; i++) {
		const struct connection *connection = &model->connection[i];

		bytes += shared_bytes(connection);
		if (shared_bytes(connection) > largest.bytes)
			take(&largest,
			     arena_format(arena, "%s.%s -> %s.%s", connection->client->name.text,
					  connection->uses->name.text, connection->server->name.text,
					  connection->provides->name.text),
			     connection->place, shared_bytes(connection));
	}
	if (largest.name != NULL && bytes > model->board->memory_at_least)
		complaint_note(report_error(report, RULE_MEMORY, largest.place,
					    "the system declares %s of memory, but the board \"%s\" has %s: "
					    "\"%s\" alone takes %s",
					    scalar_print_size(arena, bytes), model->board->name.text,
					    scalar_print_size(arena, model->board->memory_at_least),
					    largest.name, scalar_print_size(arena, largest.bytes)),
			       model->board->memory_place, "the board says so here");
	arena_destroy(arena);
}

/* Where a connection may leave capabilities with the instance; NULL: none may. */
static const struct connection *first_bringing(const struct model *model, const struct instance *instance)
{
	for (uint32_t i = 0; i < model->connections; i++) {
		const struct connection *connection = &model->connection[i];

		if ((connection->server == instance && connection->interface->sends_in) ||
		    (connection->client == instance && connection->interface->sends_out))
			return connection;
	}
	return NULL;
}

void check_room(const struct model *model, struct report *report)
{
	for (uint32_t i = 0; i < model->instances; i++) {
		const struct instance *instance = &model->instance[i];
		const struct connection *first;
		struct complaint *complaint;

		if (instance->capabilities >= instance->room)
			continue;
		complaint =
		    report_error(report, RULE_CAPABILITY_ROOM, instance->capabilities_place,
				 "\"%s\" has room for %u capabilities, and its connections may bring more",
				 instance->name.text, instance->capabilities);
		complaint_allowed(complaint, "%u or more, or no `capabilities` at all", instance->room);
		first = first_bringing(model, instance);
		if (first != NULL)
			complaint_note(complaint, first->place, "this is the first of them");
	}
}
