/* SPDX-License-Identifier: MIT
 * Capability tables: lookup, filling, and the trees. What ends with a capability is end.c's affair.
 */
#include <core/core.h>

struct family families[FAMILIES];

/* ---- tables ---- */

COLD struct slot *captable_grown(const struct captable *table, uint64_t index)
{
	if (index >> TENON_HANDLE_INDEX_BITS != 0)
		return NULL;
	/* Segment n begins at slots << n. */
	unsigned n = (unsigned)__builtin_clzll((uint64_t)table->mask + 1) - (unsigned)__builtin_clzll(index);
	if (n >= TABLE_SEGMENTS)
		return NULL;
	struct slot *segment = captable_segment(table, n);
	uint64_t offset = index - (((uint64_t)table->mask + 1) << n);
	/* The first one describes the segment's memory. */
	return segment != NULL && offset != 0 ? segment + offset : NULL;
}

COLD uint64_t captable_slots(const struct captable *table)
{
	uint64_t slots = (uint64_t)table->mask + 1;
	for (unsigned n = 0; n < TABLE_SEGMENTS && captable_segment(table, n) != NULL; n++)
		slots *= 2;
	return slots;
}

enum tenon_status captable_vacant(const struct captable *table, uint64_t index, struct slot **vacant)
{
	struct slot *slot = index >= table->static_slots ? captable_at(table, index) : NULL;
	if (slot == NULL)
		return TENON_BAD_ARGUMENT;
	*vacant = slot;
	/* A generation that would wrap retires the slot. */
	bool used = slot_type(slot) != TENON_TYPE_NONE || slot_generation(slot) == UINT32_MAX;
	return used ? TENON_OCCUPIED : TENON_OK;
}

__attribute__((noinline)) enum tenon_status captable_fill(struct captable *table, uint64_t index,
							  const struct capability *capability,
							  struct slot *parent, uint64_t *handle)
{
	struct slot *slot;
	spin_lock(&table->lock);
	enum tenon_status status = table->dead ? TENON_GONE : captable_vacant(table, index, &slot);
	if (status == TENON_OK) {
		slot_fill(slot, index, capability, parent);
		*handle = slot->handle;
	}
	spin_unlock(&table->lock);
	return status;
}

enum tenon_status syscall_slot(struct thread *thread, uint64_t control0, enum tenon_type type,
			       unsigned rights, struct slot **slot)
{
	enum tenon_status status =
	    captable_get(thread->table, control0 >> TENON_OPERATION_BITS, type, rights, slot);
	if (unlikely(status != TENON_OK))
		thread_answer(thread, status);
	return status;
}

struct slot *syscall_object(struct thread *thread, uint64_t control0, enum tenon_type type, unsigned rights)
{
	struct slot *slot =
	    captable_find(thread->slots, thread->slot_mask, control0 >> TENON_OPERATION_BITS, type, rights);
	if (likely(slot != NULL))
		return slot;
	return syscall_slot(thread, control0, type, rights, &slot) == TENON_OK ? slot : NULL;
}

/* ---- trees ---- */

#define PARENT                                                                                               \
	((uintptr_t)1) /* marks a link that leads to the parent; without one the link is just this mark */

static struct slot *link_slot(uintptr_t link)
{
	return (struct slot *)(link & ~PARENT);
}

/* What lies before, or above, `right` is `left` from now on. */
static void set_previous(uintptr_t right, uintptr_t left)
{
	struct slot *slot = link_slot(right);
	if ((right & PARENT) == 0)
		slot->previous = left;
	else if (slot != NULL)
		slot->last = (left & PARENT) != 0 ? NULL : link_slot(left);
}

static void set_next(uintptr_t left, uintptr_t right)
{
	struct slot *slot = link_slot(left);
	if ((left & PARENT) == 0)
		slot->next = right;
	else if (slot != NULL)
		slot->first = (right & PARENT) != 0 ? NULL : link_slot(right);
}

void slot_fill(struct slot *slot, uint64_t index, const struct capability *capability, struct slot *parent)
{
	uintptr_t above = (uintptr_t)parent | PARENT;
	slot->object = capability->object;
	slot->badge = capability->badge;
	slot->id = capability->id;
	slot->rights = (uint8_t)capability->rights;
	slot->family = (uint8_t)capability->family;
	slot->first = slot->last = NULL;
	slot->previous = above;
	slot->next = parent != NULL && parent->first != NULL ? (uintptr_t)parent->first : above;
	set_previous(slot->next, (uintptr_t)slot);
	set_next(above, (uintptr_t)slot);
	if ((slot->handle & SLOT_EMBEDDED) == 0)
		slot->handle = tenon_handle((uint32_t)index, slot_generation(slot));
	__atomic_store_n(&slot->type, (uint8_t)capability->type, __ATOMIC_RELEASE);
}

/* Handles are stale at once; a lookup that has already seen the handle sees the other fields as they were. */
static void slot_clear(struct slot *slot)
{
	uint64_t handle = slot->handle;
	if ((handle & SLOT_EMBEDDED) == 0) {
		uint32_t generation = tenon_handle_generation(handle);
		if (generation != UINT32_MAX)
			generation++;
		__atomic_store_n(&slot->handle, tenon_handle(tenon_handle_index(handle), generation),
				 __ATOMIC_RELAXED);
	}
	__atomic_store_n(&slot->type, (uint8_t)TENON_TYPE_NONE, __ATOMIC_RELEASE);
}

void slot_withdraw(struct slot *slot)
{
	uintptr_t left = slot->previous, right = slot->next;
	if (slot->first == NULL) {
		set_next(left, right);
		set_previous(right, left);
	} else {
		set_next(left, (uintptr_t)slot->first);
		slot->first->previous = left;
		set_previous(right, (uintptr_t)slot->last);
		slot->last->next = right;
		slot->first = slot->last = NULL;
	}
	slot_clear(slot);
}

COLD void slot_move(struct slot *to, uint64_t index, struct slot *from)
{
	uint32_t generation = slot_generation(to);
	bool embedded = (to->handle & SLOT_EMBEDDED) != 0;
	to->object = from->object;
	to->badge = from->badge;
	to->id = from->id;
	to->rights = from->rights;
	to->family = from->family;
	to->next = from->next;
	to->previous = from->previous;
	to->first = from->first;
	to->last = from->last;
	set_previous(to->next, (uintptr_t)to);
	set_next(to->previous, (uintptr_t)to);
	if (to->first != NULL) {
		to->first->previous = (uintptr_t)to | PARENT;
		to->last->next = (uintptr_t)to | PARENT;
	}
	if (!embedded)
		to->handle = tenon_handle((uint32_t)index, generation);
	__atomic_store_n(&to->type, from->type, __ATOMIC_RELEASE);
	from->first = from->last = NULL;
	slot_clear(from);
}

struct capability slot_capability(const struct slot *slot, unsigned rights)
{
	return (struct capability){
	    .object = slot->object,
	    .badge = slot->type == TENON_TYPE_FRAME ? 0 : slot->badge,
	    .id = slot->id,
	    .type = (enum tenon_type)slot->type,
	    .rights = slot_rights(slot) & rights,
	    .family = slot->family,
	};
}

COLD enum tenon_status captable_move(struct captable *table, uint64_t index, struct slot *from,
				     uint64_t *handle)
{
	struct slot *slot;
	spin_lock(&table->lock);
	enum tenon_status status = table->dead ? TENON_GONE : captable_vacant(table, index, &slot);
	if (status == TENON_OK) {
		slot_move(slot, index, from);
		*handle = slot->handle;
	}
	spin_unlock(&table->lock);
	return status;
}
