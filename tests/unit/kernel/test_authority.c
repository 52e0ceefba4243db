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
#include "named.h"

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

/* ---- which node ---- */

static uint32_t table_node(const struct captable *table)
{
	return table->pool != NULL ? authority_pool_node(authority, named_pool(table->pool))
				   : (uint32_t)(table - core.captables);
}

static bool is_allowed(uint32_t node, const struct slot *slot)
{
	struct named named = named_of(slot);
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
	struct named named = named_of(slot);
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
				    : authority_pool_node(authority, named_pool(thread->pool));
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
	printf(
	    "counted: %u small systems, %lu hostile steps, %lu slots within what may be held (seed %llu)\n",
	    count, hostile_counts.steps, found.slots, (unsigned long long)seed);
	printf("%lu of %lu pairs of a table and a boot capability of another are forbidden\n",
	       found.forbidden, found.pairs);
	printf("%lu capabilities arrived with messages, %lu calls by threads made at run time\n",
	       hostile_counts.carried, hostile_counts.made_ran);
	for (unsigned n = 0; n < TENON_STATUS_COUNT; n++)
		printf("status %2u: %lu\n", n, hostile_counts.answered[n]);
	if (count < SYSTEMS)
		return;
	assert_true(found.forbidden > found.pairs / 8);
	assert_true(hostile_counts.carried > 0 && hostile_counts.made_ran > count);
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
