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

static uint64_t shared_bytes(const struct interface *interface)
{
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < interface->shareds; i++)
		bytes += interface->shared[i].size;
	return bytes;
}

/* No sum wraps: there are fewer than 2^24 instances and connections, and none takes more than 2^39 bytes. */
void check_memory(const struct model *model, struct report *report)
{
	struct arena *arena = arena_create();
	const struct instance *largest = NULL;
	struct complaint *complaint;
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < model->instances; i++) {
		bytes += instance_bytes(&model->instance[i]);
		if (largest == NULL || instance_bytes(&model->instance[i]) > instance_bytes(largest))
			largest = &model->instance[i];
	}
	for (uint32_t i = 0; i < model->connections; i++)
		bytes += shared_bytes(model->connection[i].interface);
	if (largest != NULL && bytes > model->board->memory_at_least) {
		complaint = report_error(
		    report, RULE_MEMORY, largest->memory_place,
		    "the system declares %s of memory, but the board \"%s\" has %s: \"%s\" alone takes %s",
		    scalar_print_size(arena, bytes), model->board->name.text,
		    scalar_print_size(arena, model->board->memory_at_least), largest->name.text,
		    scalar_print_size(arena, instance_bytes(largest)));
		complaint_note(complaint, model->board->memory_place, "the board says so here");
	}
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
