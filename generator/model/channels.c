/* SPDX-License-Identifier: MIT
 * Channels and pools of an interface, and the memory that they take in each
 * connection: one region that the server writes with its side of every channel
 * (and the entries that it sends), one that the client writes, and one for
 * each pool. They stand among the interface's shared regions, so whatever adds
 * up, maps, or follows those knows these as well.
 */
#include <string.h>
#include "channels.h"

#define PART_MAX (UINT64_C(1) << 30)

static const enum shared_writer writer[] = {SHARED_WRITE_SERVER, SHARED_WRITE_CLIENT, SHARED_WRITE_BOTH};

void pools_resolve(struct reading *reading, const struct value *pools)
{
	uint32_t count = pools == NULL ? 0 : pools->entries;
	struct buffers *pool = ARENA_ARRAY(reading->build->arena, struct buffers, count);

	for (uint32_t i = 0; i < count; i++) {
		const struct value *value = pools->entry[i].value;

		pool[i].name = pools->entry[i].name;
		pool[i].doc = value_text(value, "doc", NULL);
		pool[i].buffer_bytes =
		    type_round_up((uint32_t)value_number(value, "buffer", 0), MODEL_CACHE_LINE);
		pool[i].count = (uint32_t)value_number(value, "count", 0);
		pool[i].write = writer[value_number(value, "write", 0)];
		pool[i].client_keeps = value_number(value, "ledger", 0) == 1;
		pool[i].passed = value_number(value, "passed", 0) == 1;
	}
	reading->interface->pool = pool;
	reading->interface->pools = count;
}

/* ---- Channels ---- */

/* The structure that a channel carries; NULL where refused. */
static const struct type *resolve_entry(struct reading *reading, const struct value *name)
{
	const struct type *type = type_named(reading, name);

	if (type == NULL)
		return NULL;
	if (type->kind != TYPE_STRUCT) {
		complaint_help(report_error(reading->build->report, RULE_CHANNEL_ENTRY, name->place,
					    "\"%s\" is no structure, and entries of a channel are structures",
					    name->text),
			       "declare one under \"types\" that has it as a field");
		return NULL;
	}
	for (uint32_t i = 0; i < type->fields; i++)
		if (type->field[i].type->kind != TYPE_BUFFER &&
		    !type_without_buffers(reading, type->field[i].type, type->field[i].name.place))
			return NULL;
	return type;
}

/* Gives a channel its places in the regions of both sides, behind those before it. */
static void place_channel(struct channel *channel, uint64_t *server, uint64_t *client)
{
	uint64_t ring = (uint64_t)channel->entry_bytes * channel->entries;

	channel->server_offset = (uint32_t)*server;
	channel->client_offset = (uint32_t)*client;
	ring = (ring + MODEL_CACHE_LINE - 1) / MODEL_CACHE_LINE * MODEL_CACHE_LINE;
	*server += MODEL_CHANNEL_SIDE + (channel->to_server ? 0 : ring);
	*client += MODEL_CHANNEL_SIDE + (channel->to_server ? ring : 0);
}

bool channel_check_entries(struct build *build, const struct channel *channel, struct place place)
{
	if ((channel->entries & (channel->entries - 1)) == 0)
		return true;
	complaint_allowed(report_error(build->report, RULE_CHANNEL_SIZE, place,
				       "the channel \"%s\" cannot have %u entries", channel->name.text,
				       channel->entries),
			  "2, 4, 8, … 65536");
	return false;
}

bool channels_place(struct build *build, struct channel *channel, uint32_t channels,
		    const struct place *instead, struct channel_parts *parts)
{
	*parts = (struct channel_parts){0};
	for (uint32_t i = 0; i < channels; i++) {
		place_channel(&channel[i], &parts->server, &parts->client);
		if (parts->server <= PART_MAX && parts->client <= PART_MAX)
			continue;
		complaint_allowed(report_error(build->report, RULE_CHANNEL_SIZE,
					       instead != NULL ? *instead : channel[i].name.place,
					       "with \"%s\" the channels of one connection take %llu bytes",
					       channel[i].name.text,
					       (unsigned long long)(parts->server + parts->client)),
				  "1 GiB in each direction");
		return false;
	}
	return true;
}

uint64_t pool_bytes(const struct buffers *pool)
{
	return (uint64_t)pool->buffer_bytes * pool->count;
}

void shared_resize(struct shared *shared, uint64_t bytes)
{
	shared->asked = bytes;
	shared->size = (bytes + MODEL_PAGE - 1) / MODEL_PAGE * MODEL_PAGE;
}

static void resolve_channel(struct reading *reading, const struct entry *entry, struct channel *channel)
{
	const struct value *entries = value_get(entry->value, "entries");

	channel->name = entry->name;
	channel->doc = value_text(entry->value, "doc", NULL);
	channel->entry = resolve_entry(reading, value_get(entry->value, "entry"));
	channel->entries = (uint32_t)value_number(entry->value, "entries", MODEL_CHANNEL_ENTRIES);
	channel->to_server = value_number(entry->value, "to", 0) == 0;
	if (channel->entry != NULL)
		channel->entry_bytes = type_round_up(channel->entry->size, sizeof(uint64_t));
	if (entries != NULL)
		(void)channel_check_entries(reading->build, channel, entries->place); /* the report says so */
}

/* ---- Memory ---- */

static struct shared region(enum shared_kind kind, struct name name, uint64_t bytes, enum shared_writer write)
{
	struct shared shared = {.kind = kind, .name = name, .write = write};

	shared_resize(&shared, bytes);
	return shared;
}

static void check_region_name(struct reading *reading, const struct shared *shared, uint32_t before,
			      const struct name *name)
{
	for (uint32_t i = 0; i < before; i++)
		if (strcmp(shared[i].name.text, name->text) == 0)
			complaint_note(report_error(reading->build->report, RULE_SECOND_DEFINITION,
						    shared[i].name.place,
						    "\"%s\" is also the memory of a pool or of the channels",
						    name->text),
				       name->place, "that is here");
}

/* The regions of channels and pools, behind those that the interface lists. */
static void add_regions(struct reading *reading, const struct channel_parts *parts)
{
	struct interface *interface = reading->interface;
	const uint32_t listed = interface->shareds;
	struct shared *shared =
	    ARENA_ARRAY(reading->build->arena, struct shared, (size_t)listed + 2 + interface->pools);
	uint32_t count = listed;

	if (listed != 0)
		memcpy(shared, interface->shared, listed * sizeof(*shared));
	if (interface->channels != 0) {
		const struct place place = interface->channel[0].name.place;

		interface->server_part = count;
		shared[count++] = region(SHARED_SERVER, (struct name){"server_part", place}, parts->server,
					 SHARED_WRITE_SERVER);
		interface->client_part = count;
		shared[count++] = region(SHARED_CLIENT, (struct name){"client_part", place}, parts->client,
					 SHARED_WRITE_CLIENT);
	}
	for (uint32_t i = 0; i < interface->pools; i++) {
		struct buffers *pool = (struct buffers *)(uintptr_t)&interface->pool[i];

		pool->shared = count;
		shared[count] = region(SHARED_POOL, pool->name, pool_bytes(pool), pool->write);
		shared[count++].doc = pool->doc;
	}
	for (uint32_t i = listed; i < count; i++)
		check_region_name(reading, shared, listed, &shared[i].name);
	interface->shared = shared;
	interface->shareds = count;
}

void channels_resolve(struct reading *reading, const struct value *channels)
{
	struct interface *interface = reading->interface;
	uint32_t count = channels == NULL ? 0 : channels->entries;
	struct channel *channel = ARENA_ARRAY(reading->build->arena, struct channel, count);
	struct channel_parts parts;

	for (uint32_t i = 0; i < count; i++)
		resolve_channel(reading, &channels->entry[i], &channel[i]);
	(void)channels_place(reading->build, channel, count, NULL, &parts); /* refused: the report says so */
	interface->channel = channel;
	interface->channels = count;
	if (count != 0 || interface->pools != 0)
		add_regions(reading, &parts);
}
