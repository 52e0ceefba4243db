/* SPDX-License-Identifier: MIT
 * Objects made at run time: POOL_MAKE and SET_MAKE. Memory is taken and cleared first, then the object is put into the tree
 * under the pool's capability, if that still stands; else the memory goes straight back, for nobody has seen it.
 *
 * Large memory is cleared in stretches. Meanwhile it belongs to the MAKING slot of the thread that makes it, so that it is
 * in the tree too, and found if the pool ends.
 */
#include <core/core.h>

#define CLEAR_BYTES (8 * (uint64_t)TENON_PAGE_SIZE) /* in one stretch */
#define BIG_SHIFT   21u
#define HUGE_SHIFT  30u
#define PAGE_SHIFT  12u

/* One POOL_MAKE as it was asked for. */
struct making {
	struct cpu *cpu;
	struct thread *thread;
	struct slot *source; /* the pool's capability, which answers to */
	uint64_t handle;
	struct pool *pool;
	enum tenon_type type;
	uint64_t index, size;
	uint64_t offset; /* of a frame over registers */
};

/* `clear` bytes at the start of a run of `bytes`. BUSY: not all of it is clear yet; the system call is made again. */
static COLD enum tenon_status large_run(struct making *making, uint64_t bytes, uint64_t clear,
					physical_t *run)
{
	struct slot *slot = &making->thread->embedded[EMBEDDED_MAKING], *vacant;
	unsigned order = pool_order(bytes);
	enum tenon_status status = captable_vacant(making->thread->table, making->index, &vacant);
	if (status != TENON_OK && making->type != TENON_TYPE_NONE)
		return status; /* before the work, not after it */
	if (slot_type(slot) == TENON_TYPE_NONE) {
		*run = pool_take(making->pool, order);
		if (run->value == 0)
			return TENON_NO_MEMORY;
		if (!slot_lock(making->source, making->handle)) {
			pool_give(making->pool, *run, bytes);
			return TENON_BAD_HANDLE;
		}
		struct capability memory = {
		    .object = (void *)(uintptr_t)(run->value | (order + PAGE_SHIFT)),
		    .id = pool_page(making->pool),
		    .type = TENON_TYPE_FRAME,
		    .rights = SLOT_OWNER,
		    .family = making->source->family,
		};
		slot_fill(slot, 0, &memory, making->source);
		slot->badge = 0;
		family_unlock(memory.family);
		making->thread->making_done = 0;
	}
	uint64_t done = making->thread->making_done;
	*run = frame_physical(slot);
	if (slot->id != pool_page(making->pool) || frame_bytes(slot) != UINT64_C(1) << (order + PAGE_SHIFT)) {
		/* Of a call that never came to its end. */
		embedded_drop(making->cpu, making->thread, EMBEDDED_MAKING);
		return TENON_BUSY;
	}
	/* Of a call that never came to its end there may be more clear than is asked for now. */
	uint64_t part = done > clear ? 0 : clear - done < CLEAR_BYTES ? clear - done : CLEAR_BYTES;
	arch_clear_pages((char *)arch_direct(*run) + done, part);
	making->thread->making_done = done + part;
	if (done + part < clear)
		return TENON_BUSY;
	/* Now it is this system call's alone. */
	if (!slot_lock(slot, slot->handle))
		return TENON_BAD_HANDLE;
	unsigned family = slot->family;
	slot_withdraw(slot);
	family_unlock(family);
	return TENON_OK;
}

/* A run of whole pages, cleared from its start as far as `clear`, which are whole pages too. */
static enum tenon_status cleared_run(struct making *making, uint64_t bytes, uint64_t clear, physical_t *run)
{
	if (unlikely(clear > CLEAR_BYTES))
		return large_run(making, bytes, clear, run);
	*run = pool_take(making->pool, pool_order(bytes));
	if (run->value == 0)
		return TENON_NO_MEMORY;
	arch_clear_pages(arch_direct(*run), clear);
	return TENON_OK;
}

/* The same for what is small enough to share a page too. */
static enum tenon_status cleared(struct making *making, uint64_t bytes, void **memory)
{
	if (bytes <= TENON_PAGE_SIZE / 2) {
		*memory = pool_take_object(making->pool, bytes);
		return *memory != NULL ? TENON_OK : TENON_NO_MEMORY;
	}
	physical_t run = {0};
	bytes = (bytes + TENON_PAGE_SIZE - 1) & ~(uint64_t)(TENON_PAGE_SIZE - 1);
	enum tenon_status status = cleared_run(making, bytes, bytes, &run);
	if (status == TENON_OK)
		*memory = arch_direct(run);
	return status;
}

COLD enum tenon_status pool_take_cleared(struct thread *thread, struct slot *source, uint64_t handle,
					 uint64_t bytes, void **memory)
{
	struct making making = {.cpu = thread->home,
				.thread = thread,
				.source = source,
				.handle = handle,
				.pool = source->object};
	return cleared(&making, bytes, memory);
}

static enum tenon_status make_frame(struct making *making, struct capability *made)
{
	unsigned shift = making->size == 0 ? 0 : (unsigned)__builtin_ctzll(making->size);
	physical_t run = {0};
	if ((shift != PAGE_SHIFT && shift != BIG_SHIFT && shift != HUGE_SHIFT) ||
	    making->size != UINT64_C(1) << shift || making->size > arch_space_leaf_limit())
		return TENON_BAD_ARGUMENT;
	if (making->pool->kind == TENON_MEMORY_DEVICE) {
		uint64_t bytes = making->pool->page_count << PAGE_SHIFT, at = making->offset;
		run.value = (making->pool->base_page << PAGE_SHIFT) + at;
		if (at > bytes || making->size > bytes - at || run.value % making->size != 0)
			return TENON_BAD_ARGUMENT;
		made->object = (void *)(uintptr_t)(run.value | FRAME_DEVICE | shift);
		return TENON_OK;
	}
	enum tenon_status status = cleared_run(making, making->size, making->size, &run);
	made->object = (void *)(uintptr_t)(run.value | shift);
	made->id = pool_page(making->pool);
	return status;
}

static COLD enum tenon_status make_pool(struct making *making, struct capability *made)
{
	uint64_t limit = UINT64_C(1) << (POOL_ORDERS - 1 + PAGE_SHIFT);
	if (making->size < POOL_LEAST_BYTES || making->size > limit || making->pool->depth + 1u >= POOL_DEPTH)
		return TENON_BAD_ARGUMENT;
	/* All of the run that is taken belongs to it. */
	uint64_t bytes = UINT64_C(1) << (pool_order(making->size) + PAGE_SHIFT);
	physical_t run = {0};
	enum tenon_status status = cleared_run(making, bytes, pool_overhead(bytes), &run);
	if (status != TENON_OK)
		return status;
	struct pool *pool = pool_create(run, bytes, making->pool->node, making->pool->kind);
	pool->parent = making->pool;
	pool->depth = making->pool->depth + 1;
	made->object = pool;
	return TENON_OK;
}

static COLD enum tenon_status make_table(struct making *making, struct capability *made)
{
	uint64_t slots = making->size;
	struct captable *table;
	void *first;
	if (slots < 2 || slots > UINT64_C(1) << TENON_HANDLE_INDEX_BITS || (slots & (slots - 1)) != 0 ||
	    making->thread->table->depth + 1u >= POOL_DEPTH)
		return TENON_BAD_ARGUMENT;
	enum tenon_status status = cleared(making, slots * sizeof(struct slot), &first);
	if (status != TENON_OK)
		return status;
	table = pool_take_object(making->pool, sizeof(*table));
	if (table == NULL) {
		pool_give(making->pool, arch_physical(first), slots * sizeof(struct slot));
		return TENON_NO_MEMORY;
	}
	*table = (struct captable){
	    .slots = first,
	    .mask = (uint32_t)slots - 1,
	    .static_slots = 1,
	    .depth = making->thread->table->depth + 1,
	    .pool = making->pool,
	    .name = "",
	};
	made->object = table;
	return TENON_OK;
}

/* What clears memory fast may do so in blocks of up to half a page. */
static void *pool_take_thread(struct pool *pool, size_t bytes)
{
	_Static_assert(sizeof(struct thread) <= TENON_PAGE_SIZE / 2, "cleared in one piece");
	if (bytes <= TENON_PAGE_SIZE / 2)
		return pool_take_object(pool, bytes);
	physical_t run = pool_take(pool, pool_order(bytes));
	if (run.value == 0)
		return NULL;
	arch_clear_pages(arch_direct(run), sizeof(struct thread));
	return arch_direct(run);
}

/* Only the thread itself is cleared: what lies behind it is made when it is used first. */
static enum tenon_status make_thread(struct making *making, struct capability *made)
{
	struct thread *thread = pool_take_thread(making->pool, core.thread_bytes);
	made->object = thread;
	if (thread == NULL)
		return TENON_NO_MEMORY;
	thread_init(thread, making->cpu, making->thread->priority, making->pool, thread + 1);
	return TENON_OK;
}

static COLD enum tenon_status make_object(struct making *making, struct capability *made)
{
	size_t bytes;
	switch (making->type) {
	case TENON_TYPE_SPACE:
		bytes = sizeof(struct space);
		break;
	case TENON_TYPE_SCHEDULING:
		bytes = sizeof(struct scheduling);
		break;
	case TENON_TYPE_RECEIVE_SET:
		bytes = sizeof(struct receive_set);
		break;
	default:
		return TENON_BAD_ARGUMENT;
	}
	void *object = pool_take_object(making->pool, bytes);
	made->object = object;
	if (object == NULL)
		return TENON_NO_MEMORY;
	if (making->type == TENON_TYPE_SPACE) {
		enum tenon_status status = space_make(object, making->pool);
		if (status != TENON_OK)
			pool_give(making->pool, arch_physical(object), bytes);
		return status;
	}
	if (making->type == TENON_TYPE_SCHEDULING) {
		scheduling_init(object);
		((struct scheduling *)object)->pool = making->pool;
	} else {
		receive_set_init(object, NULL);
		((struct receive_set *)object)->pool = making->pool;
	}
	return TENON_OK;
}

/* Nobody has seen it. */
static COLD void unmake(const struct making *making, const struct capability *made)
{
	struct pool *pool = making->pool;
	struct captable *table = made->object;
	struct space *space = made->object;
	switch (making->type) {
	case TENON_TYPE_FRAME:
		if (pool->kind != TENON_MEMORY_DEVICE)
			pool_give(pool,
				  (physical_t){(uintptr_t)made->object & ~(uint64_t)(TENON_PAGE_SIZE - 1)},
				  making->size);
		return;
	case TENON_TYPE_POOL:
		pool_give(pool, arch_physical(made->object),
			  ((struct pool *)made->object)->page_count * TENON_PAGE_SIZE);
		return;
	case TENON_TYPE_TABLE:
		pool_give(pool, arch_physical(table->slots),
			  ((uint64_t)table->mask + 1) * sizeof(struct slot));
		pool_give(pool, arch_physical(table), sizeof(*table));
		return;
	case TENON_TYPE_SPACE:
		space_unmake(space);
		pool_give(pool, arch_physical(space), sizeof(*space));
		return;
	case TENON_TYPE_THREAD:
		cpu_dismiss(making->cpu);
		pool_give(pool, arch_physical(made->object), core.thread_bytes);
		return;
	case TENON_TYPE_SCHEDULING:
		pool_give(pool, arch_physical(made->object), sizeof(struct scheduling));
		return;
	default:
		pool_give(pool, arch_physical(made->object), sizeof(struct receive_set));
		return;
	}
}

/* Into the tree and the maker's table. */
static enum tenon_status insert(struct thread *thread, struct slot *source, uint64_t source_handle,
				struct capability *made, uint64_t index, uint64_t *handle)
{
	if (!slot_lock(source, source_handle))
		return TENON_BAD_HANDLE;
	made->family = source->family;
	made->rights = TENON_RIGHTS_ALL | SLOT_OWNER;
	enum tenon_status status = captable_fill(thread->table, index, made, source, handle);
	family_unlock(made->family);
	return status;
}

static enum tenon_status pool_make(struct making *making, uint64_t *handle)
{
	struct capability made = {.type = making->type};
	enum tenon_status status;
	if (making->type == TENON_TYPE_FRAME)
		status = make_frame(making, &made);
	else if (making->type == TENON_TYPE_THREAD)
		status = make_thread(making, &made);
	else if (making->type == TENON_TYPE_POOL)
		status = make_pool(making, &made);
	else if (making->type == TENON_TYPE_TABLE)
		status = make_table(making, &made);
	else
		status = make_object(making, &made);
	if (status != TENON_OK)
		return status;
	if (making->type == TENON_TYPE_POOL)
		((struct pool *)made.object)->family = making->source->family;
	status = insert(making->thread, making->source, making->handle, &made, making->index, handle);
	if (status != TENON_OK)
		unmake(making, &made);
	return status;
}

void syscall_pool_make(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *source = syscall_object(thread, control0, TENON_TYPE_POOL, TENON_RIGHT_WRITE);
	uint64_t handle = 0;
	if (source == NULL)
		return;
	uint64_t type = arch_word(&thread->context, 0);
	struct making making = {cpu,
				thread,
				source,
				control0 >> TENON_OPERATION_BITS,
				source->object,
				type < TENON_TYPE_COUNT ? (enum tenon_type)type : TENON_TYPE_NONE,
				arch_word(&thread->context, 1),
				arch_word(&thread->context, 2),
				arch_word(&thread->context, 3)};
	enum tenon_status status = pool_make(&making, &handle);
	if (status == TENON_BUSY) {
		arch_context_restart(&thread->context);
		return;
	}
	if (status == TENON_NO_MEMORY && __atomic_load_n(&making.pool->in_limbo, __ATOMIC_ACQUIRE) != 0) {
		/* Some of it is on its way back. */
		arch_context_restart(&thread->context);
		if (grace_needed(cpu))
			thread_await_grace(cpu, thread);
		return;
	}
	thread_answer(thread, status);
	arch_word_set(&thread->context, 0, handle);
}

COLD void syscall_pool_read(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *slot = syscall_object(thread, control0, TENON_TYPE_POOL, TENON_RIGHT_READ);
	(void)cpu;
	if (slot == NULL)
		return;
	const struct pool *pool = slot->object;
	thread_tell(thread, TENON_OK);
	arch_word_set(&thread->context, 0, pool->page_count * TENON_PAGE_SIZE);
	arch_word_set(&thread->context, 1, __atomic_load_n(&pool->free_bytes, __ATOMIC_RELAXED));
	arch_word_set(&thread->context, 2, pool->node);
	arch_word_set(&thread->context, 3, pool->kind);
}

/* ---- parts of receive sets ---- */

static size_t part_bytes(uint64_t type)
{
	return type == TENON_TYPE_ENDPOINT ? sizeof(struct endpoint)
	       : type == TENON_TYPE_REPLY  ? sizeof(struct reply)
					   : sizeof(struct notification);
}

/* The part joins the set only once its capability stands: from then on it may be found. */
static COLD enum tenon_status part_make(struct thread *thread, struct slot *source, uint64_t source_handle,
					uint64_t *handle)
{
	uint64_t type = arch_word(&thread->context, 0), index = arch_word(&thread->context, 1),
		 number = arch_word(&thread->context, 2);
	struct receive_set *set = source->object;
	if (type != TENON_TYPE_ENDPOINT && type != TENON_TYPE_REPLY && type != TENON_TYPE_NOTIFICATION)
		return TENON_BAD_ARGUMENT;
	if (set->pool == NULL)
		return TENON_NO_MEMORY; /* made at boot, without a pool */
	size_t bytes = part_bytes(type);
	void *object = pool_take_object(set->pool, bytes);
	if (object == NULL)
		return TENON_NO_MEMORY;
	struct held held = set_lock(set);
	enum tenon_status status = TENON_GONE;
	unsigned kind = type == TENON_TYPE_REPLY;
	if (type != TENON_TYPE_NOTIFICATION && set->parts[kind] == SET_PARTS)
		status = TENON_NO_MEMORY;
	else if (!set->dead) {
		struct capability made = {.object = object, .type = (enum tenon_type)type, .badge = 1};
		if (type == TENON_TYPE_ENDPOINT)
			endpoint_init(object, set);
		else if (type == TENON_TYPE_REPLY)
			reply_init(object, set);
		else
			notification_init(object, set, number);
		status = insert(thread, source, source_handle, &made, index, handle);
		if (status != TENON_OK && type == TENON_TYPE_ENDPOINT)
			endpoint_leave(object);
		else if (status != TENON_OK && type == TENON_TYPE_REPLY)
			reply_leave(object);
		else if (status == TENON_OK && type != TENON_TYPE_NOTIFICATION)
			set->parts[kind]++;
	}
	set_unlock(held);
	if (status != TENON_OK)
		pool_give(set->pool, arch_physical(object), bytes);
	return status;
}

void syscall_set_make(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *source = syscall_object(thread, control0, TENON_TYPE_RECEIVE_SET, TENON_RIGHT_MANAGE);
	uint64_t handle = 0;
	(void)cpu;
	if (source == NULL)
		return;
	enum tenon_status status = part_make(thread, source, control0 >> TENON_OPERATION_BITS, &handle);
	thread_tell(thread, status);
	arch_word_set(&thread->context, 0, handle);
}
