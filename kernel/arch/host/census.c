/* SPDX-License-Identifier: MIT
 * What docs/decisions/0009 says of all capabilities and of all memory in pools: every capability stands in a tree that
 * begins in a table of the boot, every object has one owner there, and every page of a pool is free, in an object that
 * somebody owns, a page table, or bookkeeping, and only one of these. Found by walking the trees, not by asking the kernel.
 */
#include <census.h>

struct host_found host_found;

#define ADD(kind, object)                                                                                    \
	do {                                                                                                 \
		CHECK(host_found.kind##_count < COUNT_OF(host_found.kind));                                  \
		host_found.kind[host_found.kind##_count++] = (object);                                       \
	} while (0)

unsigned host_threads(struct thread *const **threads)
{
	*threads = host_found.thread;
	return host_found.thread_count;
}

unsigned host_sets(struct receive_set *const **sets)
{
	*sets = host_found.set;
	return host_found.set_count;
}

/* ---- the trees ---- */

static void owner_found(const struct slot *slot)
{
	ADD(owner, slot);
	if (slot->type == TENON_TYPE_THREAD)
		ADD(thread, slot->object);
	else if (slot->type == TENON_TYPE_TABLE && slot->handle != SLOT_SEGMENT)
		ADD(table, slot->object);
	else if (slot->type == TENON_TYPE_SPACE)
		ADD(space, slot->object);
	else if (slot->type == TENON_TYPE_RECEIVE_SET)
		ADD(set, slot->object);
	else if (slot->type == TENON_TYPE_POOL)
		ADD(pool, slot->object);
}

static const char *check_slot(const struct slot *slot, const struct slot *parent)
{
	uint32_t id = tenon_handle_index(slot->handle);
	HOLDS(slot->type != TENON_TYPE_NONE && slot->type < TENON_TYPE_COUNT, "slot", id);
	HOLDS((slot->first == NULL) == (slot->last == NULL), "slot", id);
	if (parent == NULL)
		return NULL;
	HOLDS(slot->family == parent->family, "slot", id);
	if (slot_is_owner(slot)) {
		HOLDS(parent->type == TENON_TYPE_POOL || parent->type == TENON_TYPE_RECEIVE_SET, "owner", id);
		return NULL;
	}
	HOLDS(slot->object == parent->object && slot->type == parent->type, "copy", id);
	HOLDS((slot_rights(slot) & ~slot_rights(parent)) == 0, "copy", id);
	return NULL;
}

/* Everything below a root, and the root. No recursion: trees may be deep. */
static const char *walk_tree(const struct slot *root)
{
	const struct slot *slot = root, *parent = NULL;
	for (;;) {
		const char *problem = check_slot(slot, parent);
		if (problem != NULL)
			return problem;
		host_found.slots++;
		if (slot_is_owner(slot))
			owner_found(slot);
		if (slot->first != NULL) {
			HOLDS(slot->first->previous == ((uintptr_t)slot | 1), "first child of slot",
			      tenon_handle_index(slot->handle));
			parent = slot;
			slot = slot->first;
			continue;
		}
		/* Up, until there is one to the right. */
		while (slot != root && (slot->next & 1) != 0) {
			HOLDS(slot->next == ((uintptr_t)parent | 1) && parent->last == slot,
			      "last child of slot", tenon_handle_index(parent->handle));
			slot = parent;
			if (slot == root)
				return NULL;
			const struct slot *left = slot;
			while ((left->previous & 1) == 0)
				left = (const struct slot *)left->previous;
			parent = (const struct slot *)(left->previous & ~(uintptr_t)1);
		}
		if (slot == root)
			return NULL;
		const struct slot *right = (const struct slot *)slot->next;
		HOLDS(right->previous == (uintptr_t)slot, "sibling of slot",
		      tenon_handle_index(slot->handle));
		slot = right;
	}
}

static const char *walk_trees(void)
{
	for (uint32_t i = 0; i < core.tables->captables; i++) {
		const struct captable *table = &core.captables[i];
		for (uint32_t n = 1; n <= table->mask; n++) {
			const struct slot *slot = &table->slots[n];
			/* Tests may plant trees above the static slots. */
			if (slot->type == TENON_TYPE_NONE ||
			    (n >= table->static_slots && slot->previous != 1))
				continue;
			HOLDS(slot->previous == 1 && slot->next == 1, "static slot", n);
			const char *problem = walk_tree(slot);
			if (problem != NULL)
				return problem;
		}
	}
	return NULL;
}

/* ---- all ---- */

static const char *check_rounds(void)
{
	for (uint32_t i = 0; i < core.cpu_count; i++) {
		const struct cpu *cpu = core.cpu[i];
		uint32_t residents = 0;
		HOLDS(cpu->limbo_count == 0 && cpu->flush_count == 0 && !cpu->round_runs, "CPU", i);
		HOLDS(cpu->next_waiters == NULL && cpu->round_waiters == NULL && cpu->round_asks == 0, "CPU",
		      i);
		for (unsigned n = 0; n < host_found.thread_count; n++)
			residents += host_found.thread[n]->home == cpu;
		HOLDS((cpu->residents & ~CPU_CLOSED) == residents, "CPU", i);
	}
	return NULL;
}

const char *host_census(void)
{
	memset(&host_found, 0, offsetof(struct host_found, thread));
	for (uint32_t i = 0; i < core.tables->threads; i++)
		ADD(thread, &core.threads[i]);
	for (uint32_t i = 0; i < core.tables->captables; i++)
		ADD(table, &core.captables[i]);
	for (uint32_t i = 0; i < core.tables->spaces; i++)
		ADD(space, &core.spaces[i]);
	for (uint32_t i = 0; i < core.tables->receive_sets; i++)
		ADD(set, &core.receive_sets[i]);
	for (uint32_t i = 0; i < core.tables->pools; i++)
		ADD(pool, core.pools[i]);
	const char *problem = walk_trees();
	if (problem == NULL)
		problem = host_check_places();
	if (problem == NULL)
		problem = check_rounds();
	if (problem == NULL)
		problem = host_check_memory();
	return problem != NULL ? problem : host_check_mappings();
}
