/* SPDX-License-Identifier: MIT
 * Channels and pools of one connection: those of its interface, or copies of them with the numbers that its wire gives.
 * Only numbers differ, so both sides still agree on what an entry is, and on the order of the regions.
 */
#include "channels.h"

#include <string.h>

static void refuse(struct build *build, const struct interface *interface, const char *noun,
		   const struct name *name, const struct nearest *nearest)
{
	struct complaint *complaint =
	    report_error(build->report, RULE_UNKNOWN_CHANNEL, name->place,
			 "the interface \"%s\" has no %s \"%s\"", interface->name.text, noun, name->text);

	complaint_nearest(complaint, nearest);
	complaint_note(complaint, interface->name.place, "it is described here");
}

static struct buffers *find_pool(struct build *build, const struct connection *connection,
				 struct buffers *pool, const struct name *name)
{
	struct nearest nearest = nearest_start(name->text);

	for (uint32_t i = 0; i < connection->interface->pools; i++) {
		if (strcmp(pool[i].name.text, name->text) == 0)
			return &pool[i];
		nearest_try(&nearest, pool[i].name.text);
	}
	refuse(build, connection->interface, "pool", name, &nearest);
	return NULL;
}

static struct channel *find_channel(struct build *build, const struct connection *connection,
				    struct channel *channel, const struct name *name)
{
	struct nearest nearest = nearest_start(name->text);

	for (uint32_t i = 0; i < connection->interface->channels; i++) {
		if (strcmp(channel[i].name.text, name->text) == 0)
			return &channel[i];
		nearest_try(&nearest, channel[i].name.text);
	}
	refuse(build, connection->interface, "channel", name, &nearest);
	return NULL;
}

static void set_pools(struct build *build, struct connection *connection, struct shared *shared)
{
	const struct interface *interface = connection->interface;
	const struct value *given = connection->pooled;
	struct buffers *pool = ARENA_ARRAY(build->arena, struct buffers, interface->pools);

	if (interface->pools != 0)
		memcpy(pool, interface->pool, interface->pools * sizeof(*pool));
	for (uint32_t i = 0; given != NULL && i < given->entries; i++) {
		struct buffers *found = find_pool(build, connection, pool, &given->entry[i].name);

		if (found == NULL)
			continue;
		found->count = (uint32_t)given->entry[i].value->number;
		shared_resize(&shared[found->shared], pool_bytes(found));
	}
	connection->pool = pool;
}

static void set_channels(struct build *build, struct connection *connection, struct shared *shared)
{
	const struct interface *interface = connection->interface;
	const struct value *given = connection->queued;
	struct channel *channel = ARENA_ARRAY(build->arena, struct channel, interface->channels);
	struct channel_parts parts;

	if (interface->channels != 0)
		memcpy(channel, interface->channel, interface->channels * sizeof(*channel));
	for (uint32_t i = 0; given != NULL && i < given->entries; i++) {
		struct channel *found = find_channel(build, connection, channel, &given->entry[i].name);

		if (found == NULL)
			continue;
		found->entries = (uint32_t)given->entry[i].value->number;
		if (!channel_check_entries(build, found, given->entry[i].value->place))
			found->entries = MODEL_CHANNEL_ENTRIES;
	}
	connection->channel = channel;
	if (given == NULL || given->entries == 0 ||
	    !channels_place(build, channel, interface->channels,
			    &given->entry[given->entries - 1].value->place, &parts))
		return;
	shared_resize(&shared[interface->server_part], parts.server);
	shared_resize(&shared[interface->client_part], parts.client);
}

void channels_connect(struct build *build, struct connection *connection)
{
	const struct interface *interface = connection->interface;
	struct shared *shared;

	connection->shared = interface->shared;
	connection->channel = interface->channel;
	connection->pool = interface->pool;
	if (connection->pooled == NULL && connection->queued == NULL)
		return;
	shared = ARENA_ARRAY(build->arena, struct shared, interface->shareds);
	if (interface->shareds != 0)
		memcpy(shared, interface->shared, interface->shareds * sizeof(*shared));
	connection->shared = shared;
	set_pools(build, connection, shared);
	set_channels(build, connection, shared);
}
