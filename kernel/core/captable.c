/* SPDX-License-Identifier: MIT
 * Capabilities within a table: why a handle is refused, copy, delete. The table belongs to its threads' home CPU.
 */
#include <core/core.h>

enum tenon_status captable_refusal(struct slot *slots, uint32_t mask, uint64_t handle, enum tenon_type type)
{
	const struct slot *slot = captable_any(slots, mask, handle);
	if (slot == NULL)
		return TENON_BAD_HANDLE;
	return slot_type(slot) != type ? TENON_BAD_TYPE : TENON_BAD_RIGHTS;
}

struct slot *syscall_object(struct thread *thread, uint64_t control0, enum tenon_type type, unsigned rights)
{
	uint64_t handle = control0 >> TENON_OPERATION_BITS;
	struct slot *slot = captable_find(thread->slots, thread->slot_mask, handle, type, rights);
	if (unlikely(slot == NULL))
		thread_answer(thread, captable_refusal(thread->slots, thread->slot_mask, handle, type));
	return slot;
}

/* Empties a slot for good: handles to it are stale from now on. A generation that would wrap retires the slot. */
static void slot_empty(struct slot *slot)
{
	uint32_t generation = slot_generation(slot);
	if (generation != UINT32_MAX)
		generation++;
	*slot = (struct slot){.handle = tenon_handle(tenon_handle_index(slot->handle), generation)};
}

void captable_reset(struct captable *table)
{
	for (uint32_t index = table->static_slots; index <= table->mask; index++) {
		if (slot_type(&table->slots[index]) != TENON_TYPE_NONE)
			slot_empty(&table->slots[index]);
	}
}

static enum tenon_status cap_copy(struct thread *thread, uint64_t control0, uint64_t *handle)
{
	const struct captable *table = thread->table;
	const struct slot *from =
	    captable_any(thread->slots, thread->slot_mask, control0 >> TENON_OPERATION_BITS);
	uint64_t index = arch_word(&thread->context, 0);
	uint64_t rights = arch_word(&thread->context, 1);
	uint64_t badge = arch_word(&thread->context, 2);

	if (from == NULL)
		return TENON_BAD_HANDLE;
	if (index < table->static_slots || index > table->mask || (rights & ~(uint64_t)TENON_RIGHTS_ALL) != 0)
		return TENON_BAD_ARGUMENT;
	/* A badge is an identity: only who manages the object gives it out. */
	if (badge != 0 && badge != from->badge && (slot_rights(from) & TENON_RIGHT_MANAGE) == 0)
		return TENON_BAD_RIGHTS;
	struct slot *to = &thread->slots[index];
	if (slot_type(to) != TENON_TYPE_NONE || slot_generation(to) == UINT32_MAX)
		return TENON_OCCUPIED;

	slot_fill(to, slot_type(from), slot_rights(from) & (unsigned)rights, from->object,
		  badge != 0 ? badge : from->badge, from->id);
	*handle = to->handle;
	return TENON_OK;
}

void syscall_cap_copy(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	uint64_t handle = 0;
	(void)cpu; /* a table is this CPU's own */
	enum tenon_status status = cap_copy(thread, control0, &handle);
	thread_answer(thread, status);
	arch_word_set(&thread->context, 0, handle);
}

void syscall_cap_delete(struct cpu *cpu, struct thread *thread, uint64_t control0)
{
	struct slot *slot = captable_any(thread->slots, thread->slot_mask, control0 >> TENON_OPERATION_BITS);
	(void)cpu;
	if (slot == NULL) {
		thread_answer(thread, TENON_BAD_HANDLE);
	} else if (slot < &thread->slots[thread->table->static_slots]) {
		thread_answer(thread, TENON_BAD_ARGUMENT);
	} else {
		slot_empty(slot);
		thread_answer(thread, TENON_OK);
	}
}
