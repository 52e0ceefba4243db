/* SPDX-License-Identifier: MIT
 * Kernel objects by the names that the closure of generator/check/authority.c has for them. Found by where an object lies
 * and by what it belongs to, for what the slot says of itself is under test.
 */
#include "named.h"

#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>

#include <check/authority.h>

uint32_t named_pool(const struct pool *pool)
{
	while (pool->parent != NULL)
		pool = pool->parent;
	for (uint32_t i = 0; i < core.tables->pools; i++) {
		if (core.pools[i] == pool)
			return i;
	}
	fail_msg("a pool that was not made at boot");
	return 0;
}

/* A set of the boot has the pool that pays for its parts, and was not made from it. */
static const struct pool *set_pool(const struct receive_set *set)
{
	bool at_boot = set >= core.receive_sets && set < core.receive_sets + core.tables->receive_sets;
	return at_boot ? NULL : set->pool;
}

static const struct pool *registers_of(const struct slot *frame)
{
	uint64_t page = frame_physical(frame).value / TENON_PAGE_SIZE;
	for (uint32_t i = 0; i < core.tables->pools; i++) {
		if (page - core.pools[i]->base_page < core.pools[i]->page_count)
			return core.pools[i];
	}
	fail_msg("registers of no device");
	return NULL;
}

/* The pool that an object was made from; NULL: made at boot. */
static const struct pool *pool_of(const struct slot *slot)
{
	const void *object = slot->object;
	switch (slot->type) {
	case TENON_TYPE_FRAME:
		return frame_is_device(slot) ? registers_of(slot) : pool_at(slot->id);
	case TENON_TYPE_POOL:
		return ((const struct pool *)object)->parent;
	case TENON_TYPE_SPACE: /* one of the boot has the pool that pays for its page tables */
		return ((const struct space *)object)->index == TENON_NONE
			   ? ((const struct space *)object)->pool
			   : NULL;
	case TENON_TYPE_TABLE:
		return ((const struct captable *)object)->pool;
	case TENON_TYPE_THREAD:
		return ((const struct thread *)object)->pool;
	case TENON_TYPE_SCHEDULING:
		return ((const struct scheduling *)object)->pool;
	case TENON_TYPE_RECEIVE_SET:
		return set_pool(object);
	case TENON_TYPE_ENDPOINT:
		return set_pool(((const struct endpoint *)object)->set);
	case TENON_TYPE_NOTIFICATION:
		return set_pool(((const struct notification *)object)->set);
	case TENON_TYPE_REPLY:
		return set_pool(((const struct reply *)object)->set);
	default:
		return NULL;
	}
}

#define AMONG(array, type_of) ((uint32_t)((const type_of *)object - (array)))

static uint32_t boot_index(const struct slot *slot)
{
	const void *object = slot->object;
	switch (slot->type) {
	case TENON_TYPE_POOL:
		return named_pool(object);
	case TENON_TYPE_SPACE:
		return AMONG(core.spaces, struct space);
	case TENON_TYPE_TABLE:
		return AMONG(core.captables, struct captable);
	case TENON_TYPE_THREAD:
		return AMONG(core.threads, struct thread);
	case TENON_TYPE_RECEIVE_SET:
		return AMONG(core.receive_sets, struct receive_set);
	case TENON_TYPE_ENDPOINT:
		return AMONG(core.endpoints, struct endpoint);
	case TENON_TYPE_NOTIFICATION:
		return AMONG(core.notifications, struct notification);
	case TENON_TYPE_REPLY:
		return AMONG(core.replies, struct reply);
	case TENON_TYPE_INTERRUPT:
		return AMONG(core.interrupts, struct interrupt);
	case TENON_TYPE_PORTS:
		return AMONG(core.ports, struct ports);
	default:
		return 0;
	}
}

/* The receive set that an object is a part of, if it was made at run time in one of the boot. */
static const struct receive_set *set_of(const struct slot *slot)
{
	const void *object = slot->object;
	const struct receive_set *set = NULL;
	bool at_boot = false;
	switch (slot->type) {
	case TENON_TYPE_ENDPOINT:
		set = ((const struct endpoint *)object)->set;
		at_boot = AMONG(core.endpoints, struct endpoint) < core.tables->endpoints;
		break;
	case TENON_TYPE_NOTIFICATION:
		set = ((const struct notification *)object)->set;
		at_boot = AMONG(core.notifications, struct notification) < core.tables->notifications;
		break;
	case TENON_TYPE_REPLY:
		set = ((const struct reply *)object)->set;
		at_boot = AMONG(core.replies, struct reply) < core.tables->replies;
		break;
	default:
		return NULL;
	}
	return at_boot || set < core.receive_sets || set >= core.receive_sets + core.tables->receive_sets
		   ? NULL
		   : set;
}

struct named named_of(const struct slot *slot)
{
	const struct pool *pool = pool_of(slot);
	const struct receive_set *set = set_of(slot);
	if (set != NULL)
		return (struct named){AUTHORITY_OF_SET, (uint32_t)(set - core.receive_sets)};
	if (pool != NULL)
		return (struct named){AUTHORITY_FROM_POOL, named_pool(pool)};
	return (struct named){slot->type, boot_index(slot)};
}
