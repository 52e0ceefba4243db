/* SPDX-License-Identifier: MIT
 * What a component holds is within what it may hold: random small systems are booted, all their components do whatever they
 * can, and then each slot of each table, boot's and made ones, and each slot inside a thread is compared with the closure
 * that the generator computes from the same tables (generator/check/authority.c).
 *
 * It fails, in the first twenty systems, for a kernel that carries capabilities without GRANT (transfer() or the reply
 * object), widens rights (slot_capability()), lets a badge be changed without MANAGE or a table be written without WRITE
 * (decode() of capability.c), or makes objects from a pool without WRITE: each was tried.
 *
 * TENON_SEED reproduces a run, TENON_SYSTEMS says how many systems; TENON_FULL: a thousand.
 */
#include "hostile.h"

#include <check/authority.h>
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <sanitizer/common_interface_defs.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { SYSTEMS = 30, FULL_SYSTEMS = 1000, STEPS = 10000, HELD = 4096 };

static const char *const type_name[TENON_TYPE_COUNT] = {
#define TYPE(name, text, doc) text,
#include <tenon/names.def>
};

static uint64_t seed, current;
static struct authority *authority;

/* Tables and threads that hold capabilities; those made at run time are found through the trees. */
static struct {
	const struct captable *table[HELD];
	const struct thread *thread[HELD];
	unsigned tables, threads;
	unsigned long slots, pairs, forbidden;
} found;

/* ---- which object, which node ---- */

static uint32_t pool_index(const struct pool *pool)
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

/* The pool that an object was made from; NULL: made at boot. */
static const struct pool *pool_of(const struct slot *slot)
{
	const void *object = slot->object;
	switch (slot->type) {
	case TENON_TYPE_FRAME:
		return pool_at(slot->id);
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

/* As the closure names it: a boot object by its place, for what the slot says of itself is under test. */
struct named {
	unsigned type;
	uint32_t object;
};

#define AMONG(array, type_of) ((uint32_t)((const type_of *)object - (array)))

static uint32_t boot_index(const struct slot *slot)
{
	const void *object = slot->object;
	switch (slot->type) {
	case TENON_TYPE_POOL:
		return pool_index(object);
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

static struct named name_of(const struct slot *slot)
{
	const struct pool *pool = pool_of(slot);
	const struct receive_set *set = set_of(slot);
	if (set != NULL)
		return (struct named){AUTHORITY_OF_SET, (uint32_t)(set - core.receive_sets)};
	if (pool != NULL)
		return (struct named){AUTHORITY_FROM_POOL, pool_index(pool)};
	return (struct named){slot->type, boot_index(slot)};
}

static uint32_t table_node(const struct captable *table)
{
	return table->pool != NULL ? authority_pool_node(authority, pool_index(table->pool))
				   : (uint32_t)(table - core.captables);
}

static bool is_allowed(uint32_t node, const struct slot *slot)
{
	struct named named = name_of(slot);
	bool made = named.type >= TENON_TYPE_COUNT;
	return authority_allows(authority, node, named.type, named.object, slot_rights(slot),
				made ? 0 : slot->badge);
}

/* ---- findings ---- */

static void print_node(uint32_t node)
{
	if (node < core.tables->captables)
		printf("table %u", node);
	else
		printf("what is made of pool %u", node - core.tables->captables);
}

/* The table that a slot lies in, as far as this test knows it. */
static void print_owner(const struct slot *slot)
{
	for (unsigned t = 0; t < found.tables; t++) {
		const struct captable *table = found.table[t];
		uint64_t index = tenon_handle_index(slot->handle);
		if ((slot->handle & SLOT_EMBEDDED) == 0 && captable_at(table, index) == slot) {
			print_node(table_node(table));
			printf(" slot %llu", (unsigned long long)index);
			return;
		}
	}
	printf("a thread's own slot");
}

static const struct slot *parent_of(const struct slot *slot)
{
	while ((slot->previous & 1) == 0)
		slot = (const struct slot *)slot->previous;
	return (const struct slot *)(slot->previous & ~(uintptr_t)1);
}

/* The way that the capability took, and what the closure knows of the object: between the two lies what it lacks. */
static void finding(uint32_t node, const char *where, const struct slot *slot, uint64_t system)
{
	struct named named = name_of(slot);
	printf("TENON_SEED=%llu TENON_SYSTEMS=1: %s of ", (unsigned long long)system, where);
	print_node(node);
	printf(" holds %s %s %u, rights %02x, badge %llx\n", type_name[slot->type],
	       named.type == AUTHORITY_FROM_POOL ? "of pool"
	       : named.type == AUTHORITY_OF_SET  ? "of receive set"
						 : "of the boot,",
	       named.object, slot_rights(slot), (unsigned long long)slot->badge);
	for (const struct slot *from = parent_of(slot); from != NULL; from = parent_of(from)) {
		printf("  derived from ");
		print_owner(from);
		printf(": %s, rights %02x, badge %llx\n", type_name[from->type], slot_rights(from),
		       (unsigned long long)from->badge);
	}
	for (uint32_t n = 0; n < authority->nodes; n++) {
		for (uint32_t i = 0; i < authority->node[n].count; i++) {
			const struct authority_capability *may = &authority->node[n].capability[i];
			if (may->type != named.type || may->object != named.object)
				continue;
			printf("  may be held by ");
			print_node(n);
			printf(", rights %02x, badge %llx, from ", may->rights,
			       (unsigned long long)may->badge);
			print_node(may->from);
			printf(", %s\n", authority_rule_text((enum authority_rule)may->rule));
		}
	}
	for (uint32_t n = 0; n < authority->nodes; n++) {
		enum authority_rule rule =
		    (enum authority_rule)authority->edge[(size_t)n * authority->nodes + node];
		if (rule == AUTHORITY_BOOT)
			continue;
		printf("  capabilities come here from ");
		print_node(n);
		printf(", %s\n", authority_rule_text(rule));
	}
	fail_msg("a capability that may not be held");
}

/* ---- the comparison ---- */

static void add_table(const struct captable *table)
{
	for (unsigned i = 0; i < found.tables; i++) {
		if (found.table[i] == table)
			return;
	}
	assert_true(found.tables < HELD);
	found.table[found.tables++] = table;
}

static void add_thread(const struct thread *thread)
{
	for (unsigned i = 0; i < found.threads; i++) {
		if (found.thread[i] == thread)
			return;
	}
	assert_true(found.threads < HELD);
	found.thread[found.threads++] = thread;
}

/* Everything below one capability: what it leads to holds capabilities too. */
static void collect(const struct slot *root)
{
	const struct slot *slot = root;
	for (;;) {
		if (slot->type == TENON_TYPE_TABLE)
			add_table(slot->object);
		else if (slot->type == TENON_TYPE_THREAD)
			add_thread(slot->object);
		if (slot->first != NULL) {
			slot = slot->first;
			continue;
		}
		while (slot != root && (slot->next & 1) != 0)
			slot = (const struct slot *)(slot->next & ~(uintptr_t)1);
		if (slot == root)
			return;
		slot = (const struct slot *)slot->next;
	}
}

static void check_table(const struct captable *table, uint64_t system)
{
	uint64_t count = captable_slots(table);
	for (uint64_t i = 0; i < count; i++) {
		const struct slot *slot = captable_at(table, i);
		if (slot == NULL || slot_type(slot) == TENON_TYPE_NONE)
			continue;
		found.slots++;
		if (!is_allowed(table_node(table), slot))
			finding(table_node(table), "a slot", slot, system);
	}
}

/* A scheduling context that somebody bound who may do that: the thread itself cannot use the capability. */
static bool is_bound(const struct thread *thread, const struct slot *slot)
{
	for (uint32_t n = 0; n < authority->nodes; n++) {
		if (is_allowed(n, slot) &&
		    authority_allows(authority, n, TENON_TYPE_THREAD, thread->index, TENON_RIGHT_MANAGE, 0))
			return true;
	}
	return false;
}

/*
 * What arrives is on its way into the thread's table, or from it to another. What a made thread refers to was shown by who
 * bound it, and counts as what is made of its pool; a boot thread itself has shown all of its own but its context.
 */
static void check_thread(const struct thread *thread, uint64_t system)
{
	for (unsigned n = 0; n < EMBEDDED_COUNT; n++) {
		const struct slot *slot = &thread->embedded[n];
		if (slot_type(slot) == TENON_TYPE_NONE)
			continue;
		bool own = thread->pool == NULL || (n == EMBEDDED_TRANSIT && thread->table != NULL);
		uint32_t node = own ? table_node(thread->table)
				    : authority_pool_node(authority, pool_index(thread->pool));
		found.slots++;
		if (!is_allowed(node, slot) &&
		    (n != EMBEDDED_SCHEDULING || thread->pool != NULL || !is_bound(thread, slot)))
			finding(node, "an embedded slot of a thread", slot, system);
	}
}

/* How much the closure leaves out: were it everything, nothing could be found. */
static void count_forbidden(void)
{
	for (uint32_t from = 0; from < core.tables->captables; from++) {
		for (uint32_t i = 0; i < core.tables->captable[from].used; i++) {
			const struct tenon_slot *slot = &core.tables->captable[from].slot[i];
			for (uint32_t to = 0; to < core.tables->captables; to++) {
				found.pairs += from != to;
				found.forbidden +=
				    from != to && !authority_allows(authority, to, slot->type, slot->object,
								    slot->rights, slot->badge);
			}
		}
	}
}

static void check_system(uint64_t system)
{
	unsigned cpus;
	small_seed(system);
	const struct tenon_tables *tables = small_system(&cpus);
	authority = authority_make(tables);
	assert_non_null(authority);
	if (!host_boot(tables, cpus))
		fail_msg("TENON_SEED=%llu TENON_SYSTEMS=1: boot: %s", (unsigned long long)system, host_panic);
	host_settle();
	const char *problem = hostile_steps(STEPS);
	if (problem != NULL)
		fail_msg("TENON_SEED=%llu TENON_SYSTEMS=1: %s", (unsigned long long)system, problem);
	found.tables = found.threads = 0;
	for (uint32_t t = 0; t < tables->captables; t++) {
		add_table(&core.captables[t]);
		for (uint32_t i = 0; i < tables->captable[t].used; i++)
			collect(&core.captables[t].slots[tables->captable[t].slot[i].index]);
	}
	for (uint32_t t = 0; t < tables->threads; t++)
		add_thread(&core.threads[t]);
	for (unsigned i = 0; i < found.tables; i++)
		check_table(found.table[i], system);
	for (unsigned i = 0; i < found.threads; i++)
		check_thread(found.thread[i], system);
	count_forbidden();
	authority_free(authority);
}

/* What the sanitizers find, and a system that never comes to rest, ends the process: of which system was it? */
static void tell_system(void)
{
	fprintf(stderr, "TENON_SEED=%llu TENON_SYSTEMS=1\n", (unsigned long long)current);
}

static void too_long(int number)
{
	(void)number;
	tell_system();
	_exit(1);
}

static unsigned systems(void)
{
	const char *full = getenv("TENON_FULL"), *wanted = getenv("TENON_SYSTEMS");
	if (wanted != NULL)
		return (unsigned)strtoul(wanted, NULL, 0);
	return full != NULL && full[0] != '\0' ? FULL_SYSTEMS : SYSTEMS;
}

static void holds_within_may_hold(void **state)
{
	unsigned count = systems();
	(void)state;
	printf("seed %llu\n", (unsigned long long)seed);
	for (unsigned i = 0; i < count; i++) {
		current = seed + i;
		alarm(60);
		check_system(current);
	}
	alarm(0);
	printf("%u systems, %lu steps, %lu slots compared; %lu of %lu pairs of a table and a boot capability "
	       "of another are forbidden\n",
	       count, hostile_counts.steps, found.slots, found.forbidden, found.pairs);
	printf("%lu capabilities arrived with messages, %lu calls by threads made at run time\n",
	       hostile_counts.carried, hostile_counts.made_ran);
	for (unsigned n = 0; n < TENON_STATUS_COUNT; n++)
		printf("status %2u: %lu\n", n, hostile_counts.answered[n]);
	if (count < SYSTEMS)
		return;
	assert_true(found.forbidden > found.pairs / 8);
	assert_true(hostile_counts.carried > count && hostile_counts.made_ran > count);
	assert_true(hostile_counts.answered[TENON_OK] > hostile_counts.steps / 8);
}

int main(void)
{
	const char *wanted = getenv("TENON_SEED");
	seed = wanted != NULL ? strtoull(wanted, NULL, 0) : (uint64_t)time(NULL);
	__sanitizer_set_death_callback(tell_system);
	signal(SIGALRM, too_long);
	const struct CMUnitTest tests[] = {cmocka_unit_test(holds_within_may_hold)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
