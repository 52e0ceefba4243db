/* SPDX-License-Identifier: MIT
 * The hash of an interface, over everything that both ends of a connection
 * must agree on, and that of each of its parts, which tells what two versions
 * differ in. Documentation, limits and deadlines do not count: they may differ.
 */
#include "contract.h"

#include <string.h>

#include "../read/arena.h"
#include "../read/names.h"

static void hash_text(uint64_t *hash, const char *text)
{
	*hash = hash_fnv1a64(*hash, text, strlen(text) + 1);
}

/* All that a type is made of: its text alone is a name where it is declared. */
static void hash_type(uint64_t *hash, const struct type *type)
{
	*hash = hash_fnv1a64(*hash, &type->kind, sizeof type->kind);
	hash_text(hash, type->text);
	hash_text(hash, type->unit == NULL ? "" : type->unit);
	*hash = hash_fnv1a64(*hash, &type->writable, sizeof type->writable);
	if (type->has_min)
		*hash = hash_fnv1a64(*hash, &type->minimum, sizeof type->minimum);
	if (type->has_max)
		*hash = hash_fnv1a64(*hash, &type->maximum, sizeof type->maximum);
	if (type->element != NULL)
		hash_type(hash, type->element);
	for (uint32_t i = 0; i < type->fields; i++) {
		hash_text(hash, type->field[i].name.text);
		if (type->field[i].type != NULL)
			hash_type(hash, type->field[i].type);
	}
	for (uint32_t i = 0; i < type->values; i++)
		hash_text(hash, type->value[i].text);
}

static void hash_message(uint64_t *hash, const struct message *message)
{
	for (uint32_t i = 0; i < message->arguments; i++) {
		hash_text(hash, message->argument[i].name.text);
		hash_type(hash, message->argument[i].type);
	}
	hash_text(hash, ";");
}

static struct interface_part *add_part(struct interface *interface, struct interface_part *part,
				       const char *noun, const char *name)
{
	struct interface_part *added = &part[interface->parts++];

	added->noun = noun;
	added->name = name;
	added->hash = HASH_FNV1A64_START;
	hash_text(&added->hash, name);
	return added;
}

static void hash_operation(uint64_t *hash, const struct operation *operation)
{
	hash_text(hash, operation->reply == REPLY_NEVER ? "sent" : "called");
	if (operation->opens)
		hash_text(hash, "opens");
	hash_message(hash, &operation->in);
	hash_message(hash, &operation->out);
}

static void hash_number(uint64_t *hash, uint64_t number)
{
	*hash = hash_fnv1a64(*hash, &number, sizeof number);
}

static void hash_channel(uint64_t *hash, const struct channel *channel)
{
	hash_type(hash, channel->entry);
	hash_number(hash, channel->entries);
	hash_text(hash, channel->to_server ? "to server" : "to client");
}

static void hash_pool(uint64_t *hash, const struct buffers *pool)
{
	hash_number(hash, pool->buffer_bytes);
	hash_number(hash, pool->count);
	hash_number(hash, pool->write);
	hash_text(hash, pool->client_keeps ? "client" : "server");
	if (pool->passed)
		hash_text(hash, "passed");
}

void contract_make(struct arena *arena, struct interface *interface)
{
	const size_t most = (size_t)interface->errors + interface->operations + interface->events +
			    interface->shareds + interface->channels + interface->pools + 1;
	struct interface_part *part = ARENA_ARRAY(arena, struct interface_part, most);

	interface->part = part;
	for (uint32_t i = 0; i < interface->errors; i++)
		hash_number(&add_part(interface, part, "error", interface->error[i].name.text)->hash,
			    interface->error[i].code);
	for (uint32_t i = 0; i < interface->operations; i++)
		hash_operation(
		    &add_part(interface, part, "operation", interface->operation[i].name.text)->hash,
		    &interface->operation[i]);
	for (uint32_t i = 0; i < interface->events; i++)
		hash_number(&add_part(interface, part, "event", interface->event[i].name.text)->hash,
			    interface->event[i].bit);
	for (uint32_t i = 0; i < interface->shareds; i++) {
		struct interface_part *shared =
		    add_part(interface, part, "shared", interface->shared[i].name.text);

		hash_number(&shared->hash, interface->shared[i].size);
		hash_number(&shared->hash, interface->shared[i].write);
	}
	for (uint32_t i = 0; i < interface->channels; i++)
		hash_channel(&add_part(interface, part, "channel", interface->channel[i].name.text)->hash,
			     &interface->channel[i]);
	for (uint32_t i = 0; i < interface->pools; i++)
		hash_pool(&add_part(interface, part, "pool", interface->pool[i].name.text)->hash,
			  &interface->pool[i]);
	hash_number(&add_part(interface, part, "session", "kind")->hash, interface->session);
	interface->hash = HASH_FNV1A64_START;
	hash_text(&interface->hash, interface->name.text);
	for (uint32_t i = 0; i < interface->parts; i++)
		hash_number(&interface->hash, part[i].hash);
}
