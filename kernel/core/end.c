/* SPDX-License-Identifier: MIT
 * How capabilities and objects end: REVOKE, DELETE, TABLE_RESET.
 *
 * The work is done in steps, each of which takes one capability out of its tree and ends what it owns. A step finds anew
 * what has to go first, so that the call may be interrupted between any two, several CPUs may work on one tree, and
 * nothing is remembered that could become untrue. What goes first: of an owner its children, of a table's owner what
 * the table holds. Both nest at most POOL_DEPTH deep, so that the way down is bounded.
 */
#include <core/core.h>

/* Between two looks at what is pending: about 3,000 instructions, and one step more. What a step costs, in the same measure: */
#define STRETCH    40u
#define COST_COPY  1u
#define COST_SWEEP 32u
#define COST_OWNER 8u
#define COST_LARGE 32u
#define SWEEP      128u /* slots of a table looked at in one step */
#define FINI_STEP  16u  /* pages of page tables given back in one step */

/* ---- objects ---- */

static void table_page_end(void *argument, physical_t page)
{
	struct cpu *cpu = arch_cpu();
	struct pool *pool = argument;
	limbo_expect(pool);
	limbo_add(cpu, pool, page, TENON_PAGE_SIZE, NULL);
}

/* Under the family's lock. FINISHED: the space has no memory left but its object. */
static COLD enum progress space_end(struct cpu *cpu, struct space *space)
{
	spin_lock(&space->lock);
	bool first = !space->dead;
	space->dead = true;
	spin_unlock(&space->lock);
	if (first)
		grace_flush(cpu, space, 0, 0, &space->flushed);
	if (!__atomic_load_n(&space->flushed, __ATOMIC_ACQUIRE))
		return PROGRESS_ROUND;
	return arch_space_fini(&space->arch, FINI_STEP, table_page_end, space->pool) ? PROGRESS_FINISHED
										     : PROGRESS_AGAIN;
}

/* The first used slot at or after *at, within SWEEP; else NULL, and *at tells how far it is empty. */
static struct slot *sweep(struct slot *slots, uint64_t count, uint64_t *at)
{
	for (unsigned n = 0; n < SWEEP && *at < count; n++, ++*at) {
		if (slot_type(&slots[*at]) != TENON_TYPE_NONE)
			return &slots[*at];
	}
	return NULL;
}

/* The badge of a segment's first slot: how far it was emptied, its number among the segments, log2 of its slots. */
#define SEGMENT_SHIFT  32u
#define SEGMENT_MASK   UINT64_C(0xff)
#define SEGMENT_LENGTH 40u

static uint64_t segment_slots(const struct slot *owner)
{
	return UINT64_C(1) << (owner->badge >> SEGMENT_LENGTH);
}

static void segment_store(const struct slot *owner, struct slot *segment)
{
	struct captable *table = owner->object;
	spin_lock(&table->lock);
	__atomic_store_n(&table->segment[owner->badge >> SEGMENT_SHIFT & SEGMENT_MASK], segment,
			 __ATOMIC_RELEASE);
	spin_unlock(&table->lock);
}

static struct slot *segment_rest(struct slot *owner, enum progress *progress)
{
	uint64_t at = owner->badge & UINT32_MAX, count = segment_slots(owner);
	if (at == 0) {
		/* Nobody fills it from here on. The table still finds it, for it ends after its segments. */
		segment_store(owner, (struct slot *)((uintptr_t)owner | SEGMENT_ENDS));
		at = 1;
	}
	struct slot *rest = sweep(owner, count, &at);
	owner->badge = (owner->badge & ~(uint64_t)UINT32_MAX) | at;
	*progress = at < count ? PROGRESS_AGAIN : PROGRESS_FINISHED;
	return rest;
}

/*
 * What a table that ends still holds. Under the owner's family. NULL with FINISHED: nothing; NULL with AGAIN: not all of it
 * was looked at.
 */
static COLD struct slot *table_rest(struct slot *owner, enum progress *progress)
{
	struct captable *table = owner->object;
	if (owner->handle == SLOT_SEGMENT)
		return segment_rest(owner, progress);
	spin_lock(&table->lock); /* nobody fills it from here on */
	if (!table->dead)
		table->sweep = 0;
	table->dead = true;
	spin_unlock(&table->lock);
	for (unsigned n = 0; n < TABLE_SEGMENTS; n++) {
		uintptr_t segment = (uintptr_t)__atomic_load_n(&table->segment[n], __ATOMIC_ACQUIRE);
		if (segment != 0)
			return (struct slot *)(segment & ~SEGMENT_ENDS);
	}
	struct slot *rest = sweep(table->slots, (uint64_t)table->mask + 1, &table->sweep);
	*progress = table->sweep <= table->mask ? PROGRESS_AGAIN : PROGRESS_FINISHED;
	return rest;
}

/* An object's memory: the pool that it came from, where it begins, and how many bytes it is. */
struct memory {
	struct pool *pool;
	void *start;
	uint64_t bytes;
};

/* Under the family's lock. */
static struct memory owned_memory(const struct slot *owner)
{
	void *object = owner->object;

	if (owner->handle == SLOT_SEGMENT)
		return (struct memory){pool_at(owner->id), (void *)owner,
				       segment_slots(owner) * sizeof(struct slot)};
	switch (slot_type(owner)) {
	case TENON_TYPE_FRAME:
		return (struct memory){pool_at(owner->id), arch_direct(frame_physical(owner)),
				       frame_bytes(owner)};
	case TENON_TYPE_POOL:
		return (struct memory){((struct pool *)object)->parent, object,
				       ((struct pool *)object)->page_count * TENON_PAGE_SIZE};
	case TENON_TYPE_SPACE:
		return (struct memory){((struct space *)object)->pool, object, sizeof(struct space)};
	case TENON_TYPE_TABLE:
		return (struct memory){((struct captable *)object)->pool, object, sizeof(struct captable)};
	case TENON_TYPE_SCHEDULING:
		return (struct memory){((struct scheduling *)object)->pool, object,
				       sizeof(struct scheduling)};
	case TENON_TYPE_RECEIVE_SET:
		return (struct memory){((struct receive_set *)object)->pool, object,
				       sizeof(struct receive_set)};
	case TENON_TYPE_ENDPOINT:
		return (struct memory){((struct endpoint *)object)->set->pool, object,
				       sizeof(struct endpoint)};
	case TENON_TYPE_NOTIFICATION:
		return (struct memory){((struct notification *)object)->set->pool, object,
				       sizeof(struct notification)};
	case TENON_TYPE_REPLY:
		return (struct memory){((struct reply *)object)->set->pool, object, sizeof(struct reply)};
	default:
		CHECK(false);
	}
}

/*
 * Takes an owner without children out of the tree and ends its object. Under the family's lock, which it drops: objects of
 * a receive set need the set's lock, which comes before. Nothing is left to do when it returns.
 */
COLD void owner_end(struct cpu *cpu, struct slot *owner)
{
	enum tenon_type type = slot_type(owner);
	bool segment = owner->handle == SLOT_SEGMENT;
	unsigned family = owner->family;
	void *object = owner->object;
	const uint32_t *requests = NULL;

	cpu->work += COST_OWNER;
	if (type == TENON_TYPE_FRAME)
		frame_unmap(cpu, owner);
	else if (type == TENON_TYPE_SPACE)
		space_forget(object);
	if (type == TENON_TYPE_FRAME && frame_is_device(owner)) { /* no memory goes back anywhere */
		slot_withdraw(owner);
		family_unlock(family);
		return;
	}
	struct memory memory = owned_memory(owner);
	limbo_expect(memory.pool);
	if (segment) {
		segment_store(owner, NULL);
	} else if (type == TENON_TYPE_TABLE) {
		struct captable *table = object;
		requests = &table->requests;
		limbo_expect(memory.pool);
		limbo_add(cpu, memory.pool, arch_physical(table->slots),
			  ((uint64_t)table->mask + 1) * sizeof(struct slot), NULL);
	} else if (type == TENON_TYPE_SCHEDULING) {
		requests = &((struct scheduling *)object)->requests;
	}
	slot_withdraw(owner);
	family_unlock(family);
	if (type == TENON_TYPE_ENDPOINT)
		endpoint_end(object);
	else if (type == TENON_TYPE_NOTIFICATION)
		notification_end(object);
	else if (type == TENON_TYPE_REPLY)
		reply_end(cpu, object);
	else if (type == TENON_TYPE_RECEIVE_SET)
		receive_set_end(object);
	limbo_add(cpu, memory.pool, arch_physical(memory.start), memory.bytes, requests);
}

/* Which of a thread's own slots this is. */
static COLD struct thread *embedded_thread(struct slot *slot)
{
	uint64_t n = slot->handle & ~SLOT_EMBEDDED;
	return container_of(slot - n, struct thread, embedded[0]);
}

/* The thread that has to be at home here for this capability to go; NULL: none. */
static COLD struct thread *victim_thread(struct slot *victim)
{
	if (slot_is_owner(victim) && victim->type == TENON_TYPE_THREAD)
		return victim->object;
	if ((victim->handle & SLOT_EMBEDDED) == 0 || victim->handle == SLOT_SEGMENT)
		return NULL;
	return embedded_thread(victim);
}

/* Under the family's lock, which is dropped while the set's is held and taken again. */
static COLD enum progress endpoint_step(struct cpu *cpu, struct slot *owner)
{
	uint64_t handle = owner->handle;
	unsigned family = owner->family;
	family_unlock(family);
	bool done = endpoint_close(cpu, owner->object);
	family_lock(family);
	/* Another CPU may have ended it meanwhile, or copied it. */
	bool same = owner->handle == handle && owner->type != TENON_TYPE_NONE && owner->first == NULL;
	return done && same ? PROGRESS_FINISHED : PROGRESS_AGAIN;
}

/* Ends one capability that has nothing before it. Under its family's lock, which it drops. */
static COLD enum progress victim_end(struct cpu *cpu, struct thread *requester, struct slot *victim)
{
	unsigned family = victim->family;
	struct thread *thread = victim_thread(victim);
	enum progress progress = PROGRESS_AGAIN;
	if (thread != NULL) {
		uint64_t handle = victim->handle;
		cpu->work += COST_LARGE;
		if (thread->home != cpu) {
			thread_ask(cpu, requester, thread, victim);
			family_unlock(family);
			return PROGRESS_ASKED;
		}
		family_unlock(family);
		return thread_release(cpu, thread, victim, handle);
	}
	if (!slot_is_owner(victim)) {
		cpu->work += COST_OWNER;
		if (victim->type == TENON_TYPE_FRAME)
			frame_unmap(cpu, victim);
		slot_withdraw(victim);
		family_unlock(family);
		return PROGRESS_AGAIN;
	}
	if (victim->type == TENON_TYPE_POOL &&
	    __atomic_load_n(&((struct pool *)victim->object)->in_limbo, __ATOMIC_ACQUIRE) != 0) {
		progress = grace_needed(cpu) ? PROGRESS_ROUND : PROGRESS_LATER;
	} else if (victim->type == TENON_TYPE_SPACE || victim->type == TENON_TYPE_ENDPOINT) {
		cpu->work += COST_LARGE;
		progress = victim->type == TENON_TYPE_SPACE ? space_end(cpu, victim->object)
							    : endpoint_step(cpu, victim);
	} else {
		progress = PROGRESS_FINISHED;
	}
	if (progress == PROGRESS_FINISHED) {
		owner_end(cpu, victim);
		return PROGRESS_AGAIN;
	}
	cpu->work += COST_LARGE;
	family_unlock(family);
	return progress;
}

/* From a capability that has to go down to one that can. Its family is locked; the lock is dropped. */
static COLD enum progress descend(struct cpu *cpu, struct thread *requester, struct slot *victim)
{
	for (;;) {
		if (!slot_is_owner(victim))
			return victim_end(cpu, requester, victim);
		if (victim->first != NULL) {
			victim = victim->first;
			continue;
		}
		if (victim->type != TENON_TYPE_TABLE)
			return victim_end(cpu, requester, victim);
		enum progress progress = PROGRESS_AGAIN;
		unsigned family = victim->family;
		struct slot *rest = table_rest(victim, &progress);
		cpu->work += COST_SWEEP;
		if (rest == NULL && progress == PROGRESS_FINISHED)
			return victim_end(cpu, requester, victim);
		uint64_t handle = rest != NULL ? rest->handle : 0;
		family_unlock(family);
		if (rest == NULL || !slot_lock(rest, handle))
			return PROGRESS_AGAIN;
		victim = rest;
	}
}

/* Nothing ends with it, and nobody uses it but by its handle. */
static bool is_plain(const struct slot *slot)
{
	return !slot_is_owner(slot) && (slot->handle & SLOT_EMBEDDED) == 0 &&
	       (slot->type != TENON_TYPE_FRAME || slot->badge == 0);
}

enum progress revoke_step(struct cpu *cpu, struct thread *requester, struct slot *root, uint64_t handle,
			  bool self)
{
	if (!limbo_has_room(cpu))
		return PROGRESS_ROUND;
	if (!slot_lock(root, handle))
		return PROGRESS_FINISHED;
	struct slot *victim = root->first;
	if (!self || slot_is_owner(root)) {
		/* Most are plain copies: many go under one lock. */
		for (; victim != NULL && is_plain(victim) && cpu->work < STRETCH; victim = root->first) {
			slot_withdraw(victim);
			cpu->work += COST_COPY;
		}
		if (cpu->work >= STRETCH) {
			family_unlock(root->family);
			return PROGRESS_AGAIN;
		}
	}
	if (victim == NULL && !self) {
		family_unlock(root->family);
		return PROGRESS_FINISHED;
	}
	/* A copy leaves its children to its parent. */
	if (self && (victim == NULL || !slot_is_owner(root)))
		victim = root;
	return descend(cpu, requester, victim);
}

/* ---- system calls ---- */

/* After a stretch of steps: the answer if all is done, else the system call once more. */
static void stretch_end(struct cpu *cpu, struct thread *thread, enum progress progress)
{
	/* It took itself along. */
	if (cpu->current != thread && progress != PROGRESS_ASKED) {
		grace_start(cpu);
		return;
	}
	thread->continued = progress == PROGRESS_FINISHED ? 0 : arch_control(&thread->context, 0);
	switch (progress) {
	case PROGRESS_FINISHED:
		thread_answer(thread, TENON_OK);
		/* Nobody uses any more what is gone. */
		if (cpu->flush_count != 0 || grace_flushes_elsewhere(cpu))
			thread_await_grace(cpu, thread);
		break;
	case PROGRESS_ROUND:
		arch_context_restart(&thread->context);
		thread_await_grace(cpu, thread);
		break;
	case PROGRESS_AGAIN:
	case PROGRESS_LATER:
		arch_context_restart(&thread->context);
		break;
	case PROGRESS_ASKED:
		break;
	}
	grace_start(cpu);
}

static void revoke(struct cpu *cpu, struct thread *thread, struct slot *root, bool self)
{
	uint64_t handle = root->handle;
	enum progress progress = PROGRESS_AGAIN;
	cpu->work = 0;
	while (cpu->work < STRETCH && progress == PROGRESS_AGAIN && cpu->current == thread)
		progress = revoke_step(cpu, thread, root, handle, self);
	stretch_end(cpu, thread, progress);
}

void syscall_cap_revoke(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *slot = captable_any(thread->table, control0 >> TENON_OPERATION_BITS);
	if (slot != NULL)
		revoke(cpu, thread, slot, false);
	else if (thread->continued == control0)
		stretch_end(cpu, thread, PROGRESS_FINISHED);
	else
		thread_tell(thread, TENON_BAD_HANDLE);
}

void syscall_cap_delete(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	uint64_t handle = control0 >> TENON_OPERATION_BITS;
	struct slot *slot = captable_any(thread->table, handle);
	if (slot == NULL && thread->continued == control0)
		stretch_end(cpu, thread, PROGRESS_FINISHED); /* it went while this thread waited */
	else if (slot == NULL)
		thread_tell(thread, TENON_BAD_HANDLE);
	else if (tenon_handle_index(handle) < thread->table->static_slots)
		thread_tell(thread, TENON_BAD_ARGUMENT);
	else
		revoke(cpu, thread, slot, true);
}

/* The n-th slot of a table and what descends from it: FINISHED, when it is as described. */
static enum progress reset_slot(struct cpu *cpu, struct thread *thread, struct captable *table, uint64_t n)
{
	struct slot *slot = captable_at(table, n);
	if (slot == NULL || slot_type(slot) == TENON_TYPE_NONE)
		return PROGRESS_FINISHED;
	return revoke_step(cpu, thread, slot, slot->handle, n >= table->static_slots);
}

/* A segment as large as all before it, from the pool that is shown. */
static COLD enum tenon_status table_grow(struct thread *thread, struct captable *table, struct slot *source,
					 uint64_t handle)
{
	struct pool *pool = source->object;
	uint64_t slots = captable_slots(table), bytes = slots * sizeof(struct slot);
	unsigned n = (unsigned)__builtin_ctzll(slots) - (unsigned)__builtin_ctzll((uint64_t)table->mask + 1);
	if (n >= TABLE_SEGMENTS || slots >= UINT64_C(1) << TENON_HANDLE_INDEX_BITS)
		return TENON_BAD_ARGUMENT;
	struct slot *segment;
	enum tenon_status status = pool_take_cleared(thread, source, handle, bytes, (void **)&segment);
	if (status != TENON_OK)
		return status;
	status = TENON_BAD_HANDLE;
	segment->handle = SLOT_SEGMENT;
	if (slot_lock(source, handle)) {
		struct capability capability = {.object = table,
						.badge = (uint64_t)n << SEGMENT_SHIFT |
							 (uint64_t)__builtin_ctzll(slots) << SEGMENT_LENGTH,
						.id = pool_page(pool),
						.type = TENON_TYPE_TABLE,
						.rights = SLOT_OWNER,
						.family = source->family};
		spin_lock(&table->lock);
		status = table->dead || table->segment[n] != NULL ? TENON_GONE : TENON_OK;
		if (status == TENON_OK) {
			slot_fill(segment, 0, &capability, source);
			__atomic_store_n(&table->segment[n], segment, __ATOMIC_RELEASE);
		}
		spin_unlock(&table->lock);
		family_unlock(capability.family);
	}
	if (status != TENON_OK)
		pool_give(pool, arch_physical(segment), bytes);
	return status;
}

COLD void syscall_table_grow(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *slot = syscall_object(thread, control0, TENON_TYPE_TABLE, TENON_RIGHT_MANAGE), *source;
	uint64_t handle = arch_word(&thread->context, 0);
	if (slot == NULL)
		return;
	enum tenon_status status =
	    captable_get(thread->table, handle, TENON_TYPE_POOL, TENON_RIGHT_WRITE, &source);
	if (status == TENON_OK)
		status = table_grow(thread, slot->object, source, handle);
	if (status == TENON_BUSY) {
		arch_context_restart(&thread->context);
		return;
	}
	(void)cpu;
	thread_tell(thread, status);
	if (status == TENON_OK)
		arch_word_set(&thread->context, 0, captable_slots(slot->object));
}

COLD void syscall_table_reset(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *slot = syscall_object(thread, control0, TENON_TYPE_TABLE, TENON_RIGHT_MANAGE);
	if (slot == NULL)
		return;
	struct captable *table = slot->object;
	uint64_t count = captable_slots(table);
	if (thread->continued != control0)
		table->sweep = 0;
	enum progress progress = PROGRESS_FINISHED;
	unsigned looked = 0;
	cpu->work = 0;
	while (cpu->work < STRETCH && cpu->current == thread) {
		cpu->work += looked++ % 2; /* a look is half as much as a copy */
		/* Not equal: a segment may have gone meanwhile. */
		if (progress == PROGRESS_FINISHED && table->sweep >= count) {
			table->sweep = 0;
			stretch_end(cpu, thread, PROGRESS_FINISHED);
			return;
		}
		progress = reset_slot(cpu, thread, table, table->sweep);
		if (progress == PROGRESS_FINISHED)
			table->sweep++;
		else if (progress != PROGRESS_AGAIN)
			break;
	}
	stretch_end(cpu, thread, progress == PROGRESS_FINISHED ? PROGRESS_AGAIN : progress);
}
