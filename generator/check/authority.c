/* SPDX-License-Identifier: MIT
 * The closure by brute force: capabilities open ways between nodes, all that a node has goes all its ways, until nothing
 * changes. It assumes that every component does whatever it can.
 */
#include "authority.h"

#include <stdlib.h>

/* The work of one authority_make(). */
struct closure {
	struct authority *authority;
	bool changed, failed;
};

static bool covers(const struct authority_capability *more, const struct authority_capability *less)
{
	return more->type == less->type && more->object == less->object &&
	       (less->rights & ~more->rights) == 0 &&
	       (less->badge == more->badge || (more->rights & TENON_RIGHT_MANAGE) != 0);
}

static bool is_covered(const struct authority_node *node, const struct authority_capability *capability)
{
	for (uint32_t i = 0; i < node->count; i++) {
		if (covers(&node->capability[i], capability))
			return true;
	}
	return false;
}

/* By value: the array that it comes from may move. */
static void add(struct closure *closure, uint32_t to, struct authority_capability capability)
{
	struct authority_node *node = &closure->authority->node[to];

	if (closure->failed || is_covered(node, &capability))
		return;
	if (node->count == node->room) {
		const uint32_t room = node->room != 0 ? 2 * node->room : 16;
		struct authority_capability *more = realloc(node->capability, room * sizeof *more);

		if (more == NULL) {
			closure->failed = true;
			return;
		}
		node->capability = more;
		node->room = room;
	}
	node->capability[node->count++] = capability;
	closure->changed = true;
}

static void open_way(struct closure *closure, uint32_t from, uint32_t to, enum authority_rule rule)
{
	uint8_t *edge = &closure->authority->edge[(size_t)from * closure->authority->nodes + to];

	if (from == to || *edge != 0)
		return;
	*edge = (uint8_t)rule;
	closure->changed = true;
}

static bool has(const struct authority_capability *capability, unsigned type, unsigned rights)
{
	return capability->type == type && (capability->rights & rights) == rights;
}

/*
 * Where a call through the capability goes if it can carry capabilities, with GRANT, or its answer can, with RECEIVE: a
 * receive set; TENON_NONE: it cannot.
 */
static uint32_t called_set(const struct tenon_tables *tables, const struct authority_capability *capability,
			   unsigned right)
{
	if (has(capability, TENON_TYPE_ENDPOINT, TENON_RIGHT_INVOKE | right))
		return tables->endpoint[capability->object].receive_set;
	return capability->type == AUTHORITY_OF_SET ? capability->object : TENON_NONE;
}

/* Whose calls the capability answers; TENON_NONE: nobody's. */
static uint32_t answered_set(const struct tenon_tables *tables, const struct authority_capability *capability)
{
	if (capability->type == TENON_TYPE_REPLY)
		return tables->reply[capability->object].receive_set;
	return capability->type == AUTHORITY_OF_SET ? capability->object : TENON_NONE;
}

/* Who has a reply object of the set answers the calls that came to it: the server, or whom it gave it to. */
static void open_answers(struct closure *closure, uint32_t set, uint32_t caller)
{
	const struct authority *authority = closure->authority;

	for (uint32_t n = 0; n < authority->nodes; n++) {
		for (uint32_t i = 0; i < authority->node[n].count; i++) {
			if (answered_set(authority->tables, &authority->node[n].capability[i]) == set)
				open_way(closure, n, caller, AUTHORITY_ANSWER);
		}
	}
}

/* Made of registers there are frames only: nothing goes through them. */
static bool is_device_pool(const struct tenon_tables *tables, uint32_t pool)
{
	return tables->pool[pool].kinds == TENON_KIND_BIT(TENON_MEMORY_DEVICE);
}

/* Parts of a receive set come from the pool of the first table that has both; without one none can be made. */
static bool set_has_pool(const struct tenon_tables *tables, uint32_t set)
{
	for (uint32_t t = 0; t < tables->captables; t++) {
		bool pool = false, receives = false;

		for (uint32_t i = 0; i < tables->captable[t].used; i++) {
			const struct tenon_slot *slot = &tables->captable[t].slot[i];

			pool |= slot->type == TENON_TYPE_POOL && !is_device_pool(tables, slot->object);
			receives |= slot->type == TENON_TYPE_RECEIVE_SET && slot->object == set;
		}
		if (pool && receives)
			return true;
	}
	return false;
}

static void make(struct closure *closure, uint32_t n, unsigned type, uint32_t object)
{
	add(closure, n,
	    (struct authority_capability){.type = (uint8_t)type,
					  .rights = TENON_RIGHTS_ALL,
					  .rule = AUTHORITY_MAKE,
					  .object = object,
					  .from = n});
}

/* What one capability of a node makes possible. */
static void use(struct closure *closure, uint32_t n, struct authority_capability capability)
{
	const struct authority *authority = closure->authority;
	const struct tenon_tables *tables = authority->tables;
	const uint32_t sent = called_set(tables, &capability, TENON_RIGHT_GRANT),
		       answered = called_set(tables, &capability, TENON_RIGHT_RECEIVE);

	if (has(&capability, TENON_TYPE_POOL, TENON_RIGHT_WRITE))
		make(closure, n, AUTHORITY_FROM_POOL, capability.object);
	if (has(&capability, TENON_TYPE_RECEIVE_SET, TENON_RIGHT_MANAGE) &&
	    set_has_pool(tables, capability.object))
		make(closure, n, AUTHORITY_OF_SET, capability.object);
	if (has(&capability, AUTHORITY_FROM_POOL, 0) && !is_device_pool(tables, capability.object)) {
		open_way(closure, n, authority_pool_node(authority, capability.object), AUTHORITY_POOL);
		open_way(closure, authority_pool_node(authority, capability.object), n, AUTHORITY_POOL);
	}
	if (has(&capability, TENON_TYPE_TABLE, TENON_RIGHT_WRITE))
		open_way(closure, n, capability.object, AUTHORITY_TABLE);
	if (sent != TENON_NONE)
		open_way(closure, n, tables->thread[tables->receive_set[sent].thread].table, AUTHORITY_CALL);
	if (answered != TENON_NONE)
		open_answers(closure, answered, n);
}

static void flow(struct closure *closure, uint32_t from, uint32_t to)
{
	const struct authority *authority = closure->authority;

	for (uint32_t i = 0; i < authority->node[from].count; i++) {
		struct authority_capability capability = authority->node[from].capability[i];

		capability.rule = authority->edge[(size_t)from * authority->nodes + to];
		capability.from = from;
		add(closure, to, capability);
	}
}

static void boot(struct closure *closure)
{
	const struct tenon_tables *tables = closure->authority->tables;

	for (uint32_t t = 0; t < tables->captables; t++) {
		for (uint32_t i = 0; i < tables->captable[t].used; i++) {
			const struct tenon_slot *slot = &tables->captable[t].slot[i];

			add(closure, t,
			    (struct authority_capability){.type = slot->type,
							  .rights = slot->rights,
							  .rule = AUTHORITY_BOOT,
							  .object = slot->object,
							  .from = t,
							  .badge = slot->badge});
		}
	}
}

static void step(struct closure *closure)
{
	const struct authority *authority = closure->authority;

	for (uint32_t n = 0; n < authority->nodes; n++) {
		for (uint32_t i = 0; i < authority->node[n].count; i++)
			use(closure, n, authority->node[n].capability[i]);
	}
	for (uint32_t from = 0; from < authority->nodes; from++) {
		for (uint32_t to = 0; to < authority->nodes; to++) {
			if (authority->edge[(size_t)from * authority->nodes + to] != 0)
				flow(closure, from, to);
		}
	}
}

struct authority *authority_make(const struct tenon_tables *tables)
{
	struct authority *authority = calloc(1, sizeof *authority);

	if (authority == NULL)
		return NULL;
	authority->tables = tables;
	authority->nodes = tables->captables + tables->pools;
	authority->node = calloc((size_t)authority->nodes + 1, sizeof *authority->node);
	authority->edge = calloc((size_t)authority->nodes * authority->nodes + 1, sizeof *authority->edge);
	struct closure closure = {.authority = authority,
				  .failed = authority->node == NULL || authority->edge == NULL};
	if (!closure.failed)
		boot(&closure);
	for (closure.changed = true; closure.changed && !closure.failed;) {
		closure.changed = false;
		step(&closure);
	}
	if (closure.failed) {
		authority_free(authority);
		return NULL;
	}
	return authority;
}

void authority_free(struct authority *authority)
{
	if (authority == NULL)
		return;
	for (uint32_t n = 0; authority->node != NULL && n < authority->nodes; n++)
		free(authority->node[n].capability);
	free(authority->node);
	free(authority->edge);
	free(authority);
}

bool authority_allows(const struct authority *authority, uint32_t node, unsigned type, uint32_t object,
		      unsigned rights, uint64_t badge)
{
	const struct authority_capability wanted = {
	    .type = (uint8_t)type, .rights = (uint8_t)rights, .object = object, .badge = badge};

	return is_covered(&authority->node[node], &wanted);
}

const char *authority_rule_text(enum authority_rule rule)
{
	static const char *const text[AUTHORITY_RULES] = {
	    [AUTHORITY_BOOT] = "as described",
	    [AUTHORITY_MAKE] = "made by itself",
	    [AUTHORITY_CALL] = "with calls that carry capabilities",
	    [AUTHORITY_ANSWER] = "with answers to calls that carry capabilities",
	    [AUTHORITY_TABLE] = "put into its table",
	    [AUTHORITY_POOL] = "through what is made from a pool",
	};

	return text[rule];
}
