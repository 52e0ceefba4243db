/* SPDX-License-Identifier: MIT
 * What a thread holds on to: its own slots, THREAD_BIND, and how they, or the thread, are taken away. All of it happens on
 * the thread's home CPU.
 */
#include <core/core.h>

void thread_init(struct thread *thread, struct cpu *home, unsigned priority, struct pool *pool, void *state)
{
	for (unsigned n = 0; n < EMBEDDED_COUNT; n++)
		thread->embedded[n].handle = SLOT_EMBEDDED | n;
	arch_context_attach(&thread->context, state);
	scheduling_thread_init(thread);
	CHECK(cpu_admit(home)); /* its maker lives there */
	thread->home = home;
	thread->state = TENON_THREAD_STOPPED;
	thread->priority = (uint8_t)priority;
	thread->name = "";
	thread->index = TENON_NONE;
	thread->table_index = TENON_NONE;
	thread->pool = pool;
}

/* What the slot stood for is undone. Under no lock; the thread does not run if it loses space or table. */
static COLD void undo(struct cpu *cpu, struct thread *thread, enum embedded n, void *object)
{
	struct captable *table = object;
	switch (n) {
	case EMBEDDED_SPACE:
		thread->memory = NULL;
		thread->space = NULL;
		break;
	case EMBEDDED_TABLE:
		thread->table = NULL;
		thread->slots = NULL;
		if (__atomic_sub_fetch(&table->threads, 1u, __ATOMIC_RELAXED) == 0)
			table->home = NULL;
		break;
	case EMBEDDED_FAULT:
		thread->fault_endpoint = NULL;
		break;
	case EMBEDDED_BUFFER:
		__atomic_store_n(&thread->buffer, NULL, __ATOMIC_RELAXED);
		break;
	case EMBEDDED_SET:
		receive_set_leave(cpu, object);
		break;
	case EMBEDDED_SCHEDULING:
		CHECK(scheduling_bind(cpu, thread, NULL) == TENON_OK);
		break;
	default:
		break;
	}
}

COLD void embedded_drop(struct cpu *cpu, struct thread *thread, enum embedded n)
{
	struct slot *slot = &thread->embedded[n];
	if (slot_type(slot) == TENON_TYPE_NONE || !slot_lock(slot, slot->handle))
		return;
	void *object = slot->object;
	if (slot_is_owner(slot)) {
		owner_end(cpu, slot);
		grace_start(cpu);
		return;
	}
	unsigned family = slot->family;
	bool maps = slot->type == TENON_TYPE_FRAME && slot->badge != 0;
	if (maps) /* moved, and never to arrive */
		frame_unmap(cpu, slot);
	slot_withdraw(slot);
	family_unlock(family);
	undo(cpu, thread, n, object);
	if (maps)
		grace_start(cpu);
}

/* The thread has stopped and its capability has gone: its memory goes. */
static COLD void thread_end(struct cpu *cpu, struct thread *thread)
{
	struct pool *pool = thread->pool;
	for (unsigned n = 0; n < EMBEDDED_COUNT; n++)
		embedded_drop(cpu, thread, (enum embedded)n);
	cpu_dismiss(thread->home);
	limbo_add(cpu, pool, arch_physical(thread), core.thread_bytes, &thread->requests);
}

COLD enum progress thread_release(struct cpu *cpu, struct thread *target, struct slot *victim,
				  uint64_t handle)
{
	bool whole = (victim->handle & SLOT_EMBEDDED) == 0;
	enum embedded n = whole ? EMBEDDED_COUNT : (enum embedded)(victim - target->embedded);
	if (target->home != cpu || !limbo_has_room(cpu))
		return PROGRESS_LATER;
	if (whole || n == EMBEDDED_SPACE || n == EMBEDDED_TABLE) {
		if (!thread_stop(cpu, target) || target->state != TENON_THREAD_STOPPED || target->retiring)
			return PROGRESS_LATER;
	}
	if (!slot_lock(victim, handle))
		return PROGRESS_AGAIN;
	if (!whole) {
		family_unlock(victim->family);
		embedded_drop(cpu, target, n);
		return PROGRESS_AGAIN;
	}
	unsigned family = victim->family;
	if (victim->first != NULL) {
		family_unlock(family);
		return PROGRESS_AGAIN;
	}
	target->dead = true;
	limbo_expect(target->pool);
	slot_withdraw(victim);
	family_unlock(family);
	thread_end(cpu, target);
	return PROGRESS_AGAIN;
}

/* ---- THREAD_BIND ---- */

/* A copy of the capability behind `handle` into one of the thread's own slots. */
static COLD enum tenon_status embed(struct thread *thread, enum embedded n, struct slot *from,
				    uint64_t handle)
{
	if (!slot_lock(from, handle))
		return TENON_BAD_HANDLE;
	struct capability capability = slot_capability(from, TENON_RIGHTS_ALL);
	slot_fill(&thread->embedded[n], 0, &capability, from);
	family_unlock(capability.family);
	return TENON_OK;
}

struct binding {
	struct slot *space, *table, *fault, *buffer;
	uint64_t space_handle, table_handle, fault_handle, buffer_handle;
};

static COLD enum tenon_status bind_decode(const struct thread *thread, struct binding *binding)
{
	const struct arch_context *context = &thread->context;
	const unsigned access = TENON_RIGHT_READ | TENON_RIGHT_WRITE;
	*binding = (struct binding){.space_handle = arch_word(context, 0),
				    .table_handle = arch_word(context, 1),
				    .fault_handle = arch_word(context, 2),
				    .buffer_handle = arch_word(context, 3)};
	enum tenon_status status = captable_get(thread->table, binding->space_handle, TENON_TYPE_SPACE,
						TENON_RIGHT_WRITE, &binding->space);
	if (status == TENON_OK)
		status = captable_get(thread->table, binding->table_handle, TENON_TYPE_TABLE,
				      TENON_RIGHT_WRITE, &binding->table);
	if (status == TENON_OK && binding->fault_handle != 0)
		status = captable_get(thread->table, binding->fault_handle, TENON_TYPE_ENDPOINT,
				      TENON_RIGHT_INVOKE, &binding->fault);
	if (status == TENON_OK && binding->buffer_handle != 0)
		status = captable_get(thread->table, binding->buffer_handle, TENON_TYPE_FRAME, access,
				      &binding->buffer);
	if (status == TENON_OK && ((binding->buffer != NULL && frame_is_device(binding->buffer)) ||
				   ((const struct space *)binding->space->object)->device_of != NULL))
		status = TENON_BAD_ARGUMENT;
	return status;
}

/* Threads that share a table share a CPU. */
static COLD bool table_join(struct captable *table, struct cpu *home)
{
	spin_lock(&table->lock);
	bool joins = !table->dead && (table->home == NULL || table->home == home);
	if (joins) {
		table->home = home;
		__atomic_add_fetch(&table->threads, 1u, __ATOMIC_RELAXED);
	}
	spin_unlock(&table->lock);
	return joins;
}

static COLD enum tenon_status bind(struct cpu *cpu, struct thread *target, const struct binding *binding)
{
	for (unsigned n = EMBEDDED_SPACE; n <= EMBEDDED_BUFFER; n++)
		embedded_drop(cpu, target, (enum embedded)n);
	target->buffer = NULL; /* THREAD_BUFFER may have named memory of the space before */
	enum tenon_status status = embed(target, EMBEDDED_SPACE, binding->space, binding->space_handle);
	if (status != TENON_OK)
		return status;
	target->memory = target->embedded[EMBEDDED_SPACE].object;
	target->space = &target->memory->arch;
	if (!table_join(binding->table->object, target->home))
		return TENON_BUSY;
	status = embed(target, EMBEDDED_TABLE, binding->table, binding->table_handle);
	if (status != TENON_OK) {
		undo(cpu, target, EMBEDDED_TABLE, binding->table->object);
		return status;
	}
	target->table = target->embedded[EMBEDDED_TABLE].object;
	target->slots = target->table->slots;
	target->slot_mask = target->table->mask;
	target->receive_control = 0;
	if (binding->fault != NULL) {
		status = embed(target, EMBEDDED_FAULT, binding->fault, binding->fault_handle);
		if (status != TENON_OK)
			return status;
		target->fault_endpoint = target->embedded[EMBEDDED_FAULT].object;
		target->fault_badge = target->embedded[EMBEDDED_FAULT].badge;
	}
	if (binding->buffer != NULL) {
		status = embed(target, EMBEDDED_BUFFER, binding->buffer, binding->buffer_handle);
		if (status != TENON_OK)
			return status;
		target->buffer = arch_direct(frame_physical(&target->embedded[EMBEDDED_BUFFER]));
	}
	return TENON_OK;
}

COLD void syscall_thread_bind(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct binding binding;
	struct slot *slot = syscall_object(thread, control0, TENON_TYPE_THREAD, TENON_RIGHT_MANAGE);
	if (slot == NULL)
		return;
	struct thread *target = slot->object;
	enum tenon_status status = bind_decode(thread, &binding);
	/* Threads made at boot stay as described. */
	if (status == TENON_OK && (target->pool == NULL || target->dead || target->home != cpu ||
				   target->state != TENON_THREAD_STOPPED))
		status = TENON_BUSY;
	if (status == TENON_OK)
		status = bind(cpu, target, &binding);
	thread_tell(thread, status);
}
