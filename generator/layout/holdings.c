/* SPDX-License-Identifier: MIT
 * What each instance may come to hold beyond its slots: the closure of check/authority.c over the tables of this system,
 * printed into the reports. Made anew for each report; it belongs to the printing function.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../check/authority.h"
#include "../read/arena.h"
#include "place.h"

static const char *const type_name[] = {
#define TYPE(name, text, doc) text,
#include <tenon/names.def>
    [AUTHORITY_FROM_POOL] = "made of pool",
    [AUTHORITY_OF_SET] = "made in set",
};

static void fill_slots(const struct layout *layout, struct tenon_captable *table, const struct numbered *own)
{
	struct tenon_slot *slots = ARENA_ARRAY(layout->arena, struct tenon_slot, own->slots);

	for (uint32_t i = 0; i < own->slots; i++) {
		const struct slot *slot = &own->slot[i];

		slots[i] =
		    (struct tenon_slot){slot->index, slot->type, slot->rights, slot->object, slot->badge};
	}
	*table = (struct tenon_captable){own->instance->name.text, own->table_size, own->slots, slots};
}

/* The part of the tables that decides about capabilities, as tables.c prints it. */
static const struct tenon_tables *tables_of(const struct layout *layout)
{
	const struct numbers *numbers = layout->numbers;
	const uint32_t instances = layout->model->instances;
	struct arena *arena = layout->arena;
	struct tenon_tables *tables = ARENA_NEW(arena, struct tenon_tables);
	struct tenon_captable *captable = ARENA_ARRAY(arena, struct tenon_captable, instances);
	struct tenon_thread *thread = ARENA_ARRAY(arena, struct tenon_thread, instances);
	struct tenon_receive_set *set = ARENA_ARRAY(arena, struct tenon_receive_set, instances);
	struct tenon_endpoint *endpoint = ARENA_ARRAY(arena, struct tenon_endpoint, numbers->endpoints);
	struct tenon_reply *reply = ARENA_ARRAY(arena, struct tenon_reply, numbers->replies);
	struct tenon_pool *pool = ARENA_ARRAY(arena, struct tenon_pool, numbers->pools);

	for (uint32_t i = 0; i < instances; i++) {
		const struct numbered *own = &numbers->instance[i];

		fill_slots(layout, &captable[i], own);
		thread[i].table = i;
		set[i].thread = i;
		if (own->endpoint != NUMBERS_NONE)
			endpoint[own->endpoint].receive_set = i;
		for (uint32_t r = 0; r < own->replies; r++)
			reply[own->reply + r].receive_set = i;
		for (uint32_t r = 0; r < own->register_pools; r++)
			pool[own->register_pool + r].kinds = TENON_KIND_BIT(TENON_MEMORY_DEVICE);
		for (uint32_t r = 0; r < own->bridge_pools; r++)
			pool[own->bridge_pool + r].kinds = TENON_KIND_BIT(TENON_MEMORY_DEVICE);
	}
	*tables = (struct tenon_tables){.captables = instances,
					.threads = instances,
					.receive_sets = instances,
					.endpoints = numbers->endpoints,
					.replies = numbers->replies,
					.pools = numbers->pools,
					.captable = captable,
					.thread = thread,
					.receive_set = set,
					.endpoint = endpoint,
					.reply = reply,
					.pool = pool};
	return tables;
}

struct authority *holdings_make(const struct layout *layout)
{
	struct authority *authority = authority_make(tables_of(layout));

	if (!authority) { /* as the arena does */
		fputs("tenon-gen: out of memory\n", stderr);
		exit(1);
	}
	return authority;
}

uint32_t holdings_granting(const struct layout *layout)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < layout->model->instances; i++) {
		const struct numbered *own = &layout->numbers->instance[i];

		for (uint32_t s = 0; s < own->slots; s++)
			count += own->slot[s].type == TENON_TYPE_ENDPOINT &&
				 own->slot[s].rights & TENON_RIGHT_GRANT;
	}
	return count;
}

static const char *node_name(const struct layout *layout, uint32_t node)
{
	const uint32_t instances = layout->model->instances;

	return node < instances ? layout->model->instance[node].name.text
				: arena_format(layout->arena, "pool %u", node - instances);
}

void holdings_text(const struct layout *layout, const struct authority *authority, uint32_t instance,
		   struct text *out)
{
	const struct authority_node *node = &authority->node[instance];
	bool more = false;

	for (uint32_t i = 0; i < node->count; i++) {
		const struct authority_capability *may = &node->capability[i];

		if (may->rule == AUTHORITY_BOOT)
			continue;
		if (!more)
			text_add(out, "  may hold beyond these\n");
		more = true;
		text_add(out, "          %-12s ", type_name[may->type]);
		text_rights(out, may->rights);
		text_add(out, "  object %-4u badge ", may->object);
		if (may->type >= TENON_TYPE_COUNT || may->rights & TENON_RIGHT_MANAGE)
			text_add(out, "%-18s", "any");
		else
			text_add(out, "0x%-16" PRIx64, may->badge);
		text_add(out, " %s", authority_rule_text((enum authority_rule)may->rule));
		if (may->from != instance)
			text_add(out, ", from %s", node_name(layout, may->from));
		text_add(out, "\n");
	}
	if (!more)
		text_add(out, "  may hold no others\n");
}

void holdings_json(const struct layout *layout, const struct authority *authority, uint32_t instance,
		   struct text *out)
{
	const struct authority_node *node = &authority->node[instance];
	const char *separator = "";

	text_add(out, "   \"may_hold\": [");
	for (uint32_t i = 0; i < node->count; i++) {
		const struct authority_capability *may = &node->capability[i];
		const bool any = may->type >= TENON_TYPE_COUNT || may->rights & TENON_RIGHT_MANAGE;

		if (may->rule == AUTHORITY_BOOT)
			continue;
		text_add(
		    out,
		    "%s\n    {\"type_name\": \"%s\", \"rights\": %u, \"object\": %u, \"badge\": \"0x%" PRIx64
		    "\", \"any_badge\": %s, \"from\": \"%s\", \"how\": \"%s\"}",
		    separator, type_name[may->type], may->rights, may->object, may->badge,
		    any ? "true" : "false", node_name(layout, may->from),
		    authority_rule_text((enum authority_rule)may->rule));
		separator = ",";
	}
	text_add(out, "],\n");
}
