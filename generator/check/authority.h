/* SPDX-License-Identifier: MIT
 * What can come to hold what: the closure of the capability tables over all that components can do with what they have.
 *
 * A node holds capabilities: each static table is one, and each pool, which stands for all tables and threads made from
 * it. The tables are those that the kernel boots, so that the generator's report and the kernel's test ask the same
 * question of the same input. Rules, and the kernel code that enforces each: docs/decisions/0011-what-can-come-to-hold-what.md.
 */
#ifndef TENON_GENERATOR_AUTHORITY_H
#define TENON_GENERATOR_AUTHORITY_H

#include <stdbool.h>
#include <stdint.h>

#include <tenon/tables.h>

/* Objects made at run time, in the place of an enum tenon_type; they may have any badge. */
enum {
	AUTHORITY_FROM_POOL = TENON_TYPE_COUNT, /* any object made from pool `object`, or from a pool in it */
	AUTHORITY_OF_SET /* endpoint, notification or reply object made in receive set `object` */
};

/* How a capability comes into a node. */
enum authority_rule {
	AUTHORITY_BOOT = 0, /* a static slot */
	AUTHORITY_MAKE,     /* made from a pool, or in a receive set, of the node */
	AUTHORITY_CALL,     /* with a call through an endpoint that it serves and that carries capabilities */
	AUTHORITY_ANSWER,   /* with the answer to such a call of its own */
	AUTHORITY_TABLE,    /* put there by who may write the table */
	AUTHORITY_POOL,     /* through what was made from a pool: endpoints, tables, threads */
	AUTHORITY_RULES
};

/* The most that a node may hold of an object in one capability; each slot of it is covered by one of these. */
struct authority_capability {
	uint8_t type; /* enum tenon_type, or what is made */
	uint8_t rights;
	uint8_t rule;    /* enum authority_rule: how it comes here first */
	uint32_t object; /* index among those of its type */
	uint32_t from;   /* node that it comes from; itself with BOOT and MAKE */
	uint64_t badge;  /* with MANAGE any */
};

struct authority_node {
	struct authority_capability *capability;
	uint32_t count, room;
};

struct authority {
	const struct tenon_tables *tables;
	uint32_t nodes; /* captables, then pools */
	struct authority_node *node;
	uint8_t *edge; /* [from * nodes + to]: enum authority_rule, 0: nothing flows */
};

/*
 * The relation of tables that the generator checked: indices are in range. They must live as long as it. NULL: no memory.
 * authority_free() takes NULL too.
 */
struct authority *authority_make(const struct tenon_tables *tables);
void authority_free(struct authority *authority);

/* The node of the tables and threads that are made from a pool. */
static inline uint32_t authority_pool_node(const struct authority *authority, uint32_t pool)
{
	return authority->tables->captables + pool;
}

/* May a slot of the node be like this? */
bool authority_allows(const struct authority *authority, uint32_t node, unsigned type, uint32_t object,
		      unsigned rights, uint64_t badge);

/* "through an endpoint with grant" */
const char *authority_rule_text(enum authority_rule rule);

#endif
