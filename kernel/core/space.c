/* SPDX-License-Identifier: MIT
 * Address spaces and frames: mapping, and the list by which a frame's capability finds the space that maps it. A space
 * that ended leaves its ids in capabilities; they lead nowhere, since each use of a place in the list has its own.
 */
#include <boot.h>

#define LEAST_BYTES UINT64_C(0x10000) /* what a process takes at least: one place in the list for each */
#define LEAST_LIST  UINT64_C(256)
#define MOST_LIST   UINT64_C(0xffff)
#define ID_SHIFT    16u
#define FLUSH_BYTES (8 * (uint64_t)TENON_PAGE_SIZE) /* leave the caches in one stretch */

/* The places that are free form a queue, so that each rests for as long as possible. */
static struct {
	struct spinlock lock;
	struct place {
		struct space *space;
		uint32_t uses;
		uint32_t next;
	} *place;
	uint32_t count, first, last; /* first == 0: none is free; place 0 is never used */
} list;

BOOT void space_list_init(uint64_t ram_bytes)
{
	uint64_t count = ram_bytes / LEAST_BYTES;
	count = count < LEAST_LIST ? LEAST_LIST : count > MOST_LIST ? MOST_LIST : count;
	list.place = boot_objects(count, sizeof(struct place));
	list.count = (uint32_t)count;
	for (uint32_t i = 1; i + 1 < list.count; i++)
		list.place[i].next = i + 1;
	list.first = 1;
	list.last = list.count - 1;
}

/* False: all places are taken. */
static bool enlist(struct space *space)
{
	spin_lock(&list.lock);
	uint32_t n = list.first;
	if (n != 0) {
		struct place *place = &list.place[n];
		list.first = place->next;
		if (list.first == 0)
			list.last = 0;
		place->uses = (place->uses + 1) & 0xffffu;
		if (place->uses == 0)
			place->uses = 1;
		place->space = space;
		space->id = place->uses << ID_SHIFT | n;
	}
	spin_unlock(&list.lock);
	return n != 0;
}

COLD void space_forget(struct space *space)
{
	uint32_t n = space->id & 0xffffu;
	spin_lock(&list.lock);
	list.place[n].space = NULL;
	list.place[n].next = 0;
	if (list.first == 0)
		list.first = n;
	else
		list.place[list.last].next = n;
	list.last = n;
	spin_unlock(&list.lock);
}

/* The space with this id, if it still lives; its memory stays at least until the end of this system call. */
static struct space *space_find(uint32_t id)
{
	struct space *space = NULL;
	spin_lock(&list.lock);
	const struct place *place = &list.place[id & 0xffffu];
	if (place->uses == id >> ID_SHIFT)
		space = place->space;
	spin_unlock(&list.lock);
	return space;
}

void space_register(struct space *space)
{
	CHECK(enlist(space));
}

COLD enum tenon_status space_make(struct space *space, struct pool *pool)
{
	physical_t root = pool_take_table(pool);
	if (root.value == 0)
		return TENON_NO_MEMORY;
	if (!enlist(space)) {
		pool_give(pool, root, TENON_PAGE_SIZE);
		return TENON_NO_MEMORY;
	}
	space->pool = pool;
	space->index = TENON_NONE;
	space->name = "";
	arch_space_init(&space->arch, root);
	return TENON_OK;
}

static COLD void give_table(void *pool, physical_t page)
{
	pool_give(pool, page, TENON_PAGE_SIZE);
}

COLD void space_unmake(struct space *space)
{
	space_forget(space);
	CHECK(arch_space_fini(&space->arch, 1, give_table, space->pool));
}

/* ---- frames ---- */

void frame_unmap(struct cpu *cpu, struct slot *frame)
{
	struct space *space = frame_space(frame) != 0 ? space_find(frame_space(frame)) : NULL;
	uint64_t address = frame_address(frame), bytes = frame_bytes(frame);
	frame->badge = 0;
	if (space == NULL)
		return;
	spin_lock(&space->lock);
	bool changed =
	    !space->dead && arch_space_change(&space->arch, address, frame_physical(frame), bytes, 0);
	spin_unlock(&space->lock);
	if (changed)
		grace_flush(cpu, space, address, bytes, NULL);
}

/* Checks the words of FRAME_MAP against the frame. */
static enum tenon_status map_check(const struct slot *frame, uint64_t address, uint64_t rights,
				   uint64_t cache)
{
	const uint64_t access = TENON_RIGHT_READ | TENON_RIGHT_WRITE | TENON_RIGHT_EXECUTE;
	bool device = frame_is_device(frame);
	if (rights == 0 || (rights & ~access) != 0 || cache >= TENON_CACHE_COUNT ||
	    address % frame_bytes(frame) != 0)
		return TENON_BAD_ARGUMENT;
	if ((slot_rights(frame) & rights) != rights)
		return TENON_BAD_RIGHTS;
	if ((rights & TENON_RIGHT_EXECUTE) != 0 &&
	    ((rights & TENON_RIGHT_WRITE) != 0 || device || frame_bytes(frame) != TENON_PAGE_SIZE))
		return TENON_BAD_ARGUMENT;
	return device && cache != TENON_CACHE_DEVICE && cache != TENON_CACHE_UNCACHED ? TENON_BAD_ARGUMENT
										      : TENON_OK;
}

/* Under the frame's family. */
static enum tenon_status map(struct slot *frame, struct space *space, uint64_t address, unsigned rights,
			     unsigned cache)
{
	if (unlikely(space->device_of != NULL)) {
		if (frame_is_device(frame) || (rights & TENON_RIGHT_EXECUTE) != 0)
			return TENON_BAD_ARGUMENT;
		cache = TENON_CACHE_NORMAL;
	}
	spin_lock(&space->lock);
	enum tenon_status status = TENON_GONE;
	if (!space->dead)
		status = arch_space_map(&space->arch, address, frame_physical(frame), frame_bytes(frame),
					rights, cache, pool_take_table, space->pool);
	if (status == TENON_OK)
		frame->badge = (uint64_t)space->id << 32 | address >> 12;
	spin_unlock(&space->lock);
	device_forget(space, address, frame_bytes(frame)); /* it may know that nothing is there */
	return status;
}

/*
 * Before RAM is mapped past the caches they must hold nothing of it: not what cleared it, or whoever maps it would see what
 * was there before. One stretch; how many pages of the frame are through now.
 */
static COLD uint64_t flush(const struct slot *frame)
{
	uint64_t bytes = frame_bytes(frame), done = frame_space(frame) == 0 ? frame->badge << 12 : bytes;
	uint64_t part = bytes - done < FLUSH_BYTES ? bytes - done : FLUSH_BYTES;
	arch_flush_pages((const char *)arch_direct(frame_physical(frame)) + done, part);
	return (done + part) >> 12;
}

void syscall_frame_map(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	const struct arch_context *context = &thread->context;
	uint64_t address = arch_word(context, 0), rights = arch_word(context, 1),
		 cache = arch_word(context, 2);
	struct slot *frame = syscall_object(thread, control0, TENON_TYPE_FRAME, 0), *space;
	(void)cpu;
	if (frame == NULL)
		return;
	enum tenon_status status = captable_get(thread->table, arch_control(context, 3), TENON_TYPE_SPACE,
						TENON_RIGHT_WRITE, &space);
	if (status == TENON_OK)
		status = map_check(frame, address, rights, cache);
	if (status == TENON_OK && (rights & TENON_RIGHT_EXECUTE) != 0) {
		if (cache == TENON_CACHE_NORMAL)
			arch_sync_instructions(arch_direct(frame_physical(frame)), TENON_PAGE_SIZE);
		else
			status = TENON_BAD_ARGUMENT;
	}
	if (status == TENON_OK) {
		struct space *target = space->object;
		bool flushes =
		    cache != TENON_CACHE_NORMAL && cache != TENON_CACHE_TAGGED && !frame_is_device(frame);
		uint64_t flushed = flushes ? flush(frame) : 0;
		status = TENON_BAD_HANDLE;
		if (slot_lock(frame, control0 >> TENON_OPERATION_BITS)) {
			bool again = flushes && frame_space(frame) == 0 && flushed < frame_bytes(frame) >> 12;
			if (again)
				frame->badge = flushed;
			else
				status = frame_space(frame) != 0
					     ? TENON_BUSY
					     : map(frame, target, address, (unsigned)rights, (unsigned)cache);
			family_unlock(frame->family);
			if (again) {
				arch_context_restart(&thread->context);
				return;
			}
		}
	}
	thread_answer(thread, status);
}

/* The frame behind the handle, locked by its family, if it is mapped. */
static struct slot *mapped_frame(struct thread *thread, uint64_t control0)
{
	struct slot *frame = syscall_object(thread, control0, TENON_TYPE_FRAME, 0);
	if (frame == NULL)
		return NULL;
	if (!slot_lock(frame, control0 >> TENON_OPERATION_BITS)) {
		thread_tell(thread, TENON_BAD_HANDLE);
		return NULL;
	}
	if (frame_space(frame) != 0)
		return frame;
	family_unlock(frame->family);
	thread_tell(thread, TENON_BAD_ADDRESS);
	return NULL;
}

/* The answer stands; it is given once no CPU uses what is gone. */
static void answer_flushed(struct cpu *cpu, struct thread *thread, enum tenon_status status)
{
	thread_answer(thread, status);
	if (cpu->flush_count > cpu->flush_round || (cpu->round_runs && cpu->flush_round != 0))
		thread_await_grace(cpu, thread);
}

void syscall_frame_unmap(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *frame = mapped_frame(thread, control0);
	if (frame == NULL)
		return;
	unsigned family = frame->family;
	if (limbo_has_room(cpu)) {
		frame_unmap(cpu, frame);
		family_unlock(family);
		answer_flushed(cpu, thread, TENON_OK);
	} else {
		family_unlock(family);
		arch_context_restart(&thread->context);
		thread_await_grace(cpu, thread);
	}
}

COLD void syscall_frame_protect(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	uint64_t rights = arch_word(&thread->context, 0);
	struct slot *frame = mapped_frame(thread, control0);
	if (frame == NULL)
		return;
	unsigned family = frame->family;
	enum tenon_status status = map_check(frame, frame_address(frame), rights, TENON_CACHE_UNCACHED);
	if (status == TENON_OK && (rights & TENON_RIGHT_EXECUTE) != 0) {
		const struct space *in = space_find(frame_space(frame));
		status = in != NULL && in->device_of != NULL ? TENON_BAD_ARGUMENT : TENON_OK;
	}
	if (status == TENON_OK && !limbo_has_room(cpu)) {
		family_unlock(family);
		arch_context_restart(&thread->context);
		thread_await_grace(cpu, thread);
		return;
	}
	if (status == TENON_OK) {
		struct space *space = space_find(frame_space(frame));
		uint64_t address = frame_address(frame), bytes = frame_bytes(frame);
		status = TENON_BAD_ADDRESS;
		if (space != NULL) {
			spin_lock(&space->lock);
			if (!space->dead && arch_space_change(&space->arch, address, frame_physical(frame),
							      bytes, (unsigned)rights))
				status = TENON_OK;
			spin_unlock(&space->lock);
		}
		if (status == TENON_OK)
			grace_flush(cpu, space, address, bytes, NULL);
		if (status == TENON_OK && (rights & TENON_RIGHT_EXECUTE) != 0)
			arch_sync_instructions(arch_direct(frame_physical(frame)), TENON_PAGE_SIZE);
	}
	family_unlock(family);
	answer_flushed(cpu, thread, status);
}

COLD void syscall_space_query(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *slot = syscall_object(thread, control0, TENON_TYPE_SPACE, TENON_RIGHT_READ);
	uint64_t address = arch_word(&thread->context, 0);
	physical_t physical;
	unsigned rights = 0;
	(void)cpu;
	if (slot == NULL)
		return;
	struct space *space = slot->object;
	spin_lock(&space->lock);
	bool mapped = !space->dead && arch_space_lookup(&space->arch, address, &physical, &rights);
	uint64_t bytes = mapped ? arch_space_leaf(&space->arch, address) : 0;
	spin_unlock(&space->lock);
	bool ram = mapped && memory_is_ram(physical);
	uint32_t node = ram ? memory_node(physical) : 0;
	thread_tell(thread, TENON_OK);
	arch_word_set(&thread->context, 0, rights);
	arch_word_set(&thread->context, 1, bytes);
	arch_word_set(&thread->context, 2, node);
	arch_word_set(&thread->context, 3, ram ? memory_kind(node) : mapped ? TENON_MEMORY_DEVICE : 0);
	arch_word_set(&thread->context, 4, mapped ? device_address(space, address, physical) : 0);
}
