/* SPDX-License-Identifier: MIT
 * What docs/decisions/0009 says of all capabilities and of all memory in pools: every capability stands in a tree that
 * begins in a table of the boot, every object has one owner there, and every page of a pool is free, in an object that
 * somebody owns, a page table, or bookkeeping, and only one of these. Found by walking the trees, not by asking the kernel.
 */
#include <holds.h>

#define PAGE 4096u

/* What one walk over the trees finds. */
static struct {
	unsigned slots;  /* capabilities in trees */
	unsigned places; /* slots that are not empty, wherever slots are */
	unsigned thread_count, table_count, space_count, set_count, pool_count;
	struct thread *thread[HOST_CENSUS];
	struct captable *table[HOST_CENSUS];
	struct space *space[HOST_CENSUS];
	struct receive_set *set[HOST_CENSUS];
	struct pool *pool[HOST_CENSUS];
	const struct slot *owner[16 * HOST_CENSUS];
	unsigned owner_count;
} found;

/* Each page of RAM that lies in a pool. */
enum page_use { UNKNOWN = 0, USED, SHARED };
static struct {
	uint8_t use;
	uint64_t objects; /* SHARED: bit n is a live object */
} page[HOST_PAGES];

#define ADD(kind, object)                                                                                    \
	do {                                                                                                 \
		CHECK(found.kind##_count < COUNT_OF(found.kind));                                            \
		found.kind[found.kind##_count++] = (object);                                                 \
	} while (0)

unsigned host_threads(struct thread *const **threads)
{
	*threads = found.thread;
	return found.thread_count;
}

unsigned host_sets(struct receive_set *const **sets)
{
	*sets = found.set;
	return found.set_count;
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
		found.slots++;
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

/* ---- where slots are ---- */

static unsigned used_slots(const struct slot *slot, uint64_t count)
{
	unsigned used = 0;
	for (uint64_t n = 0; n < count; n++)
		used += slot[n].type != TENON_TYPE_NONE;
	return used;
}

static uint64_t segment_slots(const struct slot *segment)
{
	return UINT64_C(1) << (segment->badge >> 40);
}

static const char *check_table(const struct captable *table, unsigned index)
{
	uint32_t threads = 0;
	for (unsigned i = 0; i < found.thread_count; i++) {
		if (found.thread[i]->table != table)
			continue;
		threads++;
		HOLDS(table->home == found.thread[i]->home, "table", index);
	}
	HOLDS(table->threads == threads && table->requests == 0, "table", index);
	HOLDS(threads != 0 || table->pool == NULL || table->home == NULL, "table", index);
	for (unsigned n = 0; n < TABLE_SEGMENTS; n++) {
		const struct slot *segment =
		    (const struct slot *)((uintptr_t)table->segment[n] & ~SEGMENT_ENDS);
		HOLDS(segment == NULL || (segment->handle == SLOT_SEGMENT && segment->object == table &&
					  (segment->badge >> 32 & 0xff) == n),
		      "table", index);
	}
	found.places += used_slots(table->slots, (uint64_t)table->mask + 1);
	return NULL;
}

/* What a thread refers to stands in its own slots. */
static const char *check_embedded(const struct thread *thread, unsigned index)
{
	const struct slot *slot = thread->embedded;
	found.places += used_slots(slot, EMBEDDED_COUNT);
	for (unsigned n = 0; n < EMBEDDED_COUNT; n++)
		HOLDS(slot[n].handle == (SLOT_EMBEDDED | n), "thread", index);
	HOLDS(slot[EMBEDDED_TRANSIT].type == TENON_TYPE_NONE && !thread->transit, "thread", index);
	const struct slot *scheduling = &slot[EMBEDDED_SCHEDULING], *set = &slot[EMBEDDED_SET];
	HOLDS(scheduling->type != TENON_TYPE_NONE ? thread->scheduling == scheduling->object
						  : thread->scheduling == &thread->reserve,
	      "thread", index);
	bool receives = false;
	for (const struct receive_set *other = thread->sets; other != NULL; other = other->next) {
		HOLDS(other->server == thread, "thread", index);
		receives |= other == set->object;
	}
	HOLDS(set->type == TENON_TYPE_NONE || receives, "thread", index);
	if (thread->pool == NULL)
		return NULL;
	HOLDS(thread->memory ==
		  (slot[EMBEDDED_SPACE].type != TENON_TYPE_NONE ? slot[EMBEDDED_SPACE].object : NULL),
	      "thread", index);
	HOLDS(thread->table ==
		  (slot[EMBEDDED_TABLE].type != TENON_TYPE_NONE ? slot[EMBEDDED_TABLE].object : NULL),
	      "thread", index);
	HOLDS(thread->fault_endpoint ==
		  (slot[EMBEDDED_FAULT].type != TENON_TYPE_NONE ? slot[EMBEDDED_FAULT].object : NULL),
	      "thread", index);
	const uint8_t *buffer = thread->buffer;
	HOLDS(buffer == NULL || !memory_is_pooled(arch_physical(buffer)) ||
		  (slot[EMBEDDED_BUFFER].type != TENON_TYPE_NONE &&
		   buffer == arch_direct(frame_physical(&slot[EMBEDDED_BUFFER]))),
	      "thread", index);
	return NULL;
}

static const char *check_places(void)
{
	const char *problem = NULL;
	for (unsigned i = 0; problem == NULL && i < found.table_count; i++)
		problem = check_table(found.table[i], i);
	for (unsigned i = 0; problem == NULL && i < found.thread_count; i++)
		problem = check_embedded(found.thread[i], i);
	for (unsigned i = 0; i < found.owner_count; i++) {
		if (found.owner[i]->handle == SLOT_SEGMENT)
			found.places += used_slots(found.owner[i], segment_slots(found.owner[i]));
	}
	if (problem == NULL)
		HOLDS(found.places == found.slots, "capabilities outside of the trees",
		      found.places - found.slots);
	return problem;
}

/* ---- memory ---- */

static uint64_t page_of(const void *memory)
{
	return (arch_physical(memory).value - host_ram_base) / PAGE;
}

/* Memory of a pool that somebody has. */
static const char *claim(const struct pool *pool, const void *memory, uint64_t bytes)
{
	uint64_t first = page_of(memory), base = pool->base_page - host_ram_base / PAGE;
	HOLDS(first - base < pool->page_count, "memory outside of its pool: page", first);
	if (bytes <= PAGE / 2) {
		const uint32_t *shift = (const uint32_t *)(const void *)(host_ram + first * PAGE + 24);
		uint64_t bit = UINT64_C(1) << (((uintptr_t)memory & (PAGE - 1)) >> *shift);
		HOLDS(page[first].use == SHARED || page[first].use == UNKNOWN, "page", first);
		HOLDS((page[first].objects & bit) == 0 && bit != 1, "object in page", first);
		page[first].use = SHARED;
		page[first].objects |= bit;
		return NULL;
	}
	uint64_t pages = UINT64_C(1) << pool_order(bytes);
	HOLDS(first - base + pages <= pool->page_count, "memory outside of its pool: page", first);
	for (uint64_t n = first; n < first + pages; n++) {
		HOLDS(page[n].use == UNKNOWN, "page", n);
		page[n].use = USED;
	}
	return NULL;
}

/* Its pages are its own affair; bookkeeping and what is free is claimed. */
static const char *open_pool(const struct pool *pool)
{
	uint64_t base = page_of(pool), free_bytes = 0;
	for (uint64_t n = 0; n < pool->page_count; n++) {
		page[base + n].use = n < pool_overhead(pool->page_count * PAGE) / PAGE ? USED : UNKNOWN;
		page[base + n].objects = 0;
	}
	for (unsigned order = 0; order < POOL_ORDERS; order++) {
		HOLDS(((pool->orders >> order & 1) != 0) == !list_empty(&pool->free[order]), "pool order",
		      order);
		for (const struct list *link = pool->free[order].next; link != &pool->free[order];
		     link = link->next) {
			const char *problem = claim(pool, link, (uint64_t)PAGE << order);
			if (problem != NULL)
				return problem;
			free_bytes += (uint64_t)PAGE << order;
		}
		for (unsigned i = 0; order < POOL_KEPT_ORDERS && i < pool->kept_count[order]; i++) {
			void *kept = arch_direct((physical_t){pool->kept[order][i] * PAGE});
			const char *problem = claim(pool, kept, (uint64_t)PAGE << order);
			if (problem != NULL)
				return problem;
			free_bytes += (uint64_t)PAGE << order;
		}
	}
	HOLDS(free_bytes == pool->free_bytes, "pool at page", base);
	return NULL;
}

static const char *claim_owned(const struct slot *owner)
{
	void *object = owner->object;
	const struct captable *table = object;
	const struct space *space = object;
	const char *problem = NULL;
	switch (owner->type) {
	case TENON_TYPE_FRAME:
		return claim(pool_at(owner->id), arch_direct(frame_physical(owner)), frame_bytes(owner));
	case TENON_TYPE_POOL:
		return NULL; /* as a part of its parent, which came first */
	case TENON_TYPE_TABLE:
		if (owner->handle == SLOT_SEGMENT)
			return claim(pool_at(owner->id), owner, segment_slots(owner) * sizeof(struct slot));
		problem = claim(table->pool, table->slots, ((uint64_t)table->mask + 1) * sizeof(struct slot));
		return problem != NULL ? problem : claim(table->pool, table, sizeof(*table));
	case TENON_TYPE_SPACE:
		problem = claim(space->pool, arch_direct((physical_t){space->arch.root}), PAGE);
		if (problem == NULL && space->arch.table != 0)
			problem = claim(space->pool, arch_direct((physical_t){space->arch.table}), PAGE);
		return problem != NULL ? problem : claim(space->pool, space, sizeof(*space));
	case TENON_TYPE_THREAD:
		return claim(((struct thread *)object)->pool, object, core.thread_bytes);
	case TENON_TYPE_SCHEDULING:
		return claim(((struct scheduling *)object)->pool, object, sizeof(struct scheduling));
	case TENON_TYPE_RECEIVE_SET:
		return claim(((struct receive_set *)object)->pool, object, sizeof(struct receive_set));
	case TENON_TYPE_ENDPOINT:
		return claim(((struct endpoint *)object)->set->pool, object, sizeof(struct endpoint));
	case TENON_TYPE_NOTIFICATION:
		return claim(((struct notification *)object)->set->pool, object, sizeof(struct notification));
	case TENON_TYPE_REPLY:
		return claim(((struct reply *)object)->set->pool, object, sizeof(struct reply));
	default:
		HOLDS(false, "owner of type", owner->type);
	}
	return NULL;
}

/* Nothing of the pool is lost. */
static const char *close_pool(const struct pool *pool)
{
	uint64_t base = page_of(pool);
	HOLDS(pool->in_limbo == 0, "pool at page", base);
	for (uint64_t n = base; n < base + pool->page_count; n++) {
		HOLDS(page[n].use != UNKNOWN, "lost page", n);
		if (page[n].use != SHARED)
			continue;
		const uint64_t *free = (const uint64_t *)(const void *)(host_ram + n * PAGE + 16);
		uint32_t shift = *(const uint32_t *)(free + 1);
		uint64_t all =
		    (shift == 6 ? UINT64_MAX : (UINT64_C(1) << (PAGE >> shift)) - 1) & ~UINT64_C(1);
		HOLDS((*free & page[n].objects) == 0 && (*free | page[n].objects) == all, "shared page", n);
	}
	return NULL;
}

static const char *check_memory(void)
{
	const char *problem = NULL;
	/* Pools come before the pools inside of them: so the walk has found them. */
	for (unsigned i = 0; problem == NULL && i < found.pool_count; i++) {
		const struct pool *pool = found.pool[i];
		if (pool->parent != NULL)
			problem = claim(pool->parent, pool, pool->page_count * PAGE);
		if (problem == NULL)
			problem = open_pool(pool);
	}
	for (unsigned i = 0; problem == NULL && i < found.owner_count; i++)
		problem = claim_owned(found.owner[i]);
	for (unsigned i = 0; problem == NULL && i < found.pool_count; i++)
		problem = close_pool(found.pool[i]);
	return problem;
}

/* ---- mappings ---- */

static const struct space *space_with(uint32_t id)
{
	for (unsigned i = 0; i < found.space_count; i++) {
		if (found.space[i]->id == id)
			return found.space[i];
	}
	return NULL;
}

static unsigned mapped; /* frames' capabilities that map in a space that lives */

static const char *check_frame(const struct slot *frame)
{
	const struct space *space = frame->badge != 0 ? space_with(frame_space(frame)) : NULL;
	if (space == NULL || space->dead)
		return NULL;
	for (unsigned n = 0; n < space->arch.count; n++) {
		const struct host_mapping *mapping = &space->arch.mapping[n];
		if (mapping->address != frame_address(frame))
			continue;
		mapped++;
		HOLDS(mapping->physical == frame_physical(frame).value && mapping->size == frame_bytes(frame),
		      "frame in slot", tenon_handle_index(frame->handle));
		HOLDS((mapping->rights & ~slot_rights(frame)) == 0 &&
			  (mapping->rights & (TENON_RIGHT_WRITE | TENON_RIGHT_EXECUTE)) !=
			      (TENON_RIGHT_WRITE | TENON_RIGHT_EXECUTE),
		      "frame in slot", tenon_handle_index(frame->handle));
		return NULL;
	}
	HOLDS(false, "unmapped frame in slot", tenon_handle_index(frame->handle));
	return NULL;
}

static const char *check_frames(const struct slot *slot, uint64_t count)
{
	const char *problem = NULL;
	for (uint64_t n = 0; problem == NULL && n < count; n++) {
		if (slot[n].type == TENON_TYPE_FRAME)
			problem = check_frame(&slot[n]);
	}
	return problem;
}

static const char *check_mappings(void)
{
	const char *problem = NULL;
	unsigned pages = 0;
	mapped = 0;
	for (unsigned i = 0; problem == NULL && i < found.table_count; i++)
		problem = check_frames(found.table[i]->slots, (uint64_t)found.table[i]->mask + 1);
	for (unsigned i = 0; problem == NULL && i < found.owner_count; i++) {
		if (found.owner[i]->handle == SLOT_SEGMENT)
			problem = check_frames(found.owner[i], segment_slots(found.owner[i]));
	}
	/* And nothing of a pool is mapped but by a capability. */
	for (unsigned i = 0; i < found.space_count; i++) {
		const struct space *space = found.space[i];
		for (unsigned n = 0; n < space->arch.count && !space->dead; n++)
			pages += memory_is_pooled((physical_t){space->arch.mapping[n].physical});
	}
	if (problem == NULL)
		HOLDS(mapped == pages, "mapped frames", pages);
	return problem;
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
		for (unsigned n = 0; n < found.thread_count; n++)
			residents += found.thread[n]->home == cpu;
		HOLDS((cpu->residents & ~CPU_CLOSED) == residents, "CPU", i);
	}
	return NULL;
}

const char *host_census(void)
{
	memset(&found, 0, offsetof(typeof(found), thread));
	found.owner_count = 0;
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
		problem = check_places();
	if (problem == NULL)
		problem = check_rounds();
	if (problem == NULL)
		problem = check_memory();
	return problem != NULL ? problem : check_mappings();
}
